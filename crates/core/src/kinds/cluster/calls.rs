//! What Azure is asked to do with a cluster.

use crate::kinds::call::{Call, below};
use crate::observe::{Scale, Workspace};
use serde_json::json;

/// Sets how many nodes are kept warm. What else stands beside it is sent back as it was read: a scale that is sent
/// without it would lose it.
pub fn set_warm(workspace: &Workspace, name: &str, scale: &Scale, to: u32) -> Call {
    let mut settings = json!({"minNodeCount": to});
    if let Some(most) = scale.most {
        settings["maxNodeCount"] = most.into();
    }
    if let Some(idle_time) = &scale.idle_time {
        settings["nodeIdleTimeBeforeScaleDown"] = idle_time.as_str().into();
    }
    let body = json!({"properties": {"properties": {"scaleSettings": settings}}});
    let path = below(workspace, &["computes", name]);
    Call::patch("scale compute cluster", path, body)
}
