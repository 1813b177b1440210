//! The state of a workbench, and how each api-version shows it.

use crate::kinds::foundry::version::Version;
use serde::{Deserialize, Serialize};

/// What `status` says, in Azure's words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum WorkbenchState {
    Unknown,
    Creating,
    Starting,
    Running,
    Stopping,
    #[default]
    Stopped,
    Restarting,
    Updating,
    Deleting,
    Failed,
}

impl WorkbenchState {
    /// As Azure spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            WorkbenchState::Unknown => "Unknown",
            WorkbenchState::Creating => "Creating",
            WorkbenchState::Starting => "Starting",
            WorkbenchState::Running => "Running",
            WorkbenchState::Stopping => "Stopping",
            WorkbenchState::Stopped => "Stopped",
            WorkbenchState::Restarting => "Restarting",
            WorkbenchState::Updating => "Updating",
            WorkbenchState::Deleting => "Deleting",
            WorkbenchState::Failed => "Failed",
        }
    }

    /// Where it is going, if it is between two states; one that is being deleted goes nowhere.
    pub fn leads_to(self) -> Option<WorkbenchState> {
        match self {
            WorkbenchState::Creating
            | WorkbenchState::Starting
            | WorkbenchState::Restarting
            | WorkbenchState::Updating => Some(WorkbenchState::Running),
            WorkbenchState::Stopping => Some(WorkbenchState::Stopped),
            _ => None,
        }
    }

    /// Whether it is between two states.
    pub fn is_passing(self) -> bool {
        self == WorkbenchState::Deleting || self.leads_to().is_some()
    }

    /// The word of the versions that had no `status`. `Succeeded` is one that runs there.
    pub fn older(self) -> OlderState {
        match self {
            WorkbenchState::Unknown => OlderState::Disabled,
            WorkbenchState::Creating => OlderState::Accepted,
            WorkbenchState::Starting => OlderState::Starting,
            WorkbenchState::Running => OlderState::Succeeded,
            WorkbenchState::Stopping => OlderState::Stopping,
            WorkbenchState::Stopped => OlderState::Stopped,
            WorkbenchState::Restarting => OlderState::Restarting,
            WorkbenchState::Updating => OlderState::Scaling,
            WorkbenchState::Deleting => OlderState::Deleting,
            WorkbenchState::Failed => OlderState::Failed,
        }
    }
}

/// What `provisioningState` says of a workbench before 2026-09-15-preview, and of a container instance in every version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OlderState {
    Accepted,
    Succeeded,
    Failed,
    Canceled,
    Deleting,
    Scaling,
    Disabled,
    Starting,
    Stopping,
    Restarting,
    Stopped,
}

impl OlderState {
    /// As Azure spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            OlderState::Accepted => "Accepted",
            OlderState::Succeeded => "Succeeded",
            OlderState::Failed => "Failed",
            OlderState::Canceled => "Canceled",
            OlderState::Deleting => "Deleting",
            OlderState::Scaling => "Scaling",
            OlderState::Disabled => "Disabled",
            OlderState::Starting => "Starting",
            OlderState::Stopping => "Stopping",
            OlderState::Restarting => "Restarting",
            OlderState::Stopped => "Stopped",
        }
    }
}

/// How the making of a workbench went. Starts and stops change nothing about it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Provisioned {
    #[default]
    Succeeded,
    Failed,
    Canceled,
}

/// What a version's `provisioningState` says of a workbench.
pub(crate) fn provisioning_state(
    version: Version,
    state: WorkbenchState,
    older: Option<OlderState>,
    made: Provisioned,
) -> &'static str {
    if version.is_before_status() {
        return match made {
            Provisioned::Succeeded => older.unwrap_or(state.older()).as_str(),
            Provisioned::Failed => OlderState::Failed.as_str(),
            Provisioned::Canceled => OlderState::Canceled.as_str(),
        };
    }
    match (state, made) {
        (WorkbenchState::Creating, _) => "Creating",
        (_, Provisioned::Succeeded) => "Succeeded",
        (_, Provisioned::Failed) => "Failed",
        (_, Provisioned::Canceled) => "Canceled",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn succeeded_is_one_that_runs_until_july_and_says_nothing_in_september() {
        let shown =
            |version, state| provisioning_state(version, state, None, Provisioned::default());
        for version in [Version::March, Version::May, Version::July] {
            assert_eq!(shown(version, WorkbenchState::Running), "Succeeded");
            assert_eq!(shown(version, WorkbenchState::Stopped), "Stopped");
        }
        for state in [
            WorkbenchState::Running,
            WorkbenchState::Stopped,
            WorkbenchState::Failed,
        ] {
            assert_eq!(shown(Version::September, state), "Succeeded");
        }
    }

    #[test]
    fn what_was_never_made_says_so_in_every_version() {
        for version in [Version::March, Version::September] {
            let shown =
                provisioning_state(version, WorkbenchState::Failed, None, Provisioned::Failed);
            assert_eq!(shown, "Failed");
        }
    }
}
