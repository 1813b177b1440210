//! The addresses that tell of a change under way; where they end, they end in the resource.

use super::cluster_body::cluster_body;
use super::endpoint_body::deployment_body;
use crate::http::answer::{Answer, error, not_found};
use crate::http::call::Call;
use crate::http::lookup::subscription_of;
use crate::http::stage::Stage;
use crate::stamps;
use crate::world::change::{Change, Changed};
use crate::world::operation::OperationStatus;
use crate::world::simulation::World;
use serde_json::{Value, json};

/// The change that the path names, if it is one of a cluster or (`mfe`) of a deployment.
fn change_of<'a>(call: &Call, world: &'a World, mfe: bool) -> Result<&'a Change, Answer> {
    let subscription = subscription_of(call, world)?;
    let id = call.lower.get(7).map_or("", String::as_str);
    world
        .change(id)
        .filter(|change| {
            let workspace = match change.on {
                Changed::Cluster(index) => world.clusters[index].workspace,
                Changed::Deployment(index) => {
                    world.endpoints[world.deployments[index].endpoint].workspace
                }
            };
            mfe == matches!(change.on, Changed::Deployment(_))
                && world.estate.workspaces[workspace].subscription == subscription
        })
        .ok_or_else(|| not_found(&format!("operations/{id}")))
}

/// `computeOperationsStatus` of a cluster's change; `None` where the path names no such.
pub(crate) fn status(call: &Call, stage: &Stage) -> Option<Answer> {
    let change = change_of(call, &stage.world, false).ok()?;
    Some(status_of(call, stage, change))
}

/// `computeOperationsResults` of a cluster's change; `None` where the path names no such.
pub(crate) fn result(call: &Call, stage: &Stage) -> Option<Answer> {
    let change = change_of(call, &stage.world, false).ok()?;
    Some(result_of(call, stage, change))
}

/// `mfeOperationsStatus` of a deployment's change.
pub(super) fn mfe_status(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let change = change_of(call, &stage.world, true)?;
    Ok(status_of(call, stage, change))
}

/// `mfeOperationResults` of a deployment's change.
pub(super) fn mfe_result(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let change = change_of(call, &stage.world, true)?;
    Ok(result_of(call, stage, change))
}

fn status_of(call: &Call, stage: &Stage, change: &Change) -> Answer {
    let done = change.status != OperationStatus::InProgress;
    let mut body = json!({
        "id": call.path,
        "name": change.id,
        "status": change.status.as_str(),
        "startTime": stamps::long(change.began),
        "endTime": if done { Value::from(stamps::long(change.due)) } else { Value::Null },
        "percentComplete": if done { 100 } else { 0 },
    });
    if change.status == OperationStatus::Failed {
        body["error"] = json!({"code": "InternalServerError", "message": FAILED, "target": null, "details": []});
    }
    let answer = Answer::json(&body);
    if done {
        answer
    } else {
        answer.with_header("Retry-After", stage.retry_after_change(&change.id))
    }
}

const FAILED: &str = "The change could not be completed.";

fn result_of(call: &Call, stage: &Stage, change: &Change) -> Answer {
    match (change.status, change.on) {
        (OperationStatus::InProgress, _) => Answer::empty(202)
            .with_header("Location", call.link(&[]))
            .with_header("Retry-After", stage.retry_after_change(&change.id)),
        (OperationStatus::Failed, _) => error(409, "InternalServerError", FAILED),
        (_, Changed::Cluster(index)) => Answer::json(&cluster_body(&stage.world, index)),
        (_, Changed::Deployment(index)) => Answer::json(&deployment_body(&stage.world, index)),
    }
}
