//! Observe: what Azure shows of a compute, with its policy, taken into its saved state.

use super::own_tags;
use super::pass::Pass;
use crate::ledger::StateDocument;
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_core::decide::{
    Change, Presence, TagsHidden, recall, remember, see_hold, take_holds,
};
use lamplighter_core::inventory;
use lamplighter_core::kinds::{self, Kind};
use lamplighter_core::observe::{Compute, ComputeState};
use lamplighter_core::policy::Reading;
use lamplighter_core::record::{HoldsUnread, PersonalHold, Resource, ResourceState};

/// A resource as it was observed.
pub struct Observed {
    pub compute: Compute,
    pub resource: Resource,
    pub reading: Reading,
    pub beacon: Presence,
    /// Its own tags, where an answer has ceased to show them.
    pub tags_hidden: Option<TagsHidden>,
    /// Its saved state, with this observation taken in.
    pub state: ResourceState,
    /// What the observation brought to light and no record says yet.
    pub changes: Vec<Change>,
    /// That people's holds could not be read, as the sweep before left it; of no effect until it is so again.
    unread_before: Option<HoldsUnread>,
}

/// What was found of people's holds on one resource.
#[derive(Debug, Default)]
pub struct FoundHolds {
    pub found: Vec<PersonalHold>,
    /// Why there may be more.
    pub unread: Option<String>,
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
pub fn reading(pass: &Pass<'_>, compute: &Compute) -> Reading {
    let (target, settings) = (pass.target, &pass.context.settings);
    let (workspace, group) = (&target.workspace.tags, &target.resource_group_tags);
    let mut reading = kinds::reading(compute, workspace, group, &settings.defaults);
    let own = &target.workspace.subscription;
    if !settings.safety.acts_on(own, &compute.id) {
        reading.observed(settings.safety.observed_by());
    }
    reading
}

/// Gives what scales the state that its value means by its policy.
fn settle(compute: &mut Compute, reading: &Reading) {
    if let Some(kind) = Kind::named(compute.compute_type.as_deref()).known() {
        kinds::settle(compute, reading.policy.floor_of(kind.target()));
    }
}

/// Notes the least that Azure lets it have, where that is known and not noted yet.
fn with_least(compute: &mut Compute, state: &ResourceState) {
    let least = state.least.and_then(|least| least.value);
    let scale = compute.by_kind.scale.as_ref();
    if let Some(least) =
        least.filter(|least| scale.is_some_and(|scale| scale.least != Some(*least)))
    {
        kinds::with_least(compute, least);
    }
}

impl Observed {
    fn of(pass: &Pass<'_>, mut compute: Compute, mut state: ResourceState) -> Observed {
        let unread_before = state.holds_unread.take();
        with_least(&mut compute, &state);
        let tags_hidden = own_tags::take_in(
            (pass.context, pass.target),
            &mut compute,
            &mut state,
            pass.options.now,
        );
        let (target, reading) = (pass.target, reading(pass, &compute));
        settle(&mut compute, &reading);
        recall(&mut compute, &state);
        let observed = Observed {
            resource: Resource::of(
                &compute,
                (&target.workspace.name, &target.workspace.id),
                &reading,
            ),
            beacon: pass.beacons.of(&compute),
            tags_hidden,
            compute,
            reading,
            state,
            changes: Vec::new(),
            unread_before,
        };
        observed.taken_in(pass, target.tags_known)
    }

    /// The same resource, read once more: its owner may have written a hold meanwhile.
    pub fn again(mut self, pass: &Pass<'_>, mut compute: Compute) -> Observed {
        with_least(&mut compute, &self.state);
        let tags_hidden = own_tags::take_in(
            (pass.context, pass.target),
            &mut compute,
            &mut self.state,
            pass.options.now,
        );
        let reading = reading(pass, &compute);
        settle(&mut compute, &reading);
        recall(&mut compute, &self.state);
        let again = Observed {
            reading,
            tags_hidden,
            compute,
            ..self
        };
        // The layers above its own were read when it was first observed.
        again.taken_in(pass, false)
    }

    fn taken_in(mut self, pass: &Pass<'_>, tags_known: bool) -> Observed {
        let now = pass.options.now;
        let changes = remember(&mut self.state, &self.compute, now);
        let policy = &self.reading.policy;
        see_hold(&mut self.state, &self.compute, policy, tags_known, now);
        self.changes.extend(changes);
        self.take_holds(&[], pass.context.settings.hold_limit(), now);
        let warm = self.state.warm_nodes.take();
        self.state.warm_nodes = inventory::warm(&self.compute, &self.reading, warm.as_ref(), now);
        self.state.owner_id = self.compute.owner_id.clone();
        self.state.created_on = self.compute.created_on;
        // A job that Azure shows is work, whatever the list of jobs tells of it later.
        if self.compute.state == ComputeState::JobRunning && self.reading.policy.idle.is_some() {
            let known = &mut self.state.evidence;
            known.work_at = Some(now);
            known.work = Some("state JobRunning".into());
            known.quiet = None;
        }
        self
    }

    /// Takes in what was found of people's holds.
    pub fn take_holds(&mut self, found: &[PersonalHold], limit: TimeDelta, now: DateTime<Utc>) {
        let of = (&self.compute, &self.reading.policy);
        let taken = take_holds(&mut self.state, of, found, limit, now);
        self.changes.extend(taken.map(Change::Held));
    }

    /// Takes in that people's holds could not all be read, or that they were.
    pub fn holds_unread(&mut self, why: Option<String>, now: DateTime<Utc>) {
        let before = self.unread_before.as_ref();
        let since = before.map_or(now, |before| before.since);
        self.state.holds_unread = why.map(|why| HoldsUnread { since, why });
    }

    /// The key of its saved state.
    pub fn key(&self) -> &str {
        &self.resource.id
    }

    /// Its id as lists are compared by: what stands beside computes may have the name of one of them.
    pub fn lower_id(&self) -> String {
        self.compute.id.to_lowercase()
    }
}
