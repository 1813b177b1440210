//! These resources as Resource Graph has them.

use super::auto_shutdowns;
use super::body::body;
use crate::world::behind::Target;
use crate::world::simulation::World;
use serde_json::{Value, json};

/// One row each: as its provider gives it, types and groups in lower case.
pub(in crate::http) fn rows(world: &World) -> impl Iterator<Item = Value> {
    let rows = world.behind.all().map(|target| {
        let place = world.behind.place(target);
        let subscription = &world.estate.subscriptions[place.subscription];
        let mut row = body(world, target);
        row["type"] = target.resource_type().to_lowercase().into();
        row["resourceGroup"] = world.estate.groups[place.group].name.to_lowercase().into();
        row["subscriptionId"] = subscription.id.as_str().into();
        row["tenantId"] = subscription.tenant_id.as_str().into();
        if let Target::Vm(vm) = target {
            let power = world.behind.vms[vm].power.as_str();
            row["properties"]["extended"] = json!({"instanceView": {"powerState": {
                "code": format!("PowerState/{power}"), "level": "Info", "displayStatus": format!("VM {power}"),
            }}});
        }
        row
    });
    rows.chain(auto_shutdowns::rows(world))
}
