//! Reading what a period's report needs from the ledger.

use super::{By, Days, Report, of_days};
use crate::ledger::record::Record;
use crate::ledger::{Ledger, LedgerError};
use chrono::{DateTime, TimeDelta, Utc};

/// No avoided interval is looked for that opened longer ago than this before the period: what has been off for
/// three months is not waiting to be lit.
const REACH: TimeDelta = TimeDelta::days(92);
/// What was found out later than this after the period changes nothing in its report.
const AFTER: TimeDelta = TimeDelta::days(7);

/// What the ledger knows of a period.
#[derive(Clone, Debug)]
pub struct Known {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    /// Until when the ledger was read: what is open is counted up to then at the latest.
    pub now: DateTime<Utc>,
    pub days: Days,
    /// Ledger documents that could not be read.
    pub unreadable: Vec<String>,
}

impl Known {
    pub fn report(&self, by: By) -> Report {
        let mut report = of_days(&self.days, by, self.from, self.to, self.now);
        report.unreadable_records = self.unreadable.clone();
        report
    }
}

/// Reads what the ledger, as it stands at `now`, knows of `from <= t < to`.
///
/// # Errors
/// The ledger cannot be read at all; single unreadable records are named.
pub async fn read(
    ledger: &Ledger,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Known, LedgerError> {
    let after = to.checked_add_signed(AFTER).unwrap_or(to);
    let now = now.min(after);
    let begin = from.checked_sub_signed(REACH).unwrap_or(from);
    let read = ledger.records::<Record>(begin, now.max(to)).await?;
    // What is recorded has happened, whatever this machine's clock says: a simulator's runs ahead of it.
    let last = read.records.iter().map(|record| record.at).max();
    let now = last.map_or(now, |last| now.max(last));
    Ok(Known {
        from,
        to,
        now,
        days: Days::of(&read.records, from, to),
        unreadable: read.unreadable,
    })
}
