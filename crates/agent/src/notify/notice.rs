//! What an owner is told before a stop, or of one that waits.

use chrono::{DateTime, Utc};
use lamplighter_core::record::Resource;

/// What an owner is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub resource: Resource,
    /// Why the resource will be stopped, or why it is not.
    pub text: String,
    /// `None`: a stop is due, and waits for something that is not known.
    pub stop_at: Option<DateTime<Utc>>,
}
