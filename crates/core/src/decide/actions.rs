//! A start or stop that is due, and what may delay it.

use super::case::{Case, Jobs};
use super::decision::{Decision, NoticeDue};
use crate::observe::ComputeState;
use crate::policy::Layer;
use crate::record::{Action, Reason};
use crate::schedule::Power;
use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;

/// The notice before the end of a longest uptime where neither tags nor settings name one.
const UPTIME_NOTICE: Duration = Duration::from_secs(15 * 60);

/// A stop that is due, unless a job, a pending action or a notice delays it.
pub(super) fn stop(case: &Case<'_>, reason: Reason, cause: DateTime<Utc>, text: &str) -> Decision {
    if let Some(waiting) = pending(case) {
        return waiting;
    }
    let wait = |why: Reason, more: String| Decision::wait(why, format!("{text}; {more}"), cause);
    if case.compute.state == ComputeState::JobRunning {
        return wait(
            Reason::JobRunning,
            "waits: a job runs on it (state JobRunning)".into(),
        )
        .with_evidence("state JobRunning".into());
    }
    match case.jobs {
        Jobs::Known(jobs) if !jobs.is_empty() => {
            let names: Vec<&str> = jobs.iter().take(3).map(|job| job.name.as_str()).collect();
            let more = if jobs.len() > 3 { ", …" } else { "" };
            let named = format!("{}{more}", names.join(", "));
            return wait(
                Reason::JobRunning,
                format!("waits for {} job(s): {named}", jobs.len()),
            )
            .with_evidence(format!("active jobs: {named}"));
        }
        // Whatever is not known to be absent is there.
        Jobs::Unknown { why, accepted } if !(*accepted && reason.is_of_schedule()) => {
            return wait(
                Reason::JobsUnknown,
                format!("waits: its jobs could not be read ({why})"),
            );
        }
        _ => {}
    }
    if let Some(waiting) = notice_first(case, reason, cause, text) {
        return waiting;
    }
    let decision = Decision::act(Action::Stop, reason, text.to_string(), cause);
    match case.jobs {
        Jobs::Unknown { why, .. } => decision.with_evidence(format!("jobs unknown: {why}")),
        Jobs::Known(_) => decision.with_evidence("no active job on it".into()),
        Jobs::NotAsked => decision,
    }
}

pub(super) fn start(case: &Case<'_>, reason: Reason, cause: DateTime<Utc>, text: &str) -> Decision {
    if let Some(waiting) = pending(case) {
        return waiting;
    }
    if case.mode().stop_only {
        return Decision::leave(
            Reason::StopOnly,
            format!("{text}; its mode is stop-only, so it is never started"),
        );
    }
    Decision::act(Action::Start, reason, text.to_string(), cause)
}

/// One action at a time: what has been asked for may still take effect.
fn pending(case: &Case<'_>) -> Option<Decision> {
    let operation = case
        .saved_state
        .last_own_operation()
        .filter(|operation| operation.is_pending(case.now))?;
    let verb = if operation.power == Power::On {
        "start"
    } else {
        "stop"
    };
    let text = format!(
        "the {verb} asked for at {} is pending",
        case.local(operation.requested_at)
    );
    Some(Decision::leave(Reason::ActionPending, text))
}

/// The notice that a stop needs first, where the owner asked for one.
fn notice_first(
    case: &Case<'_>,
    reason: Reason,
    cause: DateTime<Utc>,
    text: &str,
) -> Option<Decision> {
    let notice = case.reading.policy.notice.as_ref();
    // The end of an uptime is no time of day that anybody has in mind, so it is told unless that is switched off.
    let usual = (reason == Reason::MaxUptime).then_some(UPTIME_NOTICE);
    let length = match notice {
        Some(notice) if notice.layer != Layer::Default || notice.value.is_some() => notice.value,
        _ => usual,
    }?;
    let length = TimeDelta::from_std(length).ok()?;
    let given = case
        .saved_state
        .notice
        .filter(|notice| notice.cause == cause)
        .map(|notice| notice.given_at);
    let stop_at = given.unwrap_or(case.now) + length;
    if given.is_some() && case.now >= stop_at {
        return None;
    }
    let more = format!(
        "{text}; to be stopped at {}, once its owner has had notice",
        case.local(stop_at)
    );
    let mut decision =
        Decision::wait(Reason::Notice, more, cause).with_next(stop_at, Some(Power::Off));
    if given.is_none() {
        decision.notice = Some(NoticeDue { cause, stop_at });
    }
    Some(decision)
}
