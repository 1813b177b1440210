//! Playing a plan on the fleet of a snapshot.

use super::figures::Figures;
use super::plan::{Plan, TooMuch};
use super::play::{self, Asking, Made};
use super::result::{Event, LeftOut, NOTE, OfOwner, Played, Replay, Unreadable};
use crate::hands::Hands;
use crate::kinds;
use crate::observe::Compute;
use crate::policy::{Defaults, Reading};
use crate::record::Resource;
use crate::schedule::Power;
use crate::snapshot::{Snapshot, SnapshotResource};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A resource that is played, with what its tags say and the state that it begins in.
type Cast<'a> = (&'a SnapshotResource, Arc<Resource>, Reading, Power);

/// Plays the plan on the fleet of a snapshot, each resource by itself.
///
/// # Errors
/// It is too much for one replay.
pub fn replay(
    snapshot: &Snapshot,
    defaults: &Defaults,
    plan: &Plan,
    hands: &impl Hands,
) -> Result<Replay, TooMuch> {
    let mut replay = Replay {
        note: NOTE,
        taken_at: snapshot.taken_at,
        from: plan.from,
        to: plan.to,
        step_seconds: plan.step.num_seconds(),
        set: plan.overlay.shown(),
        resources: Vec::new(),
        owners: Vec::new(),
        total: OfOwner::default(),
        events: Vec::new(),
        unreadable: Vec::new(),
        left_out: Vec::new(),
        ignored_overrides: 0,
        problems: snapshot.problems.clone(),
    };
    let readings = hands.each(&snapshot.resources, |seen| {
        let reading = read(seen, defaults, plan);
        let place = (seen.workspace.as_str(), seen.workspace_id.as_str());
        (Resource::of(&seen.compute(), place, &reading), reading)
    });
    let mut cast: Vec<Cast<'_>> = Vec::new();
    for (seen, (resource, reading)) in snapshot.resources.iter().zip(readings) {
        if !reading.errors.is_empty() {
            replay.unreadable.push(Unreadable {
                resource: resource.clone(),
                left_alone: reading.errors.iter().any(|error| error.blocks),
                errors: reading.errors.clone(),
            });
        }
        match fit(seen, &reading) {
            Ok(power) => cast.push((seen, Arc::new(resource), reading, power)),
            Err(Some(why)) => replay.left_out.push(LeftOut { resource, why }),
            Err(None) => {}
        }
    }
    plan.check(cast.len())?;
    let played = hands.each(&cast, |one| play_one(plan, one));
    replay.take(&cast, played);
    replay.sum();
    Ok(replay)
}

/// One resource's part, and every stop and start of it, in order.
fn play_one(plan: &Plan, (seen, resource, reading, power): &Cast<'_>) -> (Played, Vec<Made>) {
    let made = play::play(seen, *power, reading, plan, Asking::AtChanges);
    let price = seen.price_of_a_stop(reading);
    let mode = reading.policy.mode.as_ref();
    let played = Played {
        resource: Resource::clone(resource),
        power: *power,
        dry_run: mode.is_some_and(|mode| mode.value.dry_run),
        ignored_override: play::changes_later(seen, plan.from),
        price_per_hour: seen.price_per_hour.clone(),
        figures: Figures::of(*power, &made, (plan.from, plan.to), price.as_ref()),
    };
    (played, made)
}

pub(super) fn read(seen: &SnapshotResource, defaults: &Defaults, plan: &Plan) -> Reading {
    let compute = Compute {
        tags: plan.overlay.over(&seen.tags),
        ..seen.compute()
    };
    let (workspace, group) = (&seen.workspace_tags, &seen.resource_group_tags);
    kinds::reading(&compute, workspace, group, defaults)
}

/// The state to play a resource from, or why it is left out; unreadable tags are told elsewhere.
fn fit(seen: &SnapshotResource, reading: &Reading) -> Result<Power, Option<String>> {
    let out = |why: String| Err(Some(why));
    if seen.kind().known().is_none() {
        let kind = seen.compute_type.as_deref().unwrap_or("of no known kind");
        return out(format!("its kind ({kind}) is not one to act on"));
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
    /// Takes in what came of each resource.
    fn take(&mut self, cast: &[Cast<'_>], all: Vec<(Played, Vec<Made>)>) {
        // Ordered are small keys: events are large, and there may be a hundred thousand. The order of ids is found once.
        let mut by_id: Vec<usize> = (0..cast.len()).collect();
        by_id.sort_by_key(|at| &cast[*at].1.id);
        let mut ranks = vec![0; cast.len()];
        for (rank, at) in by_id.iter().enumerate() {
            ranks[*at] = rank;
        }
        let (mut keys, mut left) = (Vec::new(), Vec::with_capacity(all.len()));
        for (rank, (played, made)) in ranks.into_iter().zip(all) {
            self.ignored_overrides += usize::from(played.ignored_override);
            self.resources.push(played);
            keys.extend(made.iter().map(|made| (made.at, rank)));
            left.push(made.into_iter());
        }
        keys.sort_unstable();
        let events = keys.into_iter().filter_map(|(_, rank)| {
            let at = by_id[rank];
            // Each resource's own are in order already.
            let made = left[at].next()?;
            Some(event(made, &cast[at].1))
        });
        self.events = events.collect();
    }

    fn sum(&mut self) {
        let mut owners: BTreeMap<Option<String>, OfOwner> = BTreeMap::new();
        for played in &self.resources {
            let owner = &played.resource.owner;
            let sum = owners.entry(owner.clone()).or_default();
            sum.owner.clone_from(owner);
            for sum in [sum, &mut self.total] {
                sum.resources += 1;
                sum.figures.add(&played.figures);
            }
        }
        self.owners = owners.into_values().collect();
    }
}

fn event(made: Made, resource: &Arc<Resource>) -> Event {
    let decision = made.decision;
    Event {
        at: made.at,
        resource: Arc::clone(resource),
        action: decision.action,
        reason: decision.reason,
        text: decision.text,
        dry_run: decision.dry_run,
    }
}
