//! Jobs on clusters. What Azure shows of one is worked out when somebody asks.

use crate::world::job_status::JobStatus;
use chrono::{DateTime, TimeDelta, Utc};

/// A job that was sent to a cluster.
#[derive(Clone, Debug)]
pub(crate) struct ClusterJob {
    /// Unique in its workspace.
    pub name: String,
    pub display_name: String,
    /// Its cluster's place in the world.
    pub cluster: usize,
    /// How many nodes it takes.
    pub nodes: u32,
    /// Who submitted it.
    pub by: String,
    pub submitted: DateTime<Utc>,
    pub started: Option<DateTime<Utc>>,
    pub ended: Option<DateTime<Utc>>,
    /// Queued, running, or how it ended.
    pub status: JobStatus,
    pub(super) seconds: i64,
}

/// A job that waits for nodes is `NotStarted` for so long.
const NOT_STARTED_SECONDS: i64 = 5;
/// A run's last tenth is `Finalizing`, and never more than this.
const FINALIZING_SECONDS: i64 = 30;

impl ClusterJob {
    /// The status that Azure shows at an instant, and since when.
    pub fn shown(&self, now: DateTime<Utc>) -> (JobStatus, DateTime<Utc>) {
        if let Some(ended) = self.ended {
            return (self.status, ended);
        }
        let Some(started) = self.started else {
            let queued = self.submitted + TimeDelta::seconds(NOT_STARTED_SECONDS);
            return if now < queued {
                (JobStatus::NotStarted, self.submitted)
            } else {
                (JobStatus::Queued, queued)
            };
        };
        let last = (self.seconds / 10).min(FINALIZING_SECONDS);
        let finalizing = started + TimeDelta::seconds(self.seconds - last);
        if last > 0 && now >= finalizing {
            (JobStatus::Finalizing, finalizing)
        } else {
            (JobStatus::Running, started)
        }
    }
}
