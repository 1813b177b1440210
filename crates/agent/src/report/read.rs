//! Reading what a period's report needs from the ledger.

use super::loader::{Loader, looked_back};
use super::period::LedgerPeriod;
use crate::ledger::{Ledger, LedgerError};
use chrono::{DateTime, TimeDelta, Utc};

/// Reads what the ledger, as it stands at `now`, knows of `from <= t < to`: past days from their roll-ups, the rest
/// from the records.
///
/// # Errors
/// The ledger cannot be read at all; single unreadable records are named.
pub async fn read(
    ledger: &Ledger,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<LedgerPeriod, LedgerError> {
    read_back(ledger, (from, to), now, TimeDelta::zero()).await
}

/// The same, and each day of so long before it.
///
/// # Errors
/// As [`read`].
pub async fn read_back(
    ledger: &Ledger,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    now: DateTime<Utc>,
    look_back: TimeDelta,
) -> Result<LedgerPeriod, LedgerError> {
    let mut loader = Loader::new(ledger, now).await?;
    loader
        .period((from, to), looked_back(from, look_back))
        .await?;
    Ok(loader.end().await)
}
