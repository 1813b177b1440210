//! Workspaces, as their own provider and as the generic resource lists give them.

use super::answer::Answer;
use super::arm::{group_of, page, subscription_of, workspace_of};
use super::call::Call;
use super::filter::Filter;
use super::route::Route;
use super::{Stage, answer};
use crate::world::{PROVIDER, Workspace, World, guid};
use serde_json::{Value, json};

/// The workspaces of a subscription or of one of its groups.
pub(super) fn workspaces(route: Route, call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let own = scope(route == Route::GroupWorkspaces, call, &stage.world)?;
    page(call, stage.page_size, &own, |workspace| {
        workspace_body(&stage.world, workspace)
    })
}

fn scope<'a>(in_group: bool, call: &Call, world: &'a World) -> Result<Vec<&'a Workspace>, Answer> {
    let subscription = subscription_of(call, world)?;
    let group = if in_group {
        Some(group_of(call, world)?)
    } else {
        None
    };
    Ok(world
        .estate
        .workspaces
        .iter()
        .filter(|workspace| workspace.subscription == subscription)
        .filter(|workspace| group.is_none_or(|group| workspace.group == group))
        .collect())
}

pub(super) fn workspace(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let index = workspace_of(call, &stage.world)?;
    Ok(Answer::json(&workspace_body(
        &stage.world,
        &stage.world.estate.workspaces[index],
    )))
}

/// The generic list of resources: workspaces are all there is.
pub(super) fn list(route: Route, call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let mut own = scope(route == Route::GroupResources, call, &stage.world)?;
    // The Azure CLI sends an empty filter when it has none.
    let given = call.query("$filter").filter(|text| !text.trim().is_empty());
    if let Some(text) = given {
        let filter = Filter::parse(text)
            .map_err(|message| answer::error(400, "InvalidFilterInQueryString", message))?;
        own.retain(|workspace| {
            filter.matches(|field| field_of(&stage.world, workspace, field), true)
        });
    }
    page(call, stage.page_size, &own, |workspace| {
        let whole = workspace_body(&stage.world, workspace);
        let kept = [
            "id", "name", "type", "kind", "location", "tags", "identity", "sku",
        ];
        kept.iter()
            .map(|name| ((*name).to_owned(), whole[*name].clone()))
            .collect::<Value>()
    })
}

/// A field that a generic `$filter` may name; one that we do not keep matches nothing.
fn field_of(world: &World, workspace: &Workspace, field: &str) -> Option<String> {
    match field.to_ascii_lowercase().as_str() {
        "resourcetype" => Some(format!("{PROVIDER}/workspaces")),
        "resourcegroup" => Some(world.estate.groups[workspace.group].name.clone()),
        "name" => Some(workspace.name.clone()),
        "location" => Some(workspace.location.clone()),
        _ => None,
    }
}

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
    let made = super::computes::long_time(world.start() - chrono::TimeDelta::days(90));
    let number = workspace.machines.first().copied().unwrap_or_default() as u64;
    json!({
        "id": workspace.id,
        "name": workspace.name,
        "type": format!("{PROVIDER}/workspaces"),
        "kind": "Default",
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
    })
}
