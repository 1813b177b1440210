//! Observe: what Azure shows of a compute, with its policy, taken into its saved state.

use super::pass::Pass;
use crate::ledger::StateDocument;
use chrono::{DateTime, Utc};
use lamplighter_core::decide::{Change, Presence, remember, see_hold};
use lamplighter_core::observe::{Compute, ComputeState};
use lamplighter_core::policy::{self, Layers, Reading};
use lamplighter_core::record::{Resource, ResourceState};

/// A resource as it was observed.
pub struct Observed {
    pub compute: Compute,
    pub resource: Resource,
    pub reading: Reading,
    pub beacon: Presence,
    /// Its saved state, with this observation taken in.
    pub state: ResourceState,
    /// What the observation brought to light and no record says yet.
    pub changes: Vec<Change>,
}

/// Each of these computes. No name stands twice in a list.
pub fn observe(
    pass: &Pass<'_>,
    computes: &[Compute],
    before: &StateDocument,
) -> impl Iterator<Item = Observed> {
    computes.iter().map(|compute| {
        let state = before.get(&compute.id.to_lowercase());
        Observed::of(pass, compute.clone(), state.unwrap_or_default())
    })
}

/// What the tags in force on a compute say, and where Lamplighter only observes.
fn reading(pass: &Pass<'_>, compute: &Compute) -> Reading {
    let (target, settings) = (pass.target, &pass.context.settings);
    let layers = Layers {
        compute_name: &compute.name,
        compute: &compute.tags,
        workspace: &target.workspace.tags,
        resource_group: &target.resource_group_tags,
    };
    let mut reading = policy::read(&layers, &settings.defaults);
    if !settings.safety.acts_in(&target.workspace.subscription) {
        reading.observed(settings.safety.observed_by());
    }
    reading
}

impl Observed {
    fn of(pass: &Pass<'_>, compute: Compute, state: ResourceState) -> Observed {
        let (target, reading) = (pass.target, reading(pass, &compute));
        let observed = Observed {
            resource: Resource::of(&compute, &target.workspace.name, &reading),
            beacon: pass.beacons.of(&compute),
            compute,
            reading,
            state,
            changes: Vec::new(),
        };
        observed.taken_in(target.tags_known, pass.options.now)
    }

    /// The same resource, read once more: its owner may have written a hold meanwhile.
    pub fn again(self, pass: &Pass<'_>, compute: Compute) -> Observed {
        let again = Observed {
            reading: reading(pass, &compute),
            compute,
            ..self
        };
        // The layers above its own were read when it was first observed.
        again.taken_in(false, pass.options.now)
    }

    fn taken_in(mut self, tags_known: bool, now: DateTime<Utc>) -> Observed {
        let changes = remember(&mut self.state, &self.compute, now);
        let policy = &self.reading.policy;
        see_hold(&mut self.state, &self.compute, policy, tags_known, now);
        self.changes.extend(changes);
        // A job that Azure shows is work, whatever the list of jobs tells of it later.
        if self.compute.state == ComputeState::JobRunning && self.reading.policy.idle.is_some() {
            let known = &mut self.state.evidence;
            known.work_at = Some(now);
            known.work = Some("state JobRunning".into());
            known.quiet = None;
        }
        self
    }

    /// The key of its saved state.
    pub fn key(&self) -> &str {
        &self.resource.id
    }

    /// Its name as lists are compared by: Azure's names ignore case.
    pub fn lower_name(&self) -> String {
        self.compute.name.to_lowercase()
    }
}
