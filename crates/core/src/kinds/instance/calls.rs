//! What Azure is asked about an instance, and to do with one.

use crate::duration;
use crate::kinds::call::{Call, below};
use crate::observe::Workspace;
use serde_json::json;
use std::time::Duration;

/// The api-version that shows which instances give their cores up.
const SHOWS_QUOTA: &str = "2026-09-15-preview";

/// Every compute of the workspace, by an api-version that shows which instances give their cores up.
pub fn list_with_quota(workspace: &Workspace) -> Call {
    let path = below(workspace, &["computes"]);
    Call::get("list computes with their quota", path).in_version(SHOWS_QUOTA)
}

/// Asks Azure to start it.
pub fn start(workspace: &Workspace, name: &str) -> Call {
    let path = below(workspace, &["computes", name, "start"]);
    Call::action("start compute", path)
}

/// Asks Azure to stop it.
///
/// ```
/// use lamplighter_core::kinds::{Method, instance};
/// use lamplighter_core::observe::{Tags, Workspace};
///
/// let workspace = Workspace {
///     id: String::new(),
///     subscription: "s".into(),
///     resource_group: "rg".into(),
///     name: "ws".into(),
///     location: None,
///     tags: Tags::new(),
///     above: Tags::new(),
/// };
/// let call = instance::calls::stop(&workspace, "ci-ana");
/// assert_eq!((call.method, call.asks, call.body.as_ref()), (Method::Post, false, None));
/// assert!(call.route().path.ends_with("/workspaces/ws/computes/ci-ana/stop"));
/// ```
pub fn stop(workspace: &Workspace, name: &str) -> Call {
    let path = below(workspace, &["computes", name, "stop"]);
    Call::action("stop compute", path)
}

/// Sets Azure's own idle timer, 15 minutes to 3 days.
pub fn set_idle_timer(workspace: &Workspace, name: &str, to: Duration) -> Call {
    let path = below(workspace, &["computes", name, "updateIdleShutdownSetting"]);
    let call = Call {
        body: Some(json!({"idleTimeBeforeShutdown": duration::iso(to)})),
        // This one is done when it is answered.
        yes: &[200],
        ..Call::action("set idle timer", path)
    };
    // Only this version is known to have the call.
    call.in_version("2021-07-01")
}
