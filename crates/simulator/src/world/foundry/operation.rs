//! An operation on a workbench or a container instance.

use crate::kinds::workbench::spec::ErrorSpec;
use chrono::{DateTime, Utc};

/// One operation.
#[derive(Clone, Debug)]
pub(crate) struct ComputeOperation {
    pub id: String,
    /// Its container's place in the world.
    pub on: usize,
    pub began: DateTime<Utc>,
    /// When it ends; `status` tells whether it has.
    pub due: DateTime<Utc>,
    pub status: ComputeOperationStatus,
    /// Code and message, where it failed.
    pub error: Option<ErrorSpec>,
}

/// How an operation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ComputeOperationStatus {
    InProgress,
    Succeeded,
    Failed,
    Canceled,
}

impl ComputeOperationStatus {
    /// As Azure spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            ComputeOperationStatus::InProgress => "InProgress",
            ComputeOperationStatus::Succeeded => "Succeeded",
            ComputeOperationStatus::Failed => "Failed",
            ComputeOperationStatus::Canceled => "Canceled",
        }
    }
}
