//! The small saved state of each workspace, saved in numbered generations: `state/<workspace>/<n>.json`, each
//! created and never updated. Creating number n+1 after having loaded n is the condition on the version:
//! of all who try, one creates it, and for the others it is already there.
//!
//! # Why a deleted number can never be created again and win
//!
//! Old generations are deleted, and the danger is a writer who loaded n, stalled, and creates n+1 when it
//! had long been created by another, overruled by n+2, n+3 and deleted: both would believe to have won.
//! 1. A generation is deleted only when the newest one was written [`KEEP`] (a day) after it, both times
//!    being the store's own; and never one of the newest two.
//! 2. When the stalled writer loaded n, n+1 did not exist. So n+1 was written after the load, and at its
//!    deletion a day or more had passed since the load.
//! 3. A save whose version was loaded more than [`FRESH`](super::version::FRESH) (an hour) ago is a conflict. That is
//!    judged before creating, and **again after**: a writer frozen between the two, at whatever instruction, finds
//!    on waking that its hour is over, and has not won. The document that it left carries a number far below
//!    the newest, so nobody ever reads it, and it is deleted in its turn.
//!
//! The hour is measured by the steady clock and by the wall clock, whichever shows more.
//!
//! # How the newest is found
//!
//! By listing, at most once an hour; in between from the number that was last the newest, by asking for the next
//! ones until one is missing. Numbers have no gaps above one that was the newest less than an hour ago,
//! for the same reason: nothing written since can have been deleted yet.

use super::envelope::{SavedState, SavedStateRead, WORKSPACE_STATE};
use super::error::{self, LedgerError, SaveError, UnreadableDocument};
use super::name;
use super::state_document::StateDocument;
use super::store::{AT_ONCE, Created, Ledger};
use super::version::{CheckedAt, Version};
use bytes::Bytes;
use futures::StreamExt;
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStoreExt};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use std::sync::Arc;

/// How long a generation is kept after the newest was written.
const KEEP: chrono::TimeDelta = chrono::TimeDelta::hours(24);
/// Where in the ledger saved states lie.
const FOLDER: &str = "state";
/// Old generations deleted at one time; the rest waits for the next.
const DELETED_AT_ONCE: usize = 500;

impl Ledger {
    /// Loads the saved state of a workspace (an ARM id, in any case). Where none was saved, it is the default one.
    ///
    /// # Errors
    /// The store fails, or the newest document cannot be read or is of a newer schema, whose fields may mean something
    /// else: it is never passed over in silence.
    pub async fn load<T: DeserializeOwned + Default>(
        &self,
        workspace: &str,
    ) -> Result<(T, Version), LedgerError> {
        self.load_as(workspace, |document, _| document.state())
            .await
    }

    /// The same, its resources left as they are written until they are asked for: of a workspace with many thousands no
    /// more than the document is held.
    ///
    /// # Errors
    /// As [`Ledger::load`].
    pub async fn load_document(
        &self,
        workspace: &str,
    ) -> Result<(StateDocument, Version), LedgerError> {
        let read = |document: &SavedStateRead<'_>, bytes: &Bytes| {
            StateDocument::parse(bytes, document.state)
        };
        let (mut state, version) = self.load_as(workspace, read).await?;
        state.location = self.location().to_owned();
        Ok((state, version))
    }

    async fn load_as<T: Default>(
        &self,
        workspace: &str,
        read: impl Fn(&SavedStateRead<'_>, &Bytes) -> serde_json::Result<T>,
    ) -> Result<(T, Version), LedgerError> {
        let key = name::workspace(workspace);
        let (version, bytes) = self.newest(&key).await?;
        let state = self.read_state(workspace, (&key, version), bytes, read);
        if state.is_err() {
            // What was known of the newest may be what is wrong: the next load lists.
            self.inner.newest.forget(&key);
        }
        state
    }

    /// Loads a state that may be begun anew, as nothing that was done hangs on it: where the newest document cannot be
    /// read, the default one, with what is wrong. The next save overrules the broken document.
    ///
    /// # Errors
    /// The store fails, or the newest document is of a newer schema.
    pub async fn load_or_begin_anew<T: DeserializeOwned + Default>(
        &self,
        name: &str,
    ) -> Result<(T, Version, Option<LedgerError>), LedgerError> {
        let key = name::workspace(name);
        let (version, bytes) = self.newest(&key).await?;
        let read = |document: &SavedStateRead<'_>, _: &Bytes| document.state();
        match self.read_state(name, (&key, version.clone()), bytes, read) {
            Ok((state, version)) => Ok((state, version, None)),
            Err(problem @ LedgerError::Unreadable { .. }) => {
                Ok((T::default(), version, Some(problem)))
            }
            Err(problem) => {
                self.inner.newest.forget(&key);
                Err(problem)
            }
        }
    }

    /// Which generation is the newest, and its document.
    async fn newest(&self, key: &str) -> Result<(Version, Option<Bytes>), LedgerError> {
        let found = match self.inner.newest.get(key) {
            Some(known) => self.probe(key, known).await,
            None => self.list(key).await,
        };
        match &found {
            Ok((version, _)) => self.inner.newest.set(key, version),
            Err(_) => self.inner.newest.forget(key),
        }
        found
    }

    /// The state that a document holds.
    fn read_state<T: Default>(
        &self,
        workspace: &str,
        (key, version): (&str, Version),
        bytes: Option<Bytes>,
        read: impl Fn(&SavedStateRead<'_>, &Bytes) -> serde_json::Result<T>,
    ) -> Result<(T, Version), LedgerError> {
        let Some(bytes) = bytes else {
            return Ok((T::default(), version));
        };
        let path = self.generation_path(key, version.generation);
        let unreadable = |e: serde_json::Error| self.unreadable(&path, &e.to_string());
        let document = SavedStateRead::parse(&bytes).map_err(unreadable)?;
        if document.workspace.to_lowercase() != workspace.to_lowercase() {
            let problem = format!("it belongs to {}", document.workspace);
            return Err(self.unreadable(&path, &problem));
        }
        if document.is_newer() {
            return Err(self.newer(&path, document.schema, &document.version));
        }
        let state = read(&document, &bytes).map_err(unreadable)?;
        let unknown = Arc::new(document.unknown);
        Ok((state, Version { unknown, ..version }))
    }

    /// Asks for the generations after a known one until one is missing.
    async fn probe(
        &self,
        key: &str,
        known: Version,
    ) -> Result<(Version, Option<Bytes>), LedgerError> {
        let mut generation = known.generation;
        let mut newest = None;
        loop {
            let checked = CheckedAt::now();
            let next = self.generation_path(key, generation.saturating_add(1));
            match self.read(&next).await {
                Ok(bytes) => {
                    generation += 1;
                    newest = Some(bytes);
                }
                Err(object_store::Error::NotFound { .. }) => {
                    let bytes = match newest {
                        Some(bytes) => Some(bytes),
                        None if generation == 0 => None,
                        None => Some(self.read_generation(key, generation).await?),
                    };
                    return Ok((Version::new(generation, checked), bytes));
                }
                Err(e) => return Err(self.failed("load a saved state", &e)),
            }
        }
    }

    /// Lists the generations, reads the newest and deletes those that are old.
    async fn list(&self, key: &str) -> Result<(Version, Option<Bytes>), LedgerError> {
        let checked = CheckedAt::now();
        let folder = self.path(&format!("{FOLDER}/{key}"));
        let listed = self.documents_in(&folder, "list a saved state").await?;
        let mut generations: Vec<(u64, ObjectMeta)> = listed
            .into_iter()
            .filter_map(|meta| Some((generation_of(&meta.location)?, meta)))
            .collect();
        generations.sort_by_key(|(generation, _)| *generation);
        let generation = generations.last().map_or(0, |(generation, _)| *generation);
        let version = Version::new(generation, checked);
        self.tidy_staged(format!("{FOLDER}/{key}")).await;
        if generation == 0 {
            return Ok((version, None));
        }
        let bytes = self.read_generation(key, generation).await?;
        self.delete_old(&generations).await;
        Ok((version, Some(bytes)))
    }

    async fn read_generation(&self, key: &str, generation: u64) -> Result<Bytes, LedgerError> {
        let path = self.generation_path(key, generation);
        self.read(&path)
            .await
            .map_err(|e| self.failed("load a saved state", &e))
    }

    /// Failing to tidy up is no failure of the load; it is tried again within the hour.
    async fn delete_old(&self, generations: &[(u64, ObjectMeta)]) {
        if self.inner.read_only {
            return;
        }
        let failures: Vec<object_store::Error> = futures::stream::iter(old(generations))
            .map(|meta| async move { self.inner.store.delete(&meta.location).await.err() })
            .buffer_unordered(AT_ONCE)
            // Another copy may have deleted it first.
            .filter_map(async |e| e.filter(|e| !matches!(e, object_store::Error::NotFound { .. })))
            .collect()
            .await;
        if let Some(first) = failures.first() {
            tracing::warn!(
                ledger = self.inner.shown,
                count = failures.len(),
                problem = error::explain(first),
                "old saved states cannot be deleted"
            );
        }
    }

    /// The newest saved state of every workspace, by its ARM id as it was written, and one line for each that cannot be
    /// read. Those of a newer schema are read as far as they can be, and those of other kinds passed over.
    ///
    /// # Errors
    /// The store fails.
    pub async fn saved_states<T: DeserializeOwned>(
        &self,
    ) -> Result<(Vec<(String, T)>, Vec<String>), LedgerError> {
        let folder = self.path(FOLDER);
        let listed = self.documents_in(&folder, "list the saved states").await?;
        let mut newest: HashMap<String, (u64, Path)> = HashMap::new();
        for meta in listed {
            let parts: Vec<_> = meta.location.parts().collect();
            let (Some(generation), [.., key, _]) =
                (generation_of(&meta.location), parts.as_slice())
            else {
                continue;
            };
            let known = newest.entry(key.as_ref().to_string()).or_default();
            if generation > known.0 {
                *known = (generation, meta.location.clone());
            }
        }
        let read: Vec<Result<Option<(String, T)>, UnreadableDocument>> =
            futures::stream::iter(newest.into_values())
                .map(|(_, path)| self.saved_state(path))
                .buffer_unordered(AT_ONCE)
                .collect()
                .await;
        let (mut states, mut unreadable) = (Vec::new(), Vec::new());
        for one in read {
            match one {
                Ok(state) => states.extend(state),
                Err(problem) => unreadable.push(problem.to_string()),
            }
        }
        states.sort_by(|a, b| a.0.cmp(&b.0));
        Ok((states, unreadable))
    }

    async fn saved_state<T: DeserializeOwned>(
        &self,
        path: Path,
    ) -> Result<Option<(String, T)>, UnreadableDocument> {
        let bytes = self.read(&path).await;
        let bytes = bytes.map_err(|e| UnreadableDocument::new(&path, error::explain(&e)))?;
        let unreadable = |e: serde_json::Error| UnreadableDocument::new(&path, e.to_string());
        let document = SavedStateRead::parse(&bytes).map_err(unreadable)?;
        if document.kind != WORKSPACE_STATE {
            return Ok(None);
        }
        let state = document.state().map_err(unreadable)?;
        Ok(Some((document.workspace, state)))
    }

    /// Saves the state of a workspace upon the version that was loaded, and returns the new version.
    ///
    /// # Errors
    /// [`SaveError::Conflict`]: somebody else saved since, or the version is more than an hour old.
    /// [`SaveError::Other`]: the store failed; whether the state was saved is then not known, and the next
    /// load tells.
    pub async fn save<T: Serialize>(
        &self,
        workspace: &str,
        state: &T,
        version: &Version,
    ) -> Result<Version, SaveError> {
        let state = vec![Bytes::from(self.json(state, "save a state")?)];
        self.save_pieces(workspace, state, version).await
    }

    /// The same of a state whose resources are left as they are written.
    ///
    /// # Errors
    /// As [`Ledger::save`].
    pub async fn save_document(
        &self,
        workspace: &str,
        document: &StateDocument,
        version: &Version,
    ) -> Result<Version, SaveError> {
        let pieces = document.pieces();
        let pieces = pieces.map_err(|e| self.unwritable("save a state", &e))?;
        self.save_pieces(workspace, pieces, version).await
    }

    async fn save_pieces(
        &self,
        workspace: &str,
        state: Vec<Bytes>,
        version: &Version,
    ) -> Result<Version, SaveError> {
        let key = name::workspace(workspace);
        let document = SavedState::new(workspace, state, &version.unknown);
        let document = document.map_err(|e| self.unwritable("save a state", &e))?;
        let (Some(generation), true) = (
            version.generation.checked_add(1),
            version.checked.is_fresh(),
        ) else {
            return Err(SaveError::Conflict);
        };
        let path = self.generation_path(&key, generation);
        let checked = CheckedAt::now();
        let won = match self.create(&path, document.payload()).await {
            Ok(Created::Written) => true,
            // A repeated call finds what the first one created when its answer was lost on the way.
            Ok(Created::AlreadyThere) => self
                .is_by(&path, &document.writer)
                .await
                .map_err(|e| self.failed("save a state", &e))?,
            Err(e) => match self.is_by(&path, &document.writer).await {
                Ok(true) => true,
                Ok(false) | Err(_) => return Err(self.failed("save a state", &e).into()),
            },
        };
        if !won || !version.checked.is_fresh() {
            return Err(SaveError::Conflict);
        }
        let saved = Version {
            generation,
            checked,
            unknown: Arc::clone(&version.unknown),
        };
        self.inner.newest.set(&key, &saved);
        Ok(saved)
    }

    /// Whether the document at `path` was written by the save that drew `writer`.
    async fn is_by(&self, path: &Path, writer: &str) -> object_store::Result<bool> {
        let bytes = self.read(path).await?;
        Ok(SavedStateRead::parse(&bytes).is_ok_and(|document| document.writer == writer))
    }

    fn generation_path(&self, key: &str, generation: u64) -> Path {
        self.path(&format!("{FOLDER}/{key}/{generation:010}.json"))
    }
}

fn generation_of(path: &Path) -> Option<u64> {
    let digits = path.filename()?.strip_suffix(".json")?;
    digits.bytes().all(|b| b.is_ascii_digit()).then_some(())?;
    digits.parse().ok()
}

/// Of generations in ascending order, those that may be deleted: see the head of this file.
fn old(generations: &[(u64, ObjectMeta)]) -> Vec<ObjectMeta> {
    let Some((_, newest)) = generations.last() else {
        return Vec::new();
    };
    let kept = generations.len().saturating_sub(2);
    generations[..kept]
        .iter()
        .filter(|(_, meta)| newest.last_modified - meta.last_modified > KEEP)
        .take(DELETED_AT_ONCE)
        .map(|(_, meta)| meta.clone())
        .collect()
}

#[cfg(test)]
mod tests;
