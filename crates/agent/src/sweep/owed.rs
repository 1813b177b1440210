//! What owners are to be told in this sweep, as saved state has it. It is written there before it is sent: so that one
//! that reached nobody, or was cut off by a crash, is sent again under the same id, and two sweeps at once send it once.

use super::decided::Decided;
use super::pass::Pass;
use aws_lc_rs::digest::{SHA256, digest};
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_core::decide::NoticeDue;
use lamplighter_core::record::{
    Action, NoticeGiven, NoticeOwed, OwedAbout, Reason, ResourceState, Said,
};
use std::fmt::Write;
use tokio::time::Instant;

/// Another sweep does not send what one is about to send within this long: prices and records come before that.
const SENDING: TimeDelta = TimeDelta::minutes(3);
/// Nor what has only just failed.
const JUST_FAILED: TimeDelta = TimeDelta::seconds(30);

/// What somebody is to be told in this sweep.
pub struct ToTell {
    /// The message that it is a part of; `None` where no channel is set.
    pub message: Option<String>,
    /// It has failed in an earlier sweep already.
    pub again: bool,
    pub what: What,
}

pub enum What {
    /// A stop is to come.
    Stop(Box<NoticeDue>),
    /// One that is due waits: why.
    Wait(String),
    /// Something has happened.
    After(OwedAbout, Said),
}

impl ToTell {
    pub fn about(&self) -> OwedAbout {
        match self.what {
            What::Stop(_) => OwedAbout::Stop,
            What::Wait(_) => OwedAbout::Wait,
            What::After(about, _) => about,
        }
    }

    /// Whether saved state means this one.
    pub fn is(&self, owed: &NoticeOwed) -> bool {
        let of = match &self.what {
            What::After(_, said) => Some(&said.of),
            What::Stop(_) | What::Wait(_) => None,
        };
        let same = owed.said.as_ref().map(|said| &said.of) == of;
        same && owed.about == self.about() && Some(&owed.message) == self.message.as_ref()
    }
}

/// Writes what is to be told into the saved state. `unread`: the words for the owner that a stop waits for the list of
/// jobs, where these are due today.
pub fn claim(pass: &Pass<'_>, decided: &mut Decided, unread: Option<&String>) -> Vec<ToTell> {
    let stop = stop(pass, decided);
    let wait = wait(pass, decided, unread);
    stop.into_iter().chain(wait).collect()
}

fn stop(pass: &Pass<'_>, decided: &mut Decided) -> Option<ToTell> {
    let now = pass.options.now;
    let Some(due) = decided.decision.notice.clone() else {
        if is_over(decided) {
            forget(&mut decided.observed.state, OwedAbout::Stop);
        }
        return None;
    };
    if pass.context.notifier.is_silent() {
        let state = &mut decided.observed.state;
        forget(state, OwedAbout::Stop);
        state.give(NoticeGiven {
            cause: due.cause,
            given_at: now,
            reason: Some(due.reason),
            stop_at: Some(due.stop_at),
        });
        return Some(ToTell {
            message: None,
            again: false,
            what: What::Stop(due),
        });
    }
    let (message, again) = begin(pass, decided, (OwedAbout::Stop, due.cause), due.renews)?;
    Some(ToTell {
        message: Some(message),
        again,
        what: What::Stop(due),
    })
}

/// Whether an owed notice is of a stop that does not come any more, as far as is known.
fn is_over(decided: &Decided) -> bool {
    let decision = &decided.decision;
    match decision.action {
        // The stop is being asked for: only when it has come about is there nothing to tell.
        Action::Stop => false,
        Action::Start => true,
        Action::Wait | Action::Leave => !matches!(
            decision.reason,
            Reason::Notice
                | Reason::ActionPending
                | Reason::InTransition
                | Reason::NotConfirmed
                | Reason::StopLimit
                | Reason::TagsUnknown
                // What is not known now does not make it another stop, nor does a job that delays it.
                | Reason::JobRunning
                | Reason::JobsUnknown
                | Reason::HoldsUnknown
                | Reason::EvidenceUnknown
                | Reason::UnknownState
        ),
    }
}

fn wait(pass: &Pass<'_>, decided: &mut Decided, unread: Option<&String>) -> Option<ToTell> {
    let Some(known) = decided.observed.state.jobs_unread else {
        forget(&mut decided.observed.state, OwedAbout::Wait);
        return None;
    };
    let owed = decided.observed.state.owed(OwedAbout::Wait);
    let text = match (unread, owed) {
        (Some(text), _) => text.clone(),
        // What is said of it today is said until somebody has heard it.
        (None, Some(_)) if decided.decision.action == Action::Wait => decided.decision.text.clone(),
        (None, _) => return None,
    };
    if pass.context.notifier.is_silent() {
        forget(&mut decided.observed.state, OwedAbout::Wait);
        return None;
    }
    let cause = known.told_at;
    let (message, again) = begin(pass, decided, (OwedAbout::Wait, cause), false)?;
    Some(ToTell {
        message: Some(message),
        again,
        what: What::Wait(text),
    })
}

/// Tries once more what is owed of what has happened.
pub fn claim_after(pass: &Pass<'_>, decided: &mut Decided) -> Vec<ToTell> {
    let now = pass.clock.moment(Instant::now());
    let owed = decided.observed.state.owed_after.iter_mut();
    let due = owed.filter_map(|owed| {
        let (message, again) = attempt(owed, now, false)?;
        let said = owed.said.clone().unwrap_or_default();
        Some(ToTell {
            message: Some(message),
            again,
            what: What::After(owed.about, said),
        })
    });
    due.collect()
}

/// More than anybody has to be told of one resource.
const MOST_AFTER: usize = 8;

/// Owes what has happened, unless it is owed already. It is about to be sent as soon as it is claimed.
pub fn owe_after(
    pass: &Pass<'_>,
    decided: &mut Decided,
    (about, said): (OwedAbout, Said),
    cause: DateTime<Utc>,
) {
    let message = message(pass, decided);
    let all = &mut decided.observed.state.owed_after;
    let same = |owed: &&mut NoticeOwed| {
        owed.about == about && owed.said.as_ref().is_some_and(|known| known.of == said.of)
    };
    if let Some(known) = all.iter_mut().find(same) {
        // What it says may be known better by now.
        known.said = Some(said);
    } else if all.len() < MOST_AFTER {
        let now = pass.clock.moment(Instant::now());
        all.push(NoticeOwed {
            said: Some(said),
            sending: false,
            tried_at: now - SENDING,
            ..new(about, cause, message, now)
        });
    }
}

fn new(about: OwedAbout, cause: DateTime<Utc>, message: String, now: DateTime<Utc>) -> NoticeOwed {
    NoticeOwed {
        about,
        cause,
        message,
        since: now,
        tried_at: now,
        sending: true,
        failed_at: None,
        failures: 0,
        renewed: false,
        not_before: None,
        why: None,
        said: None,
    }
}

/// Notes that one that is owed is about to be sent. `None`: not in this sweep.
fn attempt(known: &mut NoticeOwed, now: DateTime<Utc>, renews: bool) -> Option<(String, bool)> {
    let stands = if known.sending { SENDING } else { JUST_FAILED };
    if now < known.tried_at + stands || known.not_before.is_some_and(|at| now < at) {
        return None;
    }
    if renews {
        known.renew(now);
    }
    known.tried_at = now;
    known.sending = true;
    known.not_before = None;
    Some((known.message.clone(), known.failures > 0))
}

fn forget(state: &mut ResourceState, about: OwedAbout) {
    state.owed.retain(|owed| owed.about != about);
}

/// Notes that it is about to be sent: in which message, and whether it was before. `None`: not in this sweep. `renews`:
/// what failed before does not count any more.
fn begin(
    pass: &Pass<'_>,
    decided: &mut Decided,
    (about, cause): (OwedAbout, DateTime<Utc>),
    renews: bool,
) -> Option<(String, bool)> {
    let now = pass.clock.moment(Instant::now());
    let message = message(pass, decided);
    let state = &mut decided.observed.state;
    let mut known = state.owed.iter_mut();
    let known = known.find(|owed| owed.about == about && owed.cause == cause);
    if let Some(known) = known {
        return attempt(known, now, renews);
    }
    forget(state, about);
    state.owed.push(new(about, cause, message.clone(), now));
    Some((message, false))
}

/// The name of the message that tells the owner of all that this pass has newly found out: made of what it is.
fn message(pass: &Pass<'_>, decided: &Decided) -> String {
    let owner = decided.observed.resource.owner.as_deref();
    let (workspace, now) = (pass.key().to_lowercase(), pass.options.now.to_rfc3339());
    let whole = format!("{workspace}\n{now}\n{}", owner.unwrap_or_default());
    let mut name = "notice-".to_owned();
    for byte in &digest(&SHA256, whole.as_bytes()).as_ref()[..16] {
        // Writing to a String cannot fail.
        let _ = write!(name, "{byte:02x}");
    }
    name
}
