//! What is asked of a compute instance: start, stop and restart as long-running operations, and its idle timer.

use super::answer::{Answer, error};
use super::call::Call;
use super::lookup::compute_of;
use super::stage::Stage;
use crate::kinds::instance::action::Action;
use crate::kinds::instance::calls::InstanceCall;
use crate::kinds::instance::refusal::Refusal;
use crate::world::estate::PROVIDER;
use crate::world::record::By;
use serde_json::Value;

/// Answers a call below a compute's address.
pub(super) fn answer(
    wanted: InstanceCall,
    call: &Call,
    stage: &mut Stage,
) -> Result<Answer, Answer> {
    let index = compute_of(call, &stage.world)?;
    match wanted {
        InstanceCall::Ask(action) => begin(action, index, call, stage),
        InstanceCall::SetIdleTime => set_idle(index, call, stage),
    }
}

fn caller(call: &Call) -> By {
    By::Api {
        principal: call.principal.clone(),
    }
}

fn refused(refusal: Refusal) -> Answer {
    error(refusal.status(), refusal.code(), refusal.to_string())
}

/// Accepts an operation (202 with both headers) or refuses it as Azure does.
fn begin(action: Action, index: usize, call: &Call, stage: &mut Stage) -> Result<Answer, Answer> {
    let id = stage
        .world
        .request(index, action, caller(call))
        .map_err(refused)?;
    let instance = &stage.world.instances[index];
    let workspace = &stage.world.estate.workspaces[instance.workspace];
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

/// `updateIdleShutdownSetting`: answers at once, without a body.
fn set_idle(index: usize, call: &Call, stage: &mut Stage) -> Result<Answer, Answer> {
    let instance = &stage.world.instances[index];
    if !instance.compute_type().has_idle_timer() {
        return Err(refused(Refusal::WrongKind));
    }
    let body: Value = serde_json::from_slice(&call.body).unwrap_or(Value::Null);
    let Some(idle_time) = body["idleTimeBeforeShutdown"].as_str() else {
        return Err(error(
            400,
            "InvalidRequest",
            "idleTimeBeforeShutdown is missing from the request's body.",
        ));
    };
    if instance.spec.idle_timer_refuses {
        return Err(error(
            400,
            "UserError",
            "The idle shutdown setting of this compute instance cannot be updated.",
        ));
    }
    stage
        .world
        .set_idle(index, idle_time, caller(call))
        .map(|()| Answer::empty(200))
        .map_err(|wrong| error(400, "InvalidIdleTimeBeforeShutdown", wrong.to_string()))
}
