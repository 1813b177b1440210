//! Twelve months, each as `report --month` counts it.

use super::data::{Before, Month};
use super::outlook::LOOK_BACK;
use super::periods::{before, earlier};
use crate::ledger::{Ledger, LedgerError};
use crate::report::kept_months::read_kept;
use crate::report::loader::{self, Loader};
use crate::report::period::LedgerPeriod;
use crate::report::rows::GroupBy;
use crate::report::running::Standing;
use crate::report::{month, rollup};
use chrono::{DateTime, Months, NaiveDate, TimeDelta, Utc};
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
    let first = month::of(last.date_naive()).checked_sub_months(Months::new(MONTHS - 1));
    let Some(first) = first else {
        return Ok(year);
    };
    let all = months_from(first, last);
    // The month of the page and the one before it are wanted by their days.
    let own = |month: &NaiveDate| {
        *month == month::of(last.date_naive()) || rollup::begin(*month) == before(from, to).0
    };
    let kept = all.iter().copied().filter(|month| !own(month));
    let mut kept = read_kept(ledger, kept).await?;
    let look_back = loader::looked_back(from, LOOK_BACK);
    let mut loader = Loader::new(ledger, now).await?;
    let mut whole = false;
    for month in all {
        if let Some(kept) = kept.remove(&month) {
            let (figures, spent) = kept.total(wanted);
            year.months.push(Month {
                month,
                recorded: kept.sums.recorded,
                figures,
                spent,
            });
            continue;
        }
        let (begun, ended) = (rollup::begin(month), end(month));
        let known = loader.period((begun, ended), begun.min(look_back)).await?;
        if (begun, ended) == before(from, to) {
            year.before = Some(earlier(&known.of(wanted), so_far));
        }
        whole = ended == to;
        known.to = ended.min(to);
        let known = known.of(wanted);
        // What has not changed for long is recorded anew: of months that are over records tell all.
        let standing = if month == month::of(last.date_naive()) {
            standing
        } else {
            &[]
        };
        let report = known.report(GroupBy::Workspace);
        let spent = known.spent(standing, &report);
        year.months.push(Month {
            month,
            recorded: !known.days.within.is_empty(),
            figures: report.total.figures,
            spent,
        });
    }
    let mut known = loader.end().await;
    known.only(wanted);
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

/// When a month ends.
fn end(month: NaiveDate) -> DateTime<Utc> {
    month::next(month).map_or(DateTime::<Utc>::MAX_UTC, rollup::begin)
}

/// The first days of months, up to that of `last`.
fn months_from(first: NaiveDate, last: DateTime<Utc>) -> Vec<NaiveDate> {
    let months = (0..MONTHS).map_while(|count| first.checked_add_months(Months::new(count)));
    months
        .take_while(|month| rollup::begin(*month) <= last)
        .collect()
}
