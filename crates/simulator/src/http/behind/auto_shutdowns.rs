//! Auto-shutdowns of virtual machines: a resource of its own each, beside the machine.

use super::lookup::in_scope;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::pages::page;
use crate::http::stage::Stage;
use crate::kinds::vm::auto_shutdown::properties;
use crate::kinds::vm::spec::AutoShutdown;
use crate::world::behind::Target;
use crate::world::simulation::World;
use serde_json::{Value, json};

/// The machines that have one, with it.
fn all(world: &World) -> impl Iterator<Item = (usize, &AutoShutdown)> {
    let vms = world.behind.vms.iter().enumerate();
    let vms = vms.filter(|(_, vm)| vm.exists);
    vms.filter_map(|(place, vm)| Some((place, vm.spec.auto_shutdown.as_ref()?)))
}

/// One as Azure gives it.
fn body(world: &World, vm: usize, spec: &AutoShutdown) -> Value {
    let place = &world.behind.vms[vm].place;
    let group = &world.estate.groups[place.group].name;
    let subscription = &world.estate.subscriptions[place.subscription].id;
    let name = format!("shutdown-computevm-{}", place.name);
    json!({
        "id": format!(
            "/subscriptions/{subscription}/resourceGroups/{group}/providers/microsoft.devtestlab/schedules/{name}"
        ),
        "name": name,
        "type": "microsoft.devtestlab/schedules",
        "location": place.location,
        "tags": {},
        "properties": properties(spec, &place.id),
    })
}

/// One row each, as Resource Graph has them.
pub(super) fn rows(world: &World) -> impl Iterator<Item = Value> {
    all(world).map(|(vm, spec)| {
        let place = &world.behind.vms[vm].place;
        let subscription = &world.estate.subscriptions[place.subscription];
        let mut row = body(world, vm, spec);
        row["resourceGroup"] = world.estate.groups[place.group].name.to_lowercase().into();
        row["subscriptionId"] = subscription.id.as_str().into();
        row["tenantId"] = subscription.tenant_id.as_str().into();
        row
    })
}

/// Those of a subscription, or of one of its groups.
pub(super) fn list(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let world = &stage.world;
    let own = in_scope(call, world, |target| matches!(target, Target::Vm(_)))?;
    let there = all(world).filter(|(vm, _)| own.contains(&Target::Vm(*vm)));
    let there: Vec<(usize, &AutoShutdown)> = there.collect();
    page(call, stage.page_size, &there, |(vm, spec)| {
        body(world, *vm, spec)
    })
}
