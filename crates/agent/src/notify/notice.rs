//! What an owner is told before a stop.

use chrono::{DateTime, Utc};
use lamplighter_core::record::Resource;

/// What an owner is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub resource: Resource,
    /// Why the resource will be stopped.
    pub text: String,
    pub stop_at: DateTime<Utc>,
}
