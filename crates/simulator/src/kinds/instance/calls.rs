//! What can be posted below a compute instance's address.

use super::action::Action;

/// A call that changes an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InstanceCall {
    Ask(Action),
    /// `updateIdleShutdownSetting`.
    SetIdleTime,
}

impl InstanceCall {
    /// The call of the last segment of its path, in lower case.
    pub fn of(segment: &str) -> Option<InstanceCall> {
        Some(match segment {
            "start" => InstanceCall::Ask(Action::Start),
            "stop" => InstanceCall::Ask(Action::Stop),
            "restart" => InstanceCall::Ask(Action::Restart),
            "updateidleshutdownsetting" => InstanceCall::SetIdleTime,
            _ => return None,
        })
    }

    /// The path with its variable parts in braces; `W` is a workspace.
    pub fn label(self) -> &'static str {
        match self {
            InstanceCall::Ask(Action::Start) => "W/computes/{c}/start",
            InstanceCall::Ask(Action::Stop) => "W/computes/{c}/stop",
            InstanceCall::Ask(Action::Restart) => "W/computes/{c}/restart",
            InstanceCall::SetIdleTime => "W/computes/{c}/updateIdleShutdownSetting",
        }
    }

    /// The right that it takes.
    pub fn right(self) -> &'static str {
        match self {
            InstanceCall::Ask(Action::Start) => {
                "Microsoft.MachineLearningServices/workspaces/computes/start/action"
            }
            InstanceCall::Ask(Action::Stop) => {
                "Microsoft.MachineLearningServices/workspaces/computes/stop/action"
            }
            InstanceCall::Ask(Action::Restart) => {
                "Microsoft.MachineLearningServices/workspaces/computes/restart/action"
            }
            InstanceCall::SetIdleTime => {
                "Microsoft.MachineLearningServices/workspaces/computes/updateIdleShutdownSetting/action"
            }
        }
    }
}
