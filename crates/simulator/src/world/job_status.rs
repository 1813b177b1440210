//! A job's status, in Azure's words.

use serde::{Deserialize, Serialize};

/// Azure's statuses of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum JobStatus {
    NotStarted,
    Queued,
    Preparing,
    Provisioning,
    Starting,
    Running,
    Finalizing,
    CancelRequested,
    NotResponding,
    Paused,
    Unknown,
    Completed,
    Failed,
    Canceled,
}

impl JobStatus {
    /// As Azure spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            JobStatus::NotStarted => "NotStarted",
            JobStatus::Queued => "Queued",
            JobStatus::Preparing => "Preparing",
            JobStatus::Provisioning => "Provisioning",
            JobStatus::Starting => "Starting",
            JobStatus::Running => "Running",
            JobStatus::Finalizing => "Finalizing",
            JobStatus::CancelRequested => "CancelRequested",
            JobStatus::NotResponding => "NotResponding",
            JobStatus::Paused => "Paused",
            JobStatus::Unknown => "Unknown",
            JobStatus::Completed => "Completed",
            JobStatus::Failed => "Failed",
            JobStatus::Canceled => "Canceled",
        }
    }

    /// Whether nothing more will come of it.
    pub fn is_over(self) -> bool {
        matches!(
            self,
            JobStatus::Completed | JobStatus::Failed | JobStatus::Canceled
        )
    }

    /// Whether a job that shows it does something on its instance.
    pub(super) fn works(self) -> bool {
        matches!(
            self,
            JobStatus::Running
                | JobStatus::Finalizing
                | JobStatus::CancelRequested
                | JobStatus::NotResponding
                | JobStatus::Unknown
        )
    }
}
