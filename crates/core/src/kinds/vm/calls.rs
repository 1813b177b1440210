//! What Azure is asked about a virtual machine, and to do with one.

use crate::kinds::call::{Call, by_id};

const API: &str = "2024-07-01";

/// One virtual machine with its power state.
pub fn get(id: &str) -> Call {
    let call = Call::get("get virtual machine", by_id(id, &[])).in_version(API);
    Call {
        query: vec![("$expand", "instanceView".to_owned())],
        ..call
    }
}

/// Asks Azure to start it.
pub fn start(id: &str) -> Call {
    action("start virtual machine", id, "start")
}

/// Asks Azure to deallocate it: one that is only powered off goes on costing.
pub fn deallocate(id: &str) -> Call {
    action("deallocate virtual machine", id, "deallocate")
}

fn action(name: &'static str, id: &str, verb: &str) -> Call {
    let call = Call::action(name, by_id(id, &[verb])).in_version(API);
    Call {
        yes: &[200, 202],
        ..call
    }
}
