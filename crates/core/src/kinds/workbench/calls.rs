//! What Azure is asked about workbenches, and to do with one.

use super::place;
use crate::kinds::call::{Call, by_id};
use crate::observe::{FoundryVersion, Workspace};

/// The machines of a project or an account.
pub fn list(within: &Workspace, version: FoundryVersion) -> Call {
    let (name, own) = match place::is_project(&within.id) {
        true => ("list workbenches", "workbenches"),
        false => ("list computes of an account", "computes"),
    };
    Call::get(name, by_id(&within.id, &[own])).in_version(version.as_str())
}

/// A project or an account itself, which keep their tags in every version.
pub fn place(known: &Workspace, version: FoundryVersion) -> Call {
    let name = match place::is_project(&known.id) {
        true => "get project",
        false => "get account",
    };
    Call::get(name, by_id(&known.id, &[])).in_version(version.as_str())
}

/// The models that an account serves on machines of its own.
pub fn managed_deployments(account: &Workspace, version: FoundryVersion) -> Call {
    let path = by_id(&account.id, &["managedComputeDeployments"]);
    Call::get("list managed compute deployments", path).in_version(version.as_str())
}

/// One machine.
pub fn get(id: &str, version: FoundryVersion) -> Call {
    Call::get("get workbench", by_id(id, &[])).in_version(version.as_str())
}

pub fn start(id: &str, version: FoundryVersion) -> Call {
    action("start workbench", id, "start", version)
}

pub fn stop(id: &str, version: FoundryVersion) -> Call {
    action("stop workbench", id, "stop", version)
}

/// 202 where it is accepted, 204 where it is in that state already.
fn action(name: &'static str, id: &str, verb: &str, version: FoundryVersion) -> Call {
    let call = Call::action(name, by_id(id, &[verb])).in_version(version.as_str());
    Call {
        yes: &[202, 204],
        ..call
    }
}
