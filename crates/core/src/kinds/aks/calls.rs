//! What Azure is asked about a managed cluster, and to do with one.

use crate::kinds::call::{Call, by_id};

const API: &str = "2025-05-01";

/// One managed cluster.
pub fn get(id: &str) -> Call {
    Call::get("get managed cluster", by_id(id, &[])).in_version(API)
}

/// Asks Azure to start it.
pub fn start(id: &str) -> Call {
    action("start managed cluster", id, "start")
}

/// Asks Azure to stop it, with all its nodes.
pub fn stop(id: &str) -> Call {
    action("stop managed cluster", id, "stop")
}

fn action(name: &'static str, id: &str, verb: &str) -> Call {
    let call = Call::action(name, by_id(id, &[verb])).in_version(API);
    Call {
        yes: &[200, 202, 204],
        ..call
    }
}
