//! The document that a beacon writes: what only the machine itself knows of the work on it.

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
    /// The ARM id of the machine that it speaks of.
    pub compute: String,
    /// When it was taken, by the machine's clock.
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
    pub state: Seen,
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
pub enum Seen {
    /// Work at this moment.
    Active,
    /// None at this moment.
    Quiet,
    /// Not on this machine.
    Absent,
    /// It could not be looked at.
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

/// A time that no machine's clock shows; lengths cannot be added to all of them.
fn odd(at: &DateTime<Utc>) -> bool {
    !(2000..=9999).contains(&at.year())
}

/// Reads a document. The error is one line.
pub fn read(bytes: &[u8]) -> Result<Document, String> {
    if bytes.len() > LONGEST {
        return Err(format!(
            "it has {} bytes; expected at most {LONGEST}",
            bytes.len()
        ));
    }
    let raw: Raw =
        serde_json::from_slice(bytes).map_err(|error| format!("no such document: {error}"))?;
    if raw.version != VERSION {
        return Err(format!("version {}; expected {VERSION}", raw.version));
    }
    if !PERIODS.contains(&raw.every_seconds) {
        let (least, most) = (PERIODS.start(), PERIODS.end());
        return Err(format!(
            "everySeconds {}; expected {least} to {most}",
            raw.every_seconds
        ));
    }
    if raw.since > raw.at {
        return Err("since is later than at".into());
    }
    let sources = raw.sources.iter();
    let active = sources.clone().filter_map(|source| source.last_active);
    let peaks = sources.flat_map(|source| source.peaks.iter().map(|peak| peak.at));
    if let Some(at) = active.chain(peaks).chain([raw.since, raw.at]).find(odd) {
        return Err(format!("{at} is no time of these days"));
    }
    let mut sources = Vec::new();
    for name in SOURCES {
        let mut named = raw.sources.iter().filter(|source| source.name == name);
        match (named.next(), named.next()) {
            (Some(source), None) => sources.push(source.clone()),
            (None, _) => return Err(format!("it says nothing of {name}")),
            (Some(_), Some(_)) => return Err(format!("it speaks of {name} twice")),
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
