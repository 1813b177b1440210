//! Subscriptions, tenants and locations.

use super::answer::Answer;
use super::call::Call;
use super::lookup::subscription_of;
use super::pages::page;
use super::stage::Stage;
use crate::fleet::sizes::region_title;
use crate::world::estate::Subscription;
use serde_json::{Value, json};

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

/// All subscriptions: the caller may read them all.
pub(super) fn list(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    page(
        call,
        stage.page_size,
        &stage.world.estate.subscriptions,
        subscription_body,
    )
}

/// One subscription.
pub(super) fn get(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let index = subscription_of(call, &stage.world)?;
    Ok(Answer::json(&subscription_body(
        &stage.world.estate.subscriptions[index],
    )))
}

/// The tenants of all subscriptions.
pub(super) fn tenants(stage: &Stage) -> Answer {
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

/// The regions of all workspaces.
pub(super) fn locations(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
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
                "displayName": region_title(name),
                "regionalDisplayName": region_title(name)})
        })
        .collect();
    Ok(Answer::json(&json!({"value": value})))
}
