//! Documents that others write, in a folder or a blob container: listed and read. What we leave beside them is written
//! under names of its own.

use super::blob;
use super::error::{self, LedgerError, NoCredential};
use super::location::{self, Access, Location};
use futures::StreamExt;
use lamplighter_azure::TokenCredential;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use std::collections::HashSet;
use std::sync::Arc;

/// Cheap to clone.
#[derive(Clone)]
pub struct Documents(Arc<Inner>);

struct Inner {
    store: Box<dyn ObjectStore>,
    /// Where in the store the documents begin.
    root: Path,
    /// The location without its SAS.
    shown: String,
}

impl Inner {
    fn named(&self, name: &str) -> Path {
        let parts = name.split('/');
        parts.fold(self.root.clone(), |path, part| path.join(part))
    }
}

impl std::fmt::Debug for Documents {
    /// Not what is inside: `object_store` prints a SAS and a token in the clear.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Documents({})", self.0.shown)
    }
}

impl Documents {
    /// Opens `location`, in the forms that [`Ledger::open`](crate::ledger::Ledger::open) takes. Nothing is asked of a storage account yet.
    ///
    /// # Errors
    /// A location of no known form, a folder that is not there, and no credential where one is needed.
    pub fn open(
        location: &str,
        credential: impl FnOnce() -> Result<Arc<dyn TokenCredential>, NoCredential>,
    ) -> Result<Documents, LedgerError> {
        let (location, shown) = location::read(location)?;
        let refuse = |problem: String| LedgerError::Location {
            location: shown.clone(),
            problem: error::one_line(&problem),
        };
        let (store, root): (Box<dyn ObjectStore>, Path) = match location {
            Location::Folder(folder) => {
                let store = LocalFileSystem::new_with_prefix(folder);
                let store = store.map_err(|e| refuse(error::explain(&e)))?;
                (Box::new(store), Path::default())
            }
            Location::Blob(container) => {
                let credential = match container.access {
                    Access::Token => Some(credential().map_err(|e| refuse(e.to_string()))?),
                    Access::Emulator | Access::Sas(_) => None,
                };
                let store = blob::store(&container, credential);
                let store = store.map_err(|e| refuse(error::explain(&e)))?;
                (Box::new(store), container.prefix)
            }
        };
        Ok(Documents(Arc::new(Inner { store, root, shown })))
    }

    /// The names of all documents, from the location on, in lower case.
    ///
    /// # Errors
    /// The folder or container cannot be listed.
    pub async fn names(&self) -> Result<HashSet<String>, LedgerError> {
        let inner = &*self.0;
        let mut listed = inner.store.list(Some(&inner.root));
        let mut names = HashSet::new();
        while let Some(entry) = listed.next().await {
            let entry = entry.map_err(|e| self.failed("list", &e))?;
            let parts = entry.location.prefix_match(&inner.root);
            let parts: Vec<String> = parts
                .into_iter()
                .flatten()
                .map(|part| part.as_ref().to_lowercase())
                .collect();
            names.insert(parts.join("/"));
        }
        Ok(names)
    }

    /// A document's bytes; `None` where there is none of this name, and at most `most` and one more of a longer one.
    ///
    /// # Errors
    /// It cannot be read.
    pub async fn read(&self, name: &str, most: usize) -> Result<Option<Vec<u8>>, LedgerError> {
        let inner = &*self.0;
        let found = match inner.store.get(&inner.named(name)).await {
            Ok(found) => found,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(e) => return Err(self.failed("read", &e)),
        };
        let mut bytes = Vec::new();
        let mut chunks = found.into_stream();
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|e| self.failed("read", &e))?;
            bytes.extend_from_slice(&chunk);
            if bytes.len() > most {
                bytes.truncate(most + 1);
                break;
            }
        }
        Ok(Some(bytes))
    }

    /// Writes a document whole, in the place of what is there.
    ///
    /// # Errors
    /// It cannot be written.
    pub async fn put(&self, name: &str, bytes: Vec<u8>) -> Result<(), LedgerError> {
        let inner = &*self.0;
        let put = inner.store.put(&inner.named(name), bytes.into()).await;
        put.map(|_| ()).map_err(|e| self.failed("write", &e))
    }

    fn failed(&self, doing: &str, error: &object_store::Error) -> LedgerError {
        LedgerError::Store {
            location: self.0.shown.clone(),
            doing: doing.to_owned(),
            problem: error::explain(error),
        }
    }
}
