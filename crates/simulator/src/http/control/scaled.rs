//! Hands on what is scaled by a number: another number, what it suffers from, requests; and how it all stands.

use super::error::ControlError;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::shared::Shared;
use crate::kinds::cluster::scale::NodeScale;
use crate::kinds::endpoint::spec::Provisioning;
use crate::world::endpoint::Requests;
use crate::world::record::By;
use crate::world::simulation::World;
use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::{Value, json};

/// Somebody sets a number.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Scale {
    /// `workspace/cluster`, `workspace/endpoint/deployment`, or an ARM id.
    on: String,
    #[serde(default = "somebody")]
    by: String,
    min_node_count: Option<u32>,
    max_node_count: Option<u32>,
    node_idle_time_before_scale_down: Option<String>,
    /// Of a cluster: it is deleted and made anew, as by Terraform.
    #[serde(default)]
    replaces: bool,
    /// Of a deployment.
    capacity: Option<i64>,
}

fn somebody() -> String {
    "somebody".into()
}

/// Sets a cluster's settings or a deployment's capacity by hand.
pub(super) fn scale(shared: &Shared, call: &Call) -> Result<Answer, ControlError> {
    let wanted: Scale = serde_json::from_slice(&call.body)?;
    let world = &mut shared.stage().world;
    let by = By::Person {
        name: wanted.by.clone(),
    };
    let operation = if let Some(cluster) = world.find_cluster(&wanted.on) {
        let now = &world.clusters[cluster].scale;
        let idle_time = wanted.node_idle_time_before_scale_down.as_deref();
        let to = NodeScale::new(
            wanted.min_node_count.unwrap_or(now.min),
            wanted.max_node_count.unwrap_or(now.max),
            idle_time.unwrap_or(&now.idle_time),
        )?;
        if wanted.replaces {
            world.replace_cluster(cluster, to, by);
            None
        } else {
            Some(world.rescale(cluster, to, by)?)
        }
    } else {
        let deployment = deployment(world, &wanted.on)?;
        let capacity = wanted.capacity.ok_or(ControlError::NoCapacity)?;
        world
            .scale_deployment(deployment, capacity, by)
            .map_err(Box::new)?
    };
    Ok(Answer::json(&json!({"operation": operation})))
}

fn deployment(world: &World, name: &str) -> Result<usize, ControlError> {
    world
        .find_deployment(name)
        .ok_or_else(|| ControlError::NotScaled(name.to_owned()))
}

/// What something suffers from; what is absent stays.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Condition {
    on: String,
    stuck: Option<bool>,
    no_capacity: Option<bool>,
    unusable_nodes: Option<u32>,
    quota_gone: Option<bool>,
    fail_scales: Option<u32>,
    state: Option<Provisioning>,
}

/// Sets what a cluster or a deployment suffers from.
pub(super) fn condition(shared: &Shared, call: &Call) -> Result<Answer, ControlError> {
    let wanted: Condition = serde_json::from_slice(&call.body)?;
    let world = &mut shared.stage().world;
    if let Some(cluster) = world.find_cluster(&wanted.on) {
        let (stuck, none, unusable) = (wanted.stuck, wanted.no_capacity, wanted.unusable_nodes);
        world.condition_cluster(cluster, stuck, none, unusable);
    } else {
        let deployment = deployment(world, &wanted.on)?;
        let (gone, fail, state) = (wanted.quota_gone, wanted.fail_scales, wanted.state);
        world.condition_deployment(deployment, gone, fail, state);
    }
    Ok(Answer::empty(204))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewRequests {
    /// `workspace/endpoint`, whose traffic decides, or `workspace/endpoint/deployment`; or an ARM id.
    on: String,
    #[serde(default = "somebody")]
    by: String,
    per_minute: u32,
    lasts_seconds: u32,
}

/// Lets requests come from now on.
pub(super) fn requests(shared: &Shared, call: &Call) -> Result<Answer, ControlError> {
    let wanted: NewRequests = serde_json::from_slice(&call.body)?;
    let world = &mut shared.stage().world;
    let (endpoint, deployment) = match world.find_endpoint(&wanted.on) {
        Some(endpoint) => (endpoint, None),
        None => {
            let found = deployment(world, &wanted.on)?;
            (world.deployments[found].endpoint, Some(found))
        }
    };
    let from = world.now();
    let requests = Requests {
        from,
        to: from + TimeDelta::seconds(wanted.lasts_seconds.into()),
        who: wanted.by,
        per_minute: wanted.per_minute,
        every_minutes: 1,
        deployment,
    };
    world.come(endpoint, requests);
    Ok(Answer::empty(204))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AutoscaleHand {
    /// Its name, its target (`workspace/endpoint/deployment`) or its ARM id.
    on: String,
    #[serde(default = "somebody")]
    by: String,
    enabled: Option<bool>,
    minimum: Option<u32>,
    maximum: Option<u32>,
}

/// Changes an autoscale setting by hand.
pub(super) fn autoscale(shared: &Shared, call: &Call) -> Result<Answer, ControlError> {
    let wanted: AutoscaleHand = serde_json::from_slice(&call.body)?;
    let world = &mut shared.stage().world;
    let setting = world
        .find_autoscale(&wanted.on)
        .ok_or_else(|| ControlError::NotScaled(wanted.on.clone()))?;
    let by = By::Person { name: wanted.by };
    let range = (wanted.minimum, wanted.maximum);
    world.set_autoscale(setting, wanted.enabled, range, by);
    Ok(Answer::empty(204))
}

/// How clusters, deployments and autoscale settings stand.
pub(super) fn standing(world: &World) -> Answer {
    let clusters: Vec<Value> = (0..world.clusters.len())
        .map(|index| {
            let own = &world.clusters[index];
            let nodes = own.counts();
            let waiting = own.waiting.iter();
            let waiting: Vec<&str> = waiting
                .map(|job| world.cluster_jobs[*job].name.as_str())
                .collect();
            json!({
                "cluster": own.reference, "id": own.id, "provisioningState": own.provisioning(),
                "resizing": own.resizing, "scaleSettings": own.scale.json(), "target": own.target,
                "nodes": {
                    "preparing": nodes.preparing, "running": nodes.running, "idle": nodes.idle,
                    "unusable": nodes.unusable, "leaving": nodes.leaving,
                },
                "jobs": world.jobs_on(index), "waiting": waiting,
            })
        })
        .collect();
    let deployments: Vec<Value> = (0..world.deployments.len())
        .map(|index| {
            let own = &world.deployments[index];
            json!({
                "deployment": own.reference, "id": own.id, "provisioningState": own.state,
                "capacity": own.capacity, "instances": own.instances, "callers": world.callers(index),
                "quotaGone": own.quota_gone,
            })
        })
        .collect();
    let settings: Vec<Value> = world
        .autoscales
        .iter()
        .map(|own| {
            json!({
                "setting": own.spec.name, "id": own.id, "target": world.deployments[own.deployment].reference,
                "enabled": own.enabled, "minimum": own.minimum, "maximum": own.maximum,
            })
        })
        .collect();
    Answer::json(&json!({
        "now": world.now(), "clusters": clusters, "deployments": deployments,
        "autoscaleSettings": settings,
    }))
}
