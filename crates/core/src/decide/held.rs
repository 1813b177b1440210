//! When a hold was first seen, and what its instants are.

use crate::kinds::Kind;
use crate::observe::Compute;
use crate::policy::{Held, Hold, Policy, Sourced};
use crate::record::{HoldSeen, ResourceState};
use chrono::{DateTime, Utc};

/// Takes in that a hold was seen whose instants depend on when that first was: `on for 3h`. It is remembered under the
/// tag's own text, and forgotten with it, so that the same text counts anew once it has been gone. `complete`: all
/// layers were read, so a tag that is not there is gone.
///
/// ```
/// use lamplighter_core::decide::{held, see_hold};
/// use lamplighter_core::kinds::instance::imagined;
/// use lamplighter_core::observe::{ComputeState, Tags};
/// use lamplighter_core::policy::{Defaults, Layers, read};
/// use lamplighter_core::record::ResourceState;
///
/// let (tags, none) = (Tags::from([("lamp-hold".into(), "on for 3h".into())]), Tags::new());
/// let layers = Layers { compute_name: "ci", compute: &tags, workspace: &none, resource_group: &none };
/// let policy = read(&layers, &Defaults::default()).policy;
/// let (mut state, compute) = (ResourceState::default(), imagined(ComputeState::Running));
/// let first = "2026-11-23T18:50:00Z".parse()?;
/// see_hold(&mut state, &compute, &policy, true, first);
///
/// let now = "2026-11-23T21:00:00Z".parse()?;
/// see_hold(&mut state, &compute, &policy, true, now);
/// let end = held(&policy, &state, now).ok_or("no hold")?.until;
/// assert_eq!(end - first, chrono::TimeDelta::hours(3));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn see_hold(
    state: &mut ResourceState,
    compute: &Compute,
    policy: &Policy,
    complete: bool,
    now: DateTime<Utc>,
) {
    if Kind::of(compute).known().is_none() {
        return;
    }
    let hold = policy.hold.as_ref();
    let Some(hold) = hold.filter(|hold| hold.value.counts_from_seen()) else {
        state.hold_seen = state.hold_seen.take().filter(|_| !complete);
        return;
    };
    // A resource of the same name that was made later is another one.
    let same = |seen: &HoldSeen| {
        is_of(seen, hold) && compute.created_on.is_none_or(|made| made <= seen.at)
    };
    if !state.hold_seen.as_ref().is_some_and(same) {
        state.hold_seen = Some(HoldSeen {
            text: hold.text.clone(),
            layer: hold.layer,
            at: now,
        });
    }
}

/// The hold of a policy with its instants; one that was not seen before counts from now.
pub fn held(policy: &Policy, state: &ResourceState, now: DateTime<Utc>) -> Option<Held> {
    let hold = policy.hold.as_ref()?;
    let seen = state.hold_seen.as_ref();
    let seen = seen.filter(|seen| is_of(seen, hold));
    Some(hold.value.held(seen.map_or(now, |seen| seen.at)))
}

fn is_of(seen: &HoldSeen, hold: &Sourced<Hold>) -> bool {
    seen.layer == hold.layer && seen.text == hold.text
}
