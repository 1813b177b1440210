//! Twelve months, each as `report --month` counts it.

use super::data::{Before, Month};
use super::periods::{before, earlier};
use crate::ledger::{Ledger, LedgerError};
use crate::report::period::{self, LedgerPeriod};
use crate::report::rollup;
use crate::report::rows::GroupBy;
use crate::report::running::Standing;
use chrono::{DateTime, Datelike, Months, TimeDelta, Utc};
use lamplighter_core::record::Resource;

/// So many, the last of them the one in which the page's period ends.
const MONTHS: u32 = 12;

/// Twelve months, and what of them is the page's own, so that it is not read twice.
#[derive(Default)]
pub struct Year {
    pub months: Vec<Month>,
    /// The period before the page's, where that is one of the months.
    pub before: Option<Before>,
    /// The page's period, where that is the last month.
    pub period: Option<LedgerPeriod>,
}

/// Reads the months up to that in which `to` lies, for the page of `from <= t < to`.
///
/// # Errors
/// The ledger cannot be read at all.
pub async fn year(
    ledger: &Ledger,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    now: DateTime<Utc>,
    standing: &Standing,
    wanted: &(dyn Fn(&Resource) -> bool + Sync),
) -> Result<Year, LedgerError> {
    let mut year = Year::default();
    let so_far = if from < now { to.min(now) } else { to } - from;
    // A period that ends at a midnight has nothing of that day; what lies ahead is no month of a page.
    let last = to
        .checked_sub_signed(TimeDelta::nanoseconds(1))
        .unwrap_or(to)
        .min(now.max(from));
    let first = last.date_naive().with_day(1);
    let first = first.and_then(|first| first.checked_sub_months(Months::new(MONTHS - 1)));
    let Some(first) = first else {
        return Ok(year);
    };
    let mut whole = false;
    let known = period::months(ledger, first, last, now, |known| {
        known.only(wanted);
        if (known.from, known.to) == before(from, to) {
            year.before = Some(earlier(known, so_far));
        }
        whole = known.to == to;
        known.to = known.to.min(to);
        let report = known.report(GroupBy::Workspace);
        let spent = known.spent(standing, &report);
        year.months.push(Month {
            month: known.from.date_naive(),
            recorded: !known.days.within.is_empty(),
            figures: report.total.figures,
            spent,
        });
    });
    let known = known.await?;
    // Of a period that ended within its month, what came later was read, too.
    let own = (known.from, known.to) == (from, to) && (whole || now <= to);
    let later = known
        .days
        .within
        .iter()
        .any(|day| rollup::begin(day.date) >= to);
    year.period = (own && !later).then_some(known);
    Ok(year)
}
