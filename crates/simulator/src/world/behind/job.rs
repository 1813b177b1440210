//! One of Azure Machine Learning's jobs on an attached compute.

use crate::world::job_status::JobStatus;
use chrono::{DateTime, Utc};

/// A job that was sent to an attached compute.
#[derive(Clone, Debug)]
pub(crate) struct AttachedJob {
    /// Unique in its workspace.
    pub name: String,
    pub title: String,
    /// Its compute's place in the world.
    pub attached: usize,
    pub submitted: DateTime<Utc>,
    pub started: Option<DateTime<Utc>>,
    pub ended: Option<DateTime<Utc>>,
    /// Queued, running, or how it ended.
    pub status: JobStatus,
    pub(super) seconds: i64,
}

impl AttachedJob {
    /// The status that Azure shows, and since when.
    pub fn shown(&self) -> (JobStatus, DateTime<Utc>) {
        let since = self.ended.or(self.started).unwrap_or(self.submitted);
        (self.status, since)
    }
}
