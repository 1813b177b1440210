//! What Azure is asked about a deployment, and to do with one.

use crate::kinds::call::{Call, by_id};
use serde_json::json;

/// One deployment, as it is now.
pub fn get(id: &str) -> Call {
    Call::get("get online deployment", by_id(id, &[]))
}

/// The endpoint of a deployment, as it is now: its tags govern the deployment too.
pub fn endpoint(deployment: &str) -> Call {
    let id = deployment
        .rsplit_once('/')
        .and_then(|(above, _)| above.rsplit_once('/'))
        .map_or(deployment, |(endpoint, _)| endpoint);
    Call::get("get online endpoint", by_id(id, &[]))
}

/// Between which numbers Azure lets its instances be.
pub fn skus(id: &str) -> Call {
    let path = by_id(id, &["skus"]);
    Call::get("get limits of an online deployment", path)
}

/// Sets how many instances it has. Nothing else is sent: its tags stay as they are.
pub fn set_capacity(id: &str, to: u32) -> Call {
    // Azure demands the name.
    let body = json!({"sku": {"name": "Default", "capacity": to}});
    Call::patch("scale online deployment", by_id(id, &[]), body)
}
