//! Playing a plan on the fleet of a snapshot.

use super::figures::Figures;
use super::plan::{Plan, TooMuch};
use super::play::{self, Asking};
use super::result::{Event, LeftOut, NOTE, OfOwner, Played, Replay, Unreadable};
use crate::kinds;
use crate::observe::Compute;
use crate::policy::{Defaults, Reading};
use crate::record::Resource;
use crate::schedule::Power;
use crate::snapshot::{Snapshot, SnapshotResource};
use std::collections::BTreeMap;

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
        resources: Vec::new(),
        owners: Vec::new(),
        total: OfOwner::default(),
        events: Vec::new(),
        unreadable: Vec::new(),
        left_out: Vec::new(),
        ignored_overrides: 0,
        problems: snapshot.problems.clone(),
    };
    let mut cast = Vec::new();
    for seen in &snapshot.resources {
        let reading = read(seen, defaults, plan);
        let resource = Resource::of(
            &seen.compute(),
            (&seen.workspace, &seen.workspace_id),
            &reading,
        );
        if !reading.errors.is_empty() {
            replay.unreadable.push(Unreadable {
                resource: resource.clone(),
                left_alone: reading.errors.iter().any(|error| error.blocks),
                errors: reading.errors.clone(),
            });
        }
        match fit(seen, &reading) {
            Ok(power) => cast.push((seen, resource, reading, power)),
            Err(Some(why)) => replay.left_out.push(LeftOut { resource, why }),
            Err(None) => {}
        }
    }
    plan.check(cast.len())?;
    for (seen, resource, reading, power) in cast {
        replay.play(plan, seen, resource, &reading, power);
    }
    replay
        .events
        .sort_by(|a, b| (a.at, &a.resource.id).cmp(&(b.at, &b.resource.id)));
    replay.sum();
    Ok(replay)
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
    fn play(
        &mut self,
        plan: &Plan,
        seen: &SnapshotResource,
        resource: Resource,
        reading: &Reading,
        power: Power,
    ) {
        let made = play::play(seen, power, reading, plan, Asking::AtChanges);
        let price = seen.price_of_a_stop(reading);
        let figures = Figures::of(power, &made, (plan.from, plan.to), price.as_ref());
        self.events.extend(made.into_iter().map(|made| Event {
            at: made.at,
            resource: resource.clone(),
            action: made.decision.action,
            reason: made.decision.reason,
            text: made.decision.text,
            dry_run: made.decision.dry_run,
        }));
        let ignored_override = play::changes_later(seen, plan.from);
        self.ignored_overrides += usize::from(ignored_override);
        let mode = reading.policy.mode.as_ref();
        self.resources.push(Played {
            resource,
            power,
            dry_run: mode.is_some_and(|mode| mode.value.dry_run),
            ignored_override,
            price_per_hour: seen.price_per_hour.clone(),
            figures,
        });
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
