//! What Resource Graph knows of these: endpoints with their deployments, and autoscale settings; no computes.

use super::autoscale::setting_body;
use super::batch::{batch_body, batch_deployment_body, serverless_body};
use super::endpoint_body::{deployment_body, endpoint_body};
use crate::world::estate::Group;
use crate::world::simulation::World;
use serde_json::Value;

/// All rows, as Resource Graph gives them: types and groups in lower case.
pub(crate) fn rows(world: &World) -> Vec<Value> {
    let group_of = |workspace: usize| world.estate.workspaces[workspace].group;
    let mut rows = Vec::new();
    for (index, endpoint) in world.endpoints.iter().enumerate() {
        let group = group_of(endpoint.workspace);
        rows.push(row(world, group, endpoint_body(world, index)));
        for deployment in &endpoint.deployments {
            rows.push(row(world, group, deployment_body(world, *deployment)));
        }
    }
    for endpoint in &world.batch_endpoints {
        let group = group_of(endpoint.workspace);
        rows.push(row(world, group, batch_body(world, endpoint)));
        for spec in &endpoint.spec.deployments {
            rows.push(row(
                world,
                group,
                batch_deployment_body(world, endpoint, spec),
            ));
        }
    }
    for endpoint in &world.serverless_endpoints {
        let group = group_of(endpoint.workspace);
        rows.push(row(world, group, serverless_body(world, endpoint)));
    }
    for setting in &world.autoscales {
        rows.push(row(world, setting.group, setting_body(world, setting)));
    }
    rows
}

fn row(world: &World, group: usize, mut whole: Value) -> Value {
    let Group {
        name, subscription, ..
    } = &world.estate.groups[group];
    let subscription = &world.estate.subscriptions[*subscription];
    let kind = whole["type"].as_str().unwrap_or_default().to_lowercase();
    whole["type"] = kind.into();
    whole["resourceGroup"] = name.to_lowercase().into();
    whole["subscriptionId"] = subscription.id.as_str().into();
    whole["tenantId"] = subscription.tenant_id.as_str().into();
    whole
}
