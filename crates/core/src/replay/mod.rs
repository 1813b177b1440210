//! A fleet as a snapshot shows it, played through a period: every stop and start that would have been made, and
//! what the hours off are worth at most. Pure.
//!
//! Nobody else touches the machines: who would have stopped or started one by hand, or run a job, nobody knows.

mod figures;
mod overlay;
mod play;
mod table;
#[cfg(test)]
mod tests;

pub use figures::Figures;
pub use overlay::{Overlay, OverlayError};
pub use play::{Standing, stand};
pub use table::{events, table};

use crate::decide::{Action, Reason};
use crate::record::Machine;
use crate::policy::{self, Defaults, Layers, Reading, TagError};
use crate::schedule::Power;
use crate::snapshot::{Price, Seen, Snapshot};
use chrono::{DateTime, TimeDelta, Utc};
use play::Asking;
use serde::Serialize;
use std::collections::BTreeMap;

/// Said with every result.
pub const NOTE: &str = "Nobody's own stops, starts or jobs are in it: \
    the money is an upper bound, against machines that would have been left on.";
/// The longest period.
pub const LONGEST: TimeDelta = TimeDelta::days(366);
/// The steps that may lie between two questions.
pub const STEPS: std::ops::RangeInclusive<TimeDelta> = TimeDelta::minutes(1)..=TimeDelta::days(1);
/// Steps of all machines together.
const MACHINE_STEPS: i64 = 50_000_000;

/// What is to be played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    step: TimeDelta,
    lease: TimeDelta,
    overlay: Overlay,
}

/// A plan that cannot be played.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    #[error("the period ends at {to}, which is not after its beginning, {from}")]
    Order {
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    },
    #[error("the period is longer than {} days", LONGEST.num_days())]
    TooLong,
    #[error("a step is from 1m to 1d")]
    Step,
}

/// Too much was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{machines} machines at {steps} steps each are more than {MACHINE_STEPS} steps in all; \
     ask for a shorter period or a longer step, such as --step {enough}"
)]
pub struct TooMuch {
    machines: i64,
    steps: i64,
    enough: String,
}

/// What would have been.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Replay {
    pub note: &'static str,
    pub taken_at: DateTime<Utc>,
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    pub step_seconds: i64,
    /// The tags laid over every compute's own; an empty value took one away.
    pub set: BTreeMap<String, String>,
    pub machines: Vec<Played>,
    pub owners: Vec<OfOwner>,
    pub total: OfOwner,
    /// Every stop and start, in order of time.
    pub events: Vec<Event>,
    /// Machines with a tag that cannot be read.
    pub unreadable: Vec<Unreadable>,
    pub left_out: Vec<LeftOut>,
    /// Machines whose last known word lies after the beginning, and was ignored.
    pub ignored_words: usize,
    /// What the snapshot could not read.
    pub problems: Vec<String>,
}

/// One machine's part.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Played {
    #[serde(flatten)]
    pub machine: Machine,
    /// At the beginning.
    pub power: Power,
    /// Its mode is dry-run; it was played as if it were not.
    pub dry_run: bool,
    pub ignored_word: bool,
    pub price_per_hour: Option<Price>,
    #[serde(flatten)]
    pub figures: Figures,
}

/// The sum of one owner's machines, or of all.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct OfOwner {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    pub machines: usize,
    #[serde(flatten)]
    pub figures: Figures,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Event {
    pub at: DateTime<Utc>,
    #[serde(flatten)]
    pub machine: Machine,
    pub action: Action,
    pub reason: Reason,
    pub text: String,
    pub dry_run: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Unreadable {
    #[serde(flatten)]
    pub machine: Machine,
    /// False: a nearer tag replaces the one that cannot be read.
    pub left_alone: bool,
    pub errors: Vec<TagError>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LeftOut {
    #[serde(flatten)]
    pub machine: Machine,
    pub why: String,
}

impl Plan {
    /// # Errors
    /// The period or the step is none that can be played.
    pub fn new(
        (from, to): (DateTime<Utc>, DateTime<Utc>),
        step: TimeDelta,
        lease: TimeDelta,
        overlay: Overlay,
    ) -> Result<Plan, PlanError> {
        if from >= to {
            return Err(PlanError::Order { from, to });
        }
        if to - from > LONGEST {
            return Err(PlanError::TooLong);
        }
        if !STEPS.contains(&step) {
            return Err(PlanError::Step);
        }
        Ok(Plan {
            from,
            to,
            step,
            lease,
            overlay,
        })
    }

    /// The first step after `now` that is not before `until`.
    fn step_after(&self, now: DateTime<Utc>, until: DateTime<Utc>) -> DateTime<Utc> {
        // Whole milliseconds: `now` is a step itself, and no step is shorter than a minute.
        let (gap, step) = (
            (until - now).num_milliseconds(),
            self.step.num_milliseconds(),
        );
        let steps = (gap + step - 1).div_euclid(step).max(1);
        now + TimeDelta::milliseconds(steps * step)
    }

    fn steps(&self) -> i64 {
        let (length, step) = (
            (self.to - self.from).num_seconds(),
            self.step.num_seconds().max(1),
        );
        (length + step - 1) / step
    }

    /// # Errors
    /// So many machines at so many steps take too long.
    fn check(&self, machines: usize) -> Result<(), TooMuch> {
        let machines = i64::try_from(machines).unwrap_or(i64::MAX);
        let steps = self.steps();
        if machines.saturating_mul(steps) <= MACHINE_STEPS {
            return Ok(());
        }
        let length = (self.to - self.from).num_seconds();
        let seconds = machines.saturating_mul(length) / MACHINE_STEPS;
        let minutes = u64::try_from(seconds / 60 + 1).unwrap_or(1);
        Err(TooMuch {
            machines,
            steps,
            enough: crate::duration::print(std::time::Duration::from_secs(minutes * 60)),
        })
    }
}

/// Plays the plan on the fleet of a snapshot.
///
/// # Errors
/// It is too much for one replay.
pub fn replay(snapshot: &Snapshot, defaults: &Defaults, plan: &Plan) -> Result<Replay, TooMuch> {
    let mut replay = Replay {
        note: NOTE,
        taken_at: snapshot.taken_at,
        from: plan.from,
        to: plan.to,
        step_seconds: plan.step.num_seconds(),
        set: plan.overlay.shown(),
        machines: Vec::new(),
        owners: Vec::new(),
        total: OfOwner::default(),
        events: Vec::new(),
        unreadable: Vec::new(),
        left_out: Vec::new(),
        ignored_words: 0,
        problems: snapshot.problems.clone(),
    };
    let mut cast = Vec::new();
    for seen in &snapshot.machines {
        let reading = read(seen, defaults, plan);
        let machine = machine(seen, &reading);
        if !reading.errors.is_empty() {
            replay.unreadable.push(Unreadable {
                machine: machine.clone(),
                left_alone: reading.errors.iter().any(|error| error.blocks),
                errors: reading.errors.clone(),
            });
        }
        match fit(seen, &reading) {
            Ok(power) => cast.push((seen, machine, reading, power)),
            Err(Some(why)) => replay.left_out.push(LeftOut { machine, why }),
            Err(None) => {}
        }
    }
    plan.check(cast.len())?;
    for (seen, machine, reading, power) in cast {
        replay.play(plan, seen, machine, &reading, power);
    }
    replay
        .events
        .sort_by(|a, b| (a.at, &a.machine.id).cmp(&(b.at, &b.machine.id)));
    replay.sum();
    Ok(replay)
}

fn read(seen: &Seen, defaults: &Defaults, plan: &Plan) -> Reading {
    let layers = Layers {
        compute_name: &seen.compute,
        compute: &plan.overlay.over(&seen.tags),
        workspace: &seen.workspace_tags,
        resource_group: &seen.resource_group_tags,
    };
    policy::read(&layers, defaults)
}

fn machine(seen: &Seen, reading: &Reading) -> Machine {
    Machine {
        id: seen.id.to_lowercase(),
        compute: seen.compute.clone(),
        workspace: seen.workspace.clone(),
        owner: lamplighter_agent::sweep::owner(reading, &seen.compute()),
        vm_size: seen.vm_size.clone(),
        location: seen.location.clone(),
    }
}

/// The state to play a machine from, or why it is left out; unreadable tags are told elsewhere.
fn fit(seen: &Seen, reading: &Reading) -> Result<Power, Option<String>> {
    let out = |why: String| Err(Some(why));
    if seen.compute_type.as_deref() != Some("ComputeInstance") {
        let kind = seen.compute_type.as_deref().unwrap_or("of no known kind");
        return out(format!("not a compute instance ({kind})"));
    }
    if reading.errors.iter().any(|error| error.blocks) {
        return Err(None);
    }
    if !seen.tags_known {
        return out("its resource group's tags could not be read".into());
    }
    if !reading.policy.governed {
        return out("no policy tag on it or above it".into());
    }
    let mode = reading.policy.mode.as_ref();
    if mode.is_some_and(|mode| mode.value.ignore) {
        return out("its mode is ignore".into());
    }
    match play::at_rest(seen) {
        Some(power) => Ok(power),
        None => out(format!("its state is {}", seen.state)),
    }
}

impl Replay {
    fn play(
        &mut self,
        plan: &Plan,
        seen: &Seen,
        machine: Machine,
        reading: &Reading,
        power: Power,
    ) {
        let made = play::play(seen, power, reading, plan, Asking::AtChanges);
        let figures = Figures::of(
            power,
            &made,
            (plan.from, plan.to),
            seen.price_per_hour.as_ref(),
        );
        self.events.extend(made.into_iter().map(|made| Event {
            at: made.at,
            machine: machine.clone(),
            action: made.decision.action,
            reason: made.decision.reason,
            text: made.decision.text,
            dry_run: made.decision.dry_run,
        }));
        let ignored_word = play::speaks_later(seen, plan.from);
        self.ignored_words += usize::from(ignored_word);
        let mode = reading.policy.mode.as_ref();
        self.machines.push(Played {
            machine,
            power,
            dry_run: mode.is_some_and(|mode| mode.value.dry_run),
            ignored_word,
            price_per_hour: seen.price_per_hour.clone(),
            figures,
        });
    }

    fn sum(&mut self) {
        let mut owners: BTreeMap<Option<String>, OfOwner> = BTreeMap::new();
        for played in &self.machines {
            let owner = &played.machine.owner;
            let sum = owners.entry(owner.clone()).or_default();
            sum.owner.clone_from(owner);
            for sum in [sum, &mut self.total] {
                sum.machines += 1;
                sum.figures.add(&played.figures);
            }
        }
        self.owners = owners.into_values().collect();
    }

    /// Whether everything could be read.
    pub fn is_clean(&self) -> bool {
        self.problems.is_empty() && !self.unreadable.iter().any(|machine| machine.left_alone)
    }
}
