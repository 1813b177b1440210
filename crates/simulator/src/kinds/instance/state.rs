//! Azure's states of a compute instance.

use serde::{Deserialize, Serialize};

/// A state as Azure shows it. An instance that the world finds in one after `Restarting` stays in it.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
pub enum InstanceState {
    Running,
    #[default]
    Stopped,
    Starting,
    Stopping,
    Restarting,
    JobRunning,
    Creating,
    Deleting,
    Resizing,
    SettingUp,
    UserSettingUp,
    CreateFailed,
    SetupFailed,
    UserSetupFailed,
    Unusable,
    Unknown,
}

impl InstanceState {
    /// As Azure spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            InstanceState::Running => "Running",
            InstanceState::Stopped => "Stopped",
            InstanceState::Starting => "Starting",
            InstanceState::Stopping => "Stopping",
            InstanceState::Restarting => "Restarting",
            InstanceState::JobRunning => "JobRunning",
            InstanceState::Creating => "Creating",
            InstanceState::Deleting => "Deleting",
            InstanceState::Resizing => "Resizing",
            InstanceState::SettingUp => "SettingUp",
            InstanceState::UserSettingUp => "UserSettingUp",
            InstanceState::CreateFailed => "CreateFailed",
            InstanceState::SetupFailed => "SetupFailed",
            InstanceState::UserSetupFailed => "UserSetupFailed",
            InstanceState::Unusable => "Unusable",
            InstanceState::Unknown => "Unknown",
        }
    }

    /// Whether Azure charges for the virtual machine meanwhile.
    pub fn is_billed(self) -> bool {
        !matches!(
            self,
            InstanceState::Stopped
                | InstanceState::Deleting
                | InstanceState::CreateFailed
                | InstanceState::Unknown
        )
    }

    /// Whether people and jobs can work on it.
    pub(crate) fn runs(self) -> bool {
        matches!(self, InstanceState::Running | InstanceState::JobRunning)
    }

    /// Whether it ends by itself.
    pub(crate) fn is_passing(self) -> bool {
        matches!(
            self,
            InstanceState::Starting
                | InstanceState::Stopping
                | InstanceState::Restarting
                | InstanceState::Creating
                | InstanceState::Deleting
                | InstanceState::Resizing
                | InstanceState::SettingUp
                | InstanceState::UserSettingUp
        )
    }

    /// The `provisioningState` that Azure shows beside it.
    pub(crate) fn provisioning(self) -> &'static str {
        match self {
            InstanceState::Creating | InstanceState::SettingUp | InstanceState::UserSettingUp => {
                "Creating"
            }
            InstanceState::CreateFailed
            | InstanceState::SetupFailed
            | InstanceState::UserSetupFailed => "Failed",
            InstanceState::Deleting => "Deleting",
            _ => "Succeeded",
        }
    }
}
