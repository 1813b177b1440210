//! Answers for what is scaled by a number: compute clusters, endpoints with their deployments, autoscale settings.

mod autoscale;
mod batch;
mod cluster_body;
mod clusters;
mod deployments;
mod endpoint_body;
mod endpoints;
mod lookup;
mod operations;
mod route;
mod rows;

use super::answer::Answer;
use super::call::Call;
use super::metrics::platform;
use super::stage::Stage;
pub(super) use cluster_body::cluster_body;
pub(super) use operations::{result, status};
pub(super) use route::ScaledRoute;
pub(super) use rows::rows;

/// Answers a route of these.
pub(super) fn answer(route: ScaledRoute, call: &Call, stage: &mut Stage) -> Result<Answer, Answer> {
    match route {
        ScaledRoute::PatchCompute => clusters::patch(call, stage),
        ScaledRoute::ListNodes => clusters::nodes(call, stage),
        ScaledRoute::Endpoints => endpoints::list(call, stage),
        ScaledRoute::Endpoint => endpoints::get(call, stage),
        ScaledRoute::Deployments => deployments::list(call, stage),
        ScaledRoute::Deployment => deployments::get(call, stage),
        ScaledRoute::PatchDeployment => deployments::patch(call, stage),
        ScaledRoute::DeploymentSkus => deployments::skus(call, stage),
        ScaledRoute::BatchEndpoints => batch::list(call, stage),
        ScaledRoute::BatchEndpoint => batch::get(call, stage),
        ScaledRoute::BatchDeployments => batch::deployments(call, stage),
        ScaledRoute::BatchDeployment => batch::deployment(call, stage),
        ScaledRoute::ServerlessEndpoints => batch::serverless(call, stage),
        ScaledRoute::ServerlessEndpoint => batch::one_serverless(call, stage),
        ScaledRoute::AutoscaleSettings | ScaledRoute::GroupAutoscaleSettings => {
            autoscale::list(route, call, stage)
        }
        ScaledRoute::AutoscaleSetting => autoscale::get(call, stage),
        ScaledRoute::PatchAutoscaleSetting => autoscale::patch(call, stage),
        ScaledRoute::MfeStatus => operations::mfe_status(call, stage),
        ScaledRoute::MfeResult => operations::mfe_result(call, stage),
        ScaledRoute::Metrics => platform::answer(call, stage),
    }
}
