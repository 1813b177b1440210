//! When a scheduled start begins: early enough for the resource to be there at its edge, and not at all where nobody has
//! used it after the last ones.

use super::case::Case;
use super::decision::Decision;
use super::evidence::Evidence;
use super::quota;
use crate::kinds::Kind;
use crate::policy::Policy;
use crate::record::{Action, OwnOperation, Reason, ResourceState, UNUSED_AT_FIRST, UnusedStarts};
use crate::schedule::{Desired, Edge, Power};
use chrono::{DateTime, TimeDelta, Utc};

/// What the schedule wants from its next start on, where that start has to begin now, or has begun: this very start may
/// have taught that the next one takes less.
pub(super) fn ahead(case: &Case<'_>, desired: &Desired) -> Option<Desired> {
    let next = desired.next.filter(|_| desired.power != Some(Power::On))?;
    let schedule = case.reading.policy.schedule.as_ref()?;
    let due = || early(case, &next).is_some_and(|early| case.now >= next.at - early);
    (begun(case, next).is_some() || due()).then(|| schedule.value.at(next.at))
}

/// Our start for this edge, whatever became of it.
fn begun<'a>(case: &Case<'a>, edge: Edge) -> Option<&'a OwnOperation> {
    let mut ours = case.saved_state.own_operations.iter();
    ours.find(|own| {
        own.power == Power::On && own.reason == Reason::ScheduleOn && own.cause == edge.at
    })
}

/// How long before this edge its start begins: as long as starts of this resource took lately, within `START_AHEAD`; all of
/// that where the start may find its cores taken, so that there is time to ask again.
pub(super) fn early(case: &Case<'_>, edge: &Edge) -> Option<TimeDelta> {
    let usual = Kind::of(case.compute).known()?.start_takes();
    if edge.power != Power::On || case.mode().stop_only {
        return None;
    }
    // What is known to take longer than most may begin as much earlier, unless nothing may.
    let most = match case.start_ahead.is_zero() {
        true => case.start_ahead,
        false => case.start_ahead.max(usual.unwrap_or_default() * 2),
    };
    let early = match quota::of(case) {
        Some(_) => most,
        None => case.saved_state.start_takes().or(usual)?.min(most),
    };
    (early > TimeDelta::zero() && unused(case).is_none()).then_some(early)
}

/// From when on somebody's own stop is later than the edge: what we did ahead of it was its doing already.
pub(super) fn begun_at(case: &Case<'_>, edge: Edge) -> DateTime<Utc> {
    let start = begun(case, edge);
    start.map_or(edge.at, |own| own.requested_at.min(edge.at))
}

/// Why it is not started by its schedule.
pub(super) fn unused(case: &Case<'_>) -> Option<String> {
    let runs = unused_runs(&case.reading.policy, case.saved_state)?;
    Some(format!(
        "not started: {}; started by hand, it is started by its schedule again",
        nobody_used(runs, case.local(runs.since))
    ))
}

/// Its scheduled starts that nobody used, where these lie on as many days as `lamp-unused` says.
pub(super) fn unused_runs(policy: &Policy, state: &ResourceState) -> Option<UnusedStarts> {
    let days = policy.unused.as_ref()?.value?;
    state.unused_starts.filter(|runs| runs.days >= days)
}

/// `since`: their beginning, as its owner reads it.
pub(super) fn nobody_used(runs: UnusedStarts, since: String) -> String {
    let days = match runs.days {
        1 => "the last day".to_owned(),
        days => format!("the last {days} days"),
    };
    format!("nobody used it on {days} on which its schedule started it, since {since}")
}

/// A stop by schedule asks whether anybody used the run that it ends, where that decides on later starts.
pub(super) fn asking_for_use(case: &Case<'_>, mut stop: Decision) -> Decision {
    if stop.action == Action::Stop && *case.evidence == Evidence::NotAsked {
        stop.asks_use = stop.asks_use.max(run(case));
    }
    stop
}

/// How long the run has been on that a scheduled start of ours began, and that nobody has touched since, but for its
/// first minutes; where `lamp-unused` asks for it.
fn run(case: &Case<'_>) -> Option<TimeDelta> {
    case.reading.policy.unused.as_ref()?.value?;
    let (start, on) = case.saved_state.untouched_start()?;
    let length = case.now - (on + UNUSED_AT_FIRST);
    let scheduled = start.reason == Reason::ScheduleOn;
    (scheduled && length > TimeDelta::zero()).then_some(length)
}
