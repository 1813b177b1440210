//! An operation of Azure Resource Manager on one of these resources.

use super::target::Target;
use crate::world::operation::OperationStatus;
use chrono::{DateTime, Utc};

/// One operation.
#[derive(Clone, Debug)]
pub(crate) struct ArmOperation {
    pub id: String,
    pub on: Target,
    pub began: DateTime<Utc>,
    /// When it ends; `status` tells whether it has.
    pub due: DateTime<Utc>,
    pub status: OperationStatus,
    /// Code and message, where it failed.
    pub error: Option<(String, String)>,
}
