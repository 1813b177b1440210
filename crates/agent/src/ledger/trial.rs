//! Whether the ledger can be written, read, listed and tidied, by a document that is nobody's.

use super::error::LedgerError;
use super::location::{self, Access, Location};
use super::store::Ledger;
use futures::StreamExt;
use object_store::path::Path;
use object_store::{Error, ObjectStoreExt};

const TEXT: &[u8] =
    br#"{"note":"Lamplighter's doctor writes this, reads it, and deletes it again."}"#;

/// What came of trying a ledger.
#[derive(Debug)]
pub struct Trial {
    /// It can be written, read and listed: all that sweeps need.
    pub works: Result<(), LedgerError>,
    /// What was written could be deleted, as what rounds leave for each other is. True where nothing was written.
    pub tidies: Result<(), LedgerError>,
}

impl Trial {
    /// Of a ledger that could not even be opened, or was not tried.
    pub fn of(works: Result<(), LedgerError>) -> Trial {
        Trial {
            works,
            tidies: Ok(()),
        }
    }
}

impl Ledger {
    /// Writes a document of its own, reads it, finds something in the list, and deletes what it wrote. Touches no other.
    pub async fn try_out(&self) -> Trial {
        // One fixed name, so that where nothing can be deleted no more than one is left. Where creating is not allowed,
        // that is said before "already there" is.
        let path = self.path("doctor.json");
        let written = self.create(&path, TEXT.to_vec()).await;
        if let Err(error) = written {
            return Trial::of(Err(self.failed("write", &error)));
        }
        let works = self.look(&path).await;
        let tidies = match self.inner.store.delete(&path).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(self.failed("delete a document of its own", &error)),
        };
        Trial { works, tidies }
    }

    async fn look(&self, path: &Path) -> Result<(), LedgerError> {
        match self.read(path).await {
            Ok(bytes) if bytes == TEXT => {}
            Ok(_) => return Err(self.unreadable(path, "it is not what was written")),
            // Another that tries at the same time has read and deleted it.
            Err(Error::NotFound { .. }) => {}
            Err(error) => return Err(self.failed("read what it wrote", &error)),
        }
        // The first of a list is enough.
        let first = self.inner.store.list(Some(&self.inner.root)).next().await;
        match first {
            Some(Err(error)) => Err(self.failed("list", &error)),
            _ => Ok(()),
        }
    }
}

/// Whether a ledger at this location is opened with a token of the identity.
pub fn takes_token(location: &str) -> bool {
    let read = location::read(location);
    let of_blob = |place| matches!(place, Location::Blob(blob) if blob.access == Access::Token);
    read.is_ok_and(|(place, _)| of_blob(place))
}
