//! Reading what a period's report needs from the ledger.

use super::day::Day;
use super::days::Days;
use super::rows::{self, GroupBy};
use super::totals::{Report, of_days};
use super::{rollup, stale};
use crate::ledger::{Ledger, LedgerError};
use chrono::{DateTime, Months, NaiveDate, TimeDelta, Utc};
use futures::{StreamExt, TryStreamExt};
use lamplighter_core::record::{Record, Resource};
use std::collections::{BTreeSet, HashSet};

/// Documents read at once.
const AT_ONCE: usize = 16;
/// The same where none of them is kept: so many are in memory.
const FEW_AT_ONCE: usize = 4;

/// No avoided interval is looked for that opened longer ago than this before the period: what has been off for
/// three months is not waiting to be started.
const REACH: TimeDelta = TimeDelta::days(92);
/// What was found out later than this after the period changes nothing in its report.
const AFTER: TimeDelta = TimeDelta::days(7);

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
        let resources = self.days.resources().into_iter();
        let other = resources.filter(|(_, resource)| !wanted(resource));
        let other: HashSet<String> = other.map(|(id, _)| id.to_owned()).collect();
        if !other.is_empty() {
            self.days.without(&other);
        }
    }

    /// The names of the tags that divide costs, as resources of the period were recorded with them.
    pub fn cost_tags(&self) -> Vec<&str> {
        rows::cost_tags(self.days.resources().into_values())
    }

    pub fn report(&self, by: GroupBy) -> Report {
        let mut report = of_days(&self.days, by, self.from, self.to, self.now);
        report.unreadable_records = self.unreadable.clone();
        report.last_sweep = self.last_sweep;
        report.stale = stale::since(self.last_sweep, self.now.min(self.to));
        report
    }
}

/// Reads one month after another, from that which begins on `first` to that of `last`, each as [`read`] would read it and
/// each day once: what is of several months is passed on from one to the next. Returns the last.
///
/// # Errors
/// The ledger cannot be read at all.
pub async fn months(
    ledger: &Ledger,
    first: NaiveDate,
    last: DateTime<Utc>,
    now: DateTime<Utc>,
    mut each: impl FnMut(&mut LedgerPeriod),
) -> Result<LedgerPeriod, LedgerError> {
    let begin = rollup::begin(first);
    let reach = begin.checked_sub_signed(REACH).unwrap_or(begin);
    let dates = ledger.recorded_days().await?;
    let mut dates = dates
        .into_iter()
        .filter(|date| *date >= reach.date_naive())
        .peekable();
    let mut known = LedgerPeriod {
        from: begin,
        to: begin,
        now: begin,
        days: Days::default(),
        last_sweep: None,
        unreadable: Vec::new(),
    };
    while known.to <= last {
        let Some(end) = known.to.checked_add_months(Months::new(1)) else {
            break;
        };
        (known.from, known.to) = (known.to, end);
        let after = end.checked_add_signed(AFTER).unwrap_or(end);
        known.now = now.min(after);
        let mut fresh = Vec::new();
        while let Some(date) = dates.next_if(|date| rollup::begin(*date) < after) {
            fresh.push(date);
        }
        known.move_on();
        known.take(ledger, &fresh, (reach, after)).await?;
        each(&mut known);
    }
    known.find_last_sweep(ledger).await;
    Ok(known)
}

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
    let after = to.checked_add_signed(AFTER).unwrap_or(to);
    let now = now.min(after);
    let begin = from.checked_sub_signed(REACH).unwrap_or(from);
    let begin = rollup::begin(begin.date_naive());
    // Not only up to now: a simulator's clock runs ahead, and no other has records of the future.
    let end = after;
    let mut period = LedgerPeriod {
        from,
        to,
        now,
        days: Days::default(),
        last_sweep: None,
        unreadable: Vec::new(),
    };
    let within = |date: &NaiveDate| begin < rollup::end(*date) && rollup::begin(*date) < end;
    let days = ledger.recorded_days().await?;
    let days: Vec<NaiveDate> = days.into_iter().filter(within).collect();
    period.take(ledger, &days, (begin, end)).await?;
    period.find_last_sweep(ledger).await;
    Ok(period)
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
            let known = match rolled.contains(&date) {
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
        let read = ledger.records::<Record>(first, last).await?;
        unreadable.extend(read.unreadable);
        let of_it = Days::of(&read.records, first, last);
        of_it.within.iter().for_each(&mut take);
    }
    Ok(unreadable)
}

impl LedgerPeriod {
    /// When the last sweep was, of all that ended.
    async fn find_last_sweep(&mut self, ledger: &Ledger) {
        // Where a later version wrote that, the records tell within the hour.
        let told = ledger.last_sweep().await.unwrap_or_default();
        // What came later is read as far as it is wanted, and no further.
        let recorded = self.days.before.iter().chain(&self.days.within);
        let recorded = recorded.flat_map(|day| &day.sweeps).map(|sweep| sweep.at);
        let recorded = recorded.max();
        self.last_sweep = told.max(recorded.and_then(|at| DateTime::from_timestamp(at, 0)));
    }

    /// Reads days, of which nothing is known yet, and puts them where they belong.
    async fn take(
        &mut self,
        ledger: &Ledger,
        days: &[NaiveDate],
        (begin, end): (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<(), LedgerError> {
        let rolled = self.take_rolled(ledger, days).await?;
        // Day by day: what is taken together is much smaller than its records.
        for date in days.iter().filter(|date| !rolled.contains(date)) {
            let (first, last) = (rollup::begin(*date).max(begin), rollup::end(*date).min(end));
            let read = ledger.records::<Record>(first, last).await?;
            self.take_records(&read.records);
            self.unreadable.extend(read.unreadable);
        }
        let days = &mut self.days;
        for days in [&mut days.before, &mut days.within, &mut days.after] {
            days.sort_by_key(|day| day.date);
        }
        Ok(())
    }

    /// Sorts the known days anew, after the period has become that of whole days after it, and lets go what is too old.
    fn move_on(&mut self) {
        let reach = self.from.checked_sub_signed(REACH).unwrap_or(self.from);
        let days = &mut self.days;
        days.before.append(&mut days.within);
        days.before.retain(|day| rollup::end(day.date) > reach);
        for day in std::mem::take(&mut days.after) {
            if let Some(last) = day.sweeps.iter().map(|sweep| sweep.at).max() {
                self.now = self
                    .now
                    .max(DateTime::from_timestamp(last, 0).unwrap_or(self.now));
            }
            match rollup::begin(day.date) < self.to {
                true => days.within.push(day),
                false => days.after.push(day),
            }
        }
    }

    /// Takes the days that are rolled up and lie whole on one side of the period's ends. Returns which.
    async fn take_rolled(
        &mut self,
        ledger: &Ledger,
        days: &[NaiveDate],
    ) -> Result<BTreeSet<NaiveDate>, LedgerError> {
        let rolled = rollup::rolled(ledger).await?;
        let cut = |date: NaiveDate| {
            let inside = |at: DateTime<Utc>| rollup::begin(date) < at && at < rollup::end(date);
            inside(self.from) || inside(self.to)
        };
        let wanted = days.iter().copied();
        let wanted = wanted.filter(|date| rolled.contains(date) && !cut(*date));
        let read: Vec<Option<Day>> = futures::stream::iter(wanted)
            .map(|date| rollup::read(ledger, date))
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        let mut taken = BTreeSet::new();
        for day in read.into_iter().flatten() {
            taken.insert(day.date);
            if let Some(last) = day.sweeps.iter().map(|sweep| sweep.at).max() {
                self.happened(DateTime::from_timestamp(last, 0));
            }
            let side = if rollup::end(day.date) <= self.from {
                &mut self.days.before
            } else if rollup::begin(day.date) >= self.to {
                &mut self.days.after
            } else {
                &mut self.days.within
            };
            side.push(day);
        }
        Ok(taken)
    }

    fn take_records(&mut self, records: &[Record]) {
        self.happened(records.iter().map(|record| record.at).max());
        let days = Days::of(records, self.from, self.to);
        self.days.before.extend(days.before);
        self.days.within.extend(days.within);
        self.days.after.extend(days.after);
    }

    /// What is recorded has happened, whatever this computer's clock shows: a simulator's runs ahead of it.
    fn happened(&mut self, at: Option<DateTime<Utc>>) {
        self.now = at.map_or(self.now, |at| self.now.max(at));
    }
}
