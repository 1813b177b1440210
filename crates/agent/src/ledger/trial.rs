//! Whether the ledger can be written, read, listed and tidied, by a document that is nobody's.

use super::error::LedgerError;
use super::location::{self, Access, Location};
use super::store::{Created, Ledger};
use futures::StreamExt;
use object_store::ObjectStoreExt;

const TEXT: &[u8] =
    br#"{"note":"Lamplighter's doctor writes this, reads it, and deletes it again."}"#;

impl Ledger {
    /// Writes a document of its own, finds it, reads it, and deletes it. Touches no other.
    ///
    /// # Errors
    /// The first of these that cannot be done.
    pub async fn try_out(&self) -> Result<(), LedgerError> {
        // A name of its own: two may try at the same time.
        let path = self.path(&format!("doctor-{:016x}.json", fastrand::u64(..)));
        let failed = |doing: &str, error: &object_store::Error| self.failed(doing, error);
        let written = self.create(&path, TEXT.to_vec()).await;
        match written.map_err(|error| failed("write", &error))? {
            Created::Written => {}
            Created::AlreadyThere => return Ok(()),
        }
        let looked = self.look(&path).await;
        let deleted = self.inner.store.delete(&path).await;
        looked?;
        deleted.map_err(|error| failed("delete a document of its own", &error))
    }

    async fn look(&self, path: &object_store::path::Path) -> Result<(), LedgerError> {
        let bytes = self.read(path).await;
        let bytes = bytes.map_err(|error| self.failed("read what it wrote", &error))?;
        if bytes != TEXT {
            return Err(self.unreadable(path, "it is not what was written"));
        }
        // One page of a list is enough, and one item of it.
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
