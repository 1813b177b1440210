//! How one sweep is to be run.

use chrono::{DateTime, Utc};

#[derive(Clone, Debug)]
pub struct Options {
    /// The instant all resources are judged at.
    pub now: DateTime<Utc>,
    /// Decide and report; touch nothing.
    pub dry_run: bool,
    /// Wait until Azure has finished what was asked for, within the deadline.
    pub wait: bool,
    /// A name for the sweep in logs and records, such as the host's invocation id.
    pub id: Option<String>,
    /// With more workspaces than `FAN_OUT_ABOVE`, give messages for a queue instead of passing over them all.
    pub fan_out: bool,
}

impl Options {
    /// A sweep of its own that acts.
    pub fn at(now: DateTime<Utc>) -> Options {
        Options {
            now,
            dry_run: false,
            wait: false,
            id: None,
            fan_out: false,
        }
    }
}
