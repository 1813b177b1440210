//! When a scheduled start begins: early enough for the resource to be there at its edge, and not at all where nobody has
//! used it after the last ones.

use super::case::Case;
use super::decision::Decision;
use super::evidence::Evidence;
use crate::policy::Policy;
use crate::record::{Action, Reason, ResourceState, UNUSED_AT_FIRST, UnusedStarts};
use crate::schedule::{Desired, Edge, Power};
use chrono::{DateTime, TimeDelta, Utc};

/// What the schedule wants from its next start on, where that start has to begin now.
pub(super) fn ahead(case: &Case<'_>, desired: &Desired) -> Option<Desired> {
    let next = desired.next.filter(|_| desired.power != Some(Power::On))?;
    let early = early(case, &next)?;
    let schedule = case.reading.policy.schedule.as_ref()?;
    (case.now >= next.at - early).then(|| schedule.value.at(next.at))
}

/// How long before this edge its start begins: as long as starts of this resource took lately, within `START_AHEAD`.
pub(super) fn early(case: &Case<'_>, edge: &Edge) -> Option<TimeDelta> {
    let took = case.saved_state.start_takes();
    let took = took.filter(|_| edge.power == Power::On && !case.mode().stop_only)?;
    let early = took.min(case.start_ahead);
    (early > TimeDelta::zero() && unused(case).is_none()).then_some(early)
}

/// From when on somebody's own stop is later than the edge: what we did ahead of it was its doing already.
pub(super) fn begun_at(case: &Case<'_>, edge: Edge) -> DateTime<Utc> {
    let mut ours = case.saved_state.own_operations.iter();
    let start = ours.find(|own| {
        own.power == Power::On && own.reason == Reason::ScheduleOn && own.cause == edge.at
    });
    start.map_or(edge.at, |own| own.requested_at.min(edge.at))
}

/// Why it is not started by its schedule.
pub(super) fn unused(case: &Case<'_>) -> Option<String> {
    let runs = unused_runs(&case.reading.policy, case.saved_state)?;
    Some(format!(
        "not started: nobody used it after {}, since {}; started by hand, it is started by its schedule again",
        last_starts(runs),
        case.local(runs.since)
    ))
}

/// Its scheduled starts that nobody used, where these lie on as many days as `lamp-unused` says.
pub(super) fn unused_runs(policy: &Policy, state: &ResourceState) -> Option<UnusedStarts> {
    let days = policy.unused.as_ref()?.value?;
    let runs = state.unused_starts?;
    // Several runs of a day are one day's.
    let long = TimeDelta::days(i64::from(days) - 1);
    (runs.times >= days && runs.last - runs.since >= long).then_some(runs)
}

pub(super) fn last_starts(runs: UnusedStarts) -> String {
    match runs.times {
        1 => "its last scheduled start".into(),
        times => format!("its last {times} scheduled starts"),
    }
}

/// A stop by schedule asks whether anybody used the run that it ends, where that decides on later starts.
pub(super) fn asking_for_use(case: &Case<'_>, mut stop: Decision) -> Decision {
    if stop.action == Action::Stop && *case.evidence == Evidence::NotAsked {
        stop.asks_use = run(case);
    }
    stop
}

/// How long the run has been on that a scheduled start of ours began, and that nobody has touched since, but for its
/// first minutes; where `lamp-unused` asks for it.
fn run(case: &Case<'_>) -> Option<TimeDelta> {
    case.reading.policy.unused.as_ref()?.value?;
    let start = case.saved_state.last_own_operation()?;
    let ended = start.ended.as_ref()?;
    let ours = start.power == Power::On && start.reason == Reason::ScheduleOn;
    let external = case.saved_state.external.as_ref();
    let alone = external.is_none_or(|external| external.at < ended.at);
    let length = case.now - (ended.at + UNUSED_AT_FIRST);
    (ours && alone && length > TimeDelta::zero()).then_some(length)
}
