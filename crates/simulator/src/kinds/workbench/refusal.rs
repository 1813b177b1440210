//! Why a call on a workbench came to nothing. Azure's own words for it are not published: these are a guess.

/// A refusal. What it prints is its message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum WorkbenchRefusal {
    #[error(
        "Another operation is being performed on '{0}'. Please wait until it has ended and then retry the request."
    )]
    Conflict(String),
    #[error("'{0}' was not provisioned, so it can be neither started nor stopped.")]
    NotProvisioned(String),
    #[error("A restart of '{0}' is only possible while it runs.")]
    NotRunning(String),
    #[error(
        "This operation requires new capacity in quota {0}, which is bigger than the current available capacity 0."
    )]
    Quota(String),
    /// A compute of pools has no power.
    #[error("The operation '{0}' is not supported for this type of compute.")]
    WrongKind(&'static str),
}

impl WorkbenchRefusal {
    /// The error code.
    pub fn code(&self) -> &'static str {
        match self {
            WorkbenchRefusal::Conflict(_) => "RequestConflict",
            WorkbenchRefusal::NotProvisioned(_) | WorkbenchRefusal::NotRunning(_) => {
                "OperationNotAllowed"
            }
            WorkbenchRefusal::Quota(_) => "InsufficientQuota",
            WorkbenchRefusal::WrongKind(_) => "OperationNotSupported",
        }
    }

    /// The HTTP status that comes with it.
    pub fn status(&self) -> u16 {
        match self {
            WorkbenchRefusal::Quota(_) | WorkbenchRefusal::WrongKind(_) => 400,
            _ => 409,
        }
    }
}
