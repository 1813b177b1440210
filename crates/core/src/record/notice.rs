//! What became of a notice: what saved state remembers of it, and who the ledger says was told.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A notice ahead of a stop that has been given: some channel has accepted it, or none is set and the log has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeGiven {
    /// The instant that demands the stop; one notice for each.
    pub cause: DateTime<Utc>,
    pub given_at: DateTime<Utc>,
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
    /// The sweep that was the last to send it.
    pub tried_at: DateTime<Utc>,
    /// No channel is to be asked again sooner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<DateTime<Utc>>,
    /// Why it reached nobody, once that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// What an owed notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OwedAbout {
    /// A stop that is to come.
    Stop,
    /// A stop that waits for something that is not known.
    Wait,
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
}
