//! The JSON of endpoints and deployments.

use crate::http::compute_body::lay_over;
use crate::kinds::endpoint::body::{self, DeploymentView, EndpointView};
use crate::stamps;
use crate::world::estate::PROVIDER;
use crate::world::simulation::World;
use serde_json::{Value, json};

fn identity(tenant: &str, id: &str) -> Value {
    let principal = crate::ids::guid(0, 0x0e, crate::ids::number_of(id));
    json!({"type": "SystemAssigned", "principalId": principal, "tenantId": tenant, "userAssignedIdentities": null})
}

/// An online endpoint as Azure gives it.
pub(super) fn endpoint_body(world: &World, index: usize) -> Value {
    let endpoint = &world.endpoints[index];
    let workspace = &world.estate.workspaces[endpoint.workspace];
    let subscription = &world.estate.subscriptions[workspace.subscription];
    let compute = endpoint
        .spec
        .compute
        .as_ref()
        .map(|name| format!("{}/computes/{name}", workspace.id));
    let view = EndpointView {
        spec: &endpoint.spec,
        id: &endpoint.id,
        location: &workspace.location,
        subscription: &subscription.id,
        traffic: &endpoint.traffic,
        compute: compute.as_deref(),
        state: endpoint.spec.state,
    };
    let by = endpoint
        .spec
        .created_by
        .as_deref()
        .unwrap_or("platform@example.org");
    let mut whole = json!({
        "id": endpoint.id,
        "name": endpoint.spec.name,
        "type": format!("{PROVIDER}/workspaces/onlineEndpoints"),
        "location": workspace.location,
        "kind": endpoint.spec.compute_type.as_str(),
        "tags": endpoint.tags,
        "identity": identity(&subscription.tenant_id, &endpoint.id),
        "systemData": {
            "createdAt": stamps::long(endpoint.created_on), "createdBy": by, "createdByType": "User",
            "lastModifiedAt": stamps::long(endpoint.modified_on), "lastModifiedBy": by,
            "lastModifiedByType": "User",
        },
        "properties": body::endpoint(&view),
    });
    if let Some(overlay) = &endpoint.spec.overlay {
        lay_over(&mut whole, overlay);
    }
    whole
}

/// A deployment of an online endpoint as Azure gives it.
pub(super) fn deployment_body(world: &World, index: usize) -> Value {
    let deployment = &world.deployments[index];
    let endpoint = &world.endpoints[deployment.endpoint];
    let workspace = &world.estate.workspaces[endpoint.workspace];
    let view = DeploymentView {
        spec: &deployment.spec,
        compute: endpoint.spec.compute_type,
        workspace_id: &workspace.id,
        location: &workspace.location,
        subscription: &world.estate.subscriptions[workspace.subscription].id,
        state: deployment.state,
        operation: deployment.operation.as_deref(),
    };
    let created_by = deployment.spec.created_by.as_ref();
    let by = created_by.or(endpoint.spec.created_by.as_ref());
    // Neither a person nor a pipeline has an object id for a name.
    let kind = match deployment.modified_by.contains('@') {
        true => "User",
        false => "Application",
    };
    let mut whole = json!({
        "id": deployment.id,
        "name": deployment.spec.name,
        "type": format!("{PROVIDER}/workspaces/onlineEndpoints/deployments"),
        "location": workspace.location,
        "kind": endpoint.spec.compute_type.as_str(),
        "tags": deployment.tags,
        "identity": null,
        "sku": {"name": "Default", "capacity": deployment.capacity},
        "systemData": {
            "createdAt": stamps::long(deployment.created_on), "createdBy": by, "createdByType": "User",
            "lastModifiedAt": stamps::long(deployment.modified_on),
            "lastModifiedBy": deployment.modified_by, "lastModifiedByType": kind,
        },
        "properties": body::deployment(&view),
    });
    if let Some(overlay) = &deployment.spec.overlay {
        lay_over(&mut whole, overlay);
    }
    whole
}
