//! A decision: what to do, why, and what would change it.

use crate::schedule::Power;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::time::Duration;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    Stop,
    Start,
    /// A stop is due and something delays it.
    Wait,
    Leave,
}

impl std::fmt::Display for Action {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.serialize(f)
    }
}

/// Why, as a code that is stable across versions: dashboards and tests may rely on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Not a compute instance.
    NotAnInstance,
    /// A state that is neither at rest nor known.
    UnknownState,
    /// The tags of a farther layer could not be read just now, so its policy is not known for sure.
    TagsUnknown,
    /// It could not be looked at once more just before the act.
    NotConfirmed,
    /// Starting, stopping, …: looked at again next sweep.
    InTransition,
    /// Any tag of the machine cannot be read.
    UnreadableTag,
    /// No tag under the prefix on any layer.
    NoPolicy,
    /// `lamp-mode: ignore`.
    Ignored,
    HoldOn,
    HoldOff,
    /// The schedule's last edge is later than the last word anyone else had.
    ScheduleOff,
    ScheduleOn,
    /// A start by hand outside windows, whose lease still runs.
    Lease,
    LeaseEnded,
    /// Somebody else's start or stop is later than the schedule's last edge.
    LastWord,
    /// `lamp-mode: enforce`: people's own starts and stops are undone.
    Enforced,
    /// `lamp-mode: stop-only`.
    StopOnly,
    /// It is as the schedule wants it.
    AsDesired,
    /// No schedule, or one without an opinion at this instant.
    NoOpinion,
    JobRunning,
    /// The jobs could not be read just now.
    JobsUnknown,
    /// Nobody worked on it for as long as `lamp-idle` says.
    Idle,
    /// On for as long as `lamp-max-uptime` says.
    MaxUptime,
    /// Put out for want of work or for its uptime within this window, and so not lit again in it.
    PutOutIdle,
    /// Somebody or something works on it, or did within its idle time.
    AtWork,
    /// It has not been on for as long as its idle time.
    WithinIdleTime,
    /// Whether somebody works on it cannot be told, which counts as work.
    EvidenceUnknown,
    /// The owner is being told first.
    Notice,
    ActUnderWay,
    /// More machines would be stopped at once than the platform allows.
    HeldBack,
}

impl Reason {
    /// Whether a machine left for this reason is nothing to speak of.
    pub fn is_plain(self) -> bool {
        matches!(
            self,
            Reason::AsDesired
                | Reason::NoOpinion
                | Reason::NoPolicy
                | Reason::NotAnInstance
                | Reason::Ignored
                | Reason::InTransition
                | Reason::WithinIdleTime
                | Reason::ActUnderWay
        )
    }
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.serialize(f)
    }
}

/// What will change a decision by itself, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Next {
    pub at: DateTime<Utc>,
    /// What is desired from then on; `None` where the schedule is to say.
    pub desired: Option<Power>,
}

/// A notice to give now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoticeDue {
    /// The instant that demands the stop.
    pub cause: DateTime<Utc>,
    pub stop_at: DateTime<Utc>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    pub action: Action,
    pub reason: Reason,
    /// One sentence for the owner.
    pub text: String,
    /// The instant that demands an act: the edge, the lease's end, the hold's end.
    pub cause: Option<DateTime<Utc>>,
    /// What the schedule wants at this instant.
    pub desired: Option<Power>,
    /// The edge that made it so.
    pub since: Option<DateTime<Utc>>,
    pub next: Option<Next>,
    pub evidence: Vec<String>,
    pub notice: Option<NoticeDue>,
    /// Evidence of work could change this decision, and has not been asked for.
    pub asks_evidence: bool,
    /// What Azure's own idle timer is to be set to.
    pub timer: Option<Duration>,
    /// Something about the machine does not work as it should; said once a day.
    pub warning: Option<String>,
    /// Say only.
    pub dry_run: bool,
}

impl Decision {
    fn new(action: Action, reason: Reason, text: String, cause: Option<DateTime<Utc>>) -> Decision {
        Decision {
            action,
            reason,
            text,
            cause,
            desired: None,
            since: None,
            next: None,
            evidence: Vec::new(),
            notice: None,
            asks_evidence: false,
            timer: None,
            warning: None,
            dry_run: false,
        }
    }

    pub(crate) fn leave(reason: Reason, text: String) -> Decision {
        Decision::new(Action::Leave, reason, text, None)
    }

    /// The same machine left alone after all.
    pub fn held_back(&self, reason: Reason, why: &str) -> Decision {
        Decision::leave(reason, format!("{}, but {why}", self.text))
    }

    pub(super) fn wait(reason: Reason, text: String, cause: DateTime<Utc>) -> Decision {
        Decision::new(Action::Wait, reason, text, Some(cause))
    }

    pub(super) fn act(
        action: Action,
        reason: Reason,
        text: String,
        cause: DateTime<Utc>,
    ) -> Decision {
        Decision::new(action, reason, text, Some(cause))
    }

    pub(super) fn with_next(self, at: DateTime<Utc>, desired: Option<Power>) -> Decision {
        Decision {
            next: Some(Next { at, desired }),
            ..self
        }
    }

    pub(super) fn with_evidence(mut self, evidence: String) -> Decision {
        self.evidence.push(evidence);
        self
    }
}
