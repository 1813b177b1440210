//! That somebody started a resource again that we had stopped.

use super::Cause;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// What a resource costs this long after it was started again is nobody's answer to our stop any more: each day of the
/// week has come, and its owner has left it on.
const ANSWERS_FOR: TimeDelta = TimeDelta::days(7);

/// A start by somebody else that ended an avoided interval which was still earning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartedAgain {
    pub at: DateTime<Utc>,
    /// The id of our stop.
    pub stop: String,
    pub cause: Cause,
    /// Up to then it would have been on without our stop, too, as the saved figure takes it; and what is counted is counted
    /// up to then.
    pub counts_from: DateTime<Utc>,
}

impl StartedAgain {
    /// When it counts no longer.
    pub fn until(&self) -> DateTime<Utc> {
        self.at.checked_add_signed(ANSWERS_FOR).unwrap_or(self.at)
    }
}
