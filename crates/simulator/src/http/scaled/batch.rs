//! Batch and serverless endpoints, which only stand there.

use crate::http::answer::{Answer, not_found};
use crate::http::call::Call;
use crate::http::lookup::workspace_of;
use crate::http::pages::page;
use crate::http::stage::Stage;
use crate::kinds::endpoint::body;
use crate::kinds::endpoint::spec::BatchDeploymentSpec;
use crate::stamps;
use crate::world::endpoint::{BatchEndpoint, ServerlessEndpoint};
use crate::world::estate::PROVIDER;
use crate::world::simulation::World;
use chrono::TimeDelta;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What they all have around their properties.
fn around(
    world: &World,
    (id, name, kind): (&str, &str, &str),
    location: &str,
    tags: &BTreeMap<String, String>,
    by: Option<&str>,
    properties: Value,
) -> Value {
    let made = stamps::long(world.start() - TimeDelta::days(30));
    let by = by.unwrap_or("platform@example.org");
    json!({
        "id": id, "name": name, "type": format!("{PROVIDER}/workspaces/{kind}"), "location": location,
        "kind": null, "tags": tags, "identity": null, "sku": null,
        "systemData": {
            "createdAt": made, "createdBy": by, "createdByType": "User",
            "lastModifiedAt": made, "lastModifiedBy": by, "lastModifiedByType": "User",
        },
        "properties": properties,
    })
}

/// A batch endpoint as Azure gives it.
pub(super) fn batch_body(world: &World, endpoint: &BatchEndpoint) -> Value {
    let (spec, location) = (
        &endpoint.spec,
        &world.estate.workspaces[endpoint.workspace].location,
    );
    let first = spec.deployments.first().map(|one| one.name.as_str());
    around(
        world,
        (&endpoint.id, &spec.name, "batchEndpoints"),
        location,
        &spec.tags,
        spec.created_by.as_deref(),
        body::batch(&spec.name, location, first),
    )
}

/// A deployment of a batch endpoint as Azure gives it.
pub(super) fn batch_deployment_body(
    world: &World,
    endpoint: &BatchEndpoint,
    spec: &BatchDeploymentSpec,
) -> Value {
    let workspace = &world.estate.workspaces[endpoint.workspace];
    let compute = format!("{}/computes/{}", workspace.id, spec.compute);
    around(
        world,
        (
            &format!("{}/deployments/{}", endpoint.id, spec.name),
            &spec.name,
            "batchEndpoints/deployments",
        ),
        &workspace.location,
        &spec.tags,
        endpoint.spec.created_by.as_deref(),
        body::batch_deployment(&workspace.id, &spec.name, &compute, spec.instance_count),
    )
}

/// A serverless endpoint as Azure gives it.
pub(super) fn serverless_body(world: &World, endpoint: &ServerlessEndpoint) -> Value {
    let (spec, location) = (
        &endpoint.spec,
        &world.estate.workspaces[endpoint.workspace].location,
    );
    around(
        world,
        (&endpoint.id, &spec.name, "serverlessEndpoints"),
        location,
        &spec.tags,
        spec.created_by.as_deref(),
        body::serverless(&spec.name, location, &spec.model_id, &spec.state),
    )
}

fn of_workspace<'a>(call: &Call, world: &'a World) -> Result<Vec<&'a BatchEndpoint>, Answer> {
    let workspace = workspace_of(call, world)?;
    let all = world.batch_endpoints.iter();
    Ok(all.filter(|one| one.workspace == workspace).collect())
}

fn one<'a>(call: &Call, world: &'a World) -> Result<&'a BatchEndpoint, Answer> {
    let name = call.segments.get(9).map_or("", String::as_str);
    let own = of_workspace(call, world)?.into_iter();
    { own }
        .find(|one| one.spec.name.eq_ignore_ascii_case(name))
        .ok_or_else(|| not_found(&format!("{PROVIDER}/workspaces/batchEndpoints/{name}")))
}

/// A workspace's batch endpoints.
pub(super) fn list(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let own = of_workspace(call, &stage.world)?;
    page(call, stage.page_size, &own, |one| {
        batch_body(&stage.world, one)
    })
}

/// One batch endpoint.
pub(super) fn get(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let endpoint = one(call, &stage.world)?;
    Ok(Answer::json(&batch_body(&stage.world, endpoint)))
}

/// A batch endpoint's deployments.
pub(super) fn deployments(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let endpoint = one(call, &stage.world)?;
    page(call, stage.page_size, &endpoint.spec.deployments, |spec| {
        batch_deployment_body(&stage.world, endpoint, spec)
    })
}

/// One deployment of a batch endpoint.
pub(super) fn deployment(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let endpoint = one(call, &stage.world)?;
    let name = call.segments.get(11).map_or("", String::as_str);
    let mut all = endpoint.spec.deployments.iter();
    all.find(|spec| spec.name.eq_ignore_ascii_case(name))
        .map(|spec| Answer::json(&batch_deployment_body(&stage.world, endpoint, spec)))
        .ok_or_else(|| {
            not_found(&format!(
                "{PROVIDER}/workspaces/batchEndpoints/deployments/{name}"
            ))
        })
}

/// A workspace's serverless endpoints.
pub(super) fn serverless(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let world = &stage.world;
    let workspace = workspace_of(call, world)?;
    let all = world.serverless_endpoints.iter();
    let own: Vec<&ServerlessEndpoint> = all.filter(|one| one.workspace == workspace).collect();
    page(call, stage.page_size, &own, |one| {
        serverless_body(world, one)
    })
}

/// One serverless endpoint.
pub(super) fn one_serverless(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let world = &stage.world;
    let workspace = workspace_of(call, world)?;
    let name = call.segments.get(9).map_or("", String::as_str);
    let mut all = world.serverless_endpoints.iter();
    all.find(|one| one.workspace == workspace && one.spec.name.eq_ignore_ascii_case(name))
        .map(|one| Answer::json(&serverless_body(world, one)))
        .ok_or_else(|| not_found(&format!("{PROVIDER}/workspaces/serverlessEndpoints/{name}")))
}
