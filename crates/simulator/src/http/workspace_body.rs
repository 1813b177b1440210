//! A workspace's JSON.

use crate::ids::guid;
use crate::stamps;
use crate::world::estate::{PROVIDER, Workspace};
use crate::world::simulation::World;
use chrono::TimeDelta;
use serde_json::{Value, json};

/// A workspace as its provider gives it.
pub(super) fn workspace_body(world: &World, workspace: &Workspace) -> Value {
    let group = &world.estate.groups[workspace.group].name;
    let subscription = &world.estate.subscriptions[workspace.subscription];
    let beside = |kind: &str, suffix: &str| {
        let short: String = workspace
            .name
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect();
        format!(
            "/subscriptions/{}/resourceGroups/{group}/providers/{kind}/{short}{suffix}",
            subscription.id
        )
    };
    let made = stamps::long(world.start() - TimeDelta::days(90));
    let number = workspace.instances.first().copied().unwrap_or_default() as u64;
    let mut whole = json!({
        "id": workspace.id,
        "name": workspace.name,
        "type": format!("{PROVIDER}/workspaces"),
        "kind": match workspace.hub {
            Some(_) => "Project",
            None if workspace.is_hub => "Hub",
            None => "Default",
        },
        "location": workspace.location,
        "tags": workspace.tags,
        "etag": null,
        "identity": {
            "type": "SystemAssigned", "tenantId": subscription.tenant_id,
            "principalId": guid(world.fleet.seed, 0x77, number),
        },
        "sku": {"name": "Basic", "tier": "Basic"},
        "systemData": {"createdAt": made, "createdBy": "platform@example.org", "createdByType": "User"},
        "properties": {
            "friendlyName": workspace.name,
            "description": "",
            "workspaceId": guid(world.fleet.seed, 0x78, number),
            "tenantId": subscription.tenant_id,
            "provisioningState": "Succeeded",
            "creationTime": made,
            "publicNetworkAccess": "Enabled",
            "hbiWorkspace": false,
            "v1LegacyMode": false,
            "imageBuildCompute": null,
            "keyVault": beside("Microsoft.KeyVault/vaults", "kv"),
            "storageAccount": beside("Microsoft.Storage/storageAccounts", "st"),
            "applicationInsights": beside("Microsoft.Insights/components", "ai"),
            "containerRegistry": null,
            "discoveryUrl": format!("https://{}.api.azureml.ms/discovery", workspace.location),
            "mlFlowTrackingUri": format!("azureml://{}.api.azureml.ms/mlflow/v1.0{}", workspace.location, workspace.id),
        },
    });
    if let Some(hub) = workspace.hub {
        whole["properties"]["hubResourceId"] = world.estate.workspaces[hub].id.as_str().into();
    }
    whole
}
