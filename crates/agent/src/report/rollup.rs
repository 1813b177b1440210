//! Each past UTC day in one small document, so that years open at once, and in another one what its page shows.
//!
//! Derived from the records alone: a roll-up may be lost, and is made anew by whoever comes by. A day is rolled up
//! when it is over and settled; sweeps write what they find out under the day on which they do.

use super::day::Day;
use super::fold::Fold;
use super::stored::document::Document;
use super::{shown, stored};
use crate::ledger::{Ledger, LedgerError};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use lamplighter_core::record::Record;
use std::collections::BTreeMap;

/// No sweep of a day writes later than this after its end.
const SETTLED: TimeDelta = TimeDelta::hours(1);

const FOLDER: &str = "days";

fn name(date: NaiveDate) -> String {
    format!("{FOLDER}/{date}.json")
}

pub(super) fn begin(date: NaiveDate) -> DateTime<Utc> {
    date.and_time(NaiveTime::MIN).and_utc()
}

/// The end of a day, which is the beginning of the next.
pub(super) fn end(date: NaiveDate) -> DateTime<Utc> {
    date.checked_add_days(Days::new(1))
        .map_or(DateTime::<Utc>::MAX_UTC, begin)
}

fn is_settled(date: NaiveDate, now: DateTime<Utc>) -> bool {
    end(date)
        .checked_add_signed(SETTLED)
        .is_some_and(|settled| settled <= now)
}

/// The days that are rolled up, with how many bytes each has.
pub(super) async fn rolled(ledger: &Ledger) -> Result<BTreeMap<NaiveDate, usize>, LedgerError> {
    let listed = ledger.derived_sizes(FOLDER).await?.into_iter();
    let date =
        |(name, size): (String, usize)| Some((name.strip_suffix(".json")?.parse().ok()?, size));
    Ok(listed.filter_map(date).collect())
}

/// A day's roll-up; `None` where there is none that this version reads.
pub(super) async fn read(ledger: &Ledger, date: NaiveDate) -> Result<Option<Day>, LedgerError> {
    let document = document(ledger, date).await?;
    Ok(document.and_then(|document| document.day(None)))
}

async fn document(ledger: &Ledger, date: NaiveDate) -> Result<Option<Document>, LedgerError> {
    Ok(parsed(date, bytes(ledger, date).await?).await)
}

/// A day's roll-up as it is stored.
pub(super) async fn bytes(
    ledger: &Ledger,
    date: NaiveDate,
) -> Result<Option<Vec<u8>>, LedgerError> {
    ledger.derived(&name(date)).await
}

pub(super) async fn parsed(date: NaiveDate, bytes: Option<Vec<u8>>) -> Option<Document> {
    // Years of them are read on as many processors as there are.
    let read = tokio::task::spawn_blocking(move || of_bytes(date, bytes)).await;
    read.ok().flatten()
}

pub(super) fn of_bytes(date: NaiveDate, bytes: Option<Vec<u8>>) -> Option<Document> {
    let document = stored::read(&bytes?)?;
    (document.date == date).then_some(document)
}

/// Writes the roll-up of a day's records, and not what its page shows.
///
/// # Errors
/// The ledger cannot be written.
pub async fn write(
    ledger: &Ledger,
    date: NaiveDate,
    records: &[Record],
) -> Result<(), LedgerError> {
    let mut fold = Fold::new(date);
    records.iter().for_each(|record| fold.take(record));
    write_document(ledger, &fold.finish()).await
}

async fn write_document(ledger: &Ledger, document: &Document) -> Result<(), LedgerError> {
    let bytes = stored::write(document).map_err(|error| LedgerError::Unwritable {
        location: ledger.location().to_string(),
        doing: "roll up a day".into(),
        problem: error.to_string(),
    })?;
    ledger.derive(&name(document.date), bytes).await
}

/// What is derived from a day.
#[derive(PartialEq)]
struct Derived {
    day: Document,
    shown: shown::Document,
}

/// Takes the records of a day one by one.
struct Deriving {
    day: Fold,
    shown: shown::Fold,
}

impl Deriving {
    fn new(date: NaiveDate) -> Deriving {
        Deriving {
            day: Fold::new(date),
            shown: shown::Fold::new(date),
        }
    }

    fn take(&mut self, record: &Record) {
        self.day.take(record);
        self.shown.take(record);
    }

    fn finish(self) -> Derived {
        Derived {
            day: self.day.finish(),
            shown: self.shown.finish(),
        }
    }
}

impl Derived {
    /// From the day's records; `None` where one of them cannot be read, as a roll-up would hide that.
    async fn make(ledger: &Ledger, date: NaiveDate) -> Result<Option<Derived>, LedgerError> {
        let mut deriving = Deriving::new(date);
        let (first, last) = (begin(date), end(date));
        let unreadable = ledger.each_record(first, last, |record| deriving.take(&record));
        let whole = unreadable.await?.is_empty();
        Ok(whole.then(|| deriving.finish()))
    }

    /// What the ledger has of it, where it has both.
    async fn read(ledger: &Ledger, date: NaiveDate) -> Result<Option<Derived>, LedgerError> {
        let day = document(ledger, date).await?;
        let shown = shown::document(ledger, date).await?;
        let both = day.zip(shown);
        Ok(both.map(|(day, shown)| Derived { day, shown }))
    }

    /// The roll-up last: where it is, the other one is.
    async fn write(self, ledger: &Ledger) -> Result<(), LedgerError> {
        shown::write(ledger, self.shown).await?;
        write_document(ledger, &self.day).await
    }
}

/// Derives a day from all of its records, and writes that.
///
/// # Errors
/// The ledger cannot be written.
pub async fn derive(
    ledger: &Ledger,
    date: NaiveDate,
    records: &[Record],
) -> Result<(), LedgerError> {
    let mut deriving = Deriving::new(date);
    records.iter().for_each(|record| deriving.take(record));
    deriving.finish().write(ledger).await
}

/// Rolls up the latest day that is over, settled and not yet rolled up: one, so that no sweep reads much more than a
/// day. Returns it.
///
/// # Errors
/// The ledger cannot be read or written.
pub async fn roll_up(
    ledger: &Ledger,
    now: DateTime<Utc>,
) -> Result<Option<NaiveDate>, LedgerError> {
    let rolled = rolled(ledger).await?;
    let days = ledger.recorded_days().await?;
    let due = |date: &&NaiveDate| is_settled(**date, now) && !rolled.contains_key(*date);
    // Yesterday is wanted most. Where its records cannot be read, the day before is not to wait for that.
    for date in days.iter().rev().filter(due).take(2) {
        if let Some(derived) = Derived::make(ledger, *date).await? {
            derived.write(ledger).await?;
            ledger.tidy_day(*date).await;
            return Ok(Some(*date));
        }
    }
    Ok(None)
}

/// What rebuilding found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rebuilt {
    pub days: usize,
    /// Days whose roll-up was missing.
    pub missing: Vec<NaiveDate>,
    /// Days whose roll-up said something else than the records.
    pub differed: Vec<NaiveDate>,
    /// Days with records that cannot be read: they are not rolled up.
    pub unreadable: Vec<NaiveDate>,
}

/// Makes all roll-ups anew from the records, and compares.
///
/// # Errors
/// The ledger cannot be read or written.
pub async fn rebuild(ledger: &Ledger, now: DateTime<Utc>) -> Result<Rebuilt, LedgerError> {
    let mut rebuilt = Rebuilt::default();
    for date in ledger.recorded_days().await? {
        if !is_settled(date, now) {
            continue;
        }
        let Some(derived) = Derived::make(ledger, date).await? else {
            rebuilt.unreadable.push(date);
            continue;
        };
        rebuilt.days += 1;
        match Derived::read(ledger, date).await? {
            Some(known) if known == derived => continue,
            Some(_) => rebuilt.differed.push(date),
            None => rebuilt.missing.push(date),
        }
        derived.write(ledger).await?;
    }
    Ok(rebuilt)
}
