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

/// What a thing that scales was before the stop of ours that has kept it down until `until`; `None` where it was
/// somebody else who did, or has said a word since.
pub fn parked_by_us(state: &ResourceState, until: DateTime<Utc>) -> Option<u32> {
    held_off_by_us(state, until)?;
    Some(state.parked?.found())
}

/// The stop of ours that has kept a resource off until `until`; `None` where it was somebody else who did, or has said a
/// word since.
pub(super) fn held_off_by_us(state: &ResourceState, until: DateTime<Utc>) -> Option<&OwnOperation> {
    let before = state.own_operations.iter().rev();
    let mut before = before.filter(|own| own.requested_at < until);
    let failed =
        |own: &OwnOperation| own.power == Power::On && own.ended_as(OperationOutcome::Failed);
    let stop = before.find(|own| !failed(own))?;
    let ours = stop.power == Power::Off && stop.ended_as(OperationOutcome::Settled);
    let external = state.external.as_ref();
    let other = external.is_some_and(|by| by.at > stop.requested_at && by.at <= until);
    (ours && !other).then_some(stop)
}
