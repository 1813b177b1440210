//! What sweeps leave for the next one: when the last one was and how it ended, and the rounds that are still out.

use super::Context;
use super::summary::Summary;
use crate::ledger::{LedgerError, SaveError, Version};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The key of this memory, beside those of workspaces.
const KEY: &str = "sweeps";
/// Another copy may have written it meanwhile.
const SAVE_ATTEMPTS: usize = 4;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Past {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<LastSweep>,
    /// Machines, when all of them were last counted.
    pub machines: usize,
    /// The hour, since 1970, of the latest round in which every workspace was to tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub told_hour: Option<i64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rounds: Vec<Pending>,
}

/// A sweep that ended, or a round that was summed up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LastSweep {
    pub sweep: String,
    /// The instant machines were judged at.
    pub at: DateTime<Utc>,
    pub stops: usize,
    pub starts: usize,
    pub failed: usize,
    pub held_back: usize,
    pub problems: usize,
    pub not_reached: usize,
}

/// A round whose messages are out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pending {
    pub round: String,
    pub at: DateTime<Utc>,
    pub subscriptions: usize,
    pub workspaces: usize,
    /// Every workspace was asked to tell how it went, not only those with something to say.
    pub tell: bool,
    /// What went wrong when the workspaces were found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<String>,
    /// ARM ids, in lower case, of the subscriptions of which a workspace may be missing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unseen: Vec<String>,
}

impl LastSweep {
    pub fn of(summary: &Summary) -> LastSweep {
        LastSweep {
            sweep: summary.sweep.clone(),
            at: summary.at,
            stops: summary.stops,
            starts: summary.starts,
            failed: summary.failed,
            held_back: summary.held_back,
            problems: summary.problems.len(),
            not_reached: summary.not_reached.len(),
        }
    }
}

/// What is known of earlier sweeps; nothing, where no sweep has ended yet.
///
/// # Errors
/// The ledger cannot be read.
pub async fn load(context: &Context) -> Result<(Past, Version), LedgerError> {
    context.ledger.load(KEY).await
}

/// Changes what is known, whoever wrote it last.
///
/// # Errors
/// The ledger cannot be written.
pub async fn amend(context: &Context, change: impl Fn(&mut Past)) -> Result<(), LedgerError> {
    for _ in 0..SAVE_ATTEMPTS {
        let (mut past, version) = load(context).await?;
        let before = past.clone();
        change(&mut past);
        if past == before {
            return Ok(());
        }
        match context.ledger.save(KEY, &past, &version).await {
            Ok(_) => return Ok(()),
            Err(SaveError::Conflict) => continue,
            Err(SaveError::Other(error)) => return Err(error),
        }
    }
    // Others keep writing it, and theirs is as new as ours.
    Ok(())
}
