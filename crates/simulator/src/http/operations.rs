//! The two addresses that tell of a long-running operation.

use super::answer::{Answer, not_found};
use super::call::Call;
use super::lookup::subscription_of;
use super::scaled;
use super::stage::Stage;
use crate::kinds::instance::capacity;
use crate::stamps;
use crate::world::operation::{Operation, OperationStatus};
use serde_json::{Value, json};

fn operation_of<'a>(call: &Call, stage: &'a Stage) -> Result<&'a Operation, Answer> {
    let subscription = subscription_of(call, &stage.world)?;
    let id = call.lower.get(7).map_or("", String::as_str);
    stage
        .world
        .operation(id)
        .filter(|operation| {
            let workspace = stage.world.instances[operation.instance].workspace;
            stage.world.estate.workspaces[workspace].subscription == subscription
        })
        .ok_or_else(|| not_found(&format!("computeOperationsStatus/{id}")))
}

/// `Azure-AsyncOperation`: always 200, the status in the body.
pub(super) fn status(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    if let Some(answer) = scaled::status(call, stage) {
        return Ok(answer);
    }
    let operation = operation_of(call, stage)?;
    let done = operation.status != OperationStatus::InProgress;
    let mut body = json!({
        "id": call.path,
        "name": operation.id,
        "status": operation.status.as_str(),
        "startTime": stamps::long(operation.began),
        "endTime": if done { Value::from(stamps::long(operation.due)) } else { Value::Null },
        "percentComplete": if done { 100 } else { 0 },
    });
    if operation.status == OperationStatus::Failed {
        body["error"] = failure();
    }
    let answer = Answer::json(&body);
    Ok(if done {
        answer
    } else {
        answer.with_header("Retry-After", stage.retry_after(&operation.id))
    })
}

/// `Location`: 202 until it is done, then what came of it.
pub(super) fn result(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    if let Some(answer) = scaled::result(call, stage) {
        return Ok(answer);
    }
    let operation = operation_of(call, stage)?;
    match operation.status {
        OperationStatus::InProgress => Ok(Answer::empty(202)
            .with_header("Location", call.link(&[]))
            .with_header("Retry-After", stage.retry_after(&operation.id))),
        OperationStatus::Succeeded => Ok(Answer::text("{}".into())),
        OperationStatus::Failed => Err(Answer::json(&json!({"error": failure()})).with_status(409)),
    }
}

/// Only starts fail, and only for want of capacity.
fn failure() -> Value {
    json!({"code": capacity::CODE, "message": capacity::MESSAGE, "target": null, "details": []})
}
