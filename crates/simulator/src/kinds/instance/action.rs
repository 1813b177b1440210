//! What can be asked of a compute instance.

use super::state::InstanceState;
use serde::{Deserialize, Serialize};

/// An operation that takes its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    Start,
    Stop,
    Restart,
}

impl Action {
    /// As Azure's `operationName` spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Action::Start => "Start",
            Action::Stop => "Stop",
            Action::Restart => "Restart",
        }
    }

    /// The state in which it is under way.
    pub(crate) fn passing(self) -> InstanceState {
        match self {
            Action::Start => InstanceState::Starting,
            Action::Stop => InstanceState::Stopping,
            Action::Restart => InstanceState::Restarting,
        }
    }

    /// The state that it leads to.
    pub(crate) fn leads_to(self) -> InstanceState {
        match self {
            Action::Start | Action::Restart => InstanceState::Running,
            Action::Stop => InstanceState::Stopped,
        }
    }

    /// The action that a state shows to be under way, if it shows one.
    pub(crate) fn under_way_in(state: InstanceState) -> Option<Action> {
        match state {
            InstanceState::Starting => Some(Action::Start),
            InstanceState::Stopping => Some(Action::Stop),
            InstanceState::Restarting => Some(Action::Restart),
            _ => None,
        }
    }
}
