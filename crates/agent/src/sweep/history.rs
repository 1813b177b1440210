//! What sweeps leave for the next one: when the last one was and how it ended, and the rounds that are not summed up yet.

use super::context::Context;
use crate::ledger::{LedgerError, SWEEP_HISTORY_KEY, SaveError, Version};
use chrono::{DateTime, NaiveDate, Utc};
use lamplighter_core::rounds::PassTimes;
use serde::{Deserialize, Serialize};

/// Another copy may have written it meanwhile.
const SAVE_ATTEMPTS: usize = 4;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct SweepHistory {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<LastSweep>,
    /// Resources, when all of them were last counted.
    pub resources: usize,
    /// The hour, since 1970, of the latest round in which every workspace was to report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full_hour: Option<i64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rounds: Vec<PendingRound>,
    /// How long the passes that rounds leave to the queue take.
    #[serde(skip_serializing_if = "PassTimes::is_empty")]
    pub passes: PassTimes,
    /// When a sweep last found the clock right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock_checked: Option<DateTime<Utc>>,
    /// The day of the latest digests that are sent, all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digested: Option<NaiveDate>,
    /// When the inventory was last read, or could not be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inventoried: Option<DateTime<Utc>>,
    /// Fields of a later version: kept, and written again.
    #[serde(flatten)]
    pub unknown: serde_json::Map<String, serde_json::Value>,
}

/// A sweep that ended, or a round that was summed up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LastSweep {
    pub sweep: String,
    /// The instant resources were judged at.
    pub at: DateTime<Utc>,
    pub stops: usize,
    pub starts: usize,
    pub failed: usize,
    pub stop_limited: usize,
    pub problems: usize,
    pub not_reached: usize,
}

/// A round whose messages have been sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingRound {
    pub round: String,
    pub at: DateTime<Utc>,
    pub subscriptions: usize,
    pub workspaces: usize,
    /// Every workspace was asked to report how it went, not only those with news.
    pub full: bool,
    /// What went wrong when the workspaces were found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<String>,
    /// ARM ids, in lower case, of the subscriptions of which a workspace may be missing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unseen: Vec<String>,
}

/// A history that cannot be read is begun anew by the next save: what it held is no reason to leave every resource
/// running.
async fn load(
    context: &Context,
) -> Result<(SweepHistory, Version, Option<LedgerError>), LedgerError> {
    context.ledger.load_or_begin_anew(SWEEP_HISTORY_KEY).await
}

/// Changes what is known, whoever wrote it last.
///
/// # Errors
/// The ledger cannot be written.
pub async fn amend(
    context: &Context,
    change: impl Fn(&mut SweepHistory),
) -> Result<(), LedgerError> {
    for _ in 0..SAVE_ATTEMPTS {
        let (mut history, version, broken) = load(context).await?;
        let before = history.clone();
        change(&mut history);
        if history == before && broken.is_none() {
            return Ok(());
        }
        match context
            .ledger
            .save(SWEEP_HISTORY_KEY, &history, &version)
            .await
        {
            Ok(_) => return Ok(()),
            Err(SaveError::Conflict) => continue,
            Err(SaveError::Other(error)) => return Err(error),
        }
    }
    // Others keep writing it, and theirs is as new as ours.
    Ok(())
}

/// What is known of earlier sweeps (nothing, where no sweep has ended yet), and what is wrong with it.
///
/// # Errors
/// The ledger cannot be read.
pub async fn history(context: &Context) -> Result<(SweepHistory, Option<String>), LedgerError> {
    let (history, _, broken) = load(context).await?;
    let problem = broken.map(|broken| {
        format!(
            "what sweeps leave for each other is begun anew, so rounds that were under way are not summed up: {broken}"
        )
    });
    Ok((history, problem))
}
