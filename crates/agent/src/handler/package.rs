//! `lamplighter package DIR`: the app root as the Functions host needs it, functions one level below.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// As `host.json` names it: the host gives the executable bit to exactly this entry of the zip.
const EXECUTABLE: &str = "lamplighter";
/// The copy under way, renamed when whole: a running binary cannot be overwritten, only replaced.
const UNFINISHED: &str = "lamplighter.new";
const FUNCTION: &str = "function.json";
const HOST: (&str, &str) = ("host.json", include_str!("../../../../host.json"));
const FUNCTIONS: [(&str, &str); 8] = [
    (
        "sweep",
        include_str!("../../../../function/sweep/function.json"),
    ),
    (
        "workspace",
        include_str!("../../../../function/workspace/function.json"),
    ),
    (
        "poison",
        include_str!("../../../../function/poison/function.json"),
    ),
    (
        "holds",
        include_str!("../../../../function/holds/function.json"),
    ),
    (
        "health",
        include_str!("../../../../function/health/function.json"),
    ),
    (
        "report",
        include_str!("../../../../function/report/function.json"),
    ),
    (
        "keep",
        include_str!("../../../../function/keep/function.json"),
    ),
    (
        "resource",
        include_str!("../../../../function/resource/function.json"),
    ),
];

/// Functions that packages of earlier versions had. Their routes would take calls that are for others now.
const RETIRED: [&str; 1] = ["api"];

/// Why no package was laid out.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    #[error(
        "{} is not part of a package: give an empty or new folder, since all in it would be deployed",
        .0.display()
    )]
    Foreign(PathBuf),
    #[error(
        "{} is a link, and what it leads to is no part of a package: remove it, or give the folder itself",
        .0.display()
    )]
    Link(PathBuf),
    #[error("{}: {error}", .path.display())]
    Io { path: PathBuf, error: io::Error },
}

/// Lays out `host.json`, the functions and this very binary in `dir`, which is made where it is
/// missing. A package already there is brought up to date. Nothing is ever written through a link.
///
/// # Errors
/// Where the folder is or holds a link, or holds anything else (then nothing is written), or cannot be read or
/// written.
pub fn package(dir: &Path) -> Result<(), PackageError> {
    refuse_link(dir)?;
    refuse_foreign(dir)?;
    let exe = std::env::current_exe().map_err(at(Path::new("this program")))?;
    fs::create_dir_all(dir).map_err(at(dir))?;
    for name in RETIRED {
        retire(&dir.join(name))?;
    }
    write(&dir.join(HOST.0), HOST.1)?;
    for (name, text) in FUNCTIONS {
        let folder = dir.join(name);
        fs::create_dir_all(&folder).map_err(at(&folder))?;
        write(&folder.join(FUNCTION), text)?;
    }
    copy_executable(&exe, dir)
}

fn refuse_foreign(dir: &Path) -> Result<(), PackageError> {
    for (name, path) in entries(dir)? {
        refuse_link(&path)?;
        let known = match name.as_str() {
            EXECUTABLE | UNFINISHED => path.is_file(),
            name if name == HOST.0 => path.is_file(),
            name if FUNCTIONS.iter().any(|(function, _)| *function == name)
                || RETIRED.contains(&name) =>
            {
                refuse_foreign_function(&path)?;
                true
            }
            _ => false,
        };
        if !known {
            return Err(PackageError::Foreign(path));
        }
    }
    Ok(())
}

fn refuse_foreign_function(folder: &Path) -> Result<(), PackageError> {
    for (name, path) in entries(folder)? {
        refuse_link(&path)?;
        if name != FUNCTION || !path.is_file() {
            return Err(PackageError::Foreign(path));
        }
    }
    Ok(())
}

/// Takes away the folder of a function that there is no more; nothing else was found in it.
fn retire(folder: &Path) -> Result<(), PackageError> {
    let gone = |removed: io::Result<()>, path: &Path| match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at(path)(error)),
        _ => Ok(()),
    };
    let file = folder.join(FUNCTION);
    gone(fs::remove_file(&file), &file)?;
    gone(fs::remove_dir(folder), folder)
}

/// What a link leads to may belong to anybody, and would be overwritten.
fn refuse_link(path: &Path) -> Result<(), PackageError> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_symlink() => Err(PackageError::Link(path.to_path_buf())),
        _ => Ok(()),
    }
}

/// Names and paths; none where the folder is not there yet.
fn entries(dir: &Path) -> Result<Vec<(String, PathBuf)>, PackageError> {
    let list = match fs::read_dir(dir) {
        Ok(list) => list,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(at(dir)(error)),
    };
    list.map(|entry| {
        let entry = entry.map_err(at(dir))?;
        Ok((
            entry.file_name().to_string_lossy().into_owned(),
            entry.path(),
        ))
    })
    .collect()
}

fn copy_executable(exe: &Path, dir: &Path) -> Result<(), PackageError> {
    let (target, unfinished) = (dir.join(EXECUTABLE), dir.join(UNFINISHED));
    let mut from = File::open(exe).map_err(at(exe))?;
    let mut to = made(&unfinished)?;
    io::copy(&mut from, &mut to).map_err(at(&unfinished))?;
    drop(to);
    make_executable(&unfinished).map_err(at(&unfinished))?;
    fs::rename(&unfinished, &target).map_err(at(&target))
}

#[cfg(unix)]
fn make_executable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn make_executable(_: &Path) -> io::Result<()> {
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<(), PackageError> {
    made(path)?.write_all(text.as_bytes()).map_err(at(path))
}

/// A new file in the place of whatever is there: of a link, symbolic or hard, only the name goes.
fn made(path: &Path) -> Result<File, PackageError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at(path)(error)),
        _ => File::create_new(path).map_err(at(path)),
    }
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> PackageError {
    let path = path.to_path_buf();
    |error| PackageError::Io { path, error }
}
