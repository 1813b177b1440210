//! Hands on the resources behind attached computes, and how they stand.

use super::error::ControlError;
use super::workbenches;
use crate::fleet::load::Load;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::shared::Shared;
use crate::kinds::aks::calls::AksCall;
use crate::kinds::vm::calls::VmCall;
use crate::world::behind::Target;
use crate::world::behind::hands::Setting;
use crate::world::record::By;
use crate::world::simulation::World;
use crate::world::vm::session::Session;
use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::{Value, json};

fn somebody() -> String {
    "somebody".into()
}

fn find(world: &World, name: &str) -> Result<Target, ControlError> {
    world
        .find_behind(name)
        .ok_or_else(|| ControlError::NoResource(name.to_owned()))
}

/// What somebody does to a resource's power.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Hand {
    on: String,
    action: String,
    #[serde(default = "somebody")]
    by: String,
}

/// Starts, stops or takes away by hand; the answer names the operation, if there is one.
pub(super) fn power(shared: &Shared, call: &Call) -> Result<Answer, ControlError> {
    let hand: Hand = serde_json::from_slice(&call.body)?;
    let mut stage = shared.stage();
    let world = &mut stage.world;
    let by = By::Person { name: hand.by };
    if let Some(container) = world.find_container(&hand.on) {
        let operation = workbenches::power(world, container, &hand.action, by)?;
        return Ok(Answer::json(&json!({"operation": operation})));
    }
    let action = hand.action.to_ascii_lowercase();
    let done = |done: bool| match done {
        true => Ok(None),
        false => Err(ControlError::NotNow(hand.action.clone())),
    };
    let operation = match find(world, &hand.on)? {
        Target::Vm(vm) => match (VmCall::of(&action), action.as_str()) {
            (Some(asked), _) => world
                .ask_vm(vm, asked, by)
                .map_err(|refusal| ControlError::RefusedWith(refusal.code()))?,
            (None, "shutdown") => done(world.shut_down(vm, by))?,
            (None, "evict") => done(world.evict(vm))?,
            _ => return Err(ControlError::NoPower(hand.action)),
        },
        Target::Aks(cluster) => {
            let asked = AksCall::of(&action).ok_or(ControlError::NoPower(hand.action))?;
            let begun = world.ask_aks(cluster, asked, by);
            Some(begun.map_err(|refusal| ControlError::RefusedWith(refusal.code()))?)
        }
        _ => return Err(ControlError::NoPower(hand.action)),
    };
    Ok(Answer::json(&json!({"operation": operation})))
}

/// Sets something about a resource: `on`, and a [`Setting`].
pub(super) fn set(shared: &Shared, call: &Call) -> Result<Answer, ControlError> {
    let mut wanted: Value = serde_json::from_slice(&call.body)?;
    let on = wanted
        .as_object_mut()
        .and_then(|fields| fields.remove("on"))
        .unwrap_or_default();
    let setting: Setting = serde_json::from_value(wanted)?;
    let mut stage = shared.stage();
    let target = find(&stage.world, on.as_str().unwrap_or_default())?;
    if stage.world.set_behind(target, &setting) {
        Ok(Answer::empty(204))
    } else {
        Err(ControlError::NotNow("that".into()))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct WantedPod {
    on: String,
    namespace: String,
    name: String,
    /// Without it, as a deployment keeps one: always.
    #[serde(default)]
    lasts_seconds: Option<u32>,
}

/// A pod that is not the system's.
pub(super) fn pod(shared: &Shared, call: &Call) -> Result<Answer, ControlError> {
    let wanted: WantedPod = serde_json::from_slice(&call.body)?;
    let mut stage = shared.stage();
    let Target::Aks(cluster) = find(&stage.world, &wanted.on)? else {
        return Err(ControlError::NoResource(wanted.on));
    };
    let now = stage.world.now();
    let until = wanted
        .lasts_seconds
        .map(|seconds| now + TimeDelta::seconds(seconds.into()));
    stage
        .world
        .want_pod(cluster, wanted.namespace, wanted.name, until);
    Ok(Answer::empty(204))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct WantedSession {
    on: String,
    #[serde(default = "somebody")]
    who: String,
    lasts_seconds: u32,
    #[serde(default)]
    load: Load,
}

/// Somebody comes to a virtual machine or a workbench; one who finds it stopped waits.
pub(super) fn session(shared: &Shared, call: &Call) -> Result<Answer, ControlError> {
    let wanted: WantedSession = serde_json::from_slice(&call.body)?;
    let mut stage = shared.stage();
    let until = stage.world.now() + TimeDelta::seconds(wanted.lasts_seconds.into());
    if let Some(container) = stage.world.find_container(&wanted.on) {
        stage
            .world
            .want_container(container, wanted.who, until, None);
        return Ok(Answer::empty(204));
    }
    let Target::Vm(vm) = find(&stage.world, &wanted.on)? else {
        return Err(ControlError::NoResource(wanted.on));
    };
    stage
        .world
        .want_vm(vm, wanted.who, wanted.load, until, None);
    Ok(Answer::empty(204))
}

/// Each resource with its power, and who or what is on it or waits for it.
pub(super) fn standing(world: &World) -> Answer {
    let one = |target: Target| {
        let place = world.behind.place(target);
        let mut whole = json!({
            "resource": place.reference, "id": place.id, "type": target.resource_type(),
        });
        match target {
            Target::Vm(vm) => {
                let own = &world.behind.vms[vm];
                let waiting = own.sessions.iter().filter(|session| session.waits());
                whole["power"] = own.power.as_str().into();
                whole["on"] = json!(world.on_vm(vm));
                whole["waiting"] = waiting
                    .map(|session: &Session| session.who.clone())
                    .collect();
            }
            Target::Aks(cluster) => {
                let own = &world.behind.clusters[cluster];
                let waiting = own.pods.iter().filter(|pod| pod.waits());
                whole["power"] = own.power.as_str().into();
                whole["provisioningState"] = own.progress.as_str().into();
                whole["on"] = json!(world.on_aks(cluster));
                whole["waiting"] = waiting.map(|pod| pod.reference()).collect();
            }
            _ => {}
        }
        whole
    };
    let all: Vec<Value> = world.behind.all().map(one).collect();
    Answer::json(&json!({"now": world.now(), "resources": all}))
}
