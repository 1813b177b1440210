//! A cluster's JSON: what every type of compute has, around what its kind says of itself.

use crate::http::compute_body::lay_over;
use crate::kinds::cluster::body;
use crate::kinds::cluster::view::ClusterView;
use crate::kinds::compute_type::ComputeType;
use crate::stamps;
use crate::world::cluster::Cluster;
use crate::world::estate::PROVIDER;
use crate::world::simulation::World;
use serde_json::{Value, json};

/// A cluster as Azure gives it, with the fleet file's `override` laid over.
pub(crate) fn cluster_body(world: &World, index: usize) -> Value {
    let cluster = &world.clusters[index];
    let location = &world.estate.workspaces[cluster.workspace].location;
    let mut whole = json!({
        "id": cluster.id,
        "name": cluster.spec.name,
        "type": format!("{PROVIDER}/workspaces/computes"),
        "location": location,
        "tags": cluster.tags,
        "identity": null,
        "sku": null,
        "systemData": {
            "createdAt": stamps::long(cluster.created_on),
            "createdBy": cluster.spec.created_by,
            "createdByType": "User",
            "lastModifiedAt": stamps::long(cluster.modified_on),
        },
        "properties": {
            "computeType": ComputeType::AmlCompute.as_str(),
            "computeLocation": location,
            "description": null,
            "provisioningState": cluster.provisioning(),
            "provisioningErrors": null,
            "createdOn": stamps::long(cluster.created_on),
            "modifiedOn": stamps::long(cluster.modified_on),
            "resourceId": null,
            "isAttachedCompute": false,
            "disableLocalAuth": true,
            "properties": body::living(&view(cluster)),
        },
    });
    if let Some(overlay) = &cluster.spec.overlay {
        lay_over(&mut whole, overlay);
    }
    whole
}

fn view(cluster: &Cluster) -> ClusterView<'_> {
    ClusterView {
        vm_size: &cluster.spec.vm_size,
        priority: cluster.spec.vm_priority,
        os: cluster.spec.os_type,
        scale: &cluster.scale,
        nodes: cluster.counts(),
        target: cluster.target,
        resizing: cluster.resizing,
        since: cluster.since,
        no_capacity: cluster.no_capacity && cluster.target > cluster.counts().all(),
    }
}
