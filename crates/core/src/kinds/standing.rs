//! The calls about what stands beside computes: online endpoints with their deployments, and Azure's own autoscale.

use super::call::{Call, below, subscription};
use super::call::Route;
use super::right::any_workspace;
use crate::observe::Workspace;

/// Every online endpoint of a workspace.
pub fn endpoints(within: &Workspace) -> Call {
    Call::get("list online endpoints", below(within, &["onlineEndpoints"]))
}

pub(super) fn endpoints_route() -> Route {
    endpoints(&any_workspace()).route()
}

/// Every autoscale setting of a subscription.
pub fn autoscale(id: &str) -> Call {
    let rest = ["providers", "Microsoft.Insights", "autoscalesettings"];
    Call::get("list autoscale settings", subscription(id, &rest)).in_version("2022-10-01")
}
