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
