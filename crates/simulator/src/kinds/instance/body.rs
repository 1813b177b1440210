//! An instance's JSON.

use super::capacity;
use super::schedule::NativeSchedule;
use super::view::InstanceView;
use crate::ids::{guid, number_of};
use serde_json::{Value, json};

/// The identity of its own that an instance has whose idle timer cannot fire for want of rights.
pub(crate) fn identity(view: &InstanceView<'_>) -> Value {
    if view.idle_timer_fires {
        return Value::Null;
    }
    json!({
        "type": "SystemAssigned",
        "principalId": guid(0, 0x51, number_of(view.id)),
        "tenantId": view.tenant_id,
    })
}

/// `properties.properties`.
pub(crate) fn properties(view: &InstanceView<'_>) -> Value {
    let tenant = view.tenant_id;
    let user = guid(0, 0x05, number_of(view.created_by.unwrap_or_default()));
    let last = view.last_operation;
    let site = format!(
        "https://{}.{}.instances.azureml.ms",
        view.name, view.location
    );
    let app = |name: &str, path: &str| json!({"displayName": name, "endpointUri": format!("{site}/{path}")});
    let mut whole = json!({
        "vmSize": view.vm_size.to_uppercase(),
        "state": view.state.as_str(),
        "subnet": null,
        "applicationSharingPolicy": "Personal",
        "autologgerSettings": null,
        "sshSettings": {
            "sshPublicAccess": "Disabled", "adminUserName": "azureuser", "sshPort": 50000, "adminPublicKey": null,
        },
        "computeInstanceAuthorizationType": "personal",
        "personalComputeInstanceSettings": {"assignedUser": {"objectId": user, "tenantId": tenant}},
        "createdBy": {"userName": view.created_by, "userOrgId": tenant, "userId": user},
        "applications": [app("Jupyter", "tree/"), app("Jupyter Lab", "lab")],
        "customServices": view.custom_application.iter().map(|name| custom(name)).collect::<Vec<_>>(),
        "errors": errors(view),
        "connectivityEndpoints": {"publicIpAddress": null, "privateIpAddress": "10.0.0.4"},
        "containers": [],
        "dataDisks": null,
        "dataMounts": null,
        "setupScripts": null,
        "versions": {"runtime": null},
        "enableOSPatching": false,
        "enableRootAccess": true,
        "enableSSO": true,
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
        "schedules": {"computeStartStop": schedules(view)},
    });
    if view.shows_idle_timer {
        whole["idleTimeBeforeShutdown"] = view.idle_time.into();
    }
    if let Some(releases) = view.releases_quota.filter(|_| view.shows_quota) {
        whole["releaseQuotaOnStop"] = releases.into();
    }
    whole
}

/// What Azure says of a start that failed, until the next operation.
fn errors(view: &InstanceView<'_>) -> Value {
    match view.last_operation.status.as_deref() {
        Some(capacity::STATUS) => {
            let message = match view.releases_quota {
                Some(true) => capacity::NO_QUOTA,
                _ => capacity::MESSAGE,
            };
            json!([{"error": {"code": capacity::CODE, "message": message}}])
        }
        _ => json!([]),
    }
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

fn schedules(view: &InstanceView<'_>) -> Vec<Value> {
    let (seed, place) = view.schedules_from;
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
            "id": guid(seed, 0x5c, (place * 4 + number) as u64),
            "provisioningStatus": "Completed",
            "status": schedule.status,
            "action": schedule.action,
            "triggerType": if cron.is_some() { "Cron" } else { "Recurrence" },
            "recurrence": recurrence,
            "cron": cron,
        })
    };
    view.schedules.iter().enumerate().map(one).collect()
}
