//! What must last: append-only records and the small memory of each workspace, in a folder or in a blob
//! container, by the same code.
//!
//! - [`location`]: the setting `LEDGER`, taken apart.
//! - [`blob`]: Azure Blob storage as a store, with its tokens and timeouts.
//! - [`documents`]: what others write there, listed and read only.
//! - [`memory`]: one small document per workspace, saved in numbered write-once generations.
//! - [`records`]: what happened, each written once under a name made of what it is.
//! - [`rounds`]: what the parts of one round leave for each other.
//! - [`record`]: the kinds of records.
//! - [`name`]: names of documents, made of ids.
//! - [`error`]: what can go wrong, in one line each.
//!
//! Every document is created whole and never rewritten. In blob storage one Put Blob call makes the whole
//! blob or none. In a folder `object_store` writes `<name>#<n>`, which no listing shows, and then links it
//! to its name (`link` fails when the name is taken): a process killed at any instruction leaves a whole
//! document or none, which `tests/ledger_processes.rs` shows by killing writers.

mod blob;
mod derived;
mod documents;
mod error;
mod location;
mod memory;
mod name;
pub mod record;
mod records;
mod rounds;

pub use documents::Documents;
pub use error::{LedgerError, SaveError};
pub use memory::Version;
pub use records::{Appended, Read};

use azure_core::credentials::TokenCredential;
use location::{Access, Location};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload};
use serde::Serialize;
use std::sync::Arc;

/// Documents asked for at the same time, by one call of this room.
const AT_ONCE: usize = 16;

/// A ledger, open. Cheap to clone; the clones share what they know of the newest memories.
#[derive(Clone)]
pub struct Ledger {
    inner: Arc<Inner>,
}

impl std::fmt::Debug for Ledger {
    /// Not what is inside: `object_store` prints a SAS and a token in the clear.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Ledger({})", self.inner.shown)
    }
}

struct Inner {
    store: Box<dyn ObjectStore>,
    /// Where in the store the ledger begins.
    root: Path,
    /// The location without its SAS.
    shown: String,
    newest: memory::Newest,
    /// Nothing is written and nothing tidied: for those who only look.
    read_only: bool,
}

/// What became of a document that was to be created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Created {
    Written,
    /// It was there already, and is left as it was.
    AlreadyThere,
}

impl Ledger {
    /// Opens the ledger at `location`: a folder's path (made when missing), or a blob container's URL
    /// (`https://account.blob.core.windows.net/container[/prefix][?SAS]`; Azurite over plain HTTP on this
    /// machine too). Nothing is asked of a storage account yet, so this succeeds while Azure is out of
    /// reach. `credential` is called only for a URL without a SAS.
    ///
    /// # Errors
    /// A location of no known form, a folder that cannot be made, and no credential where one is needed.
    pub async fn open(
        location: &str,
        credential: impl FnOnce() -> Result<Arc<dyn TokenCredential>, String>,
    ) -> Result<Ledger, LedgerError> {
        Self::open_as(location, credential, false).await
    }

    /// Opens the ledger for somebody who only looks: nothing is written, tidied or made. A folder that is not there
    /// is an empty ledger.
    ///
    /// # Errors
    /// As [`Ledger::open`].
    pub async fn open_to_read(
        location: &str,
        credential: impl FnOnce() -> Result<Arc<dyn TokenCredential>, String>,
    ) -> Result<Ledger, LedgerError> {
        Self::open_as(location, credential, true).await
    }

    async fn open_as(
        location: &str,
        credential: impl FnOnce() -> Result<Arc<dyn TokenCredential>, String>,
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
            Access::Token => Some(credential().map_err(refuse)?),
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
        Ok(Self::on(Box::new(store), Path::default(), shown, read_only))
    }

    fn on(store: Box<dyn ObjectStore>, root: Path, shown: String, read_only: bool) -> Ledger {
        Ledger {
            inner: Arc::new(Inner {
                store,
                root,
                shown,
                newest: memory::Newest::default(),
                read_only,
            }),
        }
    }

    /// The location as people may see it, without its SAS.
    pub fn location(&self) -> &str {
        &self.inner.shown
    }

    /// Finds out whether documents can be created, before a sweep acts: no act without a memory of it.
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
    async fn create(&self, path: &Path, bytes: Vec<u8>) -> object_store::Result<Created> {
        if self.inner.read_only {
            return Err(object_store::Error::NotImplemented {
                operation: "writing".into(),
                implementer: "a ledger that was opened to be read".into(),
            });
        }
        let options = PutOptions::from(PutMode::Create);
        let payload = PutPayload::from(bytes);
        match self.inner.store.put_opts(path, payload, options).await {
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

    async fn read(&self, path: &Path) -> object_store::Result<Vec<u8>> {
        Ok(self.inner.store.get(path).await?.bytes().await?.into())
    }

    /// `relative` holds plain names only, from this room.
    fn path(&self, relative: &str) -> Path {
        relative
            .split('/')
            .fold(self.inner.root.clone(), |path, part| path.join(part))
    }

    fn failed(&self, doing: &str, error: &object_store::Error) -> LedgerError {
        LedgerError::Store {
            location: self.inner.shown.clone(),
            doing: doing.to_owned(),
            problem: error::explain(error),
        }
    }

    fn unreadable(&self, document: &Path, problem: &str) -> LedgerError {
        LedgerError::Unreadable {
            location: self.inner.shown.clone(),
            document: document.to_string(),
            problem: error::one_line(problem),
        }
    }

    fn json(&self, document: &impl Serialize, doing: &str) -> Result<Vec<u8>, LedgerError> {
        serde_json::to_vec(document).map_err(|e| LedgerError::Unwritable {
            location: self.inner.shown.clone(),
            doing: doing.to_owned(),
            problem: error::one_line(&e.to_string()),
        })
    }
}
