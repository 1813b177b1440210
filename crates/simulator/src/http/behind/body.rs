//! A resource's JSON: what every resource has, around what its kind says of itself.

use crate::kinds::aks::body as aks;
use crate::kinds::standing::body as standing;
use crate::kinds::vm::body as vm;
use crate::stamps;
use crate::world::behind::Target;
use crate::world::simulation::World;
use chrono::TimeDelta;
use serde_json::{Value, json};

/// A resource as its provider gives it.
pub(in crate::http) fn body(world: &World, target: Target) -> Value {
    let place = world.behind.place(target);
    let mut whole = json!({
        "id": place.id,
        "name": place.name,
        "type": target.resource_type(),
        "location": place.location,
        "tags": place.tags,
        "properties": properties(world, target),
        "systemData": {
            "createdAt": stamps::long(world.start() - TimeDelta::days(90)), "createdBy": "platform@example.org",
            "createdByType": "User", "lastModifiedAt": stamps::long(place.modified),
        },
    });
    match target {
        Target::Vm(vm) => {
            if let Some(zone) = world.behind.vms[vm].spec.availability_zone {
                whole["zones"] = json!([zone.to_string()]);
            }
        }
        Target::Aks(cluster) => {
            whole["sku"] = aks::sku(&world.behind.clusters[cluster].spec);
            whole["identity"] = json!({"type": "SystemAssigned"});
        }
        Target::Databricks(workspace) => {
            whole["sku"] = json!({"name": world.behind.databricks[workspace].spec.sku});
        }
        Target::Connected(_) => whole["identity"] = json!({"type": "SystemAssigned"}),
        Target::Pool(_) => {}
    }
    whole
}

fn properties(world: &World, target: Target) -> Value {
    let place = world.behind.place(target);
    match target {
        Target::Vm(one) => vm::properties(&place.id, &world.behind.vms[one].view()),
        Target::Aks(one) => {
            let group = &world.estate.groups[place.group].name;
            aks::properties(&world.behind.clusters[one].view(group))
        }
        Target::Pool(one) => standing::spark_pool(&world.behind.pools[one].spec),
        Target::Databricks(one) => {
            standing::databricks(&world.behind.databricks[one].spec, &place.id)
        }
        Target::Connected(one) => {
            standing::connected_cluster(&world.behind.connected[one].spec, &place.id)
        }
    }
}
