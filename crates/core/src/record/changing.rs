//! A resource that has been neither on nor off for a while.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A state in which nothing is done to a resource: it is changing, or its state is not one to act on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changing {
    /// As Azure names it.
    pub state: String,
    /// Since when, by Azure's last operation, or else by what was observed first.
    pub since: DateTime<Utc>,
    /// When it was last told that this lasts too long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_at: Option<DateTime<Utc>>,
}
