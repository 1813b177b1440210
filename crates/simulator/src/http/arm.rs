//! Azure Resource Manager: from a route to its answer.

use super::answer::{Answer, error, not_found};
use super::call::Call;
use super::route::Route;
use super::{Stage, computes, graph, jobs, metrics, operations, providers, resources, sizes};
use crate::world::{Group, PROVIDER, Subscription, World};
use serde_json::{Value, json};

/// Answers a route that the caller may call.
pub(super) fn answer(route: Route, call: &Call, stage: &mut Stage) -> Answer {
    let answered = match route {
        Route::Subscriptions => Ok(subscriptions(call, stage)),
        Route::Subscription => subscription(call, stage),
        Route::Tenants => Ok(tenants(stage)),
        Route::Locations => locations(call, stage),
        Route::ResourceGroups => groups(call, stage),
        Route::ResourceGroup => group(call, stage),
        Route::Resources | Route::GroupResources => resources::list(route, call, stage),
        Route::Providers => Ok(providers::list(call)),
        Route::Provider => Ok(providers::one(call)),
        Route::ResourceGraph => graph::answer(call, stage),
        Route::Workspaces | Route::GroupWorkspaces => resources::workspaces(route, call, stage),
        Route::Workspace => resources::workspace(call, stage),
        Route::Computes => computes::list(call, stage),
        Route::Compute => computes::one(call, stage),
        Route::Start | Route::Stop | Route::Restart => operations::begin(route, call, stage),
        Route::IdleSetting => computes::set_idle(call, stage),
        Route::Jobs => jobs::list(call, stage),
        Route::Job => jobs::one(call, stage),
        Route::Metrics => metrics::answer(call, stage),
        Route::MetricsBatch => metrics::batch::answer(call, stage),
        Route::VmSizes => sizes::answer(call, stage),
        Route::OperationStatus => operations::status(call, stage),
        Route::OperationResult => operations::result(call, stage),
    };
    answered.unwrap_or_else(|refusal| refusal)
}

/// The place of the subscription that the path names.
pub(super) fn subscription_of(call: &Call, world: &World) -> Result<usize, Answer> {
    let id = call.segments.get(1).map_or("", String::as_str);
    world.estate.subscription(id).ok_or_else(|| {
        error(
            404,
            "SubscriptionNotFound",
            format!("The subscription '{id}' could not be found."),
        )
    })
}

/// The place of the resource group that the path names.
pub(super) fn group_of(call: &Call, world: &World) -> Result<usize, Answer> {
    let subscription = subscription_of(call, world)?;
    let name = call.segments.get(3).map_or("", String::as_str);
    world.estate.group(subscription, name).ok_or_else(|| {
        error(
            404,
            "ResourceGroupNotFound",
            format!("Resource group '{name}' could not be found."),
        )
    })
}

/// The place of the workspace that the path names.
pub(super) fn workspace_of(call: &Call, world: &World) -> Result<usize, Answer> {
    let group = group_of(call, world)?;
    let name = call.segments.get(7).map_or("", String::as_str);
    let found = world.estate.workspaces.iter().position(|workspace| {
        workspace.group == group && workspace.name.eq_ignore_ascii_case(name)
    });
    found.ok_or_else(|| {
        let group = &world.estate.groups[group].name;
        not_found(&format!(
            "{PROVIDER}/workspaces/{name}' under resource group '{group}"
        ))
    })
}

/// The place of the compute that the path names.
pub(super) fn compute_of(call: &Call, world: &World) -> Result<usize, Answer> {
    let workspace = workspace_of(call, world)?;
    let name = call.segments.get(9).map_or("", String::as_str);
    world.estate.workspaces[workspace]
        .machines
        .iter()
        .copied()
        .find(|index| {
            let machine = &world.machines[*index];
            machine.exists() && machine.spec.name.eq_ignore_ascii_case(name)
        })
        .ok_or_else(|| not_found(&format!("{PROVIDER}/workspaces/computes/{name}")))
}

/// A page of a list whose items are built only for the page.
pub(super) fn page<T>(
    call: &Call,
    size: usize,
    items: &[T],
    one: impl Fn(&T) -> Value,
) -> Result<Answer, Answer> {
    let (range, next) = call.page(items.len(), size).map_err(|()| bad_skip())?;
    let mut body = json!({"value": items[range].iter().map(one).collect::<Vec<_>>()});
    if let Some(next) = next {
        body["nextLink"] = next.into();
    }
    Ok(Answer::json(&body))
}

/// A page of a list whose items are kept as text.
pub(super) fn page_of_texts(
    call: &Call,
    stage: &mut Stage,
    items: &[usize],
    text_of: impl Fn(&mut Stage, usize) -> &str,
) -> Result<Answer, Answer> {
    let (range, next) = call
        .page(items.len(), stage.page_size)
        .map_err(|()| bad_skip())?;
    let mut body = String::from("{\"value\":[");
    for (place, index) in items[range].iter().enumerate() {
        if place > 0 {
            body.push(',');
        }
        body.push_str(text_of(stage, *index));
    }
    body.push(']');
    if let Some(next) = next {
        body.push_str(",\"nextLink\":");
        body.push_str(&Value::from(next).to_string());
    }
    body.push('}');
    Ok(Answer::text(body))
}

pub(super) fn bad_skip() -> Answer {
    error(
        400,
        "InvalidSkipToken",
        "The $skip token is not one that this service gave out.",
    )
}

fn subscription_body(subscription: &Subscription) -> Value {
    json!({
        "id": format!("/subscriptions/{}", subscription.id),
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
        "subscriptionId": subscription.id,
        "tenantId": subscription.tenant_id,
        "displayName": subscription.name,
        "state": "Enabled",
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01", "quotaId": "EnterpriseAgreement_2014-09-01",
            "spendingLimit": "Off",
        },
    })
}

fn subscriptions(call: &Call, stage: &Stage) -> Answer {
    page(
        call,
        stage.page_size,
        &stage.world.estate.subscriptions,
        subscription_body,
    )
    .unwrap_or_else(|refusal| refusal)
}

fn subscription(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let index = subscription_of(call, &stage.world)?;
    Ok(Answer::json(&subscription_body(
        &stage.world.estate.subscriptions[index],
    )))
}

fn tenants(stage: &Stage) -> Answer {
    let mut ids: Vec<&str> = stage
        .world
        .estate
        .subscriptions
        .iter()
        .map(|one| one.tenant_id.as_str())
        .collect();
    ids.dedup();
    let tenants: Vec<Value> = ids
        .iter()
        .map(|id| {
            json!({"id": format!("/tenants/{id}"), "tenantId": id, "countryCode": "PT",
                "displayName": "Simulated organisation", "domains": ["example.org"], "tenantCategory": "Home"})
        })
        .collect();
    Answer::json(&json!({"value": tenants}))
}

fn locations(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let index = subscription_of(call, &stage.world)?;
    let id = &stage.world.estate.subscriptions[index].id;
    let mut names: Vec<&str> = stage
        .world
        .estate
        .workspaces
        .iter()
        .map(|workspace| workspace.location.as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    let value: Vec<Value> = names
        .iter()
        .map(|name| {
            json!({"id": format!("/subscriptions/{id}/locations/{name}"), "name": name, "type": "Region",
                "displayName": crate::fleet::region_title(name),
                "regionalDisplayName": crate::fleet::region_title(name)})
        })
        .collect();
    Ok(Answer::json(&json!({"value": value})))
}

fn group_body(world: &World, group: &Group) -> Value {
    let subscription = &world.estate.subscriptions[group.subscription].id;
    json!({
        "id": format!("/subscriptions/{subscription}/resourceGroups/{}", group.name),
        "name": group.name,
        "type": "Microsoft.Resources/resourceGroups",
        "location": group.location,
        "tags": group.tags,
        "properties": {"provisioningState": "Succeeded"},
    })
}

fn groups(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let subscription = subscription_of(call, &stage.world)?;
    let own: Vec<&Group> = stage
        .world
        .estate
        .groups
        .iter()
        .filter(|group| group.subscription == subscription)
        .collect();
    page(call, stage.page_size, &own, |group| {
        group_body(&stage.world, group)
    })
}

fn group(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let index = group_of(call, &stage.world)?;
    Ok(Answer::json(&group_body(
        &stage.world,
        &stage.world.estate.groups[index],
    )))
}
