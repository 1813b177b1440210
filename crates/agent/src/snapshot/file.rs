//! A snapshot as a file.

use lamplighter_core::snapshot::{Snapshot, VERSION};
use serde::Deserialize;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A file that cannot be written, or is no snapshot.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotFileError {
    #[error("the snapshot could not be written to {}: {why}", .path.display())]
    Write { path: PathBuf, why: String },
    #[error("the snapshot {} could not be read: {error}", .path.display())]
    Read { path: PathBuf, error: io::Error },
    #[error("{} is not a snapshot as `lamplighter sweep --snapshot` writes it: {error}", .path.display())]
    NotOne {
        path: PathBuf,
        error: serde_json::Error,
    },
    #[error("the snapshot {} has version {found}; this program reads version {VERSION}", .path.display())]
    Version { path: PathBuf, found: u32 },
}

/// Writes the file whole or not at all: whoever reads it meanwhile finds the old one.
///
/// # Errors
/// One line that names the file.
pub fn write(path: &Path, snapshot: &Snapshot) -> Result<(), SnapshotFileError> {
    let failed = |error: &dyn std::fmt::Display| SnapshotFileError::Write {
        path: path.to_owned(),
        why: error.to_string(),
    };
    let json = serde_json::to_string_pretty(snapshot).map_err(|error| failed(&error))?;
    let beside = beside(path).ok_or_else(|| failed(&"it is not the name of a file"))?;
    let written = put(&beside, json.as_bytes()).and_then(|()| fs::rename(&beside, path));
    written.map_err(|error| {
        // Best effort: what is left behind is never taken for a snapshot.
        let _ = fs::remove_file(&beside);
        failed(&error)
    })
}

/// A name in the same folder, since only there a rename is atomic.
fn beside(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_string_lossy();
    Some(path.with_file_name(format!(".{name}.{:x}.tmp", fastrand::u64(..))))
}

fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(bytes)?;
    file.write_all(b"\n")?;
    file.sync_all()
}

/// Only the version, so that a newer document says that it is newer instead of which field is missing.
#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

/// Reads a snapshot.
///
/// # Errors
/// One line that names the file and what is wrong with it.
pub fn read(path: &Path) -> Result<Snapshot, SnapshotFileError> {
    let path = path.to_owned();
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => return Err(SnapshotFileError::Read { path, error }),
    };
    let not_one = |error| SnapshotFileError::NotOne {
        path: path.clone(),
        error,
    };
    let versioned: Versioned = serde_json::from_str(&text).map_err(not_one)?;
    if versioned.version != VERSION {
        return Err(SnapshotFileError::Version {
            path,
            found: versioned.version,
        });
    }
    serde_json::from_str(&text).map_err(not_one)
}
