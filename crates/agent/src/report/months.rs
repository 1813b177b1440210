//! A report is made month by month: what it says of a year is what those of its months say, added up. The sums of a month
//! that is over are kept in the ledger, so that a year opens from twelve documents.

use super::kept_months::read_kept;
use super::loader::Loader;
use super::period::{AFTER, LedgerPeriod};
use super::read::read;
use super::rows::{self, GroupBy};
use super::running::{Running, by_resource};
use super::share::Share;
use super::sums::Sums;
use super::totals::{Report, of_sums};
use super::{month, rollup, stale};
use crate::ledger::{Ledger, LedgerError};
use chrono::{DateTime, NaiveDate, Utc};
use lamplighter_core::savings::{self, Spent};
use std::collections::{BTreeMap, BTreeSet};

/// Of so many rows of a day's document at most days are in memory while a report is made: a few thousand resources.
const ROWS: usize = 20_000;

/// Of `from <= t < to`.
pub type Period = (DateTime<Utc>, DateTime<Utc>);

/// The parts of a period that lie in one month of UTC each.
pub fn parts((from, to): Period) -> Vec<Period> {
    let mut parts = Vec::new();
    let mut begin = from;
    while begin < to {
        let next = month::next(month::of(begin.date_naive()));
        let end = next.map_or(to, rollup::begin).min(to);
        parts.push((begin, end));
        begin = end;
    }
    parts
}

/// The first day of the month, where a part is a whole one.
pub fn whole_month((from, to): Period) -> Option<NaiveDate> {
    let first = from.date_naive();
    let next = month::next(first)?;
    let whole =
        first == month::of(first) && (from, to) == (rollup::begin(first), rollup::begin(next));
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
    pub fn report(&self, by: GroupBy) -> Report {
        let mut report = of_sums(&self.sums, by, (self.from, self.to), self.now);
        report.unreadable_records = self.unreadable.clone();
        report.last_sweep = self.last_sweep;
        report.stale = stale::since(self.last_sweep, self.now.min(self.to));
        report
    }

    /// The names of the tags that divide costs, as resources of the period were recorded with them.
    pub fn cost_tags(&self) -> Vec<&str> {
        rows::cost_tags(
            self.sums
                .resources
                .values()
                .map(|of| &*of.activity.resource),
        )
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
    read_shares(ledger, period, now, ROWS).await
}

/// The same, with days of at most so many rows in memory at once.
async fn read_shares(
    ledger: &Ledger,
    period: Period,
    now: DateTime<Utc>,
    rows: usize,
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
    let mut loader = Loader::new(ledger, now).await?;
    let of_months = parts.into_iter().map(|part| {
        let known = whole_month(part).and_then(|month| kept.remove(&month));
        (part, known.map(|known| known.sums))
    });
    let mut all: Vec<(Period, Option<Sums>)> = of_months.collect();
    let kept_in = all.iter().flat_map(|(_, sums)| sums);
    let mut currencies: BTreeSet<String> = kept_in.filter_map(|one| one.currency.clone()).collect();
    add_up(&mut loader, &mut all, rows).await?;
    currencies.extend(loader.currencies().cloned());
    let mut known = loader.end().await;
    let (from, to) = period;
    let sums = if currencies.len() < 2 {
        known.now = known
            .now
            .max(now.min(to.checked_add_signed(AFTER).unwrap_or(to)));
        let mut sums = Sums::default();
        let of_months = all.into_iter().filter_map(|(_, of_month)| of_month);
        of_months.for_each(|of_month| sums.add(of_month));
        sums
    } else {
        // All money is in the currency of the latest price, which tells what of each month counts.
        known = read(ledger, from, to, now).await?;
        known.sums()
    };
    Ok(PeriodSums {
        from,
        to,
        now: known.now,
        sums,
        last_sweep: known.last_sweep,
        unreadable: known.unreadable,
    })
}

/// Adds up the parts of which nothing is known yet, for one share of the resources after the other.
async fn add_up(
    loader: &mut Loader<'_>,
    all: &mut [(Period, Option<Sums>)],
    rows: usize,
) -> Result<(), LedgerError> {
    let unknown = |of: &&mut (Period, Option<Sums>)| of.1.is_none();
    let mut unknown: Vec<_> = all.iter_mut().filter(unknown).collect();
    let periods: Vec<Period> = unknown.iter().map(|(period, _)| *period).collect();
    let shares = loader.shares(&periods, rows).await?;
    for share in Share::all(shares) {
        loader.again(share);
        for (period, known) in &mut unknown {
            let mut sums = loader.period(*period, period.0).await?.sums();
            if !share.is_first() {
                // These are of no resource, and counted already.
                sums.newer.clear();
            }
            known.get_or_insert_default().add(sums);
        }
    }
    Ok(())
}

impl LedgerPeriod {
    /// What it comes to, without what was spent.
    pub fn sums(&self) -> Sums {
        Sums::of(&self.days, self.from, self.to, self.now)
    }

    /// What was spent, by resource and by records alone. `sums`: what it comes to otherwise.
    pub(super) fn spent_by_resource(&self, sums: &Sums) -> BTreeMap<String, Spent> {
        let history = self.days.history();
        let running = Running::of(self, &[], &history, sums.currency.as_deref());
        let figures = sums.resources.iter();
        let figures = figures.filter(|(_, of)| !of.causes.is_empty());
        let figures = figures.map(|(id, of)| (id.clone(), savings::sum(of.causes.values())));
        by_resource(&running, &figures.collect(), (self.from, self.to), self.now)
    }
}

#[cfg(test)]
mod tests;
