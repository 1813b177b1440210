//! `TZDATA`: an operator's newer release of the tz database, read once, before any zone is.

use super::wheel::{self, WheelError};
use lamplighter_core::tz::{self, Loaded, TzDataError};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// What the setting takes.
pub(super) const FORM: &str =
    "a folder of TZif files such as zoneinfo, or the wheel (.whl) of PyPI's tzdata";

/// Why `TZDATA` cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum TzdataError {
    #[error("{path}: {why}", path = .0.display(), why = .1)]
    Unread(PathBuf, std::io::Error),
    #[error("it is neither a folder nor a wheel")]
    OtherFile,
    #[error("{path} lies too deep or holds too much", path = .0.display())]
    TooMuch(PathBuf),
    #[error(transparent)]
    Wheel(#[from] WheelError),
    #[error(transparent)]
    Data(#[from] TzDataError),
}

/// The whole database has 600 zones of a few kilobytes, in folders three deep.
const MOST_FILES: usize = 4_000;
const MOST_BYTES: u64 = 1 << 20;
const DEEPEST: usize = 4;

/// Where the zones lie below a folder that somebody may have meant: itself, what `pip install --target` makes, or the
/// folder of the package.
const BELOW: [&str; 3] = ["", "tzdata/zoneinfo", "zoneinfo"];
/// The same zones once more, otherwise counted.
const OTHERWISE: [&str; 2] = ["posix", "right"];
/// It says which release the files around it were made from.
const SOURCE: &str = "tzdata.zi";

/// Lays the data at `path` over what is compiled in. Reading the same path once more changes nothing.
pub(super) fn lay_over(path: &str) -> Result<(), TzdataError> {
    static LAID: Mutex<Option<String>> = Mutex::new(None);
    let mut laid = LAID.lock().unwrap_or_else(PoisonError::into_inner);
    if laid.as_deref() != Some(path) {
        tz::lay_over(load(Path::new(path))?)?;
        *laid = Some(path.to_owned());
    }
    Ok(())
}

fn load(path: &Path) -> Result<Loaded, TzdataError> {
    let about = fs::metadata(path).map_err(|why| TzdataError::Unread(path.into(), why))?;
    let mut files = BTreeMap::new();
    if about.is_dir() {
        let with_zones = BELOW.map(|below| path.join(below));
        let found = with_zones
            .iter()
            .find(|folder| folder.join("Europe").is_dir());
        walk(found.map_or(path, PathBuf::as_path), "", 1, &mut files)?;
    } else if path.file_name().is_some_and(|name| name == SOURCE) {
        // In the package of PyPI and in those of the distributions, it lies among the files made from it.
        walk(path.parent().unwrap_or(path), "", 1, &mut files)?;
    } else {
        let content = fs::read(path).map_err(|why| TzdataError::Unread(path.into(), why))?;
        if !wheel::is_one(&content) {
            return Err(TzdataError::OtherFile);
        }
        files = wheel::members(&content, "tzdata/zoneinfo/", MOST_BYTES)?;
    }
    let told = files.remove(SOURCE).or_else(|| files.remove("+VERSION"));
    files.retain(|_, content| content.starts_with(b"TZif"));
    let release = told.as_deref().and_then(release);
    Ok(Loaded { files, release })
}

/// All files below a folder that are small enough to be a zone's, by their paths in it.
fn walk(
    folder: &Path,
    prefix: &str,
    depth: usize,
    files: &mut BTreeMap<String, Vec<u8>>,
) -> Result<(), TzdataError> {
    let unread = |why| TzdataError::Unread(folder.into(), why);
    for entry in fs::read_dir(folder).map_err(unread)? {
        let entry = entry.map_err(unread)?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let path = entry.path();
        let unread = |why| TzdataError::Unread(path.clone(), why);
        // A link to nothing, as `localtime` is in small systems, is no zone.
        let Ok(about) = fs::metadata(&path) else {
            continue;
        };
        if about.is_dir() && !(depth == 1 && OTHERWISE.contains(&name.as_str())) {
            if depth == DEEPEST {
                return Err(TzdataError::TooMuch(path));
            }
            walk(&path, &format!("{prefix}{name}/"), depth + 1, files)?;
        } else if about.is_file() && about.len() <= MOST_BYTES {
            if files.len() == MOST_FILES {
                return Err(TzdataError::TooMuch(folder.into()));
            }
            files.insert(format!("{prefix}{name}"), fs::read(&path).map_err(unread)?);
        }
    }
    Ok(())
}

/// `2026f`, of a first line such as `# version 2026f`, or of one that is nothing else.
fn release(text: &[u8]) -> Option<String> {
    let line = text.split(|byte| *byte == b'\n').next()?;
    let line = std::str::from_utf8(line).ok()?.trim();
    Some(line.strip_prefix("# version ").unwrap_or(line).to_owned())
}
