//! What the calls of a virtual machine need.

use super::calls;
use crate::kinds::right::{Right, VM_ID};

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
    ]
}
