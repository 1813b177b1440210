//! Our own operations in a snapshot: without them, our stops and starts would read as somebody else's.

use crate::record::{Ended, OperationOutcome, OwnOperation, Reason};
use crate::schedule::Power;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What decisions need to know of an operation of ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SnapshotOperation {
    pub id: String,
    pub power: Power,
    pub reason: Reason,
    pub cause: DateTime<Utc>,
    pub requested_at: DateTime<Utc>,
    pub claimed_until: DateTime<Utc>,
    /// Of a kind that scales: the value that was set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<u32>,
    /// The value that it had then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<u32>,
    /// In seconds; see [`OwnOperation::settles_within`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settles_within: Option<u32>,
    #[serde(default)]
    pub accepted_at: Option<DateTime<Utc>>,
    #[serde(default)]
    pub ended_at: Option<DateTime<Utc>>,
    #[serde(default)]
    pub outcome: Option<OperationOutcome>,
}

impl From<&OwnOperation> for SnapshotOperation {
    fn from(operation: &OwnOperation) -> SnapshotOperation {
        SnapshotOperation {
            id: operation.id.clone(),
            power: operation.power,
            reason: operation.reason,
            cause: operation.cause,
            requested_at: operation.requested_at,
            claimed_until: operation.claimed_until,
            value: operation.value,
            from: operation.from,
            settles_within: operation.settles_within,
            accepted_at: operation.accepted_at,
            ended_at: operation.ended.as_ref().map(|ended| ended.at),
            outcome: operation.ended.as_ref().map(|ended| ended.how),
        }
    }
}

impl SnapshotOperation {
    /// The operation as the saved state holds it.
    pub fn operation(&self) -> OwnOperation {
        let ended = self.ended_at.zip(self.outcome);
        OwnOperation {
            id: self.id.clone(),
            power: self.power,
            reason: self.reason,
            cause: self.cause,
            requested_at: self.requested_at,
            claimed_until: self.claimed_until,
            extra: false,
            value: self.value,
            from: self.from,
            settles_within: self.settles_within,
            unneeded_start: None,
            text: None,
            accepted_at: self.accepted_at,
            ended: ended.map(|(at, how)| Ended { at, how, why: None }),
        }
    }
}
