//! What evidence of work has left in a resource's saved state.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WorkState {
    /// The latest moment at which work is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub work_at: Option<DateTime<Utc>>,
    /// What was observed then, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub work: Option<String>,
    /// The time without work that earlier sweeps have proved, without a gap.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quiet: Option<Quiet>,
    /// No job was active at this observation, and none that came later can have ended unseen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_job_at: Option<DateTime<Utc>>,
    /// How many jobs that are over had no time at all then.
    #[serde(skip_serializing_if = "is_zero")]
    pub undated: usize,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// A time without work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quiet {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
}
