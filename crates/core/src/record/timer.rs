//! What we have set Azure's own idle timer to.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A setting of Azure's own idle timer that was ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimerSet {
    /// Seconds.
    pub to: u64,
    /// What somebody else had set it to before us; without us it would be so still.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<u64>,
    pub at: DateTime<Utc>,
    /// What became of it; `None` until Azure's answer is written down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<TimerAnswer>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimerAnswer {
    Accepted,
    Refused,
}
