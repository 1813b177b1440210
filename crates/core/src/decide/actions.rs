//! A start or stop that is due, and what may delay it.

use super::case::{Case, Jobs};
use super::decision::{Decision, Untold};
use super::kept;
use super::notice::{self, Notice};
use super::quota;
use super::scale::value;
use crate::kinds::Kind;
use crate::observe::ComputeState;
use crate::record::{Action, Reason};
use crate::schedule::Power;
use chrono::{DateTime, Utc};

/// A stop that is due, unless a job, a pending action or a notice delays it.
pub(super) fn stop(case: &Case<'_>, reason: Reason, cause: DateTime<Utc>, text: &str) -> Decision {
    if let Some(waiting) = pending(case) {
        return waiting;
    }
    let cause = notice::cause(case, cause);
    if let Some(why) = guarded(case, case.compute.by_kind.no_stop.as_deref()) {
        let text = format!("{text}; waits: {why}");
        return Decision::wait(Reason::Guarded, text, cause);
    }
    let wait = |why: Reason, more: String| Decision::wait(why, format!("{text}; {more}"), cause);
    if case.compute.state == ComputeState::JobRunning {
        return wait(
            Reason::JobRunning,
            "waits: a job runs on it (state JobRunning)".into(),
        )
        .with_evidence("state JobRunning".into());
    }
    // A job on a kind that no job delays holds nothing.
    let delays = Kind::of(case.compute).known();
    let delays = delays.is_some_and(|kind| kind.jobs_delay());
    let jobs = if delays { case.jobs } else { &Jobs::NotAsked };
    match jobs {
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
    if let Some((why, until)) = kept::unread(case) {
        let more = format!("waits: whether somebody keeps it on could not be read ({why})");
        return wait(Reason::HoldsUnknown, more).with_next(until, Some(Power::Off));
    }
    let untold = match notice::first(case, reason, cause, text) {
        Notice::Waits(decision) => return *decision,
        Notice::Over { untold } => untold,
    };
    let mut decision = Decision::act(Action::Stop, reason, text.to_string(), cause);
    if let Some(why) = untold {
        let evidence = format!("nobody could be told of it before ({why})");
        decision.untold = Some(Untold { why, until: None });
        decision.evidence.push(evidence);
    }
    match jobs {
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
    if let Some(why) = guarded(case, case.compute.by_kind.no_start.as_deref()) {
        let text = format!("{text}; not started: {why}");
        return Decision::leave(Reason::Guarded, text);
    }
    if case.compute.by_kind.scale.is_some() && value(case, Power::On).is_none() {
        let text = format!(
            "{text}; but what it was before is not known: {}",
            "lamp-warm says how many nodes or instances it has while it is on"
        );
        return Decision::leave(Reason::ValueUnknown, text);
    }
    let text = quota::start_words(case, text);
    Decision::act(Action::Start, reason, text, cause)
}

/// Why its kind keeps it as it is for now: for a reason that was read, or because it has just been started or stopped.
fn guarded(case: &Case<'_>, read: Option<&str>) -> Option<String> {
    if let Some(why) = read {
        return Some(why.to_owned());
    }
    let peace = Kind::of(case.compute).known()?.peace()?;
    let since = case.saved_state.on_since()?;
    (case.now < since + peace).then(|| {
        format!(
            "Azure wants {} minutes between a start and a stop, and it has been as it is since {} at the latest",
            peace.num_minutes(),
            case.local(since)
        )
    })
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
