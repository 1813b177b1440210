//! How many stops a sweep or a round may make.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The limit as it holds in one sweep or round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Limit {
    /// Stops that a later edge demands are not counted; `None`: every stop is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub free_since: Option<DateTime<Utc>>,
    pub stops: u32,
}
