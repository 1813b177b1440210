//! What became of a notice: what saved state remembers of it, and who the ledger says was told.

use super::reason::Reason;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// A notice ahead of a stop that has been given: some channel has accepted it, or none is set and the log has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeGiven {
    /// The instant that demands the stop; one notice for each.
    pub cause: DateTime<Utc>,
    pub given_at: DateTime<Utc>,
    /// Why it will be stopped; `None` where an older version has told it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// When it said that it will be stopped; `None` where an older version has told it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_at: Option<DateTime<Utc>>,
}

impl NoticeGiven {
    /// Whether it is of the stop that `cause` demands for this reason. The instant of a hold off is its end, which says
    /// nothing of any other stop at that instant.
    pub fn is_of(&self, cause: DateTime<Utc>, reason: Reason) -> bool {
        let held = |reason: Reason| reason == Reason::HoldOff;
        let same = self.reason.is_none_or(|told| held(told) == held(reason));
        same && self.cause == cause
    }
}

/// A notice that no channel has accepted yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeOwed {
    pub about: OwedAbout,
    /// The instant that demands the stop; of a stop that waits, the first sweep in which it did.
    pub cause: DateTime<Utc>,
    /// Of the message, so that it is the same at every attempt.
    pub message: String,
    /// The sweep that was the first to send it.
    pub since: DateTime<Utc>,
    /// When it was last about to be sent, or, once that is known, when it had failed.
    pub tried_at: DateTime<Utc>,
    /// It is being sent, as far as is known.
    #[serde(default, skip_serializing_if = "is_false")]
    pub sending: bool,
    /// When a channel first answered, or could not be reached: the time that it lay with us before is not the owner's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_at: Option<DateTime<Utc>>,
    /// How many times that was so.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub failures: u32,
    /// It began anew, as what had failed lay long ago; that happens once.
    #[serde(default, skip_serializing_if = "is_false")]
    pub renewed: bool,
    /// No channel is to be asked again sooner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<DateTime<Utc>>,
    /// Why it reached nobody, once that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// What it says, where that is not found out anew by every sweep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<Said>,
}

/// The words of a notice of what has happened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// What it is about, beside the resource: the same thing is not told twice a day. Of unreadable tags a line each.
    pub of: String,
    pub text: String,
    /// What its owner may do, a sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to_do: Vec<String>,
}

/// That an owner was told of something that has happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldOf {
    pub about: OwedAbout,
    /// See [`Said::of`].
    pub of: String,
    pub at: DateTime<Utc>,
}

impl NoticeOwed {
    /// Whether it was last tried so long ago that this says nothing of now, and it has not begun anew before.
    pub fn is_long_ago(&self, now: DateTime<Utc>) -> bool {
        !self.renewed && now > self.tried_at + LONG_AGO
    }

    /// Begins anew: its owner's time has not begun.
    pub fn renew(&mut self, now: DateTime<Utc>) {
        (self.since, self.failed_at, self.failures) = (now, None, 0);
        self.renewed = true;
    }
}

/// Sweeps come more often than this, and each tries.
const LONG_AGO: TimeDelta = TimeDelta::minutes(30);

fn is_false(value: &bool) -> bool {
    !value
}

fn is_zero(value: &u32) -> bool {
    *value == 0
}

/// What an owed notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OwedAbout {
    /// A stop that is to come.
    Stop,
    /// A stop that waits for something that is not known.
    Wait,
    /// It was stopped.
    Stopped,
    /// It could not be started.
    StartFailed,
    /// It was started late.
    StartLate,
    /// It was started after all, though that had failed before.
    StartWorked,
    /// One of its tags cannot be read.
    UnreadableTag,
    /// Somebody keeps it on outside its schedule, which costs much.
    StillOn,
    /// Nobody used its last scheduled starts, so that there are no more.
    StartsEnded,
    /// Its own tags are not shown any more, and what they said last stands for a time.
    TagsNotShown,
    /// What a week came to; it is about no resource.
    WeeklyDigest,
}

impl OwedAbout {
    /// Whether it is of what has happened, and not of a stop to come.
    pub fn is_after(self) -> bool {
        !matches!(self, OwedAbout::Stop | OwedAbout::Wait)
    }

    /// Whether it is of something that does not work, which is told whatever `lamp-notice` says.
    pub fn is_failure(self) -> bool {
        use OwedAbout::{StartFailed, StartLate, StartWorked, TagsNotShown, UnreadableTag, Wait};
        matches!(
            self,
            Wait | StartFailed | StartLate | StartWorked | UnreadableTag | TagsNotShown
        )
    }
}

/// What a channel made of a notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldBy {
    /// As settings name it.
    pub channel: String,
    pub outcome: ToldOutcome,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ToldOutcome {
    /// The channel has it; whether a person reads it, nobody can know.
    Accepted,
    Failed,
    /// It cannot carry this one: nobody's address is known, for one.
    Unfit,
}
