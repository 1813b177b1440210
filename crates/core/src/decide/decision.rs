//! A decision: what to do, why, and what would change it.

use crate::record::{Action, Reason};
use crate::schedule::Power;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What will change a decision by itself, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Next {
    pub at: DateTime<Utc>,
    /// What is desired from then on; `None` where the schedule is to say.
    pub desired: Option<Power>,
}

/// A notice to give now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeDue {
    /// The instant that demands the stop.
    pub cause: DateTime<Utc>,
    /// When the stop comes, if the notice is given now.
    pub stop_at: DateTime<Utc>,
    pub reason: Reason,
    /// What will happen, when and why: one sentence for the owner.
    pub text: String,
    /// What failed lies long ago: of what is owed, only that it is owed counts from now on.
    pub renews: bool,
}

/// That nobody could be told of a stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Untold {
    pub why: String,
    /// How long the stop waits for it; `None`: for one more attempt, or no longer.
    pub until: Option<DateTime<Utc>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    pub action: Action,
    pub reason: Reason,
    /// One sentence for the owner.
    pub text: String,
    /// The instant that demands an action: the edge, the lease's end, the hold's end.
    pub cause: Option<DateTime<Utc>>,
    /// What the schedule wants at this instant.
    pub desired: Option<Power>,
    /// The edge that made it so.
    pub since: Option<DateTime<Utc>>,
    pub next: Option<Next>,
    pub evidence: Vec<String>,
    pub notice: Option<Box<NoticeDue>>,
    /// A notice may be due from then on.
    pub notice_from: Option<DateTime<Utc>>,
    /// Nobody could be told of the stop, which waits for that or comes all the same.
    pub untold: Option<Untold>,
    /// Evidence of work could change this decision, and has not been asked for.
    pub asks_evidence: bool,
    /// Whether anybody used this much of the run that a stop ends decides on later starts, and has not been asked.
    pub asks_use: Option<TimeDelta>,
    /// What Azure's own idle timer is to be set to.
    pub timer: Option<Duration>,
    /// Something about the resource does not work as it should; said once a day.
    pub warning: Option<String>,
    /// It has been changing its state for too long, as it is to be told today; what it costs is to be added.
    pub stuck: Option<String>,
    /// Only recorded, never acted on.
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
            notice_from: None,
            untold: None,
            asks_evidence: false,
            asks_use: None,
            timer: None,
            warning: None,
            stuck: None,
            dry_run: false,
        }
    }

    pub(crate) fn leave(reason: Reason, text: String) -> Decision {
        Decision::new(Action::Leave, reason, text, None)
    }

    /// The same resource left alone after all.
    pub fn left_instead(&self, reason: Reason, why: &str) -> Decision {
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
