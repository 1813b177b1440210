//! The routes of clusters, endpoints, deployments and autoscale settings, and the rights that they need.

use axum::http::Method;

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ScaledRoute {
    PatchCompute,
    ListNodes,
    Endpoints,
    Endpoint,
    Deployments,
    Deployment,
    PatchDeployment,
    DeploymentSkus,
    BatchEndpoints,
    BatchEndpoint,
    BatchDeployments,
    BatchDeployment,
    ServerlessEndpoints,
    ServerlessEndpoint,
    AutoscaleSettings,
    GroupAutoscaleSettings,
    AutoscaleSetting,
    PatchAutoscaleSetting,
    MfeStatus,
    MfeResult,
    /// Platform metrics of a resource of its own.
    Metrics,
}

const ML: &str = "microsoft.machinelearningservices";
const INSIGHTS: &str = "microsoft.insights";

impl ScaledRoute {
    /// The route of a method and of a path's segments behind its subscription, in lower case.
    pub fn find(method: &Method, rest: &[&str]) -> Option<ScaledRoute> {
        let get = *method == Method::GET || *method == Method::HEAD;
        let patch = *method == Method::PATCH;
        match *rest {
            ["providers", INSIGHTS, "autoscalesettings"] if get => {
                Some(ScaledRoute::AutoscaleSettings)
            }
            ["providers", ML, "locations", _, kind, _] if get => match kind {
                "mfeoperationsstatus" => Some(ScaledRoute::MfeStatus),
                "mfeoperationresults" => Some(ScaledRoute::MfeResult),
                _ => None,
            },
            [
                "resourcegroups",
                _,
                "providers",
                INSIGHTS,
                "autoscalesettings",
            ] if get => Some(ScaledRoute::GroupAutoscaleSettings),
            [
                "resourcegroups",
                _,
                "providers",
                INSIGHTS,
                "autoscalesettings",
                _,
            ] => {
                let one = ScaledRoute::AutoscaleSetting;
                let change = ScaledRoute::PatchAutoscaleSetting;
                get.then_some(one).or(patch.then_some(change))
            }
            ["resourcegroups", .., "providers", INSIGHTS, "metrics"] if get => {
                Some(ScaledRoute::Metrics)
            }
            [
                "resourcegroups",
                _,
                "providers",
                ML,
                "workspaces",
                _,
                ref rest @ ..,
            ] => Self::in_workspace(method, get, rest),
            _ => None,
        }
    }

    fn in_workspace(method: &Method, get: bool, rest: &[&str]) -> Option<ScaledRoute> {
        let patch = *method == Method::PATCH;
        match *rest {
            ["computes", _] if patch => Some(ScaledRoute::PatchCompute),
            ["computes", _, "listnodes"] if *method == Method::POST => Some(ScaledRoute::ListNodes),
            ["onlineendpoints", _, "deployments", _] if patch => Some(ScaledRoute::PatchDeployment),
            _ if !get => None,
            ["onlineendpoints"] => Some(ScaledRoute::Endpoints),
            ["onlineendpoints", _] => Some(ScaledRoute::Endpoint),
            ["onlineendpoints", _, "deployments"] => Some(ScaledRoute::Deployments),
            ["onlineendpoints", _, "deployments", _] => Some(ScaledRoute::Deployment),
            ["onlineendpoints", _, "deployments", _, "skus"] => Some(ScaledRoute::DeploymentSkus),
            ["batchendpoints"] => Some(ScaledRoute::BatchEndpoints),
            ["batchendpoints", _] => Some(ScaledRoute::BatchEndpoint),
            ["batchendpoints", _, "deployments"] => Some(ScaledRoute::BatchDeployments),
            ["batchendpoints", _, "deployments", _] => Some(ScaledRoute::BatchDeployment),
            ["serverlessendpoints"] => Some(ScaledRoute::ServerlessEndpoints),
            ["serverlessendpoints", _] => Some(ScaledRoute::ServerlessEndpoint),
            _ => None,
        }
    }

    /// The path with its variable parts in braces; `W` is a workspace.
    pub fn label(self) -> &'static str {
        match self {
            ScaledRoute::PatchCompute => "W/computes/{c}",
            ScaledRoute::ListNodes => "W/computes/{c}/listNodes",
            ScaledRoute::Endpoints => "W/onlineEndpoints",
            ScaledRoute::Endpoint => "W/onlineEndpoints/{e}",
            ScaledRoute::Deployments => "W/onlineEndpoints/{e}/deployments",
            ScaledRoute::Deployment | ScaledRoute::PatchDeployment => {
                "W/onlineEndpoints/{e}/deployments/{d}"
            }
            ScaledRoute::DeploymentSkus => "W/onlineEndpoints/{e}/deployments/{d}/skus",
            ScaledRoute::BatchEndpoints => "W/batchEndpoints",
            ScaledRoute::BatchEndpoint => "W/batchEndpoints/{e}",
            ScaledRoute::BatchDeployments => "W/batchEndpoints/{e}/deployments",
            ScaledRoute::BatchDeployment => "W/batchEndpoints/{e}/deployments/{d}",
            ScaledRoute::ServerlessEndpoints => "W/serverlessEndpoints",
            ScaledRoute::ServerlessEndpoint => "W/serverlessEndpoints/{e}",
            ScaledRoute::AutoscaleSettings => {
                "/subscriptions/{s}/providers/Microsoft.Insights/autoscalesettings"
            }
            ScaledRoute::GroupAutoscaleSettings => "{g}/autoscalesettings",
            ScaledRoute::AutoscaleSetting | ScaledRoute::PatchAutoscaleSetting => {
                "{g}/autoscalesettings/{a}"
            }
            ScaledRoute::MfeStatus => "locations/{l}/mfeOperationsStatus/{o}",
            ScaledRoute::MfeResult => "locations/{l}/mfeOperationResults/{o}",
            ScaledRoute::Metrics => "{resource}/providers/microsoft.insights/metrics",
        }
    }

    /// The right that it needs.
    pub fn right(self) -> &'static str {
        match self {
            ScaledRoute::PatchCompute => {
                "Microsoft.MachineLearningServices/workspaces/computes/write"
            }
            ScaledRoute::ListNodes => {
                "Microsoft.MachineLearningServices/workspaces/computes/listNodes/action"
            }
            ScaledRoute::Endpoints | ScaledRoute::Endpoint => {
                "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/read"
            }
            ScaledRoute::Deployments | ScaledRoute::Deployment => {
                "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments/read"
            }
            ScaledRoute::PatchDeployment => {
                "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments/write"
            }
            ScaledRoute::DeploymentSkus => {
                "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments/skus/read"
            }
            ScaledRoute::BatchEndpoints | ScaledRoute::BatchEndpoint => {
                "Microsoft.MachineLearningServices/workspaces/batchEndpoints/read"
            }
            ScaledRoute::BatchDeployments | ScaledRoute::BatchDeployment => {
                "Microsoft.MachineLearningServices/workspaces/batchEndpoints/deployments/read"
            }
            ScaledRoute::ServerlessEndpoints | ScaledRoute::ServerlessEndpoint => {
                "Microsoft.MachineLearningServices/workspaces/serverlessEndpoints/read"
            }
            ScaledRoute::AutoscaleSettings
            | ScaledRoute::GroupAutoscaleSettings
            | ScaledRoute::AutoscaleSetting => "Microsoft.Insights/autoscalesettings/read",
            ScaledRoute::PatchAutoscaleSetting => "Microsoft.Insights/autoscalesettings/write",
            ScaledRoute::MfeStatus => {
                "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments/operationsStatus/read"
            }
            ScaledRoute::MfeResult => {
                "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments/operationResults/read"
            }
            ScaledRoute::Metrics => "Microsoft.Insights/metrics/read",
        }
    }

    /// Whether ARM counts it as a write.
    pub fn is_write(self) -> bool {
        matches!(
            self,
            ScaledRoute::PatchCompute
                | ScaledRoute::ListNodes
                | ScaledRoute::PatchDeployment
                | ScaledRoute::PatchAutoscaleSetting
        )
    }
}
