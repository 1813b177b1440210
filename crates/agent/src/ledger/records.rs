//! What happened, append-only: `records/YYYY/MM/DD/<name>.json`, by the UTC day of the record, each created
//! once under a name made of its id.

use super::error::{LedgerError, UnreadableDocument};
use super::name;
use super::store::{AT_ONCE, Created, Ledger};
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use futures::{StreamExt, TryStreamExt};
use lamplighter_core::record::{Filed, Record};
use object_store::ObjectStore;
use object_store::path::Path;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What became of a record that was to be appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appended {
    Written,
    /// A record with this id is there already; it is left as it was.
    AlreadyThere,
}

/// The records of a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read<R> {
    /// In order of their instant, then of their id.
    pub records: Vec<R>,
    /// One line for each document that is there and cannot be read: its name, and why.
    pub unreadable: Vec<String>,
}

/// What a document says, or why it cannot be read.
type Parsed<R> = serde_json::Result<Filed<R>>;

impl Ledger {
    /// Appends a record unless one with its id is there. `at` decides the day under which the record stands,
    /// so it must belong to the thing that is recorded (the instant of the action, not of the writing): the same
    /// id on two days would be two records.
    ///
    /// # Errors
    /// The store fails; whether the record was written is then not known, and appending it again is safe.
    pub async fn append<R: Serialize>(
        &self,
        at: DateTime<Utc>,
        id: &str,
        record: &R,
    ) -> Result<Appended, LedgerError> {
        let document = Filed {
            at,
            id: id.to_owned(),
            record,
        };
        let bytes = self.json(&document, "append a record")?;
        let folder = day(at.date_naive());
        let path = self.path(&format!("{folder}/{}.json", name::record(id)));
        match self.create(&path, bytes).await {
            Ok(Created::Written) => Ok(Appended::Written),
            Ok(Created::AlreadyThere) => Ok(Appended::AlreadyThere),
            Err(e) => Err(self.failed("append a record", &e)),
        }
    }

    /// Deletes what killed processes left beside the records of a day.
    pub async fn tidy_day(&self, day: NaiveDate) {
        self.tidy_staged(self::day(day)).await;
    }

    /// Reads the records of `from <= at < to`. One that cannot be read is named and spoils nothing.
    ///
    /// # Errors
    /// The store fails: then nothing is returned, since a part would look like the whole.
    pub async fn records<R: DeserializeOwned + Send + 'static>(
        &self,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Result<Read<R>, LedgerError> {
        let mut found = Vec::new();
        let parse = |bytes: &[u8]| serde_json::from_slice(bytes);
        let each = self.each((from, to), parse, |one| found.push(one));
        let unreadable = each.await?;
        found.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
        let records = found.into_iter().map(|document| document.record).collect();
        Ok(Read {
            records,
            unreadable,
        })
    }

    /// Hands on each record of `from <= at < to`, in no order, so that never all of them are in memory. Returns what cannot
    /// be read, as [`Read`] has it.
    ///
    /// # Errors
    /// The store fails: what was handed on until then is a part, and not the whole.
    pub async fn each_record(
        &self,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        mut take: impl FnMut(Record),
    ) -> Result<Vec<String>, LedgerError> {
        self.each((from, to), Filed::from_json, |one| take(one.record))
            .await
    }

    async fn each<R: Send + 'static>(
        &self,
        (from, to): (DateTime<Utc>, DateTime<Utc>),
        parse: fn(&[u8]) -> Parsed<R>,
        mut take: impl FnMut(Filed<R>),
    ) -> Result<Vec<String>, LedgerError> {
        let mut unreadable = Vec::new();
        let last = to.checked_sub_signed(TimeDelta::nanoseconds(1));
        let Some(last) = last.filter(|last| from <= *last) else {
            return Ok(unreadable);
        };
        let mut take = |path: &Path, found: Option<Parsed<R>>| {
            let problem = match found {
                Some(Ok(document)) if from <= document.at && document.at < to => {
                    return take(document);
                }
                Some(Ok(_)) => return,
                Some(Err(why)) => why.to_string(),
                None => "it is gone".to_owned(),
            };
            unreadable.push(UnreadableDocument::new(path, problem).to_string());
        };
        let folders = self.folders(from.date_naive(), last.date_naive()).await;
        for folder in folders.map_err(|e| self.failed("list the records", &e))? {
            self.each_document(&folder, parse, &mut take).await?;
        }
        unreadable.sort();
        Ok(unreadable)
    }

    /// The folders of the days `first..=last`. Years and months are listed first, so that a
    /// report over all time asks for no day that has nothing.
    async fn folders(&self, first: NaiveDate, last: NaiveDate) -> object_store::Result<Vec<Path>> {
        if first == last {
            return Ok(vec![self.path(&day(first))]);
        }
        let within = |date: (i32, u32, u32), shown: usize| {
            let low = (first.year(), first.month(), first.day());
            let high = (last.year(), last.month(), last.day());
            match shown {
                1 => low.0 <= date.0 && date.0 <= high.0,
                2 => (low.0, low.1) <= (date.0, date.1) && (date.0, date.1) <= (high.0, high.1),
                _ => low <= date && date <= high,
            }
        };
        let root = self.path("records");
        let depth = root.parts().count();
        let mut folders = vec![root];
        for shown in 1..=3 {
            let listed: Vec<Vec<Path>> = futures::stream::iter(folders)
                .map(|folder| async move {
                    let listed = self.inner.store.list_with_delimiter(Some(&folder)).await?;
                    Ok::<_, object_store::Error>(listed.common_prefixes)
                })
                .buffered(AT_ONCE)
                .try_collect()
                .await?;
            folders = listed.into_iter().flatten().collect();
            folders.retain(|folder| date_of(folder, depth).is_some_and(|date| within(date, shown)));
        }
        Ok(folders)
    }
}

/// Where the records of a day lie.
pub(super) fn day(date: NaiveDate) -> String {
    let (year, month, day) = (date.year(), date.month(), date.day());
    format!("records/{year:04}/{month:02}/{day:02}")
}

/// Year, month and day of a folder under `records`, as far as it goes down; the rest is 0. `None` for a
/// folder of another kind.
pub(super) fn date_of(folder: &Path, depth: usize) -> Option<(i32, u32, u32)> {
    let mut parts = folder.parts().skip(depth);
    let year = parts.next()?.as_ref().parse().ok()?;
    let mut number = || match parts.next() {
        Some(part) => part.as_ref().parse().ok(),
        None => Some(0),
    };
    Some((year, number()?, number()?))
}
