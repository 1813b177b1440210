//! The number that a thing which scales is set to, and what it would be without us.

use super::case::Case;
use crate::kinds::{Kind, target};
use crate::observe::Compute;
use crate::policy::Policy;
use crate::record::{OperationOutcome, OwnOperation, ResourceState};
use crate::schedule::Power;
use chrono::{DateTime, Utc};

/// The value that an action sets on a thing that scales; `None` for another, and where it is not known.
pub(super) fn value(case: &Case<'_>, power: Power) -> Option<u32> {
    scale_to(case.compute, &case.reading.policy, case.saved_state, power)
}

/// The same of a resource with its policy and saved state.
pub fn scale_to(
    compute: &Compute,
    policy: &Policy,
    state: &ResourceState,
    power: Power,
) -> Option<u32> {
    let floor = policy.floor_of(Kind::of(compute).known()?.target());
    let warm = policy.warm.as_ref().map(|warm| warm.value);
    let parked = state.parked.map(|parked| parked.value);
    target(compute, power, floor, warm, parked)
}

/// What a thing that scales, and is on, is to have more of by its owner's tag, or as it had before our last stop; and since
/// when it has been as it is. `None`: it lacks nothing.
pub(super) fn lacking(case: &Case<'_>) -> Option<(u32, DateTime<Utc>)> {
    let (policy, state) = (&case.reading.policy, case.saved_state);
    let scale = case.compute.by_kind.scale.as_ref()?;
    if policy.warm.is_none() && last_done(state, case.now)?.power == Power::On {
        // What it had before a stop that is over.
        return None;
    }
    let to = scale_to(case.compute, policy, state, Power::On)?;
    let seen = state.number.filter(|seen| seen.value == scale.value);
    (to > scale.value).then(|| (to, seen.map_or(case.now, |seen| seen.since)))
}

/// What a thing that scales was before the stop of ours that has kept it down until `until`; `None` where it was
/// somebody else who did, or has said a word since.
pub fn parked_by_us(state: &ResourceState, until: DateTime<Utc>) -> Option<u32> {
    held_off_by_us(state, until)?;
    Some(state.parked?.found())
}

/// The stop of ours that has kept a resource off until `until`; `None` where it was somebody else who did, or has said a
/// word since.
pub(super) fn held_off_by_us(state: &ResourceState, until: DateTime<Utc>) -> Option<&OwnOperation> {
    let stop = last_done(state, until)?;
    let ours = stop.power == Power::Off && stop.ended_as(OperationOutcome::Settled);
    let external = state.external.as_ref();
    let other = external.is_some_and(|by| by.at > stop.requested_at && by.at <= until);
    (ours && !other).then_some(stop)
}

/// Our last operation before an instant, starts that came to nothing left out.
fn last_done(state: &ResourceState, until: DateTime<Utc>) -> Option<&OwnOperation> {
    let before = state.own_operations.iter().rev();
    let mut before = before.filter(|own| own.requested_at < until);
    let failed =
        |own: &OwnOperation| own.power == Power::On && own.ended_as(OperationOutcome::Failed);
    before.find(|own| !failed(own))
}

/// Whether a thing that somebody keeps on has less still than our last start was to bring.
pub(super) fn to_be_raised(state: &ResourceState) -> bool {
    let own = state.last_own_operation();
    let own = own.filter(|own| own.power == Power::On && own.from.is_some());
    let number = state.number.map(|seen| seen.value);
    own.is_some_and(|own| own.value > own.from && own.value > number)
}
