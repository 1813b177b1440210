//! What can be posted below a workbench's or a container instance's address.

use super::state::WorkbenchState;

/// A call that changes the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WorkbenchCall {
    Start,
    Stop,
    Restart,
}

impl WorkbenchCall {
    /// The call of the last segment of its path, in lower case.
    pub fn of(segment: &str) -> Option<WorkbenchCall> {
        Some(match segment {
            "start" => WorkbenchCall::Start,
            "stop" => WorkbenchCall::Stop,
            "restart" => WorkbenchCall::Restart,
            _ => return None,
        })
    }

    /// As Azure spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            WorkbenchCall::Start => "start",
            WorkbenchCall::Stop => "stop",
            WorkbenchCall::Restart => "restart",
        }
    }

    /// The state while it is under way.
    pub fn passing(self) -> WorkbenchState {
        match self {
            WorkbenchCall::Start => WorkbenchState::Starting,
            WorkbenchCall::Stop => WorkbenchState::Stopping,
            WorkbenchCall::Restart => WorkbenchState::Restarting,
        }
    }

    /// The state that it leads to.
    pub fn leads_to(self) -> WorkbenchState {
        match self {
            WorkbenchCall::Stop => WorkbenchState::Stopped,
            WorkbenchCall::Start | WorkbenchCall::Restart => WorkbenchState::Running,
        }
    }
}
