//! A period is counted month by month: what a report says of a year is what those of its months say, added up. The sums
//! of a month that is over are kept in the ledger, so that a year opens from twelve documents.

use super::kept_months::read_kept;
use super::loader::Loader;
use super::period::{AFTER, LedgerPeriod};
use super::rows::{self, GroupBy};
use super::running::{Running, by_resource};
use super::sums::Sums;
use super::totals::Report;
use super::{rollup, stale};
use crate::ledger::{Ledger, LedgerError};
use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};

/// Of `from <= t < to`.
pub type Period = (DateTime<Utc>, DateTime<Utc>);

/// The parts of a period that lie in one month of UTC each.
pub fn parts((from, to): Period) -> Vec<Period> {
    let mut parts = Vec::new();
    let mut begin = from;
    while begin < to {
        let first = begin.date_naive().with_day(1);
        let next = first.and_then(|first| first.checked_add_months(Months::new(1)));
        let end = next.map_or(to, rollup::begin).min(to);
        parts.push((begin, end));
        begin = end;
    }
    parts
}

/// The first day of the month, where a part is a whole one.
pub fn whole_month((from, to): Period) -> Option<NaiveDate> {
    let first = from.date_naive();
    let next = first.checked_add_months(Months::new(1))?;
    let whole = first.day() == 1 && (from, to) == (rollup::begin(first), rollup::begin(next));
    whole.then_some(first)
}

/// What a period comes to, and until when it was read.
#[derive(Clone, Debug)]
pub struct PeriodSums {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    pub now: DateTime<Utc>,
    pub sums: Sums,
    /// When the last sweep was, of all that ended.
    pub last_sweep: Option<DateTime<Utc>>,
    /// Ledger documents that could not be read.
    pub unreadable: Vec<String>,
}

impl PeriodSums {
    /// What a period that was read by its days comes to.
    pub fn of(period: &LedgerPeriod, sums: Sums) -> PeriodSums {
        PeriodSums {
            from: period.from,
            to: period.to,
            now: period.now,
            sums,
            last_sweep: period.last_sweep,
            unreadable: period.unreadable.clone(),
        }
    }

    pub fn report(&self, by: GroupBy) -> Report {
        let mut report = self.sums.report(by, (self.from, self.to), self.now);
        report.unreadable_records = self.unreadable.clone();
        report.last_sweep = self.last_sweep;
        report.stale = stale::since(self.last_sweep, self.now.min(self.to));
        report
    }

    /// The names of the tags that divide costs, as resources of the period were recorded with them.
    pub fn cost_tags(&self) -> Vec<&str> {
        rows::cost_tags(self.sums.resources.values().map(|of| &of.resource))
    }
}

/// Reads what the ledger, as it stands at `now`, knows of `from <= t < to`: months that are over from their sums, the rest
/// from days.
///
/// # Errors
/// The ledger cannot be read at all; single unreadable records are named.
pub async fn read_sums(
    ledger: &Ledger,
    period: Period,
    now: DateTime<Utc>,
) -> Result<PeriodSums, LedgerError> {
    let parts = parts(period);
    let months = parts.iter().filter_map(|part| whole_month(*part));
    let mut kept = read_kept(ledger, months).await?;
    // The records of the last part tell when a sweep was last, where nothing else does.
    if let Some(last) = parts.last().and_then(|last| whole_month(*last))
        && ledger.last_sweep().await.unwrap_or_default().is_none()
    {
        kept.remove(&last);
    }
    let mut loader = Loader::new(ledger, now, None).await?;
    let mut sums = Sums::default();
    for part in parts {
        let known = whole_month(part).and_then(|month| kept.remove(&month));
        sums.add(match known {
            Some(known) => known,
            None => loader.period(part, part.0).await?.sums(),
        });
    }
    let (from, to) = period;
    let known = loader.end().await;
    Ok(PeriodSums {
        from,
        to,
        now: now
            .min(to.checked_add_signed(AFTER).unwrap_or(to))
            .max(known.now),
        sums,
        last_sweep: known.last_sweep,
        unreadable: known.unreadable,
    })
}

/// Reads each part of a period that lies in one month by its days, one after the other.
///
/// # Errors
/// As [`read_sums`].
pub async fn each_month(
    ledger: &Ledger,
    period: Period,
    now: DateTime<Utc>,
    mut each: impl FnMut(&mut LedgerPeriod),
) -> Result<(), LedgerError> {
    let mut loader = Loader::new(ledger, now, None).await?;
    for part in parts(period) {
        each(loader.period(part, part.0).await?);
    }
    Ok(())
}

impl LedgerPeriod {
    /// What it comes to, without what was spent.
    pub fn sums(&self) -> Sums {
        Sums::of(&self.days, self.from, self.to, self.now)
    }

    /// The same, with what was spent, by records alone.
    pub(super) fn sums_with_spent(&self) -> Sums {
        let mut sums = self.sums();
        let history = self.days.history();
        let running = Running::of(self, &[], &history, sums.currency.as_deref());
        let figures = sums.resources.iter();
        let figures = figures.filter(|(_, of)| !of.causes.is_empty());
        let figures = figures.map(|(id, of)| {
            let sum = lamplighter_core::savings::sum(of.causes.values());
            (id.clone(), sum)
        });
        let spent = by_resource(&running, &figures.collect(), (self.from, self.to), self.now);
        sums.add_spent(&spent);
        sums
    }
}
