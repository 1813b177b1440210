//! The folder that beacons write to, in place of a blob container.

use std::io;
use std::path::{Path, PathBuf};

/// A folder of beacon documents: `<subscription>/<resource group>/<workspace>/<compute>.json`, in lower case.
pub(crate) struct BeaconFolder(PathBuf);

impl BeaconFolder {
    /// Opens a folder, or makes it.
    ///
    /// # Errors
    /// It is not there and cannot be made.
    pub fn open(folder: &Path) -> io::Result<BeaconFolder> {
        std::fs::create_dir_all(folder)?;
        Ok(BeaconFolder(folder.to_owned()))
    }

    /// Writes documents, each under its instance's ARM id. One that cannot be written is missing, as a real
    /// beacon's would be; the log tells why.
    pub fn keep(&self, documents: Vec<(String, String)>) {
        for (id, document) in documents {
            if let Err(error) = self.write(&id, &document) {
                tracing::warn!(instance = id, %error, "the simulator could not write a beacon");
            }
        }
    }

    fn write(&self, id: &str, document: &str) -> io::Result<()> {
        let file = self.file(id);
        let folder = file.parent().unwrap_or(&self.0);
        std::fs::create_dir_all(folder)?;
        let beside = file.with_extension("json.tmp");
        std::fs::write(&beside, document)?;
        std::fs::rename(&beside, &file)
    }

    /// Names hold no slash and are not all dots: the fleet's check has seen to that.
    fn file(&self, id: &str) -> PathBuf {
        let id = id.to_lowercase();
        let parts: Vec<&str> = id.trim_matches('/').split('/').collect();
        let part = |place: usize| parts.get(place).copied().unwrap_or("unknown");
        let mut file = self.0.clone();
        file.extend([part(1), part(3), part(7)]);
        file.join(format!("{}.json", part(9)))
    }
}
