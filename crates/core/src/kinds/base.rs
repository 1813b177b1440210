//! The calls that no kind owns: places, jobs, metrics, sizes, and how far an operation is.

use super::call::{
    Call, Method, PROVIDER, Route, below, by_id, subscription, workspace as workspace_path,
};
use super::right::{GROUP, OPERATION, REGION, Right, SUBSCRIPTION, any_workspace};
use crate::observe::Workspace;
use serde_json::{Value, json};

const RESOURCES_API: &str = "2021-04-01";

/// Every subscription that the identity can see.
pub fn subscriptions() -> Call {
    let path = vec!["subscriptions".to_owned()];
    Call::get("list subscriptions", path).in_version("2022-12-01")
}

/// Every resource group of a subscription.
pub fn resource_groups(id: &str) -> Call {
    let path = subscription(id, &["resourcegroups"]);
    Call::get("list resource groups", path).in_version(RESOURCES_API)
}

/// One resource group.
pub fn resource_group(id: &str, name: &str) -> Call {
    let path = subscription(id, &["resourcegroups", name]);
    Call::get("get resource group", path).in_version(RESOURCES_API)
}

/// Every workspace of a subscription, of any kind.
pub fn workspaces(id: &str) -> Call {
    let path = subscription(id, &["providers", PROVIDER, "workspaces"]);
    Call::get("list workspaces", path)
}

/// One workspace.
pub fn workspace(known: &Workspace) -> Call {
    Call::get("get workspace", workspace_path(known))
}

/// A query of Resource Graph. It needs no right of its own: it shows what others let be seen.
pub fn resource_graph(name: &'static str, body: Value) -> Call {
    let path = ["providers", "Microsoft.ResourceGraph", "resources"];
    let path = path.map(str::to_owned).into();
    Call::question(name, path, body).in_version("2021-03-01")
}

/// Every job of a workspace, archived ones included.
pub fn jobs(within: &Workspace) -> Call {
    Call {
        query: vec![("listViewType", "All".to_owned())],
        ..Call::get("list jobs", below(within, &["jobs"]))
    }
}

/// The metrics of one workspace. `query`: which ones, and of when.
pub fn metrics(within: &Workspace, query: Vec<(&'static str, String)>) -> Call {
    let path = below(within, &["providers", "microsoft.insights", "metrics"]);
    Call {
        query,
        ..Call::get("get metrics of a workspace", path).in_version("2019-07-01")
    }
}

/// The metrics of many workspaces, or other resources of one type, of one subscription and region: at the region's own endpoint, not at ARM's.
pub fn metrics_batch(id: &str, ids: &[String], query: Vec<(&'static str, String)>) -> Call {
    let path = subscription(id, &["metrics:getBatch"]);
    let body = json!({"resourceids": ids});
    Call {
        query,
        ..Call::question("get metrics of workspaces", path, body).in_version("2023-10-01")
    }
}

/// Every size that Azure Machine Learning offers in a region, with Azure's own estimate of its price.
pub fn vm_sizes(id: &str, region: &str) -> Call {
    let rest = ["providers", PROVIDER, "locations", region, "vmSizes"];
    Call::get("list sizes", subscription(id, &rest))
}

/// What the caller may do to a workspace and to all that is in it. It takes a right that Lamplighter's role does without,
/// and that the roles which come with Azure have.
pub fn permissions(within: &Workspace) -> Call {
    permissions_in(workspace_path(within))
}

/// What the caller may do to a resource.
pub fn permissions_on(id: &str) -> Call {
    permissions_in(by_id(id, &[]))
}

fn permissions_in(mut path: Vec<String>) -> Call {
    let rest = ["providers", "Microsoft.Authorization", "permissions"];
    path.extend(rest.map(str::to_owned));
    Call::get("list own permissions", path).in_version("2022-04-01")
}

/// Whether the provider of everything in a workspace is registered in a subscription. This too takes a right that
/// Lamplighter's role does without.
pub fn provider(id: &str) -> Call {
    let path = subscription(id, &["providers", PROVIDER]);
    Call::get("get resource provider", path).in_version(RESOURCES_API)
}

/// What only looks whether rights to act are given, on a resource that cannot be tried without being started or stopped.
pub(super) fn permissions_right(id: &str) -> Right {
    Right {
        action: "Microsoft.Authorization/permissions/read",
        why: "to tell whether these rights are given, without using them",
        calls: vec![permissions_on(id).route()],
    }
}

/// Every compute of the workspace, of any kind.
pub fn list_computes(workspace: &Workspace) -> Call {
    Call::get("list computes", below(workspace, &["computes"]))
}

/// One compute, as it is now.
pub fn get_compute(workspace: &Workspace, name: &str) -> Call {
    Call::get("get compute", below(workspace, &["computes", name]))
}

/// Every online endpoint of a workspace.
pub fn endpoints(within: &Workspace) -> Call {
    Call::get("list online endpoints", below(within, &["onlineEndpoints"]))
}

/// Every batch endpoint of a workspace. Resource Graph shows them to whoever may call this.
pub fn batch_endpoints(within: &Workspace) -> Call {
    Call::get("list batch endpoints", below(within, &["batchEndpoints"]))
}

/// Every deployment of a batch endpoint, likewise.
pub fn batch_deployments(within: &Workspace, endpoint: &str) -> Call {
    let rest = ["batchEndpoints", endpoint, "deployments"];
    Call::get("list batch deployments", below(within, &rest))
}

/// Every serverless endpoint of a workspace, likewise.
pub fn serverless_endpoints(within: &Workspace) -> Call {
    let path = below(within, &["serverlessEndpoints"]);
    Call::get("list serverless endpoints", path)
}

/// Every auto-shutdown of virtual machines in a subscription, likewise.
pub fn auto_shutdowns(id: &str) -> Call {
    let rest = ["providers", "Microsoft.DevTestLab", "schedules"];
    Call::get("list auto-shutdowns", subscription(id, &rest)).in_version("2018-09-15")
}

/// Every autoscale setting of a subscription.
pub fn autoscale(id: &str) -> Call {
    let rest = ["providers", "Microsoft.Insights", "autoscalesettings"];
    Call::get("list autoscale settings", subscription(id, &rest)).in_version("2022-10-01")
}

/// A metric of one resource. `query`: which, of when, and by what it is split.
pub fn metrics_of(id: &str, query: Vec<(&'static str, String)>) -> Call {
    let path = by_id(id, &["providers", "microsoft.insights", "metrics"]);
    Call {
        query,
        ..Call::get("get metrics of a resource", path).in_version("2019-07-01")
    }
}

/// A metric of many resources of one type, subscription and region, as [`metrics_batch`] of workspaces.
pub fn metrics_of_many(id: &str, ids: &[String], query: Vec<(&'static str, String)>) -> Call {
    Call {
        name: "get metrics of resources",
        ..metrics_batch(id, ids, query)
    }
}

/// What finding resources needs.
pub(super) fn place_rights() -> Vec<Right> {
    vec![
        Right {
            action: "Microsoft.Resources/subscriptions/read",
            why: "to find the subscriptions",
            calls: vec![subscriptions().route()],
        },
        Right {
            action: "Microsoft.Resources/subscriptions/resourceGroups/read",
            why: "to read the tags of resource groups",
            calls: vec![
                resource_groups(SUBSCRIPTION).route(),
                resource_group(SUBSCRIPTION, GROUP).route(),
            ],
        },
        Right {
            action: "Microsoft.MachineLearningServices/workspaces/read",
            why: "to find workspaces and read their tags",
            calls: vec![
                workspaces(SUBSCRIPTION).route(),
                workspace(&any_workspace()).route(),
            ],
        },
    ]
}

/// What deciding about resources of any kind needs, and telling how it went.
pub(super) fn work_rights() -> Vec<Right> {
    vec![
        Right {
            action: "Microsoft.MachineLearningServices/workspaces/jobs/read",
            why: "to stop nothing that a job runs on",
            calls: vec![jobs(&any_workspace()).route()],
        },
        Right {
            action: "Microsoft.MachineLearningServices/locations/computeOperationsStatus/read",
            why: "to wait until a start or a stop has ended",
            // No call of ours names it: Azure's answer to a start or a stop is a link to it.
            calls: vec![Route {
                name: "get operation status",
                method: Method::Get,
                path: format!(
                    "/subscriptions/{SUBSCRIPTION}/providers/{PROVIDER}/locations/{REGION}/computeOperationsStatus/{OPERATION}"
                ),
                api_version: None,
                query: Vec::new(),
            }],
        },
        Right {
            action: "Microsoft.MachineLearningServices/locations/vmSizes/read",
            why: "to price a size that the price list does not have",
            calls: vec![vm_sizes(SUBSCRIPTION, REGION).route()],
        },
        Right {
            action: "Microsoft.Insights/metrics/read",
            why: "to tell from its load whether a resource is at work",
            calls: vec![
                metrics_batch(SUBSCRIPTION, &[], Vec::new()).route(),
                metrics(&any_workspace(), Vec::new()).route(),
            ],
        },
    ]
}
