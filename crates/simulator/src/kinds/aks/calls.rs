//! What can be posted below a managed cluster's address.

use super::state::{AksPower, Progress};

/// A call that changes a cluster's power.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AksCall {
    Start,
    Stop,
}

impl AksCall {
    /// The call of the last segment of its path, in lower case.
    pub fn of(segment: &str) -> Option<AksCall> {
        Some(match segment {
            "start" => AksCall::Start,
            "stop" => AksCall::Stop,
            _ => return None,
        })
    }

    /// As Azure spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            AksCall::Start => "start",
            AksCall::Stop => "stop",
        }
    }

    /// The path with its variable parts in braces, for the report of calls.
    pub fn label(self) -> &'static str {
        match self {
            AksCall::Start => "managedClusters/{k}/start",
            AksCall::Stop => "managedClusters/{k}/stop",
        }
    }

    /// The right that it takes.
    pub fn right(self) -> &'static str {
        match self {
            AksCall::Start => "Microsoft.ContainerService/managedClusters/start/action",
            AksCall::Stop => "Microsoft.ContainerService/managedClusters/stop/action",
        }
    }

    /// What goes on meanwhile.
    pub fn passing(self) -> Progress {
        match self {
            AksCall::Start => Progress::Starting,
            AksCall::Stop => Progress::Stopping,
        }
    }

    /// The power that it leads to.
    pub fn leads_to(self) -> AksPower {
        match self {
            AksCall::Start => AksPower::Running,
            AksCall::Stop => AksPower::Stopped,
        }
    }

    /// The fewest and the most seconds that it takes.
    pub fn takes(self) -> (u32, u32) {
        match self {
            AksCall::Start => (180, 480),
            AksCall::Stop => (120, 300),
        }
    }
}
