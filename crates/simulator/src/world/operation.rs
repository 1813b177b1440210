//! Starts, stops and restarts that were accepted.

use crate::kinds::instance::action::Action;
use chrono::{DateTime, Utc};

/// A long-running operation.
#[derive(Clone, Debug)]
pub struct Operation {
    pub id: String,
    /// Its instance's place in the world.
    pub instance: usize,
    pub action: Action,
    pub began: DateTime<Utc>,
    /// When it ends; `status` tells whether it has.
    pub due: DateTime<Utc>,
    pub status: OperationStatus,
}

/// How an operation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperationStatus {
    InProgress,
    Succeeded,
    Failed,
}

impl OperationStatus {
    /// As Azure spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            OperationStatus::InProgress => "InProgress",
            OperationStatus::Succeeded => "Succeeded",
            OperationStatus::Failed => "Failed",
        }
    }
}
