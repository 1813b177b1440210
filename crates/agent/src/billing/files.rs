//! The files of a bill: those named, those in folders that are named, and of several runs of one export the last.

use super::error::BillError;
use flate2::bufread::MultiGzDecoder;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// What Cost Management leaves beside the parts of an export.
const MANIFEST: &str = "manifest.json";

/// One file, and the run of an export that it is a part of, where a manifest says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillFile {
    pub path: PathBuf,
    /// The parts of one run have no row twice but where it is meant.
    pub run: Option<PathBuf>,
}

/// The files of a bill.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub files: Vec<BillFile>,
    /// Folders of earlier runs of an export whose last one is there.
    pub earlier: Vec<PathBuf>,
}

/// A manifest, as far as it is needed. Format: FinOps toolkit, "How data is processed", manifest of API version
/// 2023-07-01-preview.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Manifest {
    export_config: ExportConfig,
    run_info: RunInfo,
    blobs: Vec<Blob>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ExportConfig {
    resource_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RunInfo {
    submitted_time: chrono::DateTime<chrono::Utc>,
    start_date: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Blob {
    blob_name: String,
}

/// The files that `paths` name: files themselves, and all exports in folders.
///
/// # Errors
/// A path cannot be read, a folder has no export, or a part of one is missing.
pub fn find(paths: &[PathBuf]) -> Result<Found, BillError> {
    let mut search = Search::default();
    for path in paths {
        let about = fs::metadata(path).map_err(|error| BillError::from(error).of(path))?;
        if !about.is_dir() {
            search.file(path.clone(), None)?;
            continue;
        }
        if search.folder(path)? == 0 {
            return Err(BillError::EmptyFolder.of(path));
        }
    }
    Ok(search.found())
}

/// When a run of an export was begun, and its folder.
type Run = (chrono::DateTime<chrono::Utc>, PathBuf);

#[derive(Default)]
struct Search {
    files: Vec<BillFile>,
    /// A file that is named, and is in a folder that is named, counts once: where it stands in `files`.
    seen: BTreeMap<PathBuf, usize>,
    /// Folders that were walked, and how many exports are in each: of two that overlap, what both have counts once.
    walked: BTreeMap<PathBuf, usize>,
    /// By export and the beginning of its period: when each of its runs began, and its folder.
    runs: BTreeMap<(String, String), Vec<Run>>,
}

impl Search {
    fn file(&mut self, path: PathBuf, run: Option<PathBuf>) -> Result<(), BillError> {
        let whole = fs::canonicalize(&path).map_err(|error| BillError::from(error).of(&path))?;
        let known = self.seen.get(&whole);
        match known.and_then(|index| self.files.get_mut(*index)) {
            // It was named by itself: which run it is part of, its folder says.
            Some(file) => file.run = file.run.take().or(run),
            None => {
                self.seen.insert(whole, self.files.len());
                self.files.push(BillFile { path, run });
            }
        }
        Ok(())
    }

    /// Takes a folder's exports, and says how many are in it, those taken before included.
    fn folder(&mut self, folder: &Path) -> Result<usize, BillError> {
        let refuse = |error: std::io::Error| BillError::from(error).of(folder);
        let whole = fs::canonicalize(folder).map_err(refuse)?;
        if let Some(exports) = self.walked.get(&whole) {
            return Ok(*exports);
        }
        let entries: Result<Vec<_>, _> = fs::read_dir(folder).map_err(refuse)?.collect();
        let mut entries = entries.map_err(refuse)?;
        entries.sort_by_key(fs::DirEntry::file_name);
        let run = self.manifest(folder)?.then(|| folder.to_path_buf());
        let mut exports = 0;
        for entry in entries {
            let path = entry.path();
            let kind = entry.file_type();
            let kind = kind.map_err(|error| BillError::from(error).of(&path))?;
            // Links to folders may lead in circles.
            if kind.is_dir() {
                exports += self.folder(&path)?;
            } else if is_export(&path) {
                exports += 1;
                self.file(path, run.clone())?;
            }
        }
        self.walked.insert(whole, exports);
        Ok(exports)
    }

    /// Takes a folder's manifest, if there is one.
    fn manifest(&mut self, folder: &Path) -> Result<bool, BillError> {
        let path = folder.join(MANIFEST);
        if !path.exists() {
            return Ok(false);
        }
        let text = fs::read(&path).map_err(|error| BillError::from(error).of(&path))?;
        let manifest: Manifest =
            serde_json::from_slice(&text).map_err(|error| BillError::Manifest(error).of(&path))?;
        for blob in &manifest.blobs {
            let name = blob.blob_name.rsplit('/').next().unwrap_or_default();
            if !folder.join(name).exists() {
                return Err(BillError::MissingPart(name.to_owned()).of(&path));
            }
        }
        let (export, run) = (manifest.export_config, manifest.run_info);
        let of = (export.resource_id.to_lowercase(), run.start_date);
        let runs = self.runs.entry(of).or_default();
        runs.push((run.submitted_time, folder.to_path_buf()));
        Ok(true)
    }

    /// A run has all of its period up to then: of several only the last counts.
    fn found(self) -> Found {
        let mut earlier = Vec::new();
        for mut runs in self.runs.into_values() {
            runs.sort();
            runs.pop();
            earlier.extend(runs.into_iter().map(|(_, folder)| folder));
        }
        earlier.sort();
        let stays = |file: &BillFile| file.run.as_ref().is_none_or(|run| !earlier.contains(run));
        Found {
            files: self.files.into_iter().filter(stays).collect(),
            earlier,
        }
    }
}

fn is_export(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    let name = name.to_string_lossy().to_lowercase();
    let ends = [".csv", ".csv.gz", ".parquet"];
    ends.iter().any(|end| name.ends_with(end))
}

const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Opens a file, packed or not: what it is, its first bytes say and not its name.
pub(super) fn open(path: &Path) -> Result<Box<dyn Read>, BillError> {
    let mut file = BufReader::with_capacity(64 << 10, File::open(path)?);
    if !file.fill_buf()?.starts_with(&GZIP) {
        return refuse_others(file);
    }
    let unpacked = BufReader::with_capacity(64 << 10, MultiGzDecoder::new(file));
    refuse_others(unpacked)
}

/// Forms that a bill may be saved in and that are not read.
const OTHERS: [(&[u8], &str, &str); 4] = [
    (
        b"PAR1",
        "Parquet",
        "let the export write CSV, which may be compressed",
    ),
    (
        b"PK\x03\x04",
        "a ZIP archive or an Excel workbook",
        "unpack it, or save it as CSV UTF-8",
    ),
    (
        &[0xff, 0xfe],
        "text in UTF-16",
        "save it as CSV UTF-8, comma delimited",
    ),
    (
        &[0xfe, 0xff],
        "text in UTF-16",
        "save it as CSV UTF-8, comma delimited",
    ),
];

fn refuse_others(mut file: impl BufRead + 'static) -> Result<Box<dyn Read>, BillError> {
    let begin = file.fill_buf()?;
    let other = OTHERS.iter().find(|(bytes, ..)| begin.starts_with(bytes));
    match other {
        Some((_, what, instead)) => Err(BillError::NotText { what, instead }),
        None => Ok(Box::new(file)),
    }
}
