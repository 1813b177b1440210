//! What happened, append-only: `records/YYYY/MM/DD/<name>.json`, by the UTC day of the record, each created
//! once under a name made of its id.

use super::error::{LedgerError, UnreadableDocument};
use super::name;
use super::store::{AT_ONCE, Created, Ledger};
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use futures::{StreamExt, TryStreamExt};
use object_store::ObjectStore;
use object_store::path::Path;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

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

/// A record as it lies in the store.
#[derive(Serialize, Deserialize)]
struct Document<R> {
    at: DateTime<Utc>,
    id: String,
    record: R,
}

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
        let document = Document {
            at,
            id: id.to_owned(),
            record,
        };
        let bytes = self.json(&document, "append a record")?;
        let folder = folder(at.date_naive());
        let path = self.path(&format!("{folder}/{}.json", name::record(id)));
        match self.create(&path, bytes).await {
            Ok(Created::Written) => Ok(Appended::Written),
            Ok(Created::AlreadyThere) => Ok(Appended::AlreadyThere),
            Err(e) => Err(self.failed("append a record", &e)),
        }
    }

    /// Deletes what killed processes left beside the records of a day.
    pub async fn tidy_day(&self, day: NaiveDate) {
        self.tidy_staged(folder(day)).await;
    }

    /// Reads the records of `from <= at < to`. One that cannot be read is named and spoils nothing.
    ///
    /// # Errors
    /// The store fails: then nothing is returned, since a part would look like the whole.
    pub async fn records<R: DeserializeOwned>(
        &self,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Result<Read<R>, LedgerError> {
        let mut read = Read {
            records: Vec::new(),
            unreadable: Vec::new(),
        };
        let last = to.checked_sub_signed(TimeDelta::nanoseconds(1));
        let Some(last) = last.filter(|last| from <= *last) else {
            return Ok(read);
        };
        let names = self
            .names(from.date_naive(), last.date_naive())
            .await
            .map_err(|e| self.failed("list the records", &e))?;
        let documents: Vec<Result<Document<R>, UnreadableDocument>> = futures::stream::iter(names)
            .map(|path| self.read_record(path))
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await?;
        let mut found = Vec::with_capacity(documents.len());
        for document in documents {
            match document {
                Ok(document) if from <= document.at && document.at < to => found.push(document),
                Ok(_) => {}
                Err(problem) => read.unreadable.push(problem.to_string()),
            }
        }
        found.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
        read.records = found.into_iter().map(|document| document.record).collect();
        read.unreadable.sort();
        Ok(read)
    }

    async fn read_record<R: DeserializeOwned>(
        &self,
        path: Path,
    ) -> Result<Result<Document<R>, UnreadableDocument>, LedgerError> {
        match self.read(&path).await {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes)
                .map_err(|e| UnreadableDocument::new(&path, e.to_string()))),
            // Somebody removed it between the listing and now; Lamplighter itself never deletes a record.
            Err(object_store::Error::NotFound { .. }) => {
                Ok(Err(UnreadableDocument::new(&path, "it is gone")))
            }
            Err(e) => Err(self.failed("read the records", &e)),
        }
    }

    /// The documents of the days `first..=last`. Years and months are listed first, so that a
    /// report over all time asks for no day that has nothing.
    async fn names(&self, first: NaiveDate, last: NaiveDate) -> object_store::Result<Vec<Path>> {
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
        let days: Vec<Vec<Path>> = futures::stream::iter(folders)
            .map(|day| async move {
                let all: Vec<_> = self.inner.store.list(Some(&day)).try_collect().await?;
                Ok::<_, object_store::Error>(all.into_iter().map(|meta| meta.location).collect())
            })
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        let mut names: Vec<Path> = days.into_iter().flatten().collect();
        // What else lies there is not Lamplighter's: an editor's copy, a file manager's notes.
        names.retain(|path| path.filename().is_some_and(|name| name.ends_with(".json")));
        Ok(names)
    }
}

/// Where the records of a day lie.
pub(super) fn folder(day: NaiveDate) -> String {
    let (year, month, day) = (day.year(), day.month(), day.day());
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
