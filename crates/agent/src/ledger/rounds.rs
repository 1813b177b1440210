//! What the parts of one round leave for each other, `rounds/<round>/<name>.json`: each document created once, and
//! all of them deleted when the round has been summed up. What happened stands in the records; losing these loses
//! a summary, not a fact.

use super::envelope::PartDocument;
use super::error::{self, LedgerError, UnreadableDocument};
use super::name;
use super::records::Appended;
use super::store::{AT_ONCE, Created, Ledger};
use chrono::{DateTime, Utc};
use futures::StreamExt;
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStoreExt};
use serde::Serialize;
use serde::de::DeserializeOwned;

impl Ledger {
    /// Leaves a document under a name, unless one is there.
    ///
    /// # Errors
    /// The store fails; leaving it again is safe.
    pub async fn leave<T: Serialize>(
        &self,
        round: &str,
        document: &str,
        content: &T,
    ) -> Result<Appended, LedgerError> {
        let doing = "leave a part of a round";
        let bytes = self.json(&PartDocument::new(content), doing)?;
        let path = self
            .round(round)
            .join(format!("{}.json", name::record(document)));
        match self.create(&path, bytes).await {
            Ok(Created::Written) => Ok(Appended::Written),
            Ok(Created::AlreadyThere) => Ok(Appended::AlreadyThere),
            Err(e) => Err(self.failed(doing, &e)),
        }
    }

    /// How many documents were left in a round: one list, and nothing is read.
    ///
    /// # Errors
    /// The store fails.
    pub async fn count_left(&self, round: &str) -> Result<usize, LedgerError> {
        let names = self.names_of_round(&self.round(round)).await?;
        Ok(names.len())
    }

    /// What was left in a round, in order of its names.
    ///
    /// # Errors
    /// The store fails.
    pub async fn left<T: DeserializeOwned>(&self, round: &str) -> Result<Left<T>, LedgerError> {
        let names = self.names_of_round(&self.round(round)).await?;
        let paths: Vec<Path> = names.into_iter().map(|meta| meta.location).collect();
        let read: Vec<Result<T, UnreadableDocument>> = futures::stream::iter(paths.clone())
            .map(|path| self.read_part(path))
            .buffered(AT_ONCE)
            .collect()
            .await;
        let mut left = Left {
            documents: Vec::with_capacity(read.len()),
            unreadable: Vec::new(),
            paths,
        };
        for one in read {
            match one {
                Ok(one) => left.documents.push(one),
                Err(problem) => left.unreadable.push(problem.to_string()),
            }
        }
        Ok(left)
    }

    async fn read_part<T: DeserializeOwned>(&self, path: Path) -> Result<T, UnreadableDocument> {
        let bytes = self.read(&path).await;
        let bytes = bytes.map_err(|e| UnreadableDocument::new(&path, error::explain(&e)))?;
        let read = serde_json::from_slice::<PartDocument<T>>(&bytes);
        let read = read.map_err(|e| UnreadableDocument::new(&path, e.to_string()))?;
        Ok(read.part)
    }

    /// Deletes what was read, and nothing that came since.
    ///
    /// # Errors
    /// The store fails; clearing it again is safe.
    pub async fn clear<T>(&self, left: &Left<T>) -> Result<(), LedgerError> {
        self.delete_all(left.paths.clone(), "clear a round").await
    }

    /// Deletes all that was left in any round and last written before an instant, by the store's clock: stops that
    /// were counted, and parts that came after their round was summed up.
    ///
    /// # Errors
    /// The store fails.
    pub async fn tidy_rounds(&self, before: DateTime<Utc>) -> Result<(), LedgerError> {
        let all = self.names_of_round(&self.path("rounds")).await?;
        let old = all.into_iter().filter(|meta| meta.last_modified < before);
        let old = old.map(|meta| meta.location).collect();
        self.delete_all(old, "clear a round").await
    }

    pub(super) async fn delete_all(
        &self,
        paths: Vec<Path>,
        doing: &str,
    ) -> Result<(), LedgerError> {
        let deleted: Vec<_> = futures::stream::iter(paths)
            .map(|path| async move { self.inner.store.delete(&path).await })
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        let failed = deleted.into_iter().find_map(|one| match one {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => None,
            Err(e) => Some(e),
        });
        match failed {
            Some(e) => Err(self.failed(doing, &e)),
            None => Ok(()),
        }
    }

    async fn names_of_round(&self, folder: &Path) -> Result<Vec<ObjectMeta>, LedgerError> {
        let mut listed = self
            .documents_in(folder, "list the parts of a round")
            .await?;
        listed.sort_by(|a, b| a.location.cmp(&b.location));
        Ok(listed)
    }

    fn round(&self, round: &str) -> Path {
        self.path("rounds").join(name::record(round))
    }
}

/// What was left in a round.
pub struct Left<T> {
    pub documents: Vec<T>,
    /// One line for each document that cannot be read.
    pub unreadable: Vec<String>,
    paths: Vec<Path>,
}
