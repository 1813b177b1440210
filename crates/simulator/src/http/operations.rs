//! Start, stop and restart as long-running operations, and the two addresses that tell of one.

use super::Stage;
use super::answer::{Answer, error, not_found};
use super::arm::{compute_of, subscription_of};
use super::call::Call;
use super::computes::long_time;
use super::route::Route;
use crate::world::{Act, By, Operation, OperationStatus, PROVIDER, Refusal};
use serde_json::{Value, json};

/// Accepts an operation (202 with both headers) or refuses it as Azure does.
pub(super) fn begin(route: Route, call: &Call, stage: &mut Stage) -> Result<Answer, Answer> {
    let index = compute_of(call, &stage.world)?;
    let act = match route {
        Route::Start => Act::Start,
        Route::Stop => Act::Stop,
        _ => Act::Restart,
    };
    let by = By::Api {
        principal: call.principal.clone(),
    };
    let id = stage
        .world
        .request(index, act, by)
        .map_err(|refusal| refused(act, refusal))?;
    let machine = &stage.world.machines[index];
    let workspace = &stage.world.estate.workspaces[machine.workspace];
    let subscription = &stage.world.estate.subscriptions[workspace.subscription].id;
    let address = |kind: &str| {
        format!(
            "{}/subscriptions/{subscription}/providers/{PROVIDER}/locations/{}/{kind}/{id}\
             ?api-version=2021-10-01&service=new&sig=simulated",
            call.base, workspace.location
        )
    };
    Ok(Answer::empty(202)
        .with_header("Azure-AsyncOperation", address("computeOperationsStatus"))
        .with_header("Location", address("computeOperationsResults"))
        .with_header("Retry-After", stage.retry_after(&id)))
}

fn refused(act: Act, refusal: Refusal) -> Answer {
    let code = refusal.code();
    let verb = act.as_str();
    match refusal {
        Refusal::Busy(state) => error(
            409,
            code,
            format!(
                "{verb} is not allowed while another operation is in progress; the state is {}.",
                state.as_str()
            ),
        ),
        Refusal::NotStopped(state) => error(
            400,
            code,
            format!(
                "Start of a compute instance is only allowed in the Stopped state; the state is {}.",
                state.as_str()
            ),
        ),
        Refusal::NotRunning(state) => error(
            400,
            code,
            format!(
                "{verb} of a compute instance is only allowed in the Running state; the state is {}.",
                state.as_str()
            ),
        ),
        Refusal::DiskFull => error(
            400,
            code,
            "StopCompute is not allowed when ComputeInstance disk is full.",
        ),
        Refusal::WrongKind => wrong_kind(),
    }
}

pub(super) fn wrong_kind() -> Answer {
    error(
        400,
        Refusal::WrongKind.code(),
        "The operation is not supported for this type of compute.",
    )
}

fn operation_of<'a>(call: &Call, stage: &'a Stage) -> Result<&'a Operation, Answer> {
    let subscription = subscription_of(call, &stage.world)?;
    let id = call.lower.get(7).map_or("", String::as_str);
    stage
        .world
        .operation(id)
        .filter(|operation| {
            let workspace = stage.world.machines[operation.machine].workspace;
            stage.world.estate.workspaces[workspace].subscription == subscription
        })
        .ok_or_else(|| not_found(&format!("computeOperationsStatus/{id}")))
}

/// `Azure-AsyncOperation`: always 200, the status in the body.
pub(super) fn status(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let operation = operation_of(call, stage)?;
    let done = operation.status != OperationStatus::InProgress;
    let mut body = json!({
        "id": call.path,
        "name": operation.id,
        "status": operation.status.as_str(),
        "startTime": long_time(operation.began),
        "endTime": if done { Value::from(long_time(operation.due)) } else { Value::Null },
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
    let operation = operation_of(call, stage)?;
    match operation.status {
        OperationStatus::InProgress => Ok(Answer::empty(202)
            .with_header("Location", call.link(&[]))
            .with_header("Retry-After", stage.retry_after(&operation.id))),
        OperationStatus::Succeeded => Ok(Answer::text("{}".into())),
        OperationStatus::Failed => Err(Answer::json(&json!({"error": failure()})).with_status(409)),
    }
}

fn failure() -> Value {
    json!({
        "code": "ComputeInstanceStartFailed",
        "message": "The requested VM size is currently not available in the region: no capacity.",
        "target": null, "details": [],
    })
}
