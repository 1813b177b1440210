//! Deployments of online endpoints: lists, one, its capacity, and between what that may lie.

use super::endpoint_body::deployment_body;
use super::lookup::{caller, deployment_of, endpoint_of};
use crate::http::answer::{Answer, error};
use crate::http::call::Call;
use crate::http::pages::page;
use crate::http::stage::Stage;
use crate::kinds::endpoint::body;
use crate::kinds::endpoint::refusal::CapacityRefusal;
use crate::world::estate::PROVIDER;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// An endpoint's, in the fleet's order.
pub(super) fn list(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let world = &stage.world;
    let own = &world.endpoints[endpoint_of(call, world)?].deployments;
    page(call, stage.page_size, own, |index| {
        deployment_body(world, *index)
    })
}

/// One deployment.
pub(super) fn get(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let index = deployment_of(call, &stage.world)?;
    Ok(Answer::json(&deployment_body(&stage.world, index)))
}

/// `skus`: one, with the least and the most.
pub(super) fn skus(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let own = &stage.world.deployments[deployment_of(call, &stage.world)?];
    let sku = body::sku(&own.spec, own.capacity);
    Ok(Answer::json(&json!({"value": [sku]})))
}

fn refused(refusal: &CapacityRefusal) -> Answer {
    Answer::json(&refusal.json()).with_status(refusal.status())
}

/// `PATCH`: tags and capacity, each where the body has it. 202 with `Location`, which ends in the deployment, while it
/// scales; 200 where nothing takes time.
pub(super) fn patch(call: &Call, stage: &mut Stage) -> Result<Answer, Answer> {
    let index = deployment_of(call, &stage.world)?;
    let body: Value = serde_json::from_slice(&call.body)
        .map_err(|wrong| error(400, "InvalidRequestContent", wrong.to_string()))?;
    let tags: Option<BTreeMap<String, String>> = match &body["tags"] {
        Value::Null => None,
        given => serde_json::from_value(given.clone())
            .map(Some)
            .map_err(|wrong| error(400, "InvalidRequestContent", wrong.to_string()))?,
    };
    let mut operation = None;
    if !body["sku"].is_null() {
        let named = body["sku"]["name"] == "Default";
        let capacity = body["sku"]["capacity"].as_i64().filter(|_| named);
        let capacity = capacity.ok_or_else(|| refused(&CapacityRefusal::Sku))?;
        operation = stage
            .world
            .scale_deployment(index, capacity, caller(call))
            .map_err(|refusal| refused(&refusal))?;
    }
    if let Some(tags) = tags {
        stage.world.deployments[index].tags = tags;
    }
    let Some(id) = operation else {
        return Ok(Answer::json(&deployment_body(&stage.world, index)));
    };
    let endpoint = &stage.world.endpoints[stage.world.deployments[index].endpoint];
    let workspace = &stage.world.estate.workspaces[endpoint.workspace];
    let subscription = &stage.world.estate.subscriptions[workspace.subscription].id;
    let location = format!(
        "{}/subscriptions/{subscription}/providers/{PROVIDER}/locations/{}/mfeOperationResults/{id}\
         ?api-version=2022-02-01-preview",
        call.base, workspace.location
    );
    Ok(Answer::empty(202)
        .with_header("Location", location)
        .with_header("Retry-After", stage.retry_after_change(&id))
        .with_header("x-ms-async-operation-timeout", "PT1H"))
}
