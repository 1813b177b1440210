//! Computes: one, all of a workspace's, and the native idle timer.

use super::answer::{Answer, error};
use super::arm::{compute_of, page_of_texts, workspace_of};
use super::call::Call;
use super::{Stage, operations};
use crate::fleet::{ComputeType, NativeSchedule, State};
use crate::world::{By, Machine, PROVIDER, World, guid, number_of};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

/// Seven digits of a second and an offset, as Azure writes most times.
pub(super) fn long_time(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%dT%H:%M:%S.0000000+00:00").to_string()
}

pub(super) fn list(call: &Call, stage: &mut Stage) -> Result<Answer, Answer> {
    let workspace = workspace_of(call, &stage.world)?;
    let own: Vec<usize> = stage.world.estate.workspaces[workspace]
        .machines
        .iter()
        .copied()
        .filter(|index| stage.world.machines[*index].exists())
        .collect();
    page_of_texts(call, stage, &own, text_of)
}

pub(super) fn one(call: &Call, stage: &mut Stage) -> Result<Answer, Answer> {
    let index = compute_of(call, &stage.world)?;
    Ok(Answer::text(text_of(stage, index).to_owned()))
}

/// The compute's JSON, written again only when something in it has changed: a demo asks for it millions of times.
fn text_of(stage: &mut Stage, index: usize) -> &str {
    let version = stage.world.machines[index].version;
    let kept = &mut stage.bodies[index];
    if kept.as_ref().is_none_or(|(written, _)| *written != version) {
        *kept = None;
    }
    let world = &stage.world;
    &kept
        .get_or_insert_with(|| (version, body(world, index).to_string()))
        .1
}

/// A compute as Azure gives it, with the fleet file's `override` laid over.
fn body(world: &World, index: usize) -> Value {
    let machine = &world.machines[index];
    let workspace = &world.estate.workspaces[machine.workspace];
    let state = world.state(index);
    let mut whole = json!({
        "id": machine.id,
        "name": machine.spec.name,
        "type": format!("{PROVIDER}/workspaces/computes"),
        "location": workspace.location,
        "tags": machine.tags,
        "identity": identity(world, index),
        "sku": null,
        "systemData": {
            "createdAt": long_time(machine.created_on),
            "createdBy": machine.spec.created_by,
            "createdByType": "User",
            "lastModifiedAt": long_time(machine.modified_on),
        },
        "properties": {
            "computeType": machine.spec.compute_type.as_str(),
            "computeLocation": workspace.location,
            "description": null,
            "provisioningState": provisioning_state(state),
            "provisioningErrors": null,
            "createdOn": long_time(machine.created_on),
            "modifiedOn": long_time(machine.modified_on),
            "resourceId": null,
            "isAttachedCompute": !matches!(
                machine.spec.compute_type, ComputeType::ComputeInstance | ComputeType::AmlCompute
            ),
            "disableLocalAuth": true,
            "properties": match machine.spec.compute_type {
                ComputeType::ComputeInstance => instance(world, index, state),
                ComputeType::AmlCompute => cluster(machine),
                _ => Value::Null,
            },
        },
    });
    if !world.fleet.shows_idle_timer
        && let Some(Value::Object(own)) = whole.pointer_mut("/properties/properties")
    {
        own.remove("idleTimeBeforeShutdown");
    }
    if let Some(overlay) = &machine.spec.overlay {
        lay_over(&mut whole, overlay);
    }
    whole
}

/// The identity of its own that an instance has whose idle timer cannot fire for want of rights.
fn identity(world: &World, index: usize) -> Value {
    let machine = &world.machines[index];
    if machine.spec.idle_timer_fires || !machine.is_instance() {
        return Value::Null;
    }
    let subscription = world.estate.workspaces[machine.workspace].subscription;
    json!({
        "type": "SystemAssigned",
        "principalId": guid(0, 0x51, number_of(&machine.id)),
        "tenantId": world.estate.subscriptions[subscription].tenant_id,
    })
}

/// A custom application, in the shape that Azure gives.
fn custom(name: &str) -> Value {
    json!({
        "name": name,
        "image": {"type": "docker", "reference": format!("ghcr.io/azure/{name}:latest")},
        "docker": {"privileged": true},
        "endpoints": [
            {"name": "connect", "hostIp": null, "published": 4444, "target": 8787, "protocol": "http"}
        ],
        "environmentVariables": {},
        "volumes": [],
        "kernel": null,
    })
}

fn provisioning_state(state: State) -> &'static str {
    match state {
        State::Creating | State::SettingUp | State::UserSettingUp => "Creating",
        State::CreateFailed | State::SetupFailed | State::UserSetupFailed => "Failed",
        State::Deleting => "Deleting",
        _ => "Succeeded",
    }
}

fn instance(world: &World, index: usize, state: State) -> Value {
    let machine = &world.machines[index];
    let workspace = &world.estate.workspaces[machine.workspace];
    let tenant = &world.estate.subscriptions[workspace.subscription].tenant_id;
    let user = guid(
        0,
        0x05,
        number_of(machine.spec.created_by.as_deref().unwrap_or_default()),
    );
    let last = &machine.last_operation;
    let site = format!(
        "https://{}.{}.instances.azureml.ms",
        machine.spec.name, workspace.location
    );
    let app = |name: &str, path: &str| json!({"displayName": name, "endpointUri": format!("{site}/{path}")});
    json!({
        "vmSize": machine.spec.vm_size.to_uppercase(),
        "state": state.as_str(),
        "subnet": null,
        "applicationSharingPolicy": "Personal",
        "computeInstanceAuthorizationType": "personal",
        "personalComputeInstanceSettings": {"assignedUser": {"objectId": user, "tenantId": tenant}},
        "createdBy": {"userName": machine.spec.created_by, "userOrgId": tenant, "userId": user},
        "applications": [app("Jupyter", "tree/"), app("Jupyter Lab", "lab")],
        "customServices": machine.spec.custom_application.iter().map(|name| custom(name)).collect::<Vec<_>>(),
        "errors": [],
        "connectivityEndpoints": null,
        "enableNodePublicIp": true,
        "osImageMetadata": {
            "currentImageVersion": "26.09.01", "latestImageVersion": "26.09.01", "isLatestOsImageVersion": true,
        },
        "lastOperation": {
            "operationName": last.name,
            "operationTime": last.time.format("%Y-%m-%dT%H:%M:%S%.3f+00:00").to_string(),
            "operationStatus": last.status,
            "operationTrigger": last.trigger,
        },
        "schedules": {"computeStartStop": schedules(machine, world.fleet.seed, index)},
        "idleTimeBeforeShutdown": machine.idle_setting,
    })
}

fn schedules(machine: &Machine, seed: u64, index: usize) -> Vec<Value> {
    let one = |(number, schedule): (usize, &NativeSchedule)| {
        let cron = schedule.cron.as_ref().map(|cron| {
            json!({"expression": cron.expression, "startTime": cron.start_time,
                "timeZone": cron.time_zone.as_deref().unwrap_or("UTC")})
        });
        let recurrence = schedule.recurrence.as_ref().map(|recurrence| {
            json!({"frequency": recurrence.frequency, "interval": recurrence.interval,
                "startTime": recurrence.start_time,
                "timeZone": recurrence.time_zone.as_deref().unwrap_or("UTC"),
                "schedule": recurrence.schedule})
        });
        json!({
            "id": guid(seed, 0x5c, (index * 4 + number) as u64),
            "provisioningStatus": "Completed",
            "status": schedule.status,
            "action": schedule.action,
            "triggerType": if cron.is_some() { "Cron" } else { "Recurrence" },
            "recurrence": recurrence,
            "cron": cron,
        })
    };
    machine.spec.schedules.iter().enumerate().map(one).collect()
}

fn cluster(machine: &Machine) -> Value {
    json!({
        "vmSize": machine.spec.vm_size.to_uppercase(),
        "vmPriority": "Dedicated",
        "osType": "Linux",
        "virtualMachineImage": null,
        "isolatedNetwork": null,
        "subnet": null,
        "scaleSettings": {"minNodeCount": 0, "maxNodeCount": 4, "nodeIdleTimeBeforeScaleDown": "PT2M"},
        "remoteLoginPortPublicAccess": "Disabled",
        "allocationState": "Steady",
        "allocationStateTransitionTime": long_time(machine.created_on),
        "errors": null,
        "currentNodeCount": 0,
        "targetNodeCount": 0,
        "nodeStateCounts": {
            "preparingNodeCount": 0, "runningNodeCount": 0, "idleNodeCount": 0, "unusableNodeCount": 0,
            "leavingNodeCount": 0, "preemptedNodeCount": 0,
        },
        "enableNodePublicIp": true,
    })
}

/// Objects are laid over key by key; anything else replaces what was there.
fn lay_over(under: &mut Value, over: &Value) {
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

/// `updateIdleShutdownSetting`: answers at once, without a body.
pub(super) fn set_idle(call: &Call, stage: &mut Stage) -> Result<Answer, Answer> {
    let index = compute_of(call, &stage.world)?;
    if !stage.world.machines[index].is_instance() {
        return Err(operations::wrong_kind());
    }
    let body: Value = serde_json::from_slice(&call.body).unwrap_or(Value::Null);
    let Some(idle_time) = body["idleTimeBeforeShutdown"].as_str() else {
        return Err(error(
            400,
            "InvalidRequest",
            "idleTimeBeforeShutdown is missing from the request's body.",
        ));
    };
    if stage.world.machines[index].spec.idle_timer_refuses {
        return Err(error(
            400,
            "UserError",
            "The idle shutdown setting of this compute instance cannot be updated.",
        ));
    }
    stage
        .world
        .set_idle(
            index,
            idle_time,
            By::Api {
                principal: call.principal.clone(),
            },
        )
        .map(|()| Answer::empty(200))
        .map_err(|message| error(400, "InvalidIdleTimeBeforeShutdown", message))
}
