//! What Lamplighter has brought down and governs no more: nothing brings it back, so somebody has to hear of it.

use super::case::Case;
use super::decision::Decision;
use crate::kinds::Kind;
use crate::observe::{Tags, Workspace};
use crate::record::{OperationOutcome, OwnOperation, Reason, ResourceState};
use crate::schedule::Power;

/// The warning that is due, once after each stop: how much there was, and the command that brings it back.
pub(super) fn warning(case: &Case<'_>, decision: &Decision) -> Option<String> {
    let ungoverned = [Reason::NoPolicy, Reason::Ignored, Reason::KindNotGoverned];
    if !ungoverned.contains(&decision.reason) {
        return None;
    }
    let (compute, state) = (case.compute, case.saved_state);
    // Of a kind that is not enabled, too.
    let kind = Kind::named(compute.compute_type.as_deref()).known()?;
    let (scale, parked) = (compute.by_kind.scale.as_ref()?, state.parked?);
    let stop = last_stop(state).filter(|stop| stop.value == Some(scale.value))?;
    let external = state.external.as_ref();
    let somebodys = external.is_some_and(|by| by.at > stop.requested_at);
    let told = state.warned_at.is_some_and(|at| at >= parked.at);
    if parked.value <= scale.value || somebodys || told {
        return None;
    }
    let by_hand = kind.by_hand(&workspace(&compute.id), compute, Some(parked.value));
    Some(format!(
        "it is at {}, to which Lamplighter brought it down at {}; it was at {} before, and nothing brings it back now \
         ({}): {by_hand}",
        scale.value,
        case.local(stop.requested_at),
        parked.value,
        decision.text
    ))
}

/// Our stop that nothing of ours came after: a start that failed changed nothing.
fn last_stop(state: &ResourceState) -> Option<&OwnOperation> {
    let failed = |own: &OwnOperation| own.ended_as(OperationOutcome::Failed);
    let mut ours = state.own_operations.iter().rev();
    let last = ours.find(|own| own.power == Power::Off || !failed(own))?;
    let overtaken = last.ended_as(OperationOutcome::Overtaken);
    let stopped = last.power == Power::Off && last.accepted_at.is_some();
    (stopped && !overtaken && !failed(last)).then_some(last)
}

/// The workspace that an ARM id lies in, as far as the id tells.
fn workspace(id: &str) -> Workspace {
    let part = |place: usize| id.split('/').nth(place).unwrap_or_default().to_owned();
    Workspace {
        id: id.split('/').take(9).collect::<Vec<_>>().join("/"),
        subscription: part(2),
        resource_group: part(4),
        name: part(8),
        location: None,
        tags: Tags::new(),
        above: Tags::new(),
    }
}
