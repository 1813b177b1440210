//! The document that a beacon writes: what only the resource itself knows of the work on it.

use chrono::{DateTime, Datelike, TimeDelta, Utc};
use serde::Deserialize;

/// No document is larger: eight sources and their peaks fit in a tenth of it.
pub const LONGEST: usize = 64 << 10;
const VERSION: u64 = 1;
/// The periods that a beacon may have; one of an hour would be believed for three.
const PERIODS: std::ops::RangeInclusive<i64> = 30..=900;
/// The sources that every document speaks of.
pub const SOURCES: [&str; 8] = [
    "ssh", "terminal", "tmux", "jupyter", "vscode", "cpu", "gpu", "network",
];

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw {
    version: u64,
    compute: String,
    at: DateTime<Utc>,
    every_seconds: i64,
    since: DateTime<Utc>,
    sources: Vec<Watched>,
}

/// A document that is whole, and speaks of every source.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// The ARM id of the resource that wrote it.
    pub compute: String,
    /// When it was taken, by the resource's clock.
    pub at: DateTime<Utc>,
    pub every: TimeDelta,
    /// It has watched from here on without a gap.
    pub since: DateTime<Utc>,
    /// Those of [`SOURCES`], in that order.
    pub sources: Vec<Watched>,
}

/// One source.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Watched {
    pub name: String,
    pub state: SourceState,
    /// The latest moment of work since [`Document::since`].
    #[serde(default)]
    pub last_active: Option<DateTime<Utc>>,
    #[serde(default)]
    pub detail: String,
    /// The samples that no later one reaches, oldest first, so that values fall: per cent, or bytes a second.
    #[serde(default)]
    pub peaks: Vec<Peak>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceState {
    /// Work at this moment.
    Active,
    /// None at this moment.
    Quiet,
    /// Not on this instance.
    Absent,
    /// It could not be checked.
    Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub struct Peak {
    pub at: DateTime<Utc>,
    pub value: f64,
}

impl Watched {
    /// The last moment at or above `limit`.
    pub fn last_at(&self, limit: f64) -> Option<Peak> {
        self.peaks
            .iter()
            .copied()
            .filter(|peak| peak.value >= limit)
            .max_by_key(|peak| peak.at)
    }
}

/// Why bytes are no [`Document`]; prints as one line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentFault {
    #[error("it has {0} bytes; expected at most {LONGEST}")]
    TooLong(usize),
    /// What the JSON reader says.
    #[error("no such document: {0}")]
    NotRead(String),
    #[error("version {0}; expected {VERSION}")]
    Version(u64),
    #[error(
        "everySeconds {0}; expected {least} to {most}",
        least = PERIODS.start(),
        most = PERIODS.end()
    )]
    Period(i64),
    #[error("since is later than at")]
    SinceAfterAt,
    #[error("{0} is no time of these days")]
    Time(DateTime<Utc>),
    #[error("it says nothing of {0}")]
    SourceMissing(&'static str),
    #[error("it speaks of {0} twice")]
    SourceTwice(&'static str),
}

/// What somebody asked for on the resource itself: that it stays on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct AskedOn {
    pub until: DateTime<Utc>,
    /// When it was asked for, by the resource's clock.
    pub at: DateTime<Utc>,
}

/// Reads nothing but what was asked for on the resource with this ARM id, whatever else the document says: that counts
/// to its end, also where the document has grown stale, or is of a later version.
///
/// ```
/// use lamplighter_core::observe::beacon::hold;
/// let document = br#"{"version": 2, "compute": "/a/B", "hold": {"until": "2026-11-23T21:00:00Z", "at": "2026-11-23T18:50:00Z"}}"#;
/// assert!(hold(document, "/A/b")?.is_some());
/// assert_eq!(hold(document, "/a/c")?, None);
/// assert_eq!(hold(br#"{"compute": "/a/b"}"#, "/a/b")?, None);
/// assert!(hold(br#"{"compute": "/a/b", "hold": {}}"#, "/a/b").is_err());
/// # Ok::<(), lamplighter_core::observe::beacon::DocumentFault>(())
/// ```
///
/// # Errors
/// It is too long, no JSON of this form, or has a time that cannot be.
pub fn hold(bytes: &[u8], compute: &str) -> Result<Option<AskedOn>, DocumentFault> {
    #[derive(Deserialize)]
    struct Raw {
        compute: String,
        #[serde(default)]
        hold: Option<AskedOn>,
    }
    if bytes.len() > LONGEST {
        return Err(DocumentFault::TooLong(bytes.len()));
    }
    let raw: Raw =
        serde_json::from_slice(bytes).map_err(|error| DocumentFault::NotRead(error.to_string()))?;
    if !raw.compute.eq_ignore_ascii_case(compute) {
        return Ok(None);
    }
    match raw.hold {
        Some(hold) if odd(&hold.at) => Err(DocumentFault::Time(hold.at)),
        Some(hold) if odd(&hold.until) => Err(DocumentFault::Time(hold.until)),
        hold => Ok(hold),
    }
}

/// A time that no working clock shows; lengths cannot be added to all of them.
fn odd(at: &DateTime<Utc>) -> bool {
    !(2000..=9999).contains(&at.year())
}

/// Reads a document.
///
/// # Errors
/// It is too long, no JSON of this form and version, has a time or a period that cannot be, or does not speak of each
/// of [`SOURCES`] exactly once.
pub fn read(bytes: &[u8]) -> Result<Document, DocumentFault> {
    if bytes.len() > LONGEST {
        return Err(DocumentFault::TooLong(bytes.len()));
    }
    let raw: Raw =
        serde_json::from_slice(bytes).map_err(|error| DocumentFault::NotRead(error.to_string()))?;
    if raw.version != VERSION {
        return Err(DocumentFault::Version(raw.version));
    }
    if !PERIODS.contains(&raw.every_seconds) {
        return Err(DocumentFault::Period(raw.every_seconds));
    }
    if raw.since > raw.at {
        return Err(DocumentFault::SinceAfterAt);
    }
    let sources = raw.sources.iter();
    let active = sources.clone().filter_map(|source| source.last_active);
    let peaks = sources.flat_map(|source| source.peaks.iter().map(|peak| peak.at));
    if let Some(at) = active.chain(peaks).chain([raw.since, raw.at]).find(odd) {
        return Err(DocumentFault::Time(at));
    }
    let mut sources = Vec::new();
    for name in SOURCES {
        let mut named = raw.sources.iter().filter(|source| source.name == name);
        match (named.next(), named.next()) {
            (Some(source), None) => sources.push(source.clone()),
            (None, _) => return Err(DocumentFault::SourceMissing(name)),
            (Some(_), Some(_)) => return Err(DocumentFault::SourceTwice(name)),
        }
    }
    Ok(Document {
        compute: raw.compute,
        at: raw.at,
        every: TimeDelta::seconds(raw.every_seconds),
        since: raw.since,
        sources,
    })
}
