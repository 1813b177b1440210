//! Our own acts in a snapshot: without them, our stops and starts would read as words of somebody else.

use crate::decide::{Act, Ended, Outcome, Reason};
use crate::schedule::Power;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What decisions need to know of an act of ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnAct {
    pub id: String,
    pub power: Power,
    pub reason: Reason,
    pub cause: DateTime<Utc>,
    pub requested_at: DateTime<Utc>,
    pub claimed_until: DateTime<Utc>,
    #[serde(default)]
    pub accepted_at: Option<DateTime<Utc>>,
    #[serde(default)]
    pub ended_at: Option<DateTime<Utc>>,
    #[serde(default)]
    pub outcome: Option<Outcome>,
}

impl From<&Act> for OwnAct {
    fn from(act: &Act) -> OwnAct {
        OwnAct {
            id: act.id.clone(),
            power: act.power,
            reason: act.reason,
            cause: act.cause,
            requested_at: act.requested_at,
            claimed_until: act.claimed_until,
            accepted_at: act.accepted_at,
            ended_at: act.ended.as_ref().map(|ended| ended.at),
            outcome: act.ended.as_ref().map(|ended| ended.how),
        }
    }
}

impl OwnAct {
    /// The act as the memory holds it.
    pub fn act(&self) -> Act {
        let ended = self.ended_at.zip(self.outcome);
        Act {
            id: self.id.clone(),
            power: self.power,
            reason: self.reason,
            cause: self.cause,
            requested_at: self.requested_at,
            claimed_until: self.claimed_until,
            extra: false,
            unneeded_start: None,
            accepted_at: self.accepted_at,
            ended: ended.map(|(at, how)| Ended { at, how, why: None }),
        }
    }
}
