//! The ledger, open: a folder or a blob container in which documents are created whole, or found to be there.

use super::error::{self, LedgerError, NoCredential};
use super::location::{self, Access, Location};
use super::{blob, staged, version};
use bytes::Bytes;
use futures::TryStreamExt;
use lamplighter_azure::TokenCredential;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload};
use serde::Serialize;
use std::path::PathBuf;
use std::sync::Arc;

/// Documents asked for at the same time, by one call of the ledger.
pub(super) const AT_ONCE: usize = 16;

/// A ledger, open. Cheap to clone; the clones share what they know of the newest saved states.
#[derive(Clone)]
pub struct Ledger {
    pub(super) inner: Arc<Inner>,
}

impl std::fmt::Debug for Ledger {
    /// Not what is inside: `object_store` prints a SAS and a token in the clear.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Ledger({})", self.inner.shown)
    }
}

pub(super) struct Inner {
    pub store: Box<dyn ObjectStore>,
    /// Where in the store the ledger begins.
    pub root: Path,
    /// The location without its SAS.
    pub shown: String,
    pub newest: version::Newest,
    /// Nothing is written and nothing tidied: for those who only read.
    pub read_only: bool,
    /// Where the ledger is a folder.
    pub folder: Option<PathBuf>,
}

/// What became of a document that was to be created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Created {
    Written,
    /// It was there already, and is left as it was.
    AlreadyThere,
}

impl Ledger {
    /// Opens the ledger at `location`: a folder's path (made when missing), or a blob container's URL
    /// (`https://account.blob.core.windows.net/container[/prefix][?SAS]`; Azurite over plain HTTP on this
    /// computer too). Nothing is asked of a storage account yet, so this succeeds while Azure is out of
    /// reach. `credential` is called only for a URL without a SAS.
    ///
    /// # Errors
    /// A location of no known form, a folder that cannot be made, and no credential where one is needed.
    pub async fn open(
        location: &str,
        credential: impl FnOnce() -> Result<Arc<dyn TokenCredential>, NoCredential>,
    ) -> Result<Ledger, LedgerError> {
        Self::open_as(location, credential, false).await
    }

    /// Opens the ledger for somebody who only reads: nothing is written, tidied or made. A folder that is not there
    /// is an empty ledger.
    ///
    /// # Errors
    /// As [`Ledger::open`].
    pub async fn open_to_read(
        location: &str,
        credential: impl FnOnce() -> Result<Arc<dyn TokenCredential>, NoCredential>,
    ) -> Result<Ledger, LedgerError> {
        Self::open_as(location, credential, true).await
    }

    async fn open_as(
        location: &str,
        credential: impl FnOnce() -> Result<Arc<dyn TokenCredential>, NoCredential>,
        read_only: bool,
    ) -> Result<Ledger, LedgerError> {
        let (location, shown) = location::read(location)?;
        let container = match location {
            Location::Folder(folder) if read_only && !folder.exists() => {
                let nothing = Box::new(object_store::memory::InMemory::new());
                return Ok(Self::on(nothing, Path::default(), shown, read_only));
            }
            Location::Folder(folder) => return Self::folder(&folder, true, read_only).await,
            Location::Blob(container) => container,
        };
        let refuse = |problem: String| LedgerError::Location {
            location: shown.clone(),
            problem: error::one_line(&problem),
        };
        let credential = match container.access {
            Access::Token => Some(credential().map_err(|e| refuse(e.to_string()))?),
            Access::Emulator | Access::Sas(_) => None,
        };
        let store = blob::store(&container, credential).map_err(|e| refuse(error::explain(&e)))?;
        Ok(Self::on(
            Box::new(store),
            container.prefix,
            shown,
            read_only,
        ))
    }

    /// Opens a folder whose documents need not outlive a power failure, as for a demo's hurried weeks:
    /// whole as ever, but handed to the disk when the system pleases.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub async fn scratch(folder: &std::path::Path) -> Result<Ledger, LedgerError> {
        Self::folder(folder, false, false).await
    }

    /// A ledger that ends with this process: for tests and demos that look at no file.
    pub fn in_memory() -> Ledger {
        let store = Box::new(object_store::memory::InMemory::new());
        Self::on(store, Path::default(), "in memory".into(), false)
    }

    async fn folder(
        folder: &std::path::Path,
        synced: bool,
        read_only: bool,
    ) -> Result<Ledger, LedgerError> {
        let shown = folder.display().to_string();
        let refuse = |problem: String| LedgerError::Location {
            location: shown.clone(),
            problem: format!("{problem}; expected a folder that can be written"),
        };
        if !read_only {
            tokio::fs::create_dir_all(folder)
                .await
                .map_err(|e| refuse(format!("the folder cannot be made ({e})")))?;
        }
        let store = LocalFileSystem::new_with_prefix(folder)
            .map_err(|e| refuse(error::explain(&e)))?
            .with_fsync(synced);
        let inner = Inner {
            store: Box::new(store),
            root: Path::default(),
            shown,
            newest: version::Newest::default(),
            read_only,
            folder: Some(folder.to_path_buf()),
        };
        Ok(Ledger {
            inner: Arc::new(inner),
        })
    }

    pub(super) fn on(
        store: Box<dyn ObjectStore>,
        root: Path,
        shown: String,
        read_only: bool,
    ) -> Ledger {
        Ledger {
            inner: Arc::new(Inner {
                store,
                root,
                shown,
                newest: version::Newest::default(),
                read_only,
                folder: None,
            }),
        }
    }

    /// The location as people may see it, without its SAS.
    pub fn location(&self) -> &str {
        &self.inner.shown
    }

    /// Finds out whether documents can be created, before a sweep acts: no action without a saved state that knows of it.
    ///
    /// # Errors
    /// The folder or container is missing, out of reach or not writable.
    pub async fn check_writable(&self) -> Result<(), LedgerError> {
        // One fixed name: where creating is not allowed, that is said before "already there" is, in a folder
        // as in blob storage; and so nothing is left behind sweep after sweep.
        let path = self.path("writable.json");
        let text =
            br#"{"note":"Lamplighter creates this once, to find out whether it may write here."}"#;
        match self.create(&path, text.to_vec()).await {
            Ok(_) => Ok(()),
            Err(e) => Err(self.failed("write", &e)),
        }
    }

    /// Creates a document whole, or finds that it is there.
    pub(super) async fn create(
        &self,
        path: &Path,
        payload: impl Into<PutPayload>,
    ) -> object_store::Result<Created> {
        if self.inner.read_only {
            return Err(object_store::Error::NotImplemented {
                operation: "writing".into(),
                implementer: "a ledger that was opened to be read".into(),
            });
        }
        let options = PutOptions::from(PutMode::Create);
        match self
            .inner
            .store
            .put_opts(path, payload.into(), options)
            .await
        {
            Ok(_) => Ok(Created::Written),
            // Azure answers 409 for other reasons too, such as a container that is being deleted.
            Err(taken @ object_store::Error::AlreadyExists { .. }) => {
                match self.inner.store.head(path).await {
                    Ok(_) => Ok(Created::AlreadyThere),
                    Err(object_store::Error::NotFound { .. }) => Err(taken),
                    Err(other) => Err(other),
                }
            }
            Err(other) => Err(other),
        }
    }

    pub(super) async fn read(&self, path: &Path) -> object_store::Result<Bytes> {
        self.inner.store.get(path).await?.bytes().await
    }

    /// All documents in a folder and below it, in no order. `doing`: what for, in the words of the error.
    pub(super) async fn documents_in(
        &self,
        folder: &Path,
        doing: &str,
    ) -> Result<Vec<ObjectMeta>, LedgerError> {
        let listed = self.inner.store.list(Some(folder)).try_collect().await;
        listed.map_err(|e| self.failed(doing, &e))
    }

    /// `relative` holds plain names only, made by the ledger itself.
    pub(super) fn path(&self, relative: &str) -> Path {
        relative
            .split('/')
            .fold(self.inner.root.clone(), |path, part| path.join(part))
    }

    /// Deletes what killed processes left in a folder of the ledger.
    pub(super) async fn tidy_staged(&self, relative: String) {
        if self.inner.read_only {
            return;
        }
        if let Some(root) = &self.inner.folder {
            let folder = root.join(relative);
            // It only tidies: whether it could is nobody's concern.
            let _ = tokio::task::spawn_blocking(move || staged::tidy(&folder)).await;
        }
    }

    pub(super) fn failed(&self, doing: &str, error: &object_store::Error) -> LedgerError {
        LedgerError::Store {
            location: self.inner.shown.clone(),
            doing: doing.to_owned(),
            problem: error::explain(error),
        }
    }

    /// Others keep writing a document that is to be written.
    pub(crate) fn contended(&self, doing: &str) -> LedgerError {
        LedgerError::Store {
            location: self.inner.shown.clone(),
            doing: doing.to_owned(),
            problem: "others keep writing it".to_owned(),
        }
    }

    pub(super) fn unreadable(&self, document: &Path, problem: &str) -> LedgerError {
        LedgerError::Unreadable {
            location: self.inner.shown.clone(),
            document: document.to_string(),
            problem: error::one_line(problem),
        }
    }

    /// A document whose schema this version does not know.
    pub(super) fn newer(&self, document: &Path, schema: u32, version: &str) -> LedgerError {
        LedgerError::Newer {
            location: self.inner.shown.clone(),
            document: document.to_string(),
            schema,
            version: match version {
                "" => "a later version".to_owned(),
                version => format!("Lamplighter {}", error::one_line(version)),
            },
        }
    }

    pub(super) fn json(
        &self,
        document: &impl Serialize,
        doing: &str,
    ) -> Result<Vec<u8>, LedgerError> {
        serde_json::to_vec(document).map_err(|e| self.unwritable(doing, &e))
    }

    pub(super) fn unwritable(&self, doing: &str, error: &serde_json::Error) -> LedgerError {
        LedgerError::Unwritable {
            location: self.inner.shown.clone(),
            doing: doing.to_owned(),
            problem: error::one_line(&error.to_string()),
        }
    }
}
