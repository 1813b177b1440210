//! Which of Azure's routes a path is, and the right that it needs.

use super::behind::BehindCall;
use super::foundry::FoundryCall;
use super::metrics::host;
use super::scaled::ScaledRoute;
use crate::kinds::instance::calls::InstanceCall;
use axum::http::Method;

/// A route of Azure Resource Manager.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Route {
    Subscriptions,
    Subscription,
    Tenants,
    Locations,
    ResourceGroups,
    ResourceGroup,
    Resources,
    GroupResources,
    Providers,
    Provider,
    Permissions,
    ResourceGraph,
    Workspaces,
    GroupWorkspaces,
    Workspace,
    Computes,
    Compute,
    Instance(InstanceCall),
    Jobs,
    Job,
    Metrics,
    MetricsBatch,
    VmSizes,
    OperationStatus,
    OperationResult,
    Behind(BehindCall),
    Foundry(FoundryCall),
    Scaled(ScaledRoute),
}

const METRICS_BATCH: &str = "metrics:getbatch";
const AUTHORIZATION: &str = "microsoft.authorization";
const ML: &str = "microsoft.machinelearningservices";

impl Route {
    /// The route of a method and a path's segments in lower case.
    pub fn find(method: &Method, segments: &[String]) -> Option<Route> {
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let get = *method == Method::GET || *method == Method::HEAD;
        let post = *method == Method::POST;
        match segments[..] {
            [host::HOST, _, "subscriptions", _, METRICS_BATCH] if post => Some(Route::MetricsBatch),
            ["subscriptions", _, ref rest @ ..] if !rest.is_empty() => {
                let scaled = || ScaledRoute::find(method, rest).map(Route::Scaled);
                Self::in_subscription(get, post, rest)
                    .or_else(scaled)
                    .or_else(|| BehindCall::find(method, rest).map(Route::Behind))
                    .or_else(|| FoundryCall::find(method, rest).map(Route::Foundry))
            }
            ["subscriptions", _] if get => Some(Route::Subscription),
            ["subscriptions"] if get => Some(Route::Subscriptions),
            ["tenants"] if get => Some(Route::Tenants),
            ["providers"] if get => Some(Route::Providers),
            ["providers", "microsoft.resourcegraph", "resources"] if post => {
                Some(Route::ResourceGraph)
            }
            ["providers", _] if get => Some(Route::Provider),
            _ => None,
        }
    }

    fn in_subscription(get: bool, post: bool, rest: &[&str]) -> Option<Route> {
        match *rest {
            [METRICS_BATCH] if post => Some(Route::MetricsBatch),
            ["locations"] if get => Some(Route::Locations),
            ["resources"] if get => Some(Route::Resources),
            ["resourcegroups"] if get => Some(Route::ResourceGroups),
            ["resourcegroups", _] if get => Some(Route::ResourceGroup),
            ["resourcegroups", _, "resources"] if get => Some(Route::GroupResources),
            ["providers"] if get => Some(Route::Providers),
            ["providers", _] if get => Some(Route::Provider),
            ["providers", AUTHORIZATION, "permissions"]
            | [
                "resourcegroups",
                _,
                "providers",
                AUTHORIZATION,
                "permissions",
            ] if get => Some(Route::Permissions),
            ["providers", ML, "workspaces"] if get => Some(Route::Workspaces),
            ["providers", ML, "locations", _, "vmsizes"] if get => Some(Route::VmSizes),
            ["providers", ML, "locations", _, kind, _] if get => match kind {
                "computeoperationsstatus" => Some(Route::OperationStatus),
                "computeoperationsresults" => Some(Route::OperationResult),
                _ => None,
            },
            ["resourcegroups", _, "providers", ML, "workspaces"] if get => {
                Some(Route::GroupWorkspaces)
            }
            [
                "resourcegroups",
                _,
                "providers",
                ML,
                "workspaces",
                _,
                ref rest @ ..,
            ] => Self::in_workspace(get, post, rest),
            [
                "resourcegroups",
                _,
                "providers",
                "microsoft.compute" | "microsoft.containerservice" | "microsoft.cognitiveservices",
                "virtualmachines" | "managedclusters" | "accounts",
                _,
                "providers",
                AUTHORIZATION,
                "permissions",
            ] if get => Some(Route::Permissions),
            [
                "resourcegroups",
                _,
                "providers",
                "microsoft.cognitiveservices",
                "accounts",
                _,
                "projects",
                _,
                "providers",
                AUTHORIZATION,
                "permissions",
            ] if get => Some(Route::Permissions),
            _ => None,
        }
    }

    fn in_workspace(get: bool, post: bool, rest: &[&str]) -> Option<Route> {
        match *rest {
            [] if get => Some(Route::Workspace),
            ["computes"] if get => Some(Route::Computes),
            ["computes", _] if get => Some(Route::Compute),
            ["computes", _, wanted] if post => InstanceCall::of(wanted).map(Route::Instance),
            ["jobs"] if get => Some(Route::Jobs),
            ["jobs", _] if get => Some(Route::Job),
            ["providers", "microsoft.insights", "metrics"] if get => Some(Route::Metrics),
            ["providers", AUTHORIZATION, "permissions"] if get => Some(Route::Permissions),
            _ => None,
        }
    }

    /// The path with its variable parts in braces, for the report of calls.
    pub fn label(self) -> &'static str {
        match self {
            Route::Subscriptions => "/subscriptions",
            Route::Subscription => "/subscriptions/{s}",
            Route::Tenants => "/tenants",
            Route::Locations => "/subscriptions/{s}/locations",
            Route::ResourceGroups => "/subscriptions/{s}/resourceGroups",
            Route::ResourceGroup => "/subscriptions/{s}/resourceGroups/{g}",
            Route::Resources => "/subscriptions/{s}/resources",
            Route::GroupResources => "/subscriptions/{s}/resourceGroups/{g}/resources",
            Route::Providers => "/subscriptions/{s}/providers",
            Route::Provider => "/subscriptions/{s}/providers/{p}",
            Route::Permissions => "{scope}/providers/Microsoft.Authorization/permissions",
            Route::ResourceGraph => "/providers/Microsoft.ResourceGraph/resources",
            Route::Workspaces => {
                "/subscriptions/{s}/providers/Microsoft.MachineLearningServices/workspaces"
            }
            Route::GroupWorkspaces => "{g}/workspaces",
            Route::Workspace => "W",
            Route::Computes => "W/computes",
            Route::Compute => "W/computes/{c}",
            Route::Instance(wanted) => wanted.label(),
            Route::Jobs => "W/jobs",
            Route::Job => "W/jobs/{j}",
            Route::Metrics => "W/providers/microsoft.insights/metrics",
            Route::MetricsBatch => "/subscriptions/{s}/metrics:getBatch",
            Route::VmSizes => "locations/{l}/vmSizes",
            Route::OperationStatus => "locations/{l}/computeOperationsStatus/{o}",
            Route::OperationResult => "locations/{l}/computeOperationsResults/{o}",
            Route::Behind(wanted) => wanted.label(),
            Route::Foundry(wanted) => wanted.label(),
            Route::Scaled(wanted) => wanted.label(),
        }
    }

    /// The right it needs; `None` where every signed-in caller may, and sees what it may see.
    pub fn right(self) -> Option<&'static str> {
        Some(match self {
            Route::Tenants | Route::ResourceGraph => return None,
            Route::Subscriptions | Route::Subscription => "Microsoft.Resources/subscriptions/read",
            Route::Locations => "Microsoft.Resources/subscriptions/locations/read",
            Route::ResourceGroups | Route::ResourceGroup => {
                "Microsoft.Resources/subscriptions/resourceGroups/read"
            }
            Route::Resources => "Microsoft.Resources/subscriptions/resources/read",
            Route::GroupResources => {
                "Microsoft.Resources/subscriptions/resourceGroups/resources/read"
            }
            Route::Providers | Route::Provider => {
                "Microsoft.Resources/subscriptions/providers/read"
            }
            Route::Permissions => "Microsoft.Authorization/permissions/read",
            Route::Workspaces | Route::GroupWorkspaces | Route::Workspace => {
                "Microsoft.MachineLearningServices/workspaces/read"
            }
            Route::Computes | Route::Compute => {
                "Microsoft.MachineLearningServices/workspaces/computes/read"
            }
            Route::Instance(wanted) => wanted.right(),
            Route::Jobs | Route::Job => "Microsoft.MachineLearningServices/workspaces/jobs/read",
            Route::Metrics | Route::MetricsBatch => "Microsoft.Insights/metrics/read",
            Route::VmSizes => "Microsoft.MachineLearningServices/locations/vmSizes/read",
            Route::Behind(wanted) => wanted.right(),
            Route::Foundry(wanted) => wanted.right(),
            Route::OperationStatus | Route::OperationResult => {
                "Microsoft.MachineLearningServices/locations/computeOperationsStatus/read"
            }
            Route::Scaled(wanted) => wanted.right(),
        })
    }

    /// Whether ARM counts it as a write.
    pub fn is_write(self) -> bool {
        match self {
            Route::Instance(_) => true,
            Route::Behind(wanted) => wanted.is_write(),
            Route::Foundry(wanted) => wanted.is_write(),
            Route::Scaled(wanted) => wanted.is_write(),
            _ => false,
        }
    }
}
