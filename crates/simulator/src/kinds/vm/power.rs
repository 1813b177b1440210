//! The power of a virtual machine.

use serde::{Deserialize, Serialize};

/// A power state of Azure's. `Stopped` still holds its host, and is billed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Power {
    Starting,
    #[default]
    Running,
    Stopping,
    Stopped,
    Deallocating,
    Deallocated,
}

impl Power {
    /// As Azure's `PowerState/…` spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Power::Starting => "starting",
            Power::Running => "running",
            Power::Stopping => "stopping",
            Power::Stopped => "stopped",
            Power::Deallocating => "deallocating",
            Power::Deallocated => "deallocated",
        }
    }

    /// Whether Azure charges for the machine meanwhile.
    pub fn is_billed(self) -> bool {
        !matches!(self, Power::Deallocating | Power::Deallocated)
    }

    /// The state that the world finds it in, come to rest.
    pub(crate) fn at_rest(self) -> Power {
        match self {
            Power::Starting => Power::Running,
            Power::Stopping => Power::Stopped,
            Power::Deallocating => Power::Deallocated,
            other => other,
        }
    }
}
