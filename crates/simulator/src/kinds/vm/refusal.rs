//! Why a call on a virtual machine came to nothing, in Azure's words.

use super::spec::CapacityCode;

/// A refusal, or the end of an operation that failed. What it prints is Azure's message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum VmRefusal {
    #[error(
        "The request failed due to conflict with a concurrent request. To resolve it, please refer to \
         https://aka.ms/activitylog to get more details on the conflicting requests."
    )]
    Concurrent,
    #[error(
        "Operation '{call}' is not allowed on VM '{name}' since the VM is either deallocated or marked to be \
         deallocated."
    )]
    NotAllowed { call: &'static str, name: String },
    #[error(
        "Operation 'deallocate' is not supported for VMs or VM Scale Set instances using an ephemeral OS disk."
    )]
    Ephemeral,
    #[error(
        "Operation could not be completed as it results in exceeding approved {family} Cores quota. Additional \
         details - Deployment Model: Resource Manager, Location: {location}, Current Limit: {used}, Current Usage: \
         {used}, Additional Required: {cores}, (Minimum) New Limit Required: {}. Setup Alerts when Quota reaches \
         threshold.", .used + .cores
    )]
    Quota {
        family: String,
        location: String,
        used: u32,
        cores: u32,
    },
    #[error(
        "Allocation failed. We do not have sufficient capacity for the requested VM size in this region or zone. Read \
         more about improving likelihood of allocation success at https://aka.ms/allocation-guidance"
    )]
    Capacity(CapacityCode),
}

impl VmRefusal {
    /// Azure's error code.
    pub fn code(&self) -> &'static str {
        match self {
            VmRefusal::Concurrent => "Conflict",
            VmRefusal::NotAllowed { .. } | VmRefusal::Ephemeral | VmRefusal::Quota { .. } => {
                "OperationNotAllowed"
            }
            VmRefusal::Capacity(code) => code.as_str(),
        }
    }

    /// The HTTP status that comes with it.
    pub fn status(&self) -> u16 {
        409
    }
}
