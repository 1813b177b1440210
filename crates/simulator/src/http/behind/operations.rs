//! The two addresses that tell of an operation on one of these resources.

use crate::http::answer::{Answer, error, not_found};
use crate::http::call::Call;
use crate::http::lookup::subscription_of;
use crate::http::stage::Stage;
use crate::stamps;
use crate::world::behind::Target;
use crate::world::behind::operation::ArmOperation;
use crate::world::operation::OperationStatus;
use serde_json::{Value, json};

/// 202 with where to ask, for an operation that has just begun.
pub(super) fn accepted(call: &Call, stage: &Stage, id: &str) -> Answer {
    let world = &stage.world;
    let Some(operation) = world.behind.operations.get(id) else {
        return Answer::empty(202);
    };
    let place = world.behind.place(operation.on);
    let subscription = &world.estate.subscriptions[place.subscription].id;
    let asked = call.query("api-version").unwrap_or_default();
    let address = |provider: &str, kind: &str, more: &str| {
        format!(
            "{}/subscriptions/{subscription}/providers/{provider}/locations/{}/{kind}/{id}?{more}api-version={asked}",
            call.base, place.location
        )
    };
    let (status, result) = match operation.on {
        Target::Vm(_) => (
            address("Microsoft.Compute", "operations", ""),
            address("Microsoft.Compute", "operations", "monitor=true&"),
        ),
        _ => (
            address("Microsoft.ContainerService", "operations", ""),
            address("Microsoft.ContainerService", "operationresults", ""),
        ),
    };
    Answer::empty(202)
        .with_header("Azure-AsyncOperation", status)
        .with_header("Location", result)
        .with_header("Retry-After", stage.retry_in(left(operation, stage)))
}

/// Simulated seconds until an operation ends.
fn left(operation: &ArmOperation, stage: &Stage) -> i64 {
    match operation.status {
        OperationStatus::InProgress => (operation.due - stage.world.now()).num_seconds().max(0),
        _ => 0,
    }
}

fn operation_of<'a>(call: &Call, stage: &'a Stage) -> Result<&'a ArmOperation, Answer> {
    let world = &stage.world;
    let subscription = subscription_of(call, world)?;
    let id = call.lower.get(7).map_or("", String::as_str);
    let found = world.behind.operations.get(id);
    found
        .filter(|operation| world.behind.place(operation.on).subscription == subscription)
        .ok_or_else(|| not_found(&format!("operations/{id}")))
}

/// `Azure-AsyncOperation`: always 200, the status in the body. Microsoft.Compute's `Location` is the same address with
/// `monitor=true`.
pub(super) fn status(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    if call.query("monitor").is_some() {
        return result(call, stage);
    }
    let operation = operation_of(call, stage)?;
    let done = operation.status != OperationStatus::InProgress;
    let mut body = json!({
        "name": operation.id,
        "status": operation.status.as_str(),
        "startTime": stamps::long(operation.began),
    });
    if done {
        body["endTime"] = stamps::long(operation.due).into();
    }
    if let Some(error) = failure(operation) {
        body["error"] = error;
    }
    let answer = Answer::json(&body);
    Ok(if done {
        answer
    } else {
        answer.with_header("Retry-After", stage.retry_in(left(operation, stage)))
    })
}

/// `Location`: 202 until it is done, then what came of it.
pub(super) fn result(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let operation = operation_of(call, stage)?;
    match (operation.status, &operation.error) {
        (OperationStatus::InProgress, _) => Ok(Answer::empty(202)
            .with_header("Location", call.link(&[]))
            .with_header("Retry-After", stage.retry_in(left(operation, stage)))),
        (_, Some((code, message))) => Err(error(409, code, message)),
        _ => Ok(Answer::empty(200)),
    }
}

fn failure(operation: &ArmOperation) -> Option<Value> {
    let (code, message) = operation.error.as_ref()?;
    Some(json!({"code": code, "message": message}))
}
