//! Documents made from the records alone, `derived/<name>`: they may be lost, and made anew, at any time.

use super::error::LedgerError;
use super::records::date_of;
use super::store::{AT_ONCE, Ledger};
use chrono::NaiveDate;
use futures::{StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};

impl Ledger {
    /// A derived document; `None` where there is none.
    ///
    /// # Errors
    /// The store fails.
    pub async fn derived(&self, name: &str) -> Result<Option<Vec<u8>>, LedgerError> {
        match self.read(&self.path(&format!("derived/{name}"))).await {
            Ok(bytes) => Ok(Some(bytes.into())),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(e) => Err(self.failed("read a derived document", &e)),
        }
    }

    /// Writes a derived document, in the place of one of its name.
    ///
    /// # Errors
    /// The store fails, or the ledger was opened to be read.
    pub async fn derive(&self, name: &str, bytes: Vec<u8>) -> Result<(), LedgerError> {
        let doing = "write a derived document";
        if self.inner.read_only {
            let error = object_store::Error::NotImplemented {
                operation: "writing".into(),
                implementer: "a ledger that was opened to be read".into(),
            };
            return Err(self.failed(doing, &error));
        }
        let path = self.path(&format!("derived/{name}"));
        let put = self.inner.store.put(&path, PutPayload::from(bytes)).await;
        put.map(|_| ()).map_err(|e| self.failed(doing, &e))
    }

    /// Deletes a derived document, if there is one.
    ///
    /// # Errors
    /// The store fails.
    pub async fn drop_derived(&self, name: &str) -> Result<(), LedgerError> {
        let path = self.path(&format!("derived/{name}"));
        match self.inner.store.delete(&path).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(e) => Err(self.failed("delete a derived document", &e)),
        }
    }

    /// Whether it is a folder of this computer, and no container.
    pub fn is_folder(&self) -> bool {
        self.inner.folder.is_some()
    }

    /// Whether the ledger was opened to be read.
    pub fn is_read_only(&self) -> bool {
        self.inner.read_only
    }

    /// The names of the derived documents in a folder.
    ///
    /// # Errors
    /// The store fails.
    pub async fn derived_names(&self, folder: &str) -> Result<Vec<String>, LedgerError> {
        let listed = self.derived_sizes(folder).await?;
        Ok(listed.into_iter().map(|(name, _)| name).collect())
    }

    /// The same, with how many bytes each has.
    ///
    /// # Errors
    /// The store fails.
    pub async fn derived_sizes(&self, folder: &str) -> Result<Vec<(String, usize)>, LedgerError> {
        let folder = self.path(&format!("derived/{folder}"));
        let listed = self
            .documents_in(&folder, "list the derived documents")
            .await?;
        let sized = |meta: object_store::ObjectMeta| {
            let name = meta.location.filename()?.to_string();
            Some((name, usize::try_from(meta.size).unwrap_or(usize::MAX)))
        };
        Ok(listed.into_iter().filter_map(sized).collect())
    }

    /// The UTC days that have records, in order.
    ///
    /// # Errors
    /// The store fails.
    pub async fn recorded_days(&self) -> Result<Vec<NaiveDate>, LedgerError> {
        let root = self.path("records");
        let depth = root.parts().count();
        let mut folders = vec![root];
        for _ in 0..3 {
            let listed: Result<Vec<Vec<Path>>, object_store::Error> =
                futures::stream::iter(folders)
                    .map(|folder| async move {
                        let listed = self.inner.store.list_with_delimiter(Some(&folder)).await?;
                        Ok(listed.common_prefixes)
                    })
                    .buffered(AT_ONCE)
                    .try_collect()
                    .await;
            let listed = listed.map_err(|e| self.failed("list the records", &e))?;
            folders = listed.into_iter().flatten().collect();
        }
        let date = |folder: &Path| {
            let (year, month, day) = date_of(folder, depth)?;
            NaiveDate::from_ymd_opt(year, month, day)
        };
        let mut days: Vec<NaiveDate> = folders.iter().filter_map(date).collect();
        days.sort();
        Ok(days)
    }
}
