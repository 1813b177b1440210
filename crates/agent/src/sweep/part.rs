//! What a workspace's pass leaves for its round's summary.

use super::context::Context;
use super::summary::Summary;
use crate::ledger::LedgerError;
use serde::{Deserialize, Serialize};

/// What one workspace reported of its pass.
#[derive(Debug, Serialize, Deserialize)]
pub struct RoundPart {
    /// The workspace's ARM id in lower case.
    pub workspace: String,
    pub summary: Summary,
    /// What the pass took, in milliseconds, without its waits for ARM's budget of calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub took_ms: Option<u64>,
}

/// Leaves a report of how a workspace's pass went.
///
/// # Errors
/// The ledger cannot be written.
pub async fn report(context: &Context, round: &str, part: &RoundPart) -> Result<(), LedgerError> {
    let left = context.ledger.leave(round, &part.workspace, part).await;
    left.map(|_| ())
}
