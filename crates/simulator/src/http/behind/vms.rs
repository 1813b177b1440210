//! Virtual machines: read, started and deallocated.

use super::body::body;
use super::lookup::{in_scope, target_of};
use super::operations::accepted;
use crate::http::answer::{Answer, error, not_found};
use crate::http::call::Call;
use crate::http::pages::page;
use crate::http::stage::Stage;
use crate::kinds::vm::body::instance_view;
use crate::kinds::vm::calls::VmCall;
use crate::world::behind::Target;
use crate::world::record::By;
use crate::world::simulation::World;
use serde_json::{Value, json};

/// Those of a subscription or a group; with `statusOnly=true` little more than their power.
pub(super) fn list(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let world = &stage.world;
    let own = in_scope(call, world, |target| matches!(target, Target::Vm(_)))?;
    let status_only = call
        .query("statusOnly")
        .is_some_and(|text| text.eq_ignore_ascii_case("true"));
    page(call, stage.page_size, &own, |target| {
        match (status_only, target) {
            (true, Target::Vm(vm)) => status(world, *vm),
            _ => body(world, *target),
        }
    })
}

/// What a list of states tells of one.
fn status(world: &World, vm: usize) -> Value {
    let own = &world.behind.vms[vm];
    let mut whole = body(world, Target::Vm(vm));
    let properties = whole["properties"].take();
    whole["properties"] = json!({
        "vmId": properties["vmId"],
        "provisioningState": properties["provisioningState"],
        "hardwareProfile": properties["hardwareProfile"],
        "instanceView": instance_view(&own.view(), !own.spec.hides_power_in_lists),
    });
    whole
}

fn vm_of(call: &Call, world: &World) -> Result<usize, Answer> {
    match target_of(call, world)? {
        Target::Vm(vm) => Ok(vm),
        _ => Err(not_found(&call.path)),
    }
}

/// One of them; with `$expand=instanceView`, all of it.
pub(super) fn get(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let world = &stage.world;
    let vm = vm_of(call, world)?;
    let mut whole = body(world, Target::Vm(vm));
    let expand = call.query("$expand").unwrap_or_default();
    if expand.eq_ignore_ascii_case("instanceView") {
        whole["properties"]["instanceView"] = instance_view(&world.behind.vms[vm].view(), true);
    }
    Ok(Answer::json(&whole))
}

/// The instance view of one.
pub(super) fn view(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let vm = vm_of(call, &stage.world)?;
    let own = &stage.world.behind.vms[vm];
    Ok(Answer::json(&instance_view(&own.view(), true)))
}

/// Another power: 202 with both headers, 200 where it is so already, or what Azure has against it.
pub(super) fn ask(asked: VmCall, call: &Call, stage: &mut Stage) -> Result<Answer, Answer> {
    let vm = vm_of(call, &stage.world)?;
    let by = By::Api {
        principal: call.principal.clone(),
    };
    match stage.world.ask_vm(vm, asked, by) {
        Ok(Some(operation)) => Ok(accepted(call, stage, &operation)),
        Ok(None) => Ok(Answer::empty(200)),
        Err(refusal) => Err(error(refusal.status(), refusal.code(), refusal.to_string())),
    }
}
