//! The notice ahead of the next stop whose time is known: an edge, or the end of a lease, a hold or a longest uptime.

use super::case::{Case, Jobs};
use super::decision::{Decision, NoticeDue};
use super::evidence::Evidence;
use super::notice::{given, length, minute, said};
use super::schedule::OFF_SINCE;
use super::{idle, kept};
use crate::kinds::rest;
use crate::observe::ComputeState;
use crate::policy::{Layer, Sourced};
use crate::record::{Action, Reason};
use crate::schedule::Power;
use chrono::{DateTime, Utc};

/// So many edges of a schedule are looked ahead: more lie within no notice that anybody means.
const EDGES: usize = 32;

/// Adds to a decision the notice of the next stop whose time is known, where it is due now.
///
/// `rules` decides on a case, and is asked what it would do then.
pub(super) fn ahead(
    case: &Case<'_>,
    mut decision: Decision,
    rules: fn(&Case<'_>) -> Decision,
) -> Decision {
    let leaves = decision.action == Action::Leave && decision.reason != Reason::ActionPending;
    // Nobody is told of a stop that somebody may have called off.
    if !leaves
        || kept::unread(case).is_some()
        || decision.notice.is_some()
        || rest(case.compute) != Some(Power::On)
    {
        return decision;
    }
    let uptime = case.reading.policy.max_uptime.as_ref();
    let uptime = uptime.and_then(|_| length(case, Reason::MaxUptime));
    let Some(longest) = length(case, Reason::ScheduleOff).max(uptime) else {
        return decision;
    };
    for at in changes(case, case.now + longest) {
        if at > case.now + longest {
            decision.notice_from = Some(at - longest);
            return decision;
        }
        let Some(stop) = stop_at(case, at, rules) else {
            continue;
        };
        let Some(length) = length(case, stop.reason) else {
            return decision;
        };
        let cause = stop.cause.unwrap_or(at);
        if case.now < at - length {
            decision.notice_from = Some(at - length);
        } else if given(case, cause, stop.reason).is_none() {
            let stop_at = at.max(minute(case.now) + length);
            let why = match stop.text.strip_prefix(OFF_SINCE) {
                Some(edge) => format!("off by its schedule from {edge}"),
                None => stop.text,
            };
            decision.notice = Some(Box::new(NoticeDue {
                renews: false,
                cause,
                stop_at,
                reason: stop.reason,
                text: said(case, stop_at, &why),
            }));
        }
        return decision;
    }
    decision
}

/// The stop that would be due at a later instant, if nobody touched the resource until then. Whether anybody works on it
/// then is not known.
fn stop_at(
    case: &Case<'_>,
    at: DateTime<Utc>,
    rules: fn(&Case<'_>) -> Decision,
) -> Option<Decision> {
    let mut reading = case.reading.clone();
    reading.policy.notice = Some(Sourced {
        value: None,
        layer: Layer::Compute,
        text: String::new(),
    });
    let mut compute = case.compute.clone();
    compute.state = ComputeState::Running;
    let then = rules(&Case {
        reading: &reading,
        compute: &compute,
        jobs: &Jobs::NotAsked,
        evidence: &Evidence::NotAsked,
        now: at,
        ..*case
    });
    (then.action == Action::Stop).then_some(then)
}

/// The instants after now at which a stop may become due by itself, in their order: all until `until`, and some later.
fn changes(case: &Case<'_>, until: DateTime<Utc>) -> Vec<DateTime<Utc>> {
    let schedule = case.reading.policy.schedule.as_ref();
    let mut edges = Vec::new();
    let mut from = case.now;
    while let Some(next) = schedule.and_then(|schedule| schedule.value.at(from).next) {
        edges.push(next.at);
        from = next.at;
        if from > until || edges.len() == EDGES {
            break;
        }
    }
    let hold = case.hold();
    let external = case.saved_state.external.as_ref();
    let others = [
        hold.and_then(|hold| hold.from),
        hold.map(|hold| hold.until),
        case.personal_hold().map(|hold| hold.until),
        external.map(|external| external.at + case.lease),
        idle::end_of_uptime(case),
    ];
    let mut all: Vec<DateTime<Utc>> = edges
        .into_iter()
        .chain(others.into_iter().flatten())
        .filter(|at| *at > case.now)
        .collect();
    all.sort_unstable();
    all
}
