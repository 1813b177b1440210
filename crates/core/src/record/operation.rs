//! Starts and stops: those that Lamplighter asked for, and those of anybody else.

use super::Reason;
use crate::schedule::Power;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// The operation of a resource of which Azure names none.
pub const FIRST_OBSERVATION: &str = "first observation";

/// A start or stop that was not ours: a person's, a native schedule's, an idle timer's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExternalOperation {
    pub power: Power,
    pub at: DateTime<Utc>,
    /// Azure's `operationName`, or [`FIRST_OBSERVATION`] where Azure names none.
    pub operation: String,
    /// Azure's `operationTrigger`: `User`, `Schedule`, `IdleShutdown`, ….
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger: Option<String>,
}

/// One of our own operations, from the claim on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnOperation {
    pub id: String,
    pub power: Power,
    pub reason: Reason,
    /// The instant that demanded it: the edge, the lease's end, the hold's end.
    pub cause: DateTime<Utc>,
    pub requested_at: DateTime<Utc>,
    /// Until then the sweep that claimed the operation may still send it, and no other does.
    pub claimed_until: DateTime<Utc>,
    /// A start of a resource that would have been off without us: its unused minutes count against us.
    #[serde(default)]
    pub extra: bool,
    /// Of a kind that scales: the value that is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<u32>,
    /// The value that it had then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<u32>,
    /// How long it may take to show, in seconds; twelve minutes where none is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settles_within: Option<u32>,
    /// Of a stop for want of work: the start of ours after which nobody worked on the resource.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unneeded_start: Option<String>,
    /// Why, in words, for its owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Azure answered 202.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted_at: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Ended>,
}

/// How an operation of ours ended, and when that was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    pub at: DateTime<Utc>,
    pub how: OperationOutcome,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OperationOutcome {
    /// The state that we asked for was seen.
    Settled,
    /// Azure refused it, or the operation failed, or the state never came.
    Failed,
    /// Somebody else's start or stop came after it.
    Overtaken,
}

/// Our clock and Azure's may differ by this much.
pub const SKEW: TimeDelta = TimeDelta::minutes(2);
/// An operation that Azure accepted is given this long to show before it may be sent again.
const SETTLE: TimeDelta = TimeDelta::minutes(12);
/// What Azure reports later than this after our request is not ours, even if we never saw ours end.
const LONGEST: TimeDelta = TimeDelta::minutes(30);
/// What Azure names as the trigger of an operation that came through none of its doors: its own schedule, its own idle
/// timer. An operation that was asked for, by us or by anybody else, is `User`.
const BY_ITSELF: [&str; 2] = ["Schedule", "IdleShutdown"];

pub(super) fn is_by_itself(trigger: &str) -> bool {
    BY_ITSELF
        .iter()
        .any(|one| one.eq_ignore_ascii_case(trigger))
}

impl ExternalOperation {
    /// Whether it was Azure's own, as far as Azure says.
    pub fn is_azures_own(&self) -> bool {
        self.trigger.as_deref().is_some_and(is_by_itself)
    }
}

impl OwnOperation {
    /// Whether an operation that Azure reports is this very one: asked for by somebody, and no later than ours was
    /// accepted, as far as two clocks agree. Azure dates an operation by its beginning, not by its end: in an answer of
    /// 2022-04-11 that the authors of Az.MachineLearningWorkspaces published, a Create that took over two minutes has
    /// the time two seconds after `createdOn`. For Start and Stop that is inferred.
    pub fn is(&self, power: Power, at: DateTime<Utc>, trigger: Option<&str>) -> bool {
        let accepted = self.accepted_at.map(|accepted| accepted + SKEW);
        let ended = self.ended.as_ref().map(|ended| ended.at);
        let until = accepted.unwrap_or(self.requested_at + LONGEST);
        let until = ended.map_or(until, |ended| ended.min(until));
        self.power == power
            && !trigger.is_some_and(is_by_itself)
            && at >= self.requested_at - SKEW
            && at <= until
    }

    /// Whether somebody else did the same after this was asked for, so that what is seen now may be their doing.
    pub fn is_met_by(&self, external: &ExternalOperation) -> bool {
        let named = external.operation != FIRST_OBSERVATION;
        named && external.power == self.power && external.at >= self.requested_at - SKEW
    }

    /// Whether it may still take effect, so that nobody should send another.
    pub fn is_pending(&self, now: DateTime<Utc>) -> bool {
        let until = match self.accepted_at {
            Some(accepted) => {
                let own = self
                    .settles_within
                    .map(|seconds| TimeDelta::seconds(i64::from(seconds)));
                accepted + own.unwrap_or(SETTLE)
            }
            None => self.claimed_until,
        };
        self.ended.is_none() && now < until
    }

    /// Whether its effect should long have shown.
    pub fn is_overdue(&self, now: DateTime<Utc>) -> bool {
        self.ended.is_none() && !self.is_pending(now)
    }

    /// Whether it is known to have ended this way.
    pub fn ended_as(&self, how: OperationOutcome) -> bool {
        self.ended.as_ref().is_some_and(|ended| ended.how == how)
    }
}
