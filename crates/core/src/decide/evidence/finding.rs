//! What each source of evidence proves, and what all of them come to.

use crate::kinds::Kind;
use crate::kinds::evidence::Source;
use crate::observe::{Load, Sample};
use crate::record::{Quiet, WorkState};
use chrono::{DateTime, TimeDelta, Utc};

/// What is known of work on a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Not asked for: so far nothing depended on it.
    NotAsked,
    /// What each source that was asked can prove.
    Asked(Vec<Finding>),
}

/// What one source can prove.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub source: Source,
    pub proof: Proof,
    /// The same in words, with numbers and times.
    pub text: String,
    /// The highest load that it saw, where it measures loads.
    pub load: Option<Highest>,
}

/// The highest load in any sample, in thousandths; `None`: there was no sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Highest {
    pub cpu: Option<u32>,
    pub gpu: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// There was work, at the latest at this instant.
    Work(DateTime<Utc>),
    /// There was none between these.
    Quiet {
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    },
    /// The source knows nothing of this resource: it proves nothing, and stands in nobody's way.
    Nothing,
    /// It could not be told, which counts as work.
    Unknown,
}

impl Finding {
    pub(crate) fn new(source: Source, proof: Proof, text: String) -> Finding {
        Finding {
            source,
            proof,
            text,
            load: None,
        }
    }

    /// The same with the loads that it was found by.
    pub fn by(mut self, load: Option<&Load>) -> Finding {
        let highest = |samples: &[Sample]| {
            let most = samples.iter().map(|sample| sample.maximum);
            let most = most
                .filter(|value| value.is_finite())
                .max_by(f64::total_cmp);
            // Per cent, as Azure has it.
            most.map(|value| (value.clamp(0.0, 100.0) * 10.0).ceil() as u32)
        };
        self.load = load.map(|load| Highest {
            cpu: highest(&load.cpu),
            gpu: highest(&load.gpu),
        });
        self
    }

    /// A source that failed.
    pub fn unknown(source: Source, text: String) -> Finding {
        Finding::new(source, Proof::Unknown, text)
    }
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let source = match self.source {
            Source::Beacon => "beacon",
            Source::Metrics => "metrics",
            Source::Jobs => "jobs",
        };
        write!(f, "{source}: {}", self.text)
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

/// What all findings of a resource come to, which is of this kind.
///
/// ```
/// use lamplighter_core::decide::evidence::{Finding, Source, Sum, sum};
/// use lamplighter_core::kinds::Kind;
/// // What cannot be told counts as work, so nothing is stopped for it.
/// let silent = Finding::unknown(Source::Beacon, "silent since 10:05".into());
/// assert_eq!(sum(&Kind::Instance, &[silent]), Sum::Unknown);
/// ```
///
/// Work that any source observed is work; else what any could not tell is unknown; else there was none where all that
/// observe the resource itself agree. Jobs alone prove nothing: whoever works without one is not seen by them.
pub fn sum(kind: &Kind, findings: &[Finding]) -> Sum {
    let work = findings.iter().filter_map(|finding| match finding.proof {
        Proof::Work(at) => Some(at),
        _ => None,
    });
    if let Some(at) = work.max() {
        return Sum::Work(at);
    }
    let mut both: Option<(DateTime<Utc>, DateTime<Utc>)> = None;
    let mut direct = false;
    for finding in findings {
        match finding.proof {
            Proof::Quiet { from, to } => {
                let kind = kind.known();
                direct |= kind.is_some_and(|kind| kind.proves_quiet(finding.source));
                both = Some(both.map_or((from, to), |(f, t)| (f.max(from), t.min(to))));
            }
            Proof::Unknown => return Sum::Unknown,
            Proof::Work(_) | Proof::Nothing => {}
        }
    }
    match both {
        Some((from, to)) if direct => Sum::Quiet { from, to },
        _ => Sum::Unknown,
    }
}

impl WorkState {
    /// Takes in what was found of a resource of this kind. Work ends a quiet time; a quiet one that begins within the last goes on from its
    /// beginning.
    pub fn take_in(&mut self, kind: &Kind, findings: &[Finding]) {
        match sum(kind, findings) {
            Sum::Work(at) => {
                let found = findings
                    .iter()
                    .find(|finding| finding.proof == Proof::Work(at));
                if self.work_at.is_none_or(|known| at >= known) {
                    self.work = found.map(Finding::to_string);
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
pub(super) fn clock(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let near = (now - at).abs() < TimeDelta::hours(12);
    let format = if near { "%H:%M UTC" } else { "%d %b %H:%M UTC" };
    at.format(format).to_string()
}
