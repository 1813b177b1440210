//! Evidence of work on a machine, from each source that can tell: its beacon, Azure's metrics, its jobs. Pure.
//!
//! A source says that there was work, that there was none between two instants, that it has nothing to say, or that
//! it could not tell. What cannot be told counts as work.

mod beacon;
mod jobs;
mod metrics;

pub use beacon::beacon;
pub use jobs::jobs;
pub use metrics::{LATE, metrics, span};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// What is known of work on a machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Not looked up: so far nothing depended on it.
    NotAsked,
    /// What each source says that was asked.
    Asked(Vec<Finding>),
}

/// What one source says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub source: Source,
    pub says: Says,
    /// The same in words, with numbers and times.
    pub words: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    Beacon,
    Metrics,
    Jobs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    /// There was work, at the latest at this instant.
    Work(DateTime<Utc>),
    /// There was none between these.
    Quiet {
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    },
    /// The source knows nothing of this machine: it proves nothing, and stands in nobody's way.
    Nothing,
    /// It could not be told, which counts as work.
    Unknown,
}

impl Finding {
    fn new(source: Source, says: Says, words: String) -> Finding {
        Finding {
            source,
            says,
            words,
        }
    }

    /// A source that failed.
    pub fn unknown(source: Source, words: String) -> Finding {
        Finding::new(source, Says::Unknown, words)
    }
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let source = match self.source {
            Source::Beacon => "beacon",
            Source::Metrics => "metrics",
            Source::Jobs => "jobs",
        };
        write!(f, "{source}: {}", self.words)
    }
}

/// All findings taken together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sum {
    Work(DateTime<Utc>),
    Quiet {
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    },
    Unknown,
}

/// Work that any source saw is work; else what any could not tell is unknown; else there was none where all that
/// looked at the machine itself agree. Jobs alone prove nothing: who works without one is not seen by them.
pub fn sum(findings: &[Finding]) -> Sum {
    let work = findings.iter().filter_map(|finding| match finding.says {
        Says::Work(at) => Some(at),
        _ => None,
    });
    if let Some(at) = work.max() {
        return Sum::Work(at);
    }
    let mut both: Option<(DateTime<Utc>, DateTime<Utc>)> = None;
    let mut seen = false;
    for finding in findings {
        match finding.says {
            Says::Quiet { from, to } => {
                seen |= finding.source != Source::Jobs;
                both = Some(both.map_or((from, to), |(f, t)| (f.max(from), t.min(to))));
            }
            Says::Unknown => return Sum::Unknown,
            Says::Work(_) | Says::Nothing => {}
        }
    }
    match both {
        Some((from, to)) if seen => Sum::Quiet { from, to },
        _ => Sum::Unknown,
    }
}

/// What evidence has left in a machine's memory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Remembered {
    /// The latest moment at which work is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub work_at: Option<DateTime<Utc>>,
    /// What was seen then, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub work: Option<String>,
    /// The time without work that looks before have proved, without a gap.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quiet: Option<Quiet>,
    /// No job was active at this look, and none that came later can have ended unseen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_job_at: Option<DateTime<Utc>>,
    /// How many jobs that are over had no time at all at that look.
    #[serde(skip_serializing_if = "is_zero")]
    pub undated: usize,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quiet {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
}

impl Remembered {
    /// Takes in what was found. Work ends a quiet time; a quiet one that begins within the last goes on from its
    /// beginning.
    pub fn take_in(&mut self, findings: &[Finding]) {
        match sum(findings) {
            Sum::Work(at) => {
                let said = findings
                    .iter()
                    .find(|finding| finding.says == Says::Work(at));
                if self.work_at.is_none_or(|known| at >= known) {
                    self.work = said.map(Finding::to_string);
                    self.work_at = Some(at);
                }
                self.quiet = None;
            }
            Sum::Quiet { from, to } if from < to => {
                let before = self.quiet.filter(|quiet| from <= quiet.to);
                let from = before.map_or(from, |quiet| quiet.from.min(from));
                self.quiet = Some(Quiet { from, to });
            }
            Sum::Quiet { .. } | Sum::Unknown => {}
        }
    }
}

/// `10:05` and `23 Nov 10:05` where it was on another day: in UTC, as evidence has no zone.
fn clock(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let near = (now - at).abs() < TimeDelta::hours(12);
    let format = if near { "%H:%M UTC" } else { "%d %b %H:%M UTC" };
    at.format(format).to_string()
}
