//! Azure Resource Manager: from a route to whoever answers it.

use super::answer::Answer;
use super::behind;
use super::call::Call;
use super::foundry;
use super::metrics::{batch, one_workspace};
use super::role::Role;
use super::route::Route;
use super::stage::Stage;
use super::{
    computes, graph, groups, instances, jobs, operations, permissions, providers, resources, scaled,
};
use super::{sizes, subscriptions, workspaces};

/// Answers a route that the caller, who has this role, may call.
pub(super) fn answer(route: Route, call: &Call, stage: &mut Stage, role: Option<&Role>) -> Answer {
    let answered = match route {
        Route::Subscriptions => subscriptions::list(call, stage),
        Route::Subscription => subscriptions::get(call, stage),
        Route::Tenants => Ok(subscriptions::tenants(stage)),
        Route::Locations => subscriptions::locations(call, stage),
        Route::ResourceGroups => groups::list(call, stage),
        Route::ResourceGroup => groups::get(call, stage),
        Route::Resources | Route::GroupResources => resources::list(route, call, stage),
        Route::Providers => providers::list(call, stage),
        Route::Provider => providers::get(call, stage),
        Route::Permissions => permissions::answer(call, stage, role),
        Route::ResourceGraph => graph::answer(call, stage, role),
        Route::Workspaces | Route::GroupWorkspaces => workspaces::list(route, call, stage),
        Route::Workspace => workspaces::get(call, stage),
        Route::Computes => computes::list(call, stage),
        Route::Compute => computes::get(call, stage),
        Route::Instance(wanted) => instances::answer(wanted, call, stage),
        Route::Jobs => jobs::list(call, stage),
        Route::Job => jobs::get(call, stage),
        Route::Metrics => one_workspace::answer(call, stage),
        Route::MetricsBatch => batch::answer(call, stage),
        Route::VmSizes => sizes::answer(call, stage),
        Route::OperationStatus => operations::status(call, stage),
        Route::OperationResult => operations::result(call, stage),
        Route::Behind(wanted) => behind::answer(wanted, call, stage),
        Route::Foundry(wanted) => foundry::answer(wanted, call, stage),
        Route::Scaled(wanted) => scaled::answer(wanted, call, stage),
    };
    answered.unwrap_or_else(|refusal| refusal)
}
