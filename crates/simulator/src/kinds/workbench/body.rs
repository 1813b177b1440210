//! A workbench's JSON, and what a container instance shares with it.

use super::spec::{ErrorSpec, IdentityKind, WorkbenchSpec};
use super::state::{OlderState, WorkbenchState, provisioning_state};
use crate::ids::{guid, number_of};
use crate::kinds::foundry::version::Version;
use crate::stamps;
use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

/// What Azure calls a workbench's type.
pub(crate) const TYPE: &str = "Microsoft.CognitiveServices/accounts/projects/workbenches";

/// A workbench or a container instance as its answer shows it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WorkbenchView<'a> {
    pub id: &'a str,
    pub spec: &'a WorkbenchSpec,
    pub state: WorkbenchState,
    pub older_state: Option<OlderState>,
    pub shows_status: bool,
    pub idle_time: Option<&'a str>,
    pub errors: &'a [ErrorSpec],
    /// The ARM id of what it runs on.
    pub target: &'a str,
    pub location: &'a str,
    pub tenant: &'a str,
    pub created_on: DateTime<Utc>,
    /// Counts its changes.
    pub version: u64,
    pub tags: &'a std::collections::BTreeMap<String, String>,
}

/// A whole workbench in a version.
pub(crate) fn workbench(view: &WorkbenchView<'_>, version: Version) -> Value {
    let spec = view.spec;
    let mut properties = shared(view);
    if let Some(dataset) = &spec.dataset_id {
        properties.insert("datasetId".into(), dataset.as_str().into());
    }
    let word = provisioning_state(version, view.state, view.older_state, spec.provisioned);
    properties.insert("provisioningState".into(), word.into());
    properties.insert("webEndpoint".into(), web_endpoint(view).into());
    if !version.is_before_status() {
        if view.shows_status {
            properties.insert("status".into(), view.state.as_str().into());
        }
        if let Some(size) = &spec.instance_type {
            properties.insert("instanceType".into(), size.as_str().into());
        }
        if let Some(count) = spec.gpu_count {
            properties.insert("gpuCount".into(), count.into());
        }
    }
    let mut whole = json!({
        "id": view.id,
        "name": spec.name,
        "type": TYPE,
        "etag": format!("\"{}\"", view.version),
        "properties": properties,
        "systemData": system_data(view),
    });
    if version.is_before_status() {
        whole["location"] = view.location.into();
        whole["tags"] = json!(view.tags);
    }
    if let Some(kind) = spec.identity {
        whole["identity"] = identity(kind, view);
    }
    whole
}

/// The properties that a workbench and a container instance have in common, without their state.
pub(crate) fn shared(view: &WorkbenchView<'_>) -> Map<String, Value> {
    let spec = view.spec;
    let number = number_of(view.id);
    let mut properties = Map::new();
    properties.insert("targetClusterId".into(), view.target.into());
    properties.insert("imageLink".into(), spec.image_link.as_str().into());
    if let Some(time) = view.idle_time {
        properties.insert("idleTimeBeforeShutdown".into(), time.into());
    }
    if spec.ssh {
        let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample";
        let settings = json!({"sshPublicKey": key, "adminEnabled": true});
        properties.insert("sshSettings".into(), settings);
    }
    let endpoints = json!({
        "publicIpAddress": format!("192.0.2.{}", number % 254 + 1), "sshPort": 50_000 + number % 1_000,
    });
    properties.insert("connectivityEndpoints".into(), endpoints);
    properties.insert("errors".into(), json!(view.errors));
    let made = stamps::millis(view.created_on);
    properties.insert("creationTime".into(), made.into());
    properties
}

/// Who made it, and when.
pub(crate) fn system_data(view: &WorkbenchView<'_>) -> Value {
    json!({
        "createdBy": view.spec.created_by.as_deref().unwrap_or("platform@example.org"),
        "createdByType": "User",
        "createdAt": stamps::short(view.created_on),
    })
}

fn web_endpoint(view: &WorkbenchView<'_>) -> String {
    let name = view.spec.name.to_lowercase();
    format!("https://{name}.{}.api.azureml.ms", view.location)
}

fn identity(kind: IdentityKind, view: &WorkbenchView<'_>) -> Value {
    let number = number_of(view.id);
    let principal = guid(0, 0x77, number);
    match kind {
        IdentityKind::SystemAssigned => json!({
            "type": "SystemAssigned", "tenantId": view.tenant, "principalId": principal,
        }),
        IdentityKind::UserAssigned => {
            let group = view.id.split("/providers/").next().unwrap_or_default();
            let own = format!(
                "{group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{}",
                view.spec.name
            );
            let client = guid(0, 0x78, number);
            json!({
                "type": "UserAssigned", "tenantId": view.tenant,
                "userAssignedIdentities": {own: {"principalId": principal, "clientId": client}},
            })
        }
    }
}
