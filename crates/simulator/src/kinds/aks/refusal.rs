//! Why a call on a managed cluster came to nothing. Azure's words where they are known.

use super::state::Progress;
use chrono::{DateTime, Utc};

/// A refusal. What it prints is Azure's message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AksRefusal {
    #[error(
        "Operation is not allowed: Another operation ({}) is in progress, please wait for it to finish before starting \
         a new operation. See https://aka.ms/aks-pending-operation for more details", .0.as_str()
    )]
    Busy(Progress),
    #[error(
        "managed cluster is not currently running, stopping cannot be performed; The stop operation started at '{}'",
        .0.map(crate::stamps::short).unwrap_or_default()
    )]
    NotRunning(Option<DateTime<Utc>>),
    #[error("managed cluster is not currently stopped, starting cannot be performed")]
    NotStopped,
    #[error("Availability Sets Not Supported")]
    AvailabilitySet,
    #[error("Stopping a cluster with node auto-provisioning enabled is not supported")]
    NodeAutoProvisioning,
    #[error("Stopping a cluster with a managed system node pool is not supported")]
    HostedSystem,
    #[error(
        "An admission webhook of this cluster matches all resources; it has to be removed before a stop"
    )]
    Webhook,
}

impl AksRefusal {
    /// Azure's error code.
    pub fn code(&self) -> &'static str {
        match self {
            AksRefusal::AvailabilitySet => "BadRequest",
            AksRefusal::Webhook => "ValidationError",
            _ => "OperationNotAllowed",
        }
    }

    /// The HTTP status that comes with it.
    pub fn status(&self) -> u16 {
        match self {
            AksRefusal::Busy(_) => 409,
            _ => 400,
        }
    }
}
