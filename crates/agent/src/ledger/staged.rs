//! What a process leaves in a ledger's folder when it is killed while it creates a document.
//!
//! `object_store` writes a document beside its place first, as `<name>#<n>`, and then links it there; lists do not show
//! it. Nobody reads such a file, and its writer is long gone after a day.

use std::path::Path;
use std::time::Duration;

/// No writer takes longer.
const KEPT: Duration = Duration::from_secs(24 * 3600);

/// Deletes what killed processes left in one folder, not below it. Best effort: it is tried again another time.
pub(super) fn tidy(folder: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let old = || {
            let modified = entry.metadata().ok()?.modified().ok()?;
            Some(modified.elapsed().ok()? > KEPT)
        };
        if is_staged(&entry.file_name().to_string_lossy()) && old() == Some(true) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

fn is_staged(name: &str) -> bool {
    let number = name.split_once(".json#").map(|(_, number)| number);
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}
