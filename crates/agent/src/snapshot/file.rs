//! A snapshot as a file.

use super::{Snapshot, VERSION};
use serde::Deserialize;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Writes the file whole or not at all: whoever reads it meanwhile finds the old one.
///
/// # Errors
/// One line that names the file.
pub fn write(path: &Path, snapshot: &Snapshot) -> Result<(), String> {
    let failed = |error: &dyn std::fmt::Display| {
        format!(
            "the snapshot could not be written to {}: {error}",
            path.display()
        )
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
pub fn read(path: &Path) -> Result<Snapshot, String> {
    let shown = path.display();
    let text = fs::read_to_string(path)
        .map_err(|error| format!("the snapshot {shown} could not be read: {error}"))?;
    let not_one = |error| {
        format!("{shown} is not a snapshot as `lamplighter sweep --snapshot` writes it: {error}")
    };
    let versioned: Versioned = serde_json::from_str(&text).map_err(not_one)?;
    if versioned.version != VERSION {
        return Err(format!(
            "the snapshot {shown} has version {}; this program reads version {VERSION}",
            versioned.version
        ));
    }
    serde_json::from_str(&text).map_err(not_one)
}
