//! When the last sweep ended, for those who only report.

use super::error::LedgerError;
use super::store::Ledger;
use chrono::{DateTime, Utc};
use serde::Deserialize;

/// The key of what sweeps leave for each other, beside those of workspaces.
pub const SWEEP_HISTORY_KEY: &str = "sweeps";

/// As much of that document as is wanted here.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Known {
    last: Option<Last>,
}

#[derive(Deserialize)]
struct Last {
    at: DateTime<Utc>,
}

impl Ledger {
    /// The instant that the last sweep judged by, of all that ended; `None` where none is known to have ended.
    ///
    /// # Errors
    /// The store fails, or a later version wrote the document.
    pub async fn last_sweep(&self) -> Result<Option<DateTime<Utc>>, LedgerError> {
        let loaded = self.load_or_begin_anew::<Known>(SWEEP_HISTORY_KEY).await;
        loaded.map(|(known, _, _)| known.last.map(|last| last.at))
    }
}
