//! The notice before a stop: how long it is, what it says, and whether a stop that is due has to wait for it. Whoever is
//! told late is stopped later.

use super::case::Case;
use super::decision::{Decision, NoticeDue, Untold};
use super::scale::value;
use crate::policy::Layer;
use crate::record::{NoticeOwed, OwedAbout, Reason};
use crate::schedule::Power;
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use std::time::Duration;

/// The notice before the end of a longest uptime where neither tags nor settings name one.
const UPTIME_NOTICE: Duration = Duration::from_secs(15 * 60);
/// A message may lie with us for so long (a channel takes only so many) without costing its owner any of the notice.
const LONGEST_WITH_US: TimeDelta = TimeDelta::hours(2);
/// One failure may be a moment's.
const ENOUGH_FAILURES: u32 = 2;

/// What the notice means for a stop that is due.
pub(super) enum Notice {
    /// It is still to be given, or has not lasted yet.
    Waits(Box<Decision>),
    /// Nothing more to wait for. `untold`: why nobody could be told.
    Over { untold: Option<String> },
}

/// How long before a stop for this reason its owner is told; `None`: not at all.
pub(super) fn length(case: &Case<'_>, reason: Reason) -> Option<TimeDelta> {
    // Nobody is told of what does not come; what would have come is shown when it is due.
    if case.mode().dry_run {
        return None;
    }
    let notice = case.reading.policy.notice.as_ref();
    // The end of an uptime is no time of day that anybody has in mind, so it is told unless that is switched off.
    let usual = (reason == Reason::MaxUptime).then_some(UPTIME_NOTICE);
    let length = match notice {
        Some(notice) if notice.layer != Layer::Default || notice.value.is_some() => notice.value,
        _ => usual,
    }?;
    TimeDelta::from_std(length)
        .ok()
        .filter(|length| *length > TimeDelta::zero())
}

/// The instant that demands a stop: a hold that kept the resource on until later is the last to have been in its way.
pub(super) fn cause(case: &Case<'_>, cause: DateTime<Utc>) -> DateTime<Utc> {
    let hold = case.hold().filter(|hold| hold.power == Power::On);
    let personal = case.personal_hold().map(|hold| hold.until);
    let ends = [hold.map(|hold| hold.until), personal];
    let ended = ends.into_iter().flatten().filter(|end| *end <= case.now);
    ended.fold(cause, DateTime::max)
}

/// An instant to the minute: a notice counts as its owner reads the clock.
pub(super) fn minute(at: DateTime<Utc>) -> DateTime<Utc> {
    at.duration_trunc(TimeDelta::minutes(1)).unwrap_or(at)
}

/// When the notice of the stop that `cause` demands for this reason was given.
pub(super) fn given(
    case: &Case<'_>,
    cause: DateTime<Utc>,
    reason: Reason,
) -> Option<DateTime<Utc>> {
    let given = case.saved_state.given();
    let mut of_it = given.filter(|notice| notice.is_of(cause, reason));
    of_it.next().map(|notice| minute(notice.given_at))
}

/// When the first stop is to come, no later than `latest`, of which the owner has been told already.
fn told_earlier(
    case: &Case<'_>,
    length: TimeDelta,
    latest: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let given = case.saved_state.given();
    let stops = given.map(|notice| notice.cause.max(minute(notice.given_at) + length));
    stops.filter(|at| *at > case.now && *at <= latest).min()
}

/// The notice that a stop needs first, where its owner asked for one.
pub(super) fn first(case: &Case<'_>, reason: Reason, cause: DateTime<Utc>, text: &str) -> Notice {
    let Some(length) = length(case, reason) else {
        return Notice::Over { untold: None };
    };
    if let Some(given) = given(case, cause, reason) {
        let stop_at = given + length;
        return match case.now >= stop_at {
            true => Notice::Over { untold: None },
            false => Notice::Waits(Box::new(noticed(case, cause, stop_at, text))),
        };
    }
    let stop_at = minute(case.now) + length;
    // Nobody plans by two stops: of one that comes no earlier there is nothing new to say.
    let idle = (reason == Reason::Idle).then(|| told_earlier(case, length, stop_at));
    if let Some(earlier) = idle.flatten() {
        return Notice::Waits(Box::new(noticed(case, cause, earlier, text)));
    }
    let due = NoticeDue {
        cause,
        stop_at,
        reason,
        text: said(case, stop_at, text),
        renews: false,
    };
    let owed = case.saved_state.owed(OwedAbout::Stop);
    match owed.filter(|owed| owed.cause == cause) {
        Some(owed) => still_owed(case, owed, length, due, text),
        None => Notice::Waits(Box::new(Decision {
            notice: Some(Box::new(due)),
            ..noticed(case, cause, stop_at, text)
        })),
    }
}

/// What a notice that has reached nobody yet means for its stop. The owner's time begins with the first failure: before
/// that, the message lay with us, and only that no channel could be asked for two hours is a failure too.
fn still_owed(
    case: &Case<'_>,
    owed: &NoticeOwed,
    length: TimeDelta,
    mut due: NoticeDue,
    text: &str,
) -> Notice {
    let why = why(owed);
    let cause = due.cause;
    let end = owed.since + LONGEST_WITH_US;
    let begun = owed.failed_at.map_or(case.now.min(end), |at| at.min(end));
    let planned = minute(begun) + length;
    let latest = planned + case.notice_required;
    let last = minute(end) + length + case.notice_required;
    let enough = owed.failures >= ENOUGH_FAILURES || case.now >= last;
    // Where nothing was tried of late (a job was in the way, its list did not come, or no sweep ran), they may be reached
    // now: once, it all begins anew.
    due.renews = case.now >= latest && enough && owed.is_long_ago(case.now);
    if case.now >= latest && enough && !due.renews {
        return Notice::Over { untold: Some(why) };
    }
    let wait = |more: String| Decision::wait(Reason::Notice, format!("{text}; {more}"), cause);
    let mut until = Some(latest);
    let wait = match owed.failed_at {
        // The instant of the stop moves on with every sweep.
        None => wait("its owner has not been told yet, and is told first".into())
            .with_next(planned, Some(Power::Off)),
        Some(_) if case.now >= latest => {
            until = None;
            wait(format!(
                "nobody could be told of it yet ({why}), which is tried once more"
            ))
        }
        Some(_) => wait(format!(
            "nobody could be told of it yet ({why}), so to be stopped at {}",
            case.local(latest)
        ))
        .with_next(latest, Some(Power::Off)),
    };
    Notice::Waits(Box::new(Decision {
        notice: Some(Box::new(due)),
        untold: (case.now >= planned).then_some(Untold { why, until }),
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
pub(super) fn said(case: &Case<'_>, stop_at: DateTime<Utc>, why: &str) -> String {
    let (name, at) = (&case.compute.name, case.local(stop_at));
    // Of what scales, the rest goes on.
    match value(case, Power::Off) {
        Some(value) => format!("{name} will be brought down to {value} at {at}: {why}."),
        None => format!("{name} will be stopped at {at}: {why}."),
    }
}
