//! Workbenches and container instances are started, stopped and restarted, and the operations on them.

use super::lookup::{compute_of, workbench_of};
use crate::http::answer::{Answer, error, not_found};
use crate::http::call::Call;
use crate::http::lookup::subscription_of;
use crate::http::stage::Stage;
use crate::kinds::foundry::body::{self, OperationView};
use crate::kinds::foundry::version::PROVIDER;
use crate::kinds::workbench::calls::WorkbenchCall;
use crate::kinds::workbench::refusal::WorkbenchRefusal;
use crate::world::foundry::Compute;
use crate::world::foundry::operation::{ComputeOperation, ComputeOperationStatus};
use crate::world::record::By;

/// Another state of a workbench.
pub(super) fn ask_workbench(
    asked: WorkbenchCall,
    call: &Call,
    stage: &mut Stage,
) -> Result<Answer, Answer> {
    let workbench = workbench_of(call, &stage.world)?;
    ask(asked, workbench, call, stage)
}

/// Another state of a container instance; a compute of pools has none.
pub(super) fn ask_compute(
    asked: WorkbenchCall,
    call: &Call,
    stage: &mut Stage,
) -> Result<Answer, Answer> {
    match compute_of(call, &stage.world)? {
        Compute::Container(container) => ask(asked, container, call, stage),
        Compute::Cluster(_) => Err(refused(&WorkbenchRefusal::WrongKind(asked.as_str()))),
    }
}

fn refused(refusal: &WorkbenchRefusal) -> Answer {
    error(refusal.status(), refusal.code(), refusal.to_string())
}

/// 202 with where to ask, 204 where it is so already, or what Azure has against it.
fn ask(
    asked: WorkbenchCall,
    container: usize,
    call: &Call,
    stage: &mut Stage,
) -> Result<Answer, Answer> {
    let by = By::Api {
        principal: call.principal.clone(),
    };
    let begun = stage.world.ask_container(container, asked, by);
    let Some(id) = begun.map_err(|refusal| refused(&refusal))? else {
        return Ok(Answer::empty(204));
    };
    let world = &stage.world;
    let place = &world.foundry.containers[container].place;
    let subscription = &world.estate.subscriptions[place.subscription].id;
    let version = call.query("api-version").unwrap_or_default();
    let address = format!(
        "{}/subscriptions/{subscription}/providers/{PROVIDER}/locations/{}/computeOperations/{id}\
         ?monitor=true&api-version={version}",
        call.base, place.location
    );
    let left = world
        .foundry
        .operations
        .get(&id)
        .map_or(0, |operation| left(operation, stage));
    Ok(Answer::empty(202)
        .with_header("Location", address)
        .with_header("Retry-After", stage.retry_in(left)))
}

/// Simulated seconds until an operation ends.
fn left(operation: &ComputeOperation, stage: &Stage) -> i64 {
    match operation.status {
        ComputeOperationStatus::InProgress => {
            (operation.due - stage.world.now()).num_seconds().max(0)
        }
        _ => 0,
    }
}

/// How an operation stands: 200, and the body tells. At the address that `Location` names, which differs by `monitor`,
/// it is 202 while it is under way, as clients expect that follow `Location` alone.
pub(super) fn operation(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let world = &stage.world;
    let subscription = subscription_of(call, world)?;
    let (location, id) = (call.lower.get(5), call.lower.get(7));
    let id = id.map_or("", String::as_str);
    let found = world.foundry.operations.get(id).filter(|operation| {
        let place = &world.foundry.containers[operation.on].place;
        let here = location.is_some_and(|given| place.location.eq_ignore_ascii_case(given));
        place.subscription == subscription && here
    });
    let operation = found.ok_or_else(|| not_found(&format!("computeOperations/{id}")))?;
    let under_way = operation.status == ComputeOperationStatus::InProgress;
    let answer = Answer::json(&body::operation(&OperationView {
        id: &call.path,
        name: &operation.id,
        status: operation.status.as_str(),
        began: operation.began,
        ended: (!under_way).then_some(operation.due),
        error: operation.error.as_ref(),
    }));
    if !under_way {
        return Ok(answer);
    }
    let answer = answer.with_header("Retry-After", stage.retry_in(left(operation, stage)));
    Ok(match call.query("monitor") {
        Some(_) => answer
            .with_status(202)
            .with_header("Location", call.link(&[])),
        None => answer,
    })
}
