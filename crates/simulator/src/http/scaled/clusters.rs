//! What is asked of a cluster: other settings, and its nodes.

use super::cluster_body::cluster_body;
use super::lookup::caller;
use crate::http::answer::{Answer, error, refused_kind};
use crate::http::call::Call;
use crate::http::lookup::{Listed, listed_of};
use crate::http::stage::Stage;
use crate::world::cluster::{Cluster, NodeState};
use crate::world::estate::PROVIDER;
use crate::world::simulation::World;
use serde_json::{Value, json};

/// The cluster that the path names; of another compute, Azure's refusal.
fn the_cluster(call: &Call, world: &World) -> Result<usize, Answer> {
    match listed_of(call, world)? {
        Listed::Cluster(cluster) => Ok(cluster),
        Listed::Instance(_) | Listed::Attached(_) => Err(refused_kind()),
    }
}

/// `PATCH computes/{c}`: the settings are taken at once (200), the nodes follow.
pub(super) fn patch(call: &Call, stage: &mut Stage) -> Result<Answer, Answer> {
    let index = the_cluster(call, &stage.world)?;
    let body: Value = serde_json::from_slice(&call.body)
        .map_err(|wrong| error(400, "InvalidRequestContent", wrong.to_string()))?;
    let asked = stage.world.clusters[index]
        .scale
        .asked(&body)
        .map_err(|wrong| error(400, "BadRequest", wrong.to_string()))?;
    let id = stage
        .world
        .rescale(index, asked, caller(call))
        .map_err(|busy| error(409, "ComputeOperationInProgress", busy.to_string()))?;
    let cluster = &stage.world.clusters[index];
    let workspace = &stage.world.estate.workspaces[cluster.workspace];
    let subscription = &stage.world.estate.subscriptions[workspace.subscription].id;
    let address = |kind: &str| {
        format!(
            "{}/subscriptions/{subscription}/providers/{PROVIDER}/locations/{}/{kind}/{id}\
             ?api-version=2021-10-01&service=new&sig=simulated",
            call.base, workspace.location
        )
    };
    Ok(Answer::json(&cluster_body(&stage.world, index))
        .with_header("Azure-AsyncOperation", address("computeOperationsStatus"))
        .with_header("Location", address("computeOperationsResults"))
        .with_header("Retry-After", stage.retry_after_change(&id)))
}

/// `POST computes/{c}/listNodes`.
pub(super) fn nodes(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let world = &stage.world;
    let cluster = &world.clusters[the_cluster(call, world)?];
    let one = |(place, node): (usize, &_)| node_body(world, cluster, place, node);
    let nodes: Vec<Value> = cluster.nodes.iter().enumerate().map(one).collect();
    Ok(Answer::json(&json!({"nodes": nodes})))
}

fn node_body(
    world: &World,
    cluster: &Cluster,
    place: usize,
    node: &crate::world::cluster::Node,
) -> Value {
    let mut body = json!({
        "nodeId": format!("tvmps_{:016x}_{}", crate::ids::number_of(&cluster.id), node.number),
        "privateIpAddress": format!("10.0.{}.{}", place / 250, place % 250 + 4),
        "publicIpAddress": null,
        "port": 50_000 + place,
        "nodeState": node.state.as_str(),
    });
    if let NodeState::Running(job) = node.state {
        body["runId"] = world.cluster_jobs[job].name.as_str().into();
    }
    body
}
