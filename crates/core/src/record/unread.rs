//! What cannot be read, for how long, and from when that is a failure.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// What is known of a list of jobs that does not come in full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobsUnread {
    /// The first sweep without it.
    pub since: DateTime<Utc>,
    /// When the resource's owner was last told.
    pub told_at: DateTime<Utc>,
}

impl JobsUnread {
    /// Whether it has lasted for so long that it counts as a failure.
    pub fn is_failure(&self, now: DateTime<Utc>) -> bool {
        now >= self.since + UNREAD_FAILS
    }
}

/// What is known of people's holds that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldsUnread {
    /// The first sweep without them.
    pub since: DateTime<Utc>,
    /// As it was last.
    pub why: String,
}

/// What holds for so long will not pass by itself.
const UNREAD_FAILS: TimeDelta = TimeDelta::hours(1);
