//! What the ledger knows of a period, and its days, one after the other.

use super::day::Day;
use super::days::Days;
use super::folded::{Folding, Part};
use super::forget::forget;
use super::rows::GroupBy;
use super::totals::{Report, of_days};
use super::{rollup, stale};
use crate::ledger::{Ledger, LedgerError};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use futures::{StreamExt, TryStreamExt};
use lamplighter_core::record::Resource;
use lamplighter_core::savings;
use std::borrow::Cow;
use std::collections::HashSet;

/// Documents read at once where none of them is kept: so many are in memory.
const FEW_AT_ONCE: usize = 4;

/// No interval is looked for that opened longer ago than this before the month in which the period begins: it counts no
/// more.
pub(super) const REACH: TimeDelta = TimeDelta::days(savings::COUNTS_FOR);
/// What was found out later than this after the period changes nothing in its report.
pub(super) const AFTER: TimeDelta = TimeDelta::days(7);

/// What the ledger knows of a period.
#[derive(Clone, Debug)]
pub struct LedgerPeriod {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    /// Until when the ledger was read: what is open is counted up to then at the latest.
    pub now: DateTime<Utc>,
    pub days: Days,
    /// When the last sweep was, of all that ended.
    pub last_sweep: Option<DateTime<Utc>>,
    /// Ledger documents that could not be read.
    pub unreadable: Vec<String>,
}

impl LedgerPeriod {
    /// Keeps what is of these resources, as their last records have them.
    pub fn only(&mut self, wanted: &(dyn Fn(&Resource) -> bool + Sync)) {
        let other = self.others(wanted);
        if !other.is_empty() {
            self.days.without(&other);
        }
    }

    /// What is of these resources, for whoever needs the others later: who is whose changes.
    pub fn of(&self, wanted: &(dyn Fn(&Resource) -> bool + Sync)) -> Cow<'_, LedgerPeriod> {
        if self.others(wanted).is_empty() {
            return Cow::Borrowed(self);
        }
        let mut own = self.clone();
        own.only(wanted);
        Cow::Owned(own)
    }

    fn others(&self, wanted: &(dyn Fn(&Resource) -> bool + Sync)) -> HashSet<String> {
        let resources = self.days.resources().into_iter();
        let other = resources.filter(|(_, resource)| !wanted(resource));
        other.map(|(id, _)| id.to_owned()).collect()
    }

    pub fn report(&self, by: GroupBy) -> Report {
        let mut report = of_days(&self.days, by, self.from, self.to, self.now);
        report.unreadable_records = self.unreadable.clone();
        report.last_sweep = self.last_sweep;
        report.stale = stale::since(self.last_sweep, self.now.min(self.to));
        report
    }
}

/// Hands on each whole UTC day that has a part in `begin <= t < end`, from its roll-up where there is one and from its records
/// elsewhere, in order, and keeps none. Returns what could not be read.
///
/// # Errors
/// The ledger cannot be read at all.
pub async fn each_day(
    ledger: &Ledger,
    (begin, end): (DateTime<Utc>, DateTime<Utc>),
    mut take: impl FnMut(&Day),
) -> Result<Vec<String>, LedgerError> {
    let rolled = &rollup::rolled(ledger).await?;
    let within = |date: &NaiveDate| begin < rollup::end(*date) && rollup::begin(*date) < end;
    let dates = ledger.recorded_days().await?;
    let mut days = futures::stream::iter(dates.into_iter().filter(within))
        .map(|date| async move {
            let known = match rolled.contains_key(&date) {
                true => rollup::read(ledger, date).await?,
                false => None,
            };
            Ok::<_, LedgerError>((date, known))
        })
        .buffered(FEW_AT_ONCE);
    let mut unreadable = Vec::new();
    while let Some((date, known)) = days.try_next().await? {
        if let Some(day) = known {
            take(&day);
            continue;
        }
        let (first, last) = (rollup::begin(date), rollup::end(date));
        let mut folding = Folding::new(first, last);
        let read = ledger.each_record(first, last, |record| folding.take(&record));
        unreadable.extend(read.await?);
        folding.finish().days().for_each(|(_, day)| take(&day));
    }
    Ok(unreadable)
}

impl LedgerPeriod {
    /// When the last sweep was, of all that ended.
    pub(super) async fn find_last_sweep(&mut self, ledger: &Ledger) {
        // Where a later version wrote that, the records tell within the hour.
        let told = ledger.last_sweep().await.unwrap_or_default();
        // What came later is read as far as it is wanted, and no further.
        let recorded = self.days.before.iter().chain(&self.days.within);
        let recorded = recorded.filter_map(Day::last_sweep).max();
        self.last_sweep = told.max(recorded);
    }

    /// Takes a day that lies whole on one side of the period's ends, and what it tells of the last sweep. Returns its date.
    pub(super) fn take(&mut self, day: Day) -> NaiveDate {
        let date = day.date;
        self.happened(day.last_sweep());
        self.place(day);
        date
    }

    /// Puts a day, which lies whole on one side of the period's ends, where it belongs.
    pub(super) fn place(&mut self, day: Day) {
        let part = if rollup::end(day.date) <= self.from {
            Part::Before
        } else if rollup::begin(day.date) >= self.to {
            Part::After
        } else {
            Part::Within
        };
        self.days.put(part, day);
    }

    /// Lets go what the days before `cutoff` do not tell of the time from there on.
    pub(super) fn forget(&mut self, cutoff: DateTime<Utc>) {
        let before = &mut self.days.before;
        let count = match cutoff < self.from {
            true => before.partition_point(|day| rollup::end(day.date) <= cutoff),
            // The last of them may be the part of a day.
            false => before.len(),
        };
        forget(&mut before[..count], cutoff);
    }

    /// What is recorded has happened, whatever this computer's clock shows: a simulator's runs ahead of it.
    pub(super) fn happened(&mut self, at: Option<DateTime<Utc>>) {
        self.now = at.map_or(self.now, |at| self.now.max(at));
    }
}
