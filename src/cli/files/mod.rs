//! `lamplighter lint --files`: tags where they are written before Azure has them.

mod github;
mod named;
mod outcome;
mod sarif;
mod text;

use super::{CliResult, Failure, block_on, print};
use chrono::Utc;
use lamplighter_agent::settings::Settings;
use lamplighter_core::policy::Defaults;
use lamplighter_templates::{Language, Level, check};
use outcome::{File, Outcome, Problem};
use std::path::Path;
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct FilesArgs {
    /// Tags in files: Bicep, ARM JSON, Terraform, YAML for `az ml`, and Python; names, patterns such as
    /// 'infra/**/*.bicep', or folders with all that is below
    #[arg(long, value_name = "GLOB", num_args = 1.., conflicts_with_all = ["all", "batch", "region", "at"])]
    files: Vec<String>,
    /// How the findings in files are written
    #[arg(long, value_enum, requires = "files", conflicts_with_all = ["json", "what", "all", "batch"])]
    format: Option<Format>,
}

#[derive(Clone, Copy, Debug, PartialEq, clap::ValueEnum)]
enum Format {
    /// For people
    Text,
    /// One JSON document
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of a GitHub workflow
    Github,
}

impl FilesArgs {
    pub fn wanted(&self) -> bool {
        !self.files.is_empty()
    }
}

/// Exit 1 where a tag cannot be read, else 2 where a file cannot.
pub fn run(args: &FilesArgs, json: bool, settings: &Settings) -> CliResult {
    let names = named::files(&args.files).map_err(Failure::Usage)?;
    let defaults = block_on(super::defaults(settings, Utc::now()))??;
    let mut outcome = Outcome {
        files: Vec::new(),
        seen: names.len(),
        problems: Vec::new(),
    };
    for (path, language) in names {
        match read(&path, &defaults.prefix) {
            Ok(Some(text)) => add(&mut outcome, path, language, &text, &defaults),
            Ok(None) => {}
            Err(message) => outcome.problems.push(Problem {
                path: shown(&path),
                place: None,
                message,
            }),
        }
    }
    let format = match json {
        true => Format::Json,
        false => args.format.unwrap_or(Format::Text),
    };
    print(&match format {
        Format::Text => text::page(&outcome),
        Format::Json => self::json(&outcome)?,
        Format::Sarif => sarif::document(&outcome)?,
        Format::Github => github::annotations(&outcome),
    })?;
    let code = match (outcome.count(Level::Error), outcome.problems.len()) {
        (0, 0) => 0,
        (0, _) => 2,
        _ => 1,
    };
    Ok(ExitCode::from(code))
}

fn add(outcome: &mut Outcome, path: String, language: Language, text: &str, defaults: &Defaults) {
    let checked = check(text, language, defaults);
    let path = shown(&path);
    if let Some(place) = checked.unread {
        outcome.problems.push(Problem {
            path: path.clone(),
            place: Some(place),
            message: "from here on it cannot be understood, and tags may stand there".into(),
        });
    }
    outcome.files.push(File {
        path,
        language,
        checked,
    });
}

/// No template is larger than what Azure takes (4 MB), by far.
const LARGEST: u64 = 16 << 20;

/// A file's text, where the prefix stands in it; what is not about tags need not even be text.
fn read(path: &str, prefix: &str) -> Result<Option<String>, String> {
    let about = std::fs::metadata(path).map_err(|error| error.to_string())?;
    if !about.is_file() {
        return Err("it is no file".into());
    }
    if about.len() > LARGEST {
        return Err(format!("it is larger than {} MiB", LARGEST >> 20));
    }
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    let text = match bytes[..] {
        [0xff, 0xfe, ..] => wide(&bytes[2..], u16::from_le_bytes),
        [0xfe, 0xff, ..] => wide(&bytes[2..], u16::from_be_bytes),
        _ => String::from_utf8(bytes.clone()).ok(),
    };
    let lossy = || String::from_utf8_lossy(&bytes);
    let about_tags = |text: &str| text.to_lowercase().contains(&prefix.to_lowercase());
    match text {
        Some(text) => Ok(Some(text).filter(|text| about_tags(text))),
        None if about_tags(&lossy()) => Err("it is not text in UTF-8 or UTF-16".into()),
        None => Ok(None),
    }
}

/// UTF-16, as PowerShell 5 writes.
fn wide(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
    String::from_utf16(&units).ok().filter(|_| rest.is_empty())
}

/// A path as every tool writes it.
fn shown(path: &str) -> String {
    let path = match std::path::MAIN_SEPARATOR {
        '\\' => path.replace('\\', "/"),
        _ => path.to_string(),
    };
    let short = path.trim_start_matches("./");
    match short.is_empty() || Path::new(short).is_absolute() {
        true => path,
        false => short.to_string(),
    }
}

fn json(outcome: &Outcome) -> Result<String, String> {
    let files = outcome.files.iter().map(|file| {
        serde_json::json!({
            "path": file.path,
            "language": file.language,
            "tags": file.checked.tags,
            "findings": file.checked.findings,
        })
    });
    let document = serde_json::json!({
        "files": files.collect::<Vec<_>>(),
        "problems": outcome.problems,
        "summary": {
            "files": outcome.seen,
            "tags": outcome.tags(),
            "errors": outcome.count(Level::Error),
            "warnings": outcome.count(Level::Warning),
            "not-known-here": outcome.count(Level::Note),
        },
    });
    let text = serde_json::to_string_pretty(&document).map_err(|error| error.to_string())?;
    Ok(text + "\n")
}
