//! The notice before a stop: how long it is, when it is due, and what it says. Whoever is told late is stopped later.

use super::case::{Case, Jobs};
use super::decision::{Decision, NoticeDue};
use super::evidence::Evidence;
use super::schedule::OFF_SINCE;
use super::{idle, rules};
use crate::kinds::rest;
use crate::observe::ComputeState;
use crate::policy::{Layer, Sourced};
use crate::record::{Action, NoticeOwed, OwedAbout, Reason};
use crate::schedule::Power;
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use std::time::Duration;

/// The notice before the end of a longest uptime where neither tags nor settings name one.
const UPTIME_NOTICE: Duration = Duration::from_secs(15 * 60);
/// So many edges of a schedule are looked ahead: more lie within no notice that anybody means.
const EDGES: usize = 32;

/// What the notice means for a stop that is due.
pub(super) enum Notice {
    /// It is still to be given, or has not lasted yet.
    Waits(Box<Decision>),
    /// Nothing more to wait for. `untold`: why nobody could be told.
    Over { untold: Option<String> },
}

/// How long before a stop for this reason its owner is told; `None`: not at all.
fn length(case: &Case<'_>, reason: Reason) -> Option<TimeDelta> {
    let notice = case.reading.policy.notice.as_ref();
    // The end of an uptime is no time of day that anybody has in mind, so it is told unless that is switched off.
    let usual = (reason == Reason::MaxUptime).then_some(UPTIME_NOTICE);
    let length = match notice {
        Some(notice) if notice.layer != Layer::Default || notice.value.is_some() => notice.value,
        _ => usual,
    }?;
    TimeDelta::from_std(length).ok()
}

/// The instant that demands a stop: a hold that kept the resource on until later is the last to have been in its way.
pub(super) fn cause(case: &Case<'_>, cause: DateTime<Utc>) -> DateTime<Utc> {
    let hold = case.hold().filter(|hold| hold.power == Power::On);
    let ended = hold.map(|hold| hold.until).filter(|end| *end <= case.now);
    ended.map_or(cause, |end| end.max(cause))
}

/// An instant to the minute: a notice counts as its owner reads the clock.
fn minute(at: DateTime<Utc>) -> DateTime<Utc> {
    at.duration_trunc(TimeDelta::minutes(1)).unwrap_or(at)
}

/// When the notice of the stop that `cause` demands was given.
fn given(case: &Case<'_>, cause: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let given = case.saved_state.notice;
    given
        .filter(|notice| notice.cause == cause)
        .map(|notice| minute(notice.given_at))
}

/// The notice that a stop needs first, where its owner asked for one.
pub(super) fn first(case: &Case<'_>, reason: Reason, cause: DateTime<Utc>, text: &str) -> Notice {
    let Some(length) = length(case, reason) else {
        return Notice::Over { untold: None };
    };
    if let Some(given) = given(case, cause) {
        let stop_at = given + length;
        return match case.now >= stop_at {
            true => Notice::Over { untold: None },
            false => Notice::Waits(Box::new(noticed(case, cause, stop_at, text))),
        };
    }
    let stop_at = minute(case.now) + length;
    let due = Some(NoticeDue {
        cause,
        stop_at,
        reason,
        text: said(case, stop_at, text),
    });
    let owed = case.saved_state.owed(OwedAbout::Stop);
    let Some(owed) = owed.filter(|owed| owed.cause == cause) else {
        return Notice::Waits(Box::new(Decision {
            notice: due,
            ..noticed(case, cause, stop_at, text)
        }));
    };
    // It was to have been told by now.
    let planned = minute(owed.since) + length;
    let (latest, why) = (planned + case.notice_required, why(owed));
    let late = case.now >= planned;
    if case.now >= latest {
        return Notice::Over { untold: Some(why) };
    }
    let more = format!(
        "{text}; nobody could be told of it yet ({why}), so to be stopped at {}",
        case.local(latest)
    );
    let wait = Decision::wait(Reason::Notice, more, cause).with_next(latest, Some(Power::Off));
    Notice::Waits(Box::new(Decision {
        notice: due,
        untold: late.then_some(why),
        ..wait
    }))
}

fn noticed(case: &Case<'_>, cause: DateTime<Utc>, stop_at: DateTime<Utc>, text: &str) -> Decision {
    let more = format!(
        "{text}; to be stopped at {}, once its owner has had notice",
        case.local(stop_at)
    );
    Decision::wait(Reason::Notice, more, cause).with_next(stop_at, Some(Power::Off))
}

fn why(owed: &NoticeOwed) -> String {
    let why = owed.why.clone();
    why.unwrap_or_else(|| "what became of the message is not known".into())
}

/// What its owner hears of a stop.
fn said(case: &Case<'_>, stop_at: DateTime<Utc>, why: &str) -> String {
    let (name, at) = (&case.compute.name, case.local(stop_at));
    format!("{name} will be stopped at {at}: {why}.")
}

/// Adds to a decision the notice of the next stop whose time is known, where it is due now.
pub(super) fn ahead(case: &Case<'_>, mut decision: Decision) -> Decision {
    let leaves = decision.action == Action::Leave && decision.reason != Reason::ActionPending;
    if !leaves || decision.notice.is_some() || rest(case.compute) != Some(Power::On) {
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
        let Some(stop) = stop_at(case, at) else {
            continue;
        };
        let Some(length) = length(case, stop.reason) else {
            return decision;
        };
        let cause = stop.cause.unwrap_or(at);
        if case.now < at - length {
            decision.notice_from = Some(at - length);
        } else if given(case, cause).is_none() {
            let stop_at = at.max(minute(case.now) + length);
            let why = match stop.text.strip_prefix(OFF_SINCE) {
                Some(edge) => format!("off by its schedule from {edge}"),
                None => stop.text,
            };
            decision.notice = Some(NoticeDue {
                cause,
                stop_at,
                reason: stop.reason,
                text: said(case, stop_at, &why),
            });
        }
        return decision;
    }
    decision
}

/// The stop that would be due at a later instant, if nobody touched the resource until then. Whether anybody works on it
/// then is not known.
fn stop_at(case: &Case<'_>, at: DateTime<Utc>) -> Option<Decision> {
    let mut reading = case.reading.clone();
    reading.policy.notice = Some(Sourced {
        value: None,
        layer: Layer::Compute,
        text: String::new(),
    });
    let mut compute = case.compute.clone();
    compute.state = ComputeState::Running;
    let then = rules::governed(&Case {
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
