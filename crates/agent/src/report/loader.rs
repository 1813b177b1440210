//! Reads days from the ledger for one period after another, each day once, and keeps of those before a period only what
//! still tells of it.

use super::day::Day;
use super::days::Days;
use super::period::{AFTER, LedgerPeriod, REACH};
use super::{month, rollup};
use crate::ledger::{Ledger, LedgerError};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use futures::{StreamExt, TryStreamExt};
use lamplighter_core::record::{Record, Resource};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Documents asked for at once, where each is a call over the network.
const AT_ONCE: usize = 8;
/// Documents read from a folder or parsed at once: each thread that does keeps memory for itself.
const BY_THREADS: usize = 2;

/// Resources that are wanted, by their ids.
pub type Wanted<'a> = &'a (dyn Fn(&str) -> bool + Sync);

pub struct Loader<'a> {
    ledger: &'a Ledger,
    now: DateTime<Utc>,
    recorded: Vec<NaiveDate>,
    rolled: BTreeSet<NaiveDate>,
    loaded: BTreeSet<NaiveDate>,
    kept: Kept<'a>,
    known: LedgerPeriod,
}

impl<'a> Loader<'a> {
    /// Reads the ledger as it stands at `now`.
    ///
    /// # Errors
    /// The ledger cannot be read at all.
    pub async fn new(
        ledger: &'a Ledger,
        now: DateTime<Utc>,
        wanted: Option<Wanted<'a>>,
    ) -> Result<Loader<'a>, LedgerError> {
        Ok(Loader {
            ledger,
            now,
            recorded: ledger.recorded_days().await?,
            rolled: rollup::rolled(ledger).await?,
            loaded: BTreeSet::new(),
            kept: Kept {
                wanted,
                ..Kept::default()
            },
            known: LedgerPeriod {
                from: DateTime::<Utc>::MIN_UTC,
                to: DateTime::<Utc>::MIN_UTC,
                now: DateTime::<Utc>::MIN_UTC,
                days: Days::default(),
                last_sweep: None,
                unreadable: Vec::new(),
            },
        })
    }

    /// What the ledger knows of `from <= t < to`, which is not before the period of the call before; of the time before
    /// `cutoff`, which is none before that of the call before, either, only what tells of the time from there on.
    ///
    /// # Errors
    /// The ledger cannot be read at all; single unreadable records are named.
    pub async fn period(
        &mut self,
        (from, to): (DateTime<Utc>, DateTime<Utc>),
        cutoff: DateTime<Utc>,
    ) -> Result<&mut LedgerPeriod, LedgerError> {
        let begin = rollup::begin(month::of(from.date_naive()));
        let begin = begin.checked_sub_signed(REACH).unwrap_or(begin);
        // Not only up to now: a simulator's clock runs ahead, and no other has records of the future.
        let end = to.checked_add_signed(AFTER).unwrap_or(to);
        self.move_on((from, to), (begin, end));
        self.known.forget(cutoff);
        let fresh = self.recorded.iter().copied();
        let fresh = fresh.filter(|date| begin < rollup::end(*date) && rollup::begin(*date) < end);
        let fresh: Vec<NaiveDate> = fresh.filter(|date| !self.loaded.contains(date)).collect();
        for dates in fresh.chunks(AT_ONCE) {
            self.take(dates, (begin, end)).await?;
            self.known.days.sort();
            self.known.forget(cutoff);
        }
        Ok(&mut self.known)
    }

    /// Of all money that was read.
    pub fn currencies(&self) -> impl Iterator<Item = &String> {
        self.kept.currencies.iter()
    }

    /// Whether a day that was read has records that only a later version knows.
    pub fn has_newer(&self) -> bool {
        self.kept.newer
    }

    /// The last period, with when the last sweep was.
    pub async fn end(self) -> LedgerPeriod {
        let mut known = self.known;
        // A day that an end cuts may have been read twice.
        known.unreadable.sort();
        known.unreadable.dedup();
        known.find_last_sweep(self.ledger).await;
        known
    }

    /// Sorts the known days anew for another period, and lets go what is too old for it, or is to be cut elsewhere.
    fn move_on(
        &mut self,
        (from, to): (DateTime<Utc>, DateTime<Utc>),
        (begin, end): (DateTime<Utc>, DateTime<Utc>),
    ) {
        let known = &mut self.known;
        (known.from, known.to, known.now) = (from, to, self.now.min(end));
        let days = std::mem::take(&mut known.days);
        let all = days.before.into_iter().chain(days.within);
        for day in all.chain(days.after) {
            if rollup::end(day.date) <= begin || is_cut(day.date, (from, to)) {
                self.loaded.remove(&day.date);
                continue;
            }
            known.happened(day.last_sweep());
            known.place(day);
        }
    }

    /// Reads days, of which nothing is known yet, and puts them where they belong.
    async fn take(
        &mut self,
        dates: &[NaiveDate],
        (begin, end): (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<(), LedgerError> {
        let period = (self.known.from, self.known.to);
        let rolled = |date: &NaiveDate| self.rolled.contains(date) && !is_cut(*date, period);
        let ledger = self.ledger;
        let at_once = if ledger.is_folder() {
            BY_THREADS
        } else {
            AT_ONCE
        };
        let whole: Vec<NaiveDate> = dates.iter().copied().filter(rolled).collect();
        let read: Vec<Option<Day>> = futures::stream::iter(whole)
            .map(|date| async move { Ok((date, rollup::bytes(ledger, date).await?)) })
            .buffered(at_once)
            .map_ok(|(date, bytes)| async move { Ok(rollup::parsed(date, bytes).await) })
            .try_buffered(BY_THREADS)
            .try_collect()
            .await?;
        let mut taken = BTreeSet::new();
        for day in read.into_iter().flatten() {
            taken.insert(day.date);
            self.known.happened(day.last_sweep());
            let day = self.kept.of(&day);
            self.known.place(day);
        }
        // Day by day: what is taken together is much smaller than its records.
        for date in dates.iter().filter(|date| !taken.contains(date)) {
            let (first, last) = (rollup::begin(*date).max(begin), rollup::end(*date).min(end));
            let read = self.ledger.records::<Record>(first, last).await?;
            let happened = read.records.iter().map(|record| record.at).max();
            self.known.happened(happened);
            self.known.unreadable.extend(read.unreadable);
            let days = Days::of(&read.records, period.0, period.1);
            let known = &mut self.known.days;
            let parts = [
                (days.before, &mut known.before),
                (days.within, &mut known.within),
                (days.after, &mut known.after),
            ];
            for (fresh, part) in parts {
                for day in fresh {
                    part.push(self.kept.of(&day));
                }
            }
        }
        self.loaded.extend(dates);
        Ok(())
    }
}

/// What is kept of days.
#[derive(Default)]
struct Kept<'a> {
    /// Of others no more than prices is kept.
    wanted: Option<Wanted<'a>>,
    shared: Shared,
    /// Of all money that was read.
    currencies: BTreeSet<String>,
    /// Whether a day has records that only a later version knows.
    newer: bool,
}

impl Kept<'_> {
    /// What is kept of a day: a copy, as the day itself lies among what was needed to read it, in the memory of whichever
    /// thread did, and all of that is free again this way.
    fn of(&mut self, day: &Day) -> Day {
        let opened = day.opened.iter();
        let opened = opened.filter_map(|(_, interval)| interval.price.as_ref());
        let prices = opened.chain(day.prices.iter().map(|change| &change.price));
        for price in prices {
            if !self.currencies.contains(&price.currency) {
                self.currencies.insert(price.currency.clone());
            }
        }
        self.newer |= !day.newer.is_empty();
        let mut day = day.clone();
        if let Some(wanted) = self.wanted {
            day.only(wanted);
        }
        self.shared.share(&mut day);
        day
    }
}

/// Whether an end of a period lies within a day.
fn is_cut(date: NaiveDate, (from, to): (DateTime<Utc>, DateTime<Utc>)) -> bool {
    let inside = |at: DateTime<Utc>| rollup::begin(date) < at && at < rollup::end(date);
    inside(from) || inside(to)
}

/// What day after day is the same of a resource, once in memory.
#[derive(Default)]
struct Shared(HashMap<Arc<str>, Arc<Resource>>);

impl Shared {
    fn share(&mut self, day: &mut Day) {
        let resources = std::mem::take(&mut day.resources).into_iter();
        day.resources = resources
            .map(|(id, mut of)| {
                let id = match self.0.get_key_value(&id) {
                    Some((known, resource)) => {
                        if **resource == *of.resource {
                            of.resource = resource.clone();
                        }
                        known.clone()
                    }
                    None => id,
                };
                self.0.insert(id.clone(), of.resource.clone());
                (id, of)
            })
            .collect::<BTreeMap<_, _>>();
        let known = &self.0;
        let share = |id: &mut Arc<str>| {
            if let Some((known, _)) = known.get_key_value(id) {
                *id = known.clone();
            }
        };
        day.opened.iter_mut().for_each(|(id, _)| share(id));
        day.closed.iter_mut().for_each(|(id, _)| share(id));
        day.powers.iter_mut().for_each(|of| share(&mut of.resource));
    }
}

/// The midnight from which each day is kept, where so long is looked back before a period.
pub fn looked_back(from: DateTime<Utc>, look_back: TimeDelta) -> DateTime<Utc> {
    let midnight = rollup::begin(from.date_naive());
    let begin = midnight.checked_sub_signed(look_back);
    begin.unwrap_or(midnight).min(from)
}
