//! Opening an interval: what began it, and what ends its saving.

use super::native::{NextStop, next_stop};
use crate::observe::Compute;
use crate::policy::Policy;
use crate::record::{
    Benefit, Cause, Interval, IntervalKind, MAX_HORIZON, OffAnyway, OwnOperation, Reason,
    ResourceState, SKEW, StartedAgain, TimerAnswer,
};
use crate::schedule::Power;
use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;

fn interval(
    kind: IntervalKind,
    (operation, cause): (&str, Cause),
    opened_at: DateTime<Utc>,
    compute: &Compute,
) -> Interval {
    Interval {
        id: format!("{}:{operation}", kind.name()),
        kind,
        operation: operation.to_string(),
        cause,
        opened_at,
        horizon: opened_at + MAX_HORIZON,
        off_anyway: None,
        count: 1,
        vm_size: compute.price_key(),
        location: compute.location.clone(),
        price: None,
        benefit: Benefit::None,
    }
}

/// The interval that opens when our stop took effect: the resource ran, Azure accepted, and Stopped was observed now.
/// What would have stopped it anyway counts from our request on: it would have found the resource running.
pub fn open_avoided(
    operation: &OwnOperation,
    compute: &Compute,
    policy: &Policy,
    state: &ResourceState,
    now: DateTime<Utc>,
) -> Interval {
    let by = (operation.id.as_str(), Cause::of(operation.reason));
    let opened = interval(IntervalKind::Avoided, by, now, compute);
    bounded(opened, operation.requested_at, compute, policy, state)
}

/// The interval that opens with our start of a resource that would have been off without us.
pub fn open_unused(operation: &OwnOperation, compute: &Compute) -> Interval {
    let by = (operation.id.as_str(), Cause::of(operation.reason));
    interval(IntervalKind::Unused, by, operation.requested_at, compute)
}

/// The interval that opens when a resource is left on, since then, that was started again after our stop.
pub fn open_started_again(
    again: &StartedAgain,
    compute: &Compute,
    since: DateTime<Utc>,
) -> Interval {
    let by = (again.stop.as_str(), again.cause);
    let opened = interval(IntervalKind::StartedAgain, by, since, compute);
    Interval {
        // One for each time outside its schedule.
        id: format!("{}:{}", opened.id, since.format("%Y%m%dT%H%M%SZ")),
        horizon: again.until(),
        ..opened
    }
}

/// The interval that opens when a dry run would have stopped a resource for `reason`.
pub fn open_projected(
    reason: Reason,
    compute: &Compute,
    policy: &Policy,
    state: &ResourceState,
    now: DateTime<Utc>,
) -> Interval {
    let id = compute.id.to_lowercase();
    let operation = format!("{id}:dry-run:{}", now.format("%Y%m%dT%H%M%S%3fZ"));
    let by = (operation.as_str(), Cause::of(reason));
    let opened = interval(IntervalKind::Projected, by, now, compute);
    bounded(opened, now, compute, policy, state)
}

/// An interval with what ends its saving. `stopped`: when the stop was asked for, or would have been.
fn bounded(
    mut opened: Interval,
    stopped: DateTime<Utc>,
    compute: &Compute,
    policy: &Policy,
    state: &ResourceState,
) -> Interval {
    if let Some(schedule) = &policy.schedule {
        let edges = schedule.value.edges(stopped, opened.horizon);
        if let Some(start) = edges.iter().find(|edge| edge.power == Power::On) {
            opened.horizon = start.at;
        }
    }
    opened.off_anyway = off_anyway(compute, state, stopped);
    opened
}

/// The first moment, from our stop on, at which the resource could have been off without us. Where that cannot be known,
/// at once: anything unknown earns nothing.
fn off_anyway(compute: &Compute, state: &ResourceState, now: DateTime<Utc>) -> Option<OffAnyway> {
    let mut first: Option<OffAnyway> = None;
    let mut consider = |at: DateTime<Utc>, why: String| {
        if first.as_ref().is_none_or(|off| at < off.at) {
            first = Some(OffAnyway { at, why });
        }
    };
    if state.unused.is_some() {
        consider(
            now,
            "Lamplighter had started it, and nobody is known to have used it since".into(),
        );
    }
    if let Some(length) = timer_without_us(compute, state) {
        // The idle clock began at the earliest when the resource was last started.
        let since = started(state);
        let length = TimeDelta::from_std(length).unwrap_or(MAX_HORIZON);
        // One that ends after all calendars never fires.
        let fires = since.map_or(Some(now), |since| since.checked_add_signed(length));
        let at = fires.map_or(now + MAX_HORIZON, |fires| now.max(fires));
        consider(
            at,
            format!("Azure's idle timer of {} min", length.num_minutes()),
        );
    }
    // One of the same minute may have fired just before our clock said so; one from before the start did not matter.
    let from = now - SKEW;
    let from = started(state)
        .filter(|at| *at < now)
        .map_or(from, |at| at.max(from));
    for schedule in &compute.schedules {
        match next_stop(schedule, from, now + MAX_HORIZON) {
            NextStop::At(at) => consider(at, "Azure's own schedule".into()),
            NextStop::Never => {}
            NextStop::Unknown => {
                consider(now, "Azure's own schedule, which could not be read".into())
            }
        }
    }
    first
}

/// When the resource was last started, by whomever.
fn started(state: &ResourceState) -> Option<DateTime<Utc>> {
    let external = state.external.iter();
    let external = external.filter(|external| external.power == Power::On);
    let ours = state.own_operations.iter();
    let ours = ours.filter(|operation| operation.power == Power::On);
    let ours = ours.map(|operation| operation.requested_at);
    external.map(|external| external.at).chain(ours).max()
}

/// Azure's idle timer as it would be without us: where we have set it, as somebody had set it before.
fn timer_without_us(compute: &Compute, state: &ResourceState) -> Option<Duration> {
    let shown = compute.idle_time_before_shutdown;
    let ours = state.timer.as_ref();
    let ours = ours.filter(|set| set.answer != Some(TimerAnswer::Refused));
    match ours.filter(|set| shown == Some(Duration::from_secs(set.to))) {
        Some(set) => set.before.map(Duration::from_secs),
        None => shown,
    }
}
