//! A folder of a test's own, which goes when the test ends.

use std::path::{Path, PathBuf};

pub struct Folder(PathBuf);

impl Folder {
    /// Made, and empty.
    pub fn new(what: &str) -> Folder {
        let folder = Folder::unmade(what);
        std::fs::create_dir_all(&folder.0).expect("cargo's folder for tests can be written");
        folder
    }

    /// Not made yet.
    pub fn unmade(what: &str) -> Folder {
        let name = format!("{what}-{:x}", fastrand::u64(..));
        Folder(Path::new(env!("CARGO_TARGET_TMPDIR")).join(name))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn join(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.join(name)
    }

    pub fn text(&self) -> &str {
        self.0.to_str().expect("a name in Unicode")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
