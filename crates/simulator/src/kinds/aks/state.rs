//! The power of a managed cluster, and what goes on with it.

use serde::{Deserialize, Serialize};

/// `powerState.code`. It changes when an operation has ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum AksPower {
    #[default]
    Running,
    Stopped,
}

impl AksPower {
    /// As Azure spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            AksPower::Running => "Running",
            AksPower::Stopped => "Stopped",
        }
    }
}

/// `provisioningState`: `Succeeded` says nothing of the power.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Progress {
    #[default]
    Succeeded,
    Starting,
    Stopping,
    Updating,
    Failed,
    Canceled,
}

impl Progress {
    /// As Azure spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Progress::Succeeded => "Succeeded",
            Progress::Starting => "Starting",
            Progress::Stopping => "Stopping",
            Progress::Updating => "Updating",
            Progress::Failed => "Failed",
            Progress::Canceled => "Canceled",
        }
    }

    /// Whether something is going on.
    pub fn is_passing(self) -> bool {
        matches!(
            self,
            Progress::Starting | Progress::Stopping | Progress::Updating
        )
    }
}
