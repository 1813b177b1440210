//! The documents of a day in a folder of this computer, read and parsed by two threads at once: by the hundred thousand,
//! handing over each for itself takes longer than reading it.

use object_store::path::Path;
use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::fs::{DirEntry, File, ReadDir};
use std::io::{ErrorKind, Read};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// Each thread that reads keeps memory for itself, and a disk answers at once.
const THREADS: usize = 2;
/// Documents handed over at once.
const BATCH: usize = 128;

/// What was read of a folder.
pub struct Batch<T> {
    /// With what became of their bytes; `None`: it is gone.
    pub read: Vec<(Path, Option<T>)>,
    /// What is left to the store, which knows what to make of it: entries that Lamplighter has not written so, or that
    /// cannot be read.
    pub odd: Vec<OsString>,
}

/// The documents in `folder`, in no order; `None` where the store has to say what is wrong with it. `shown`: its path in the
/// ledger.
pub fn read<T: Send + 'static>(
    folder: &std::path::Path,
    shown: &Path,
    parse: fn(&[u8]) -> T,
) -> Option<Receiver<Batch<T>>> {
    let entries = std::fs::read_dir(folder).ok()?;
    let entries = Arc::new(Mutex::new(entries));
    let (sender, receiver) = channel(THREADS);
    for _ in 0..THREADS {
        let reader = Reader {
            folder: folder.to_path_buf(),
            shown: shown.clone(),
            entries: entries.clone(),
            parse,
        };
        let sender = sender.clone();
        tokio::task::spawn_blocking(move || reader.run(&sender));
    }
    Some(receiver)
}

struct Reader<T> {
    folder: PathBuf,
    shown: Path,
    entries: Arc<Mutex<ReadDir>>,
    parse: fn(&[u8]) -> T,
}

impl<T> Reader<T> {
    /// Until nothing is left, or nobody waits for it any more.
    fn run(&self, sender: &Sender<Batch<T>>) {
        let mut buffer = Vec::new();
        loop {
            let mut batch = Batch {
                read: Vec::new(),
                odd: Vec::new(),
            };
            let Some(names) = self.names(&mut batch.odd) else {
                return;
            };
            for name in names {
                match self.document(&name, &mut buffer) {
                    Ok(read) => batch
                        .read
                        .push((self.shown.clone().join(name.as_str()), read)),
                    Err(_) => batch.odd.push(name.into()),
                }
            }
            if sender.blocking_send(batch).is_err() {
                return;
            }
        }
    }

    /// The next plain ones; `None`: there are no more entries.
    fn names(&self, odd: &mut Vec<OsString>) -> Option<Vec<String>> {
        let mut entries = self.entries.lock().unwrap_or_else(|held| held.into_inner());
        let mut names = Vec::with_capacity(BATCH);
        let mut ended = true;
        for entry in entries.by_ref().take(BATCH) {
            ended = false;
            match entry {
                Ok(entry) => match plain(&entry) {
                    Some(name) => names.push(name),
                    None => odd.push(entry.file_name()),
                },
                // The store lists it again, and says what is wrong.
                Err(_) => odd.push(OsString::new()),
            }
        }
        (!ended).then_some(names)
    }

    /// `None`: somebody removed it between the listing and now; Lamplighter itself never deletes a record.
    fn document(&self, name: &str, buffer: &mut Vec<u8>) -> std::io::Result<Option<T>> {
        buffer.clear();
        let file = File::open(self.folder.join(name));
        match file.and_then(|mut file| file.read_to_end(buffer)) {
            Ok(_) => Ok(Some((self.parse)(buffer))),
            Err(gone) if gone.kind() == ErrorKind::NotFound => Ok(None),
            Err(other) => Err(other),
        }
    }
}

/// The name of a document as Lamplighter writes it.
fn plain(entry: &DirEntry) -> Option<String> {
    let is_file = entry.file_type().is_ok_and(|of| of.is_file());
    let name = entry.file_name().into_string().ok().filter(|_| is_file)?;
    is_plain(&name).then_some(name)
}

fn is_plain(name: &str) -> bool {
    let allowed = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '-');
    let stem = name.strip_suffix(".json");
    stem.is_some_and(|stem| stem.chars().all(allowed))
}

/// Whether the store lists in a folder what was left to it.
pub fn is_odd(path: &Path, folder: &Path, odd: &HashSet<OsString>) -> bool {
    let below = path.prefix_match(folder);
    let first = below.and_then(|mut below| below.next());
    first.is_none_or(|first| {
        let name: &str = first.as_ref();
        // What has other characters is written otherwise in the store than in the folder.
        !is_plain(name) || odd.contains(OsStr::new(name))
    })
}
