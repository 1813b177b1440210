//! An attached compute's JSON: what every compute has, around what its kind tells of the resource behind it.

use super::compute_body::lay_over;
use crate::kinds::attached::body::{AttachedView, properties};
use crate::stamps;
use crate::world::behind::Target;
use crate::world::behind::attached::Attached;
use crate::world::estate::PROVIDER;
use crate::world::simulation::World;
use chrono::TimeDelta;
use serde_json::{Value, json};

/// An attached compute as Azure gives it, with the fleet file's `override` laid over.
pub(super) fn attached_body(world: &World, index: usize) -> Value {
    let attached = &world.behind.attached[index];
    let location = &world.estate.workspaces[attached.workspace].location;
    let kind = attached.spec.compute_type;
    let usual = world.start() - TimeDelta::days(30);
    let created = stamps::long(attached.spec.created_on.unwrap_or(usual));
    let mut whole = json!({
        "id": attached.id,
        "name": attached.spec.name,
        "type": format!("{PROVIDER}/workspaces/computes"),
        "location": location,
        "tags": attached.tags,
        "identity": null,
        "sku": null,
        "systemData": {
            "createdAt": created, "createdBy": attached.spec.created_by, "createdByType": "User",
            "lastModifiedAt": created,
        },
        "properties": {
            "computeType": kind.as_str(),
            "computeLocation": location,
            "description": null,
            "provisioningState": "Succeeded",
            "provisioningErrors": null,
            "createdOn": created,
            "modifiedOn": created,
            "resourceId": attached.resource_id,
            "isAttachedCompute": true,
            "disableLocalAuth": true,
        },
    });
    if let Some(own) = properties(kind, &view(world, attached)) {
        whole["properties"]["properties"] = own;
    }
    if let Some(overlay) = &attached.spec.overlay {
        lay_over(&mut whole, overlay);
    }
    whole
}

fn view<'a>(world: &'a World, attached: &'a Attached) -> AttachedView<'a> {
    let mut view = AttachedView {
        resource_id: attached.resource_id.as_deref().unwrap_or_default(),
        namespace: &attached.spec.namespace,
        ..AttachedView::default()
    };
    match attached.target {
        Some(Target::Vm(vm)) => view.vm_size = Some(&world.behind.vms[vm].spec.vm_size),
        Some(Target::Aks(cluster)) => {
            let own = &world.behind.clusters[cluster];
            view.vm_size = own.spec.pools.first().map(|pool| pool.vm_size.as_str());
            view.nodes = own.nodes();
        }
        Some(Target::Pool(pool)) => view.pool = Some(&world.behind.pools[pool].spec),
        Some(Target::Databricks(_) | Target::Connected(_)) | None => {}
    }
    view
}
