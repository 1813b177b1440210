//! From policy, observation, memory and `now` to one decision with its reasons. Pure.
//!
//! The order of DESIGN's chapter "Deciding": the first rule that applies decides.

mod decision;
pub mod evidence;
mod idle;
mod memory;
mod remember;
mod schedule;
mod seen;
mod timer;
mod watchdog;

pub use decision::{Action, Decision, Next, NoticeDue, Reason};
pub use evidence::{Evidence, Finding};
pub use memory::{
    Act, Ended, MachineMemory, NoticeGiven, Outcome, TimerAnswer, TimerSet, Word, WorkspaceMemory,
};
pub use remember::{Found, remember, rest};
pub use seen::{By, Seen, seen};
pub use timer::NATIVE as NATIVE_TIMER;

use crate::observe::{Compute, Job, State};
use crate::policy::{Hold, Layer, Mode, Reading};
use crate::schedule::{Power, wall};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use schedule::Wish;
use std::time::Duration;

/// What is known of the jobs on a machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Jobs {
    /// Not looked up: so far nothing depended on it.
    NotAsked,
    /// All active jobs on the machine.
    Known(Vec<Job>),
    /// The look-up failed. `passing`: it may succeed at the next sweep (a timeout, throttling), in contrast
    /// to a definite answer (no right to read jobs).
    Unknown { why: String, passing: bool },
}

/// Whether a machine has a beacon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    Absent,
    Present,
    /// The beacons could not be listed.
    Unknown,
}

/// Everything that one decision looks at.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    pub reading: &'a Reading,
    pub compute: &'a Compute,
    pub jobs: &'a Jobs,
    pub evidence: &'a Evidence,
    pub beacon: Presence,
    pub memory: &'a MachineMemory,
    /// `LEASE`: how long a start by hand outside windows stands.
    pub lease: TimeDelta,
    pub now: DateTime<Utc>,
}

/// A jobs look-up that fails in passing holds a due stop back for this long; after that the owner's time counts.
const PATIENCE: TimeDelta = TimeDelta::minutes(15);

/// The notice before the end of a longest uptime where neither tags nor settings name one.
const UPTIME_NOTICE: Duration = Duration::from_secs(15 * 60);

/// Decides for one machine at one instant.
pub fn decide(case: &Case<'_>) -> Decision {
    let mut decision = match unfit(case).or_else(|| unreadable(case)) {
        Some(decision) => decision,
        None => Decision {
            timer: timer::due(case),
            warning: watchdog::warning(case),
            ..governed(case)
        },
    };
    decision.dry_run = mode(case).dry_run;
    if let Some(holidays) = &case.reading.policy.holidays {
        let problems = holidays.value.problems.iter();
        decision
            .evidence
            .extend(problems.map(|why| format!("{why}; its days count as others do")));
    }
    decision
}

fn mode(case: &Case<'_>) -> Mode {
    case.reading
        .policy
        .mode
        .as_ref()
        .map(|mode| mode.value)
        .unwrap_or_default()
}

/// Rule 1: not a kind we act on, or a state that is neither at rest nor known.
fn unfit(case: &Case<'_>) -> Option<Decision> {
    let compute = case.compute;
    if compute.compute_type.as_deref() != Some("ComputeInstance") {
        let kind = compute
            .compute_type
            .as_deref()
            .unwrap_or("of no known kind");
        return Some(Decision::leave(
            Reason::NotAnInstance,
            format!("not a compute instance ({kind})"),
        ));
    }
    match &compute.state {
        State::Running | State::JobRunning | State::Stopped => None,
        State::Other(_) => {
            let text = format!("its state, {}, is not one to act on", compute.state);
            Some(Decision::leave(Reason::UnknownState, text))
        }
        state => Some(Decision::leave(
            Reason::InTransition,
            format!("it is {state}; looked at again next sweep"),
        )),
    }
}

/// Rules 2 and 3: no policy, an unreadable one, or `ignore`.
fn unreadable(case: &Case<'_>) -> Option<Decision> {
    let reading = case.reading;
    if let Some(error) = reading.errors.iter().find(|error| error.blocks) {
        let text = format!("{} cannot be read: {}", error.tag, error.in_one_line());
        return Some(Decision::leave(Reason::UnreadableTag, text));
    }
    if !reading.policy.governed {
        return Some(Decision::leave(
            Reason::NoPolicy,
            "no policy tag on it or above it".into(),
        ));
    }
    mode(case)
        .ignore
        .then(|| Decision::leave(Reason::Ignored, "its mode is ignore".into()))
}

/// Rules 4 to 7, for a machine at rest with a readable policy.
fn governed(case: &Case<'_>) -> Decision {
    let hold = case
        .reading
        .policy
        .hold
        .as_ref()
        .map(|hold| hold.value)
        .filter(|hold| case.now < hold.until);
    let schedule = case.reading.policy.schedule.as_ref();
    let desired = schedule.map(|schedule| schedule.value.at(case.now));
    if let Some(hold) = hold.filter(|hold| hold.power == Power::Off) {
        return schedule::about(case, desired, hold_off(case, hold), true);
    }
    let wish = schedule::wish(case, desired, mode(case));
    let decision = match (&wish, hold) {
        (Wish::Off { .. }, Some(hold)) => {
            let text = format!("held on until {}", local(case, hold.until));
            Decision::leave(Reason::HoldOn, text).with_next(hold.until, None)
        }
        (
            Wish::Off {
                reason,
                cause,
                text,
            },
            None,
        ) => stop(case, *reason, *cause, text),
        (
            Wish::On {
                reason,
                cause,
                text,
            },
            _,
        ) => start(case, *reason, *cause, text),
        (Wish::Nothing(decision), _) => decision.clone(),
    };
    let rested = matches!(wish, Wish::Nothing(_)) && hold.is_none();
    let decision = schedule::about(case, desired, decision, hold.is_some());
    match rested {
        true => idle::unneeded(case, decision),
        false => decision,
    }
}

/// Rule 4, `off`: not lit, and put out once, when the hold is first seen.
fn hold_off(case: &Case<'_>, hold: Hold) -> Decision {
    let until = local(case, hold.until);
    if rest(&case.compute.state) == Some(Power::Off) {
        let text = format!("held off until {until}");
        return Decision::leave(Reason::HoldOff, text).with_next(hold.until, None);
    }
    if case.memory.hold_put_out == Some(hold.until) {
        let text = format!("held off until {until}, put out once, and started again by hand since");
        return Decision::leave(Reason::HoldOff, text).with_next(hold.until, None);
    }
    let decision = stop(
        case,
        Reason::HoldOff,
        hold.until,
        &format!("held off until {until}"),
    );
    // A wait for the notice ends before the hold does.
    match decision.next {
        Some(_) => decision,
        None => decision.with_next(hold.until, None),
    }
}

/// A stop that is due, unless a job, an unsettled act or a notice delays it.
fn stop(case: &Case<'_>, reason: Reason, cause: DateTime<Utc>, text: &str) -> Decision {
    if let Some(waiting) = act_under_way(case) {
        return waiting;
    }
    let wait = |why: Reason, more: String| Decision::wait(why, format!("{text}; {more}"), cause);
    if case.compute.state == State::JobRunning {
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
        Jobs::Unknown { why, passing }
            if matches!(reason, Reason::Idle | Reason::MaxUptime)
                || *passing && (case.now < cause + PATIENCE || reason == Reason::HoldOff) =>
        {
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

fn start(case: &Case<'_>, reason: Reason, cause: DateTime<Utc>, text: &str) -> Decision {
    if let Some(waiting) = act_under_way(case) {
        return waiting;
    }
    if mode(case).stop_only {
        return Decision::leave(
            Reason::StopOnly,
            format!("{text}; its mode is stop-only, so it is never started"),
        );
    }
    Decision::act(Action::Start, reason, text.to_string(), cause)
}

/// One act at a time: what has been asked for may still be on its way.
fn act_under_way(case: &Case<'_>) -> Option<Decision> {
    let act = case
        .memory
        .last_act()
        .filter(|act| act.under_way(case.now))?;
    let verb = if act.power == Power::On {
        "start"
    } else {
        "stop"
    };
    let text = format!(
        "our {verb} of {} is on its way",
        local(case, act.requested_at)
    );
    Some(Decision::leave(Reason::ActUnderWay, text))
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
        .memory
        .notice
        .filter(|notice| notice.cause == cause)
        .map(|notice| notice.given_at);
    let stop_at = given.unwrap_or(case.now) + length;
    if given.is_some() && case.now >= stop_at {
        return None;
    }
    let more = format!(
        "{text}; put out at {}, its owner having notice",
        local(case, stop_at)
    );
    let mut decision =
        Decision::wait(Reason::Notice, more, cause).with_next(stop_at, Some(Power::Off));
    if given.is_none() {
        decision.notice = Some(NoticeDue { cause, stop_at });
    }
    Some(decision)
}

/// An instant as the owner reads it: in the schedule's zone where there is one.
fn local(case: &Case<'_>, at: DateTime<Utc>) -> String {
    let schedule = case.reading.policy.schedule.as_ref();
    wall::shown(at, schedule.map_or(Tz::UTC, |schedule| schedule.value.zone))
}

#[cfg(test)]
mod tests;
