//! Twelve months, each as `report --month` counts it.

use crate::ledger::{Ledger, LedgerError};
use crate::report::period;
use crate::report::rows::GroupBy;
use crate::report::running::Standing;
use chrono::{DateTime, Datelike, Months, NaiveDate, TimeDelta, Utc};
use lamplighter_core::record::Resource;
use lamplighter_core::savings::{Figures, Spent};
use serde::Serialize;

/// So many, the last of them the one in which the page's period ends.
const MONTHS: u32 = 12;

/// One month.
#[derive(Clone, Debug, Serialize)]
pub struct Month {
    /// Its first day.
    pub month: NaiveDate,
    /// Whether the ledger knows anything of it.
    pub recorded: bool,
    pub figures: Figures,
    pub spent: Spent,
}

/// Reads the months up to that in which `to` lies.
///
/// # Errors
/// The ledger cannot be read at all.
pub async fn months(
    ledger: &Ledger,
    to: DateTime<Utc>,
    now: DateTime<Utc>,
    standing: &Standing,
    wanted: &(dyn Fn(&Resource) -> bool + Sync),
) -> Result<Vec<Month>, LedgerError> {
    let mut months = Vec::new();
    // A period that ends at a midnight has nothing of that day.
    let last = to
        .checked_sub_signed(TimeDelta::nanoseconds(1))
        .unwrap_or(to);
    let first = last.date_naive().with_day(1);
    let first = first.and_then(|first| first.checked_sub_months(Months::new(MONTHS - 1)));
    let Some(first) = first else {
        return Ok(months);
    };
    period::months(ledger, first, last, now, |known| {
        known.only(wanted);
        known.to = known.to.min(to);
        let report = known.report(GroupBy::Workspace);
        let spent = known.spent(standing, &report);
        months.push(Month {
            month: known.from.date_naive(),
            recorded: !known.days.within.is_empty(),
            figures: report.total.figures,
            spent,
        });
    })
    .await?;
    Ok(months)
}
