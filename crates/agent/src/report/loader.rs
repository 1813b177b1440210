//! Reads days from the ledger for one period after another, each day once, and keeps of those before a period only what
//! still tells of it.

use super::day::Day;
use super::days::Days;
use super::folded::{Folded, Folding};
use super::period::{AFTER, LedgerPeriod, REACH};
use super::share::Share;
use super::stored::document::Document;
use super::{month, rollup};
use crate::ledger::{Ledger, LedgerError};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use futures::{StreamExt, TryStreamExt};
use lamplighter_core::record::Resource;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Documents asked for at once, where each is a call over the network.
const AT_ONCE: usize = 8;
/// Documents read from a folder or parsed at once: each thread that does keeps memory for itself.
const BY_THREADS: usize = 2;
/// About so many bytes a row has.
const ROW: usize = 100;
/// Roll-ups of so many rows are kept in memory where they are wanted again: all of them are smaller than their days.
const WANTED_AGAIN: usize = 150_000;

pub struct Loader<'a> {
    ledger: &'a Ledger,
    now: DateTime<Utc>,
    recorded: Vec<NaiveDate>,
    /// With how many bytes their roll-ups have.
    rolled: BTreeMap<NaiveDate, usize>,
    loaded: BTreeSet<NaiveDate>,
    kept: Kept,
    known: LedgerPeriod,
    /// What records came to, where they are wanted again.
    folded: BTreeMap<Records, Folded>,
    /// Roll-ups that are wanted again.
    documents: BTreeMap<NaiveDate, Document>,
}

/// Those of a day, or of a part of it; where an end of the period lies within it, of which period.
type Records = (Span, Option<Span>);

type Span = (DateTime<Utc>, DateTime<Utc>);

impl<'a> Loader<'a> {
    /// Reads the ledger as it stands at `now`.
    ///
    /// # Errors
    /// The ledger cannot be read at all.
    pub async fn new(ledger: &'a Ledger, now: DateTime<Utc>) -> Result<Loader<'a>, LedgerError> {
        Ok(Loader {
            ledger,
            now,
            recorded: ledger.recorded_days().await?,
            rolled: rollup::rolled(ledger).await?,
            loaded: BTreeSet::new(),
            kept: Kept::default(),
            known: nothing(),
            folded: BTreeMap::new(),
            documents: BTreeMap::new(),
        })
    }

    /// Keeps what is of these resources, and the prices at which intervals of the others opened.
    pub fn with_prices(mut self, share: Share) -> Loader<'a> {
        (self.kept.share, self.kept.with_prices) = (Some(share), true);
        self
    }

    /// Begins anew, for these resources.
    pub fn again(&mut self, share: Share) {
        self.kept.share = Some(share);
        self.kept.shared = Shared::default();
        self.loaded.clear();
        self.known = nothing();
    }

    /// In how many shares of the resources periods are read, so that each has no more than so many rows of a day. What has to
    /// be read from records is read here, once for all of them, and so are a few large roll-ups.
    ///
    /// # Errors
    /// The ledger cannot be read at all.
    pub async fn shares(&mut self, periods: &[Span], rows: usize) -> Result<usize, LedgerError> {
        let mut most = 0;
        let mut rolled = BTreeMap::new();
        for period in periods {
            let span = span(*period);
            for date in self.within(span) {
                let known = self.rolled.get(&date).filter(|_| !is_cut(date, *period));
                if let Some(bytes) = known {
                    rolled.insert(date, bytes / ROW);
                    continue;
                }
                let records = records(date, span, *period);
                if !self.folded.contains_key(&records) {
                    let folded = self.fold(records.0, *period).await?;
                    let documents = folded.documents().map(|(_, document)| document.rows());
                    most = documents.fold(most, usize::max);
                    self.folded.insert(records, folded);
                }
            }
        }
        most = rolled.values().copied().fold(most, usize::max);
        if most > rows && rolled.values().sum::<usize>() <= WANTED_AGAIN {
            for date in rolled.into_keys() {
                let bytes = rollup::bytes(self.ledger, date).await?;
                let document = rollup::of_bytes(date, bytes);
                self.documents
                    .extend(document.map(|document| (date, document)));
            }
        }
        Ok(most.div_ceil(rows).max(1))
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
        let (begin, end) = span((from, to));
        self.move_on((from, to), (begin, end));
        self.known.forget(cutoff);
        let fresh = self.within((begin, end)).into_iter();
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
        let rolled = |date: &NaiveDate| self.rolled.contains_key(date) && !is_cut(*date, period);
        let ledger = self.ledger;
        let at_once = if ledger.is_folder() {
            BY_THREADS
        } else {
            AT_ONCE
        };
        let whole_days = dates.iter().copied().filter(rolled);
        let (known, unknown): (Vec<NaiveDate>, Vec<NaiveDate>) =
            whole_days.partition(|date| self.documents.contains_key(date));
        let mut read =
            futures::stream::iter(unknown)
                .map(|date| async move {
                    Ok::<_, LedgerError>((date, rollup::bytes(ledger, date).await?))
                })
                .buffered(at_once)
                .map_ok(|(date, bytes)| async move { Ok(rollup::parsed(date, bytes).await) })
                .try_buffered(BY_THREADS);
        let mut taken = BTreeSet::new();
        while let Some(document) = read.try_next().await? {
            let day = document.and_then(|document| self.kept.day(&document));
            taken.extend(day.map(|day| self.known.take(day)));
        }
        drop(read);
        for document in known.iter().filter_map(|date| self.documents.get(date)) {
            let day = self.kept.day(document);
            taken.extend(day.map(|day| self.known.take(day)));
        }
        for date in dates.iter().filter(|date| !taken.contains(date)) {
            let records = records(*date, (begin, end), period);
            let fresh;
            let folded = match self.folded.get(&records) {
                Some(known) => known,
                None => {
                    fresh = self.fold(records.0, period).await?;
                    &fresh
                }
            };
            self.known.happened(folded.last);
            self.known
                .unreadable
                .extend(folded.unreadable.iter().cloned());
            for (part, document) in folded.documents() {
                // A document that was just made has every text that it names.
                let Some(day) = self.kept.day(document) else {
                    continue;
                };
                match records.1 {
                    Some(_) => self.known.days.put(part, day),
                    None => self.known.place(day),
                }
            }
        }
        self.loaded.extend(dates);
        Ok(())
    }

    /// Reads records, and keeps what they come to for a period.
    async fn fold(&self, (first, last): Span, (from, to): Span) -> Result<Folded, LedgerError> {
        let mut folding = Folding::new(from, to);
        let read = self
            .ledger
            .each_record(first, last, |record| folding.take(&record));
        let unreadable = read.await?;
        let mut folded = folding.finish();
        folded.unreadable = unreadable;
        Ok(folded)
    }

    /// The days that have a part in it.
    fn within(&self, (begin, end): Span) -> Vec<NaiveDate> {
        let within = |date: &NaiveDate| begin < rollup::end(*date) && rollup::begin(*date) < end;
        self.recorded.iter().copied().filter(within).collect()
    }
}

/// What of the ledger tells of a period.
fn span((from, to): Span) -> Span {
    let begin = rollup::begin(month::of(from.date_naive()));
    let begin = begin.checked_sub_signed(REACH).unwrap_or(begin);
    // Not only up to now: a simulator's clock runs ahead, and no other has records of the future.
    (begin, to.checked_add_signed(AFTER).unwrap_or(to))
}

/// What of a day is within a span, for a period.
fn records(date: NaiveDate, (begin, end): Span, period: Span) -> Records {
    let within = (rollup::begin(date).max(begin), rollup::end(date).min(end));
    (within, is_cut(date, period).then_some(period))
}

fn nothing() -> LedgerPeriod {
    LedgerPeriod {
        from: DateTime::<Utc>::MIN_UTC,
        to: DateTime::<Utc>::MIN_UTC,
        now: DateTime::<Utc>::MIN_UTC,
        days: Days::default(),
        last_sweep: None,
        unreadable: Vec::new(),
    }
}

/// What is kept of days.
#[derive(Default)]
struct Kept {
    /// Of others no more than prices is kept.
    share: Option<Share>,
    /// And the prices at which intervals of the others opened.
    with_prices: bool,
    shared: Shared,
    /// Of all money that was read.
    currencies: BTreeSet<String>,
    /// Whether a day has records that only a later version knows.
    newer: bool,
}

impl Kept {
    /// What is kept of a day: made here and not where its document was read, so that it lies in the memory of this thread
    /// alone, and all that was needed to read it is free again.
    fn day(&mut self, document: &Document) -> Option<Day> {
        for price in &document.prices {
            if !self.currencies.contains(&price.currency) {
                self.currencies.insert(price.currency.clone());
            }
        }
        self.newer |= !document.newer.is_empty();
        let mut day = match self.share {
            Some(share) if self.with_prices => {
                document.day_with_prices(&|id: &str| share.has(id))?
            }
            Some(share) => document.day(Some(&|id: &str| share.has(id)))?,
            None => document.day(None)?,
        };
        self.shared.share(&mut day);
        Some(day)
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
