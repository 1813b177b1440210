//! What the calls of a virtual machine need.

use super::calls;
use crate::kinds::base;
use crate::kinds::right::{Right, SUBSCRIPTION, VM_ID};

/// The role's name, and what it lets do.
pub const ROLE: (&str, &str) = (
    "Lamplighter vm operator",
    "Lets Lamplighter read, start and deallocate a virtual machine, see what it may do to it, and see \
     Azure's own auto-shutdowns. Whoever works on the machine, for Azure Machine Learning or not, is cut \
     off by a deallocation, and its dynamic IP addresses and temporary disk are lost. Assign it to single \
     virtual machines.",
);

pub fn rights() -> Vec<Right> {
    vec![
        Right {
            action: "Microsoft.Compute/virtualMachines/read",
            why: "to read an attached virtual machine's tags, size and state",
            calls: vec![calls::get(VM_ID).route()],
        },
        Right {
            action: "Microsoft.Compute/virtualMachines/start/action",
            why: "to start an attached virtual machine",
            calls: vec![calls::start(VM_ID).route()],
        },
        Right {
            action: "Microsoft.Compute/virtualMachines/deallocate/action",
            why: "to deallocate an attached virtual machine",
            calls: vec![calls::deallocate(VM_ID).route()],
        },
        Right {
            action: "Microsoft.DevTestLab/schedules/read",
            why: "to count nothing as saved that Azure's own auto-shutdown would have saved",
            calls: vec![base::auto_shutdowns(SUBSCRIPTION).route()],
        },
        base::permissions_right(VM_ID),
    ]
}
