//! The load of a resource, as Azure's metrics have it.

use chrono::{DateTime, TimeDelta, Utc};

/// The load of a resource, oldest first, each sample once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Load {
    pub cpu: Vec<Sample>,
    pub gpu: Vec<Sample>,
}

/// A time that metrics are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    /// Each sample stands for so long; whole minutes.
    pub step: TimeDelta,
}

/// The samples of one metric, and of what they are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    /// Names in lower case, and values as Azure writes them: `namespace`, `team-a`.
    pub labels: Vec<(String, String)>,
    /// Averages, oldest first.
    pub samples: Vec<Sample>,
}

impl Series {
    pub fn label(&self, name: &str) -> Option<&str> {
        let found = self.labels.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// The load of one step of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// Where the step begins.
    pub at: DateTime<Utc>,
    /// The highest in it, in per cent.
    pub maximum: f64,
    /// How many measurements it holds: one a minute where none is missing.
    pub count: u64,
}
