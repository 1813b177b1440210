//! All documents in the folder of a day, one after the other and in no order, so that never all of them are in memory.

use super::error::LedgerError;
use super::folder;
use super::store::{AT_ONCE, Ledger};
use futures::stream::BoxStream;
use futures::{Stream, StreamExt, TryStreamExt};
use object_store::ObjectStore;
use object_store::path::Path;
use std::collections::HashSet;
use std::ffi::OsString;

/// A document's path, and what became of its bytes; `None`: it is gone.
type Read<T> = (Path, Option<T>);

impl Ledger {
    /// Hands on what `parse` makes of each.
    pub(super) async fn each_document<T: Send + 'static>(
        &self,
        folder: &Path,
        parse: fn(&[u8]) -> T,
        mut take: impl FnMut(&Path, Option<T>),
    ) -> Result<(), LedgerError> {
        let mut take = |(path, read): Read<T>| take(&path, read);
        let root = self.inner.folder.as_ref();
        let on_disk = root.map(|root| root.join(folder.as_ref()));
        let batches = on_disk.and_then(|on_disk| folder::read(&on_disk, folder, parse));
        let Some(mut batches) = batches else {
            return self.each_listed(self.listed(folder), parse, take).await;
        };
        let mut odd: HashSet<OsString> = HashSet::new();
        while let Some(batch) = batches.recv().await {
            batch.read.into_iter().for_each(&mut take);
            odd.extend(batch.odd);
        }
        if odd.is_empty() {
            return Ok(());
        }
        let left = self.listed(folder).try_filter(|path| {
            let left = folder::is_odd(path, folder, &odd);
            async move { left }
        });
        self.each_listed(left, parse, take).await
    }

    /// What may be documents in a folder.
    fn listed(&self, folder: &Path) -> BoxStream<'_, object_store::Result<Path>> {
        let listed = self.inner.store.list(Some(folder));
        // What else lies there is not Lamplighter's: an editor's copy, a file manager's notes.
        let paths = listed.try_filter_map(|meta| async move {
            let path = meta.location;
            let named = path.filename().is_some_and(|name| name.ends_with(".json"));
            Ok(named.then_some(path))
        });
        paths.boxed()
    }

    async fn each_listed<T>(
        &self,
        listed: impl Stream<Item = object_store::Result<Path>>,
        parse: fn(&[u8]) -> T,
        mut take: impl FnMut(Read<T>),
    ) -> Result<(), LedgerError> {
        let read = listed
            .map_err(|e| self.failed("list the records", &e))
            .map_ok(|path| self.read_one(path, parse))
            .try_buffer_unordered(AT_ONCE);
        let all = read.try_for_each(|read| {
            take(read);
            async { Ok(()) }
        });
        all.await
    }

    async fn read_one<T>(&self, path: Path, parse: fn(&[u8]) -> T) -> Result<Read<T>, LedgerError> {
        match self.read(&path).await {
            Ok(bytes) => Ok((path, Some(parse(&bytes)))),
            // Somebody removed it between the listing and now; Lamplighter itself never deletes a record.
            Err(object_store::Error::NotFound { .. }) => Ok((path, None)),
            Err(e) => Err(self.failed("read the records", &e)),
        }
    }
}
