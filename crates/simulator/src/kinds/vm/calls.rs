//! What can be posted below a virtual machine's address.

use super::power::Power;

/// A call that changes a virtual machine's power.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum VmCall {
    Start,
    Deallocate,
    /// It goes on being billed.
    PowerOff,
}

impl VmCall {
    /// The call of the last segment of its path, in lower case.
    pub fn of(segment: &str) -> Option<VmCall> {
        Some(match segment {
            "start" => VmCall::Start,
            "deallocate" => VmCall::Deallocate,
            "poweroff" => VmCall::PowerOff,
            _ => return None,
        })
    }

    /// As Azure spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            VmCall::Start => "start",
            VmCall::Deallocate => "deallocate",
            VmCall::PowerOff => "powerOff",
        }
    }

    /// The path with its variable parts in braces, for the report of calls.
    pub fn label(self) -> &'static str {
        match self {
            VmCall::Start => "virtualMachines/{v}/start",
            VmCall::Deallocate => "virtualMachines/{v}/deallocate",
            VmCall::PowerOff => "virtualMachines/{v}/powerOff",
        }
    }

    /// The right that it takes.
    pub fn right(self) -> &'static str {
        match self {
            VmCall::Start => "Microsoft.Compute/virtualMachines/start/action",
            VmCall::Deallocate => "Microsoft.Compute/virtualMachines/deallocate/action",
            VmCall::PowerOff => "Microsoft.Compute/virtualMachines/powerOff/action",
        }
    }

    /// The power while it is under way.
    pub fn passing(self) -> Power {
        match self {
            VmCall::Start => Power::Starting,
            VmCall::Deallocate => Power::Deallocating,
            VmCall::PowerOff => Power::Stopping,
        }
    }

    /// The power that it leads to.
    pub fn leads_to(self) -> Power {
        self.passing().at_rest()
    }

    /// The fewest and the most seconds that it takes.
    pub fn takes(self) -> (u32, u32) {
        match self {
            VmCall::Start => (60, 180),
            VmCall::Deallocate => (60, 300),
            VmCall::PowerOff => (20, 60),
        }
    }
}
