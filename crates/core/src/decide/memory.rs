//! What we remember of a machine: our own acts, the last word anyone else had, and what is open.
//!
//! Small on purpose: one document per workspace. Losing it must not change what is right, since our own old
//! acts then read as words that the next edge overrules.

use super::evidence::Remembered;
use super::{Reason, Seen};
use crate::savings::Interval;
use crate::schedule::Power;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The memory document of one workspace.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WorkspaceMemory {
    /// When the document was last written: every machine in it was seen at that time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub swept_at: Option<DateTime<Utc>>,
    /// By compute name, lower case: Azure's names ignore case.
    pub machines: BTreeMap<String, MachineMemory>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MachineMemory {
    /// When we first saw the machine; the word's time where Azure names no operation.
    pub first_seen: Option<DateTime<Utc>>,
    /// The state at rest that we last saw.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rest: Option<Power>,
    /// The last word anyone else had.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub word: Option<Word>,
    /// Our latest acts, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub acts: Vec<Act>,
    /// The avoided interval that our last stop opened, while it lasts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avoided: Option<Interval>,
    /// The interval that our last start opened, until the first sign of use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unused: Option<Interval>,
    /// What a dry run would have saved since it would have stopped the machine, while that lasts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub projected: Option<Interval>,
    /// The end of the `hold off` for which the machine has been put out already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold_put_out: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice: Option<NoticeGiven>,
    /// What evidence of work has shown so far.
    #[serde(skip_serializing_if = "is_default")]
    pub evidence: Remembered,
    /// When our last stop for want of work, or for a long uptime, took effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub put_out: Option<DateTime<Utc>>,
    /// What we last set Azure's own idle timer to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timer: Option<TimerSet>,
    /// When its owner was last warned of something about this machine that does not work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warned_at: Option<DateTime<Utc>>,
    /// The decision last written to the ledger, so that it is written when it changes and not every sweep.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said: Option<String>,
    /// What it was last seen to be; written to the ledger when it changes, too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen: Option<Seen>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A setting of Azure's own idle timer that was ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimerSet {
    /// Seconds.
    pub to: u64,
    /// What somebody else had set it to before us; without us it would be so still.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<u64>,
    pub at: DateTime<Utc>,
    /// What became of it; `None` until Azure's answer is written down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<TimerAnswer>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimerAnswer {
    Accepted,
    Refused,
}

/// The word of a machine of which Azure names no operation.
pub const FIRST_SIGHT: &str = "first sight";

/// A start or stop that was not ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Word {
    pub power: Power,
    pub at: DateTime<Utc>,
    /// Azure's `operationName`, or `first sight` where Azure names none.
    pub operation: String,
    /// Azure's `operationTrigger`: `User`, `Schedule`, `IdleShutdown`, ….
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trigger: Option<String>,
}

/// One of our own acts, from the claim on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    pub id: String,
    pub power: Power,
    pub reason: Reason,
    /// The instant that demanded it: the edge, the lease's end, the hold's end.
    pub cause: DateTime<Utc>,
    pub requested_at: DateTime<Utc>,
    /// Until then the sweep that claimed the act may still send it, and no other does.
    pub claimed_until: DateTime<Utc>,
    /// A start of a machine that would have been off without us: its unused minutes count against us.
    #[serde(default)]
    pub extra: bool,
    /// The start of ours after which nobody worked on the machine, of a stop for want of work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unneeded_start: Option<String>,
    /// Azure answered 202.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<Ended>,
}

/// How an act ended, and when we saw it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    pub at: DateTime<Utc>,
    pub how: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The state that we asked for was seen.
    Settled,
    /// Azure refused it, or the operation failed, or the state never came.
    Failed,
    /// Somebody else's start or stop came after it.
    Overtaken,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeGiven {
    /// The instant that demands the stop; one notice for each.
    pub cause: DateTime<Utc>,
    pub given_at: DateTime<Utc>,
}

/// Clocks of ours and of Azure's may differ by this much.
const SKEW: TimeDelta = TimeDelta::minutes(2);
/// An act that Azure accepted is given this long to show before it may be sent again.
const SETTLE: TimeDelta = TimeDelta::minutes(12);
/// An operation later than this after the request is not ours, even if we never saw the act end.
const LONGEST: TimeDelta = TimeDelta::minutes(30);
/// Nobody is expected on a machine so soon after it was lit.
const UNSEEN: TimeDelta = TimeDelta::minutes(15);
/// More acts than this lie too far back to be the last operation.
const ACTS_KEPT: usize = 4;

impl Act {
    /// Whether an operation that Azure reports is this very act.
    pub fn is(&self, power: Power, at: DateTime<Utc>) -> bool {
        let until = self
            .ended
            .as_ref()
            .map_or(self.requested_at + LONGEST, |ended| ended.at);
        self.power == power && at >= self.requested_at - SKEW && at <= until
    }

    /// Whether the act may still be on its way, so that nobody should send another.
    pub fn under_way(&self, now: DateTime<Utc>) -> bool {
        let until = match self.accepted_at {
            Some(accepted) => accepted + SETTLE,
            None => self.claimed_until,
        };
        self.ended.is_none() && now < until
    }

    /// Whether the act should long have shown.
    pub fn overdue(&self, now: DateTime<Utc>) -> bool {
        self.ended.is_none() && !self.under_way(now)
    }
}

impl MachineMemory {
    pub fn last_act(&self) -> Option<&Act> {
        self.acts.last()
    }

    /// Since when the machine has been as it is now, as far as that is known: the latest word of anybody, and the
    /// latest act of ours.
    pub fn on_since(&self) -> Option<DateTime<Utc>> {
        let word = self.word.as_ref().map(|word| word.at);
        let acts = self.acts.iter().filter_map(|act| match &act.ended {
            Some(ended) if ended.how == Outcome::Settled => Some(ended.at),
            Some(_) => None,
            None => Some(act.requested_at),
        });
        word.max(acts.max()).or(self.first_seen)
    }

    /// Our own start, where the machine is on by it and no work was seen from then on. Who starts a machine by
    /// schedule cannot ask of anyone to be there in its first minutes, nor of samples.
    pub fn unneeded_start(&self) -> Option<&Act> {
        let start = self.last_act().filter(|act| act.power == Power::On)?;
        let ended = start.ended.as_ref()?;
        let alone = self.word.as_ref().is_none_or(|word| word.at < ended.at);
        let quiet = self.evidence.quiet?;
        (alone && quiet.from <= ended.at + UNSEEN).then_some(start)
    }

    /// Adds an act, forgetting the oldest.
    pub fn push_act(&mut self, act: Act) {
        self.acts.push(act);
        if self.acts.len() > ACTS_KEPT {
            self.acts.remove(0);
        }
    }
}
