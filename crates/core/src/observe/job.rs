//! A job of a workspace.

use super::compute::Compute;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A job of a workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    pub name: String,
    pub display_name: Option<String>,
    /// `Running`, `Queued`, …; as Azure spells it.
    pub status: Option<String>,
    /// The compute's ARM id, or its bare name.
    pub compute_id: Option<String>,
    /// When it was submitted.
    pub created_at: Option<DateTime<Utc>>,
    /// When it last changed; of one that is over, when it ended. Azure does not always say.
    #[serde(default)]
    pub changed_at: Option<DateTime<Utc>>,
}

impl Job {
    /// Whether a resource stopped now would take this job down with it. One that waits (queued, paused, not started) may
    /// begin at any moment, so every status that is not an end counts, words that are newer than this program among them.
    pub fn is_active(&self) -> bool {
        !self.is_over()
    }

    /// Whether nothing more will come of it.
    pub fn is_over(&self) -> bool {
        matches!(
            self.status.as_deref(),
            Some("Completed" | "Failed" | "Canceled")
        )
    }

    /// Whether the job is on the compute, named by id or by bare name, in any case; or on one of those that it is
    /// attached as.
    pub fn is_on(&self, compute: &Compute) -> bool {
        self.compute_id.as_deref().is_some_and(|on| {
            compute
                .known_to_jobs()
                .any(|name| on.eq_ignore_ascii_case(name))
        })
    }
}
