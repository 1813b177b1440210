//! A compute's JSON: what every type of compute has, around what its kind says of itself.

use crate::kinds::instance::view::InstanceView;
use crate::stamps;
use crate::world::estate::PROVIDER;
use crate::world::simulation::World;
use serde_json::{Map, Value, json};

/// A compute as Azure gives it, with the fleet file's `override` laid over.
pub(super) fn compute_body(world: &World, index: usize, shows_quota: bool) -> Value {
    let instance = &world.instances[index];
    let kind = instance.compute_type();
    let view = view(world, index, shows_quota);
    let mut whole = json!({
        "id": instance.id,
        "name": instance.spec.name,
        "type": format!("{PROVIDER}/workspaces/computes"),
        "location": view.location,
        "tags": instance.tags,
        "identity": kind.identity(&view),
        "sku": null,
        "systemData": {
            "createdAt": stamps::long(instance.created_on),
            "createdBy": instance.spec.created_by,
            "createdByType": "User",
            "lastModifiedAt": stamps::long(instance.modified_on),
        },
        "properties": {
            "computeType": kind.as_str(),
            "computeLocation": view.location,
            "description": null,
            "provisioningState": view.state.provisioning(),
            "provisioningErrors": null,
            "createdOn": stamps::long(instance.created_on),
            "modifiedOn": stamps::long(instance.modified_on),
            "resourceId": null,
            "isAttachedCompute": kind.is_attached(),
            "disableLocalAuth": true,
            "properties": kind.properties(&view),
        },
    });
    if let Some(overlay) = &instance.spec.overlay {
        lay_over(&mut whole, overlay);
    }
    whole
}

fn view(world: &World, index: usize, shows_quota: bool) -> InstanceView<'_> {
    let instance = &world.instances[index];
    let workspace = &world.estate.workspaces[instance.workspace];
    InstanceView {
        id: &instance.id,
        name: &instance.spec.name,
        vm_size: &instance.spec.vm_size,
        location: &workspace.location,
        tenant_id: &world.estate.subscriptions[workspace.subscription].tenant_id,
        created_by: instance.spec.created_by.as_deref(),
        created_on: instance.created_on,
        state: world.state(index),
        last_operation: &instance.last_operation,
        schedules: &instance.spec.schedules,
        schedules_from: (world.fleet.seed, index),
        idle_time: instance.idle_setting.as_deref(),
        shows_idle_timer: world.fleet.shows_idle_timer,
        idle_timer_fires: instance.spec.idle_timer_fires,
        releases_quota: instance.spec.release_quota_on_stop,
        shows_quota,
        custom_application: instance.spec.custom_application.as_deref(),
    }
}

/// Objects are laid over key by key; anything else replaces what was there.
pub(super) fn lay_over(under: &mut Value, over: &Value) {
    match (under, over) {
        (Value::Object(under), Value::Object(over)) => {
            for (key, value) in over {
                lay_over(
                    under
                        .entry(key.clone())
                        .or_insert(Value::Object(Map::new())),
                    value,
                );
            }
        }
        (under, over) => *under = over.clone(),
    }
}
