//! What is listed and read.

use super::body::{account_body, compute_body, container_body, deployment_body, project_body};
use super::lookup::{account_of, compute_of, deployment_of, project_of, workbench_of};
use super::rows::accounts_in_scope;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::pages::page;
use crate::http::stage::Stage;
use crate::kinds::foundry::version::Version;

/// The accounts of a subscription or a group.
pub(super) fn accounts(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let own = accounts_in_scope(call, &stage.world)?;
    page(call, stage.page_size, &own, |account| {
        account_body(&stage.world, *account)
    })
}

pub(super) fn account(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let account = account_of(call, &stage.world)?;
    Ok(Answer::json(&account_body(&stage.world, account)))
}

/// The projects of an account.
pub(super) fn projects(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let account = account_of(call, &stage.world)?;
    let all = stage.world.foundry.projects.iter().enumerate();
    let own = all.filter(|(_, project)| project.account == account);
    let own: Vec<usize> = own.map(|(place, _)| place).collect();
    page(call, stage.page_size, &own, |project| {
        project_body(&stage.world, *project)
    })
}

pub(super) fn project(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let project = project_of(call, &stage.world)?;
    Ok(Answer::json(&project_body(&stage.world, project)))
}

/// The workbenches of a project.
pub(super) fn workbenches(call: &Call, stage: &Stage, version: Version) -> Result<Answer, Answer> {
    let project = project_of(call, &stage.world)?;
    let own = stage.world.foundry.workbenches(project);
    page(call, stage.page_size, &own, |workbench| {
        container_body(&stage.world, *workbench, version)
    })
}

pub(super) fn workbench(call: &Call, stage: &Stage, version: Version) -> Result<Answer, Answer> {
    let workbench = workbench_of(call, &stage.world)?;
    let body = container_body(&stage.world, workbench, version);
    Ok(Answer::json(&body))
}

/// The computes of an account.
pub(super) fn computes(call: &Call, stage: &Stage, version: Version) -> Result<Answer, Answer> {
    let account = account_of(call, &stage.world)?;
    let own = stage.world.foundry.computes(account);
    page(call, stage.page_size, &own, |compute| {
        compute_body(&stage.world, *compute, version)
    })
}

pub(super) fn compute(call: &Call, stage: &Stage, version: Version) -> Result<Answer, Answer> {
    let compute = compute_of(call, &stage.world)?;
    Ok(Answer::json(&compute_body(&stage.world, compute, version)))
}

/// The managed compute deployments of an account.
pub(super) fn deployments(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let account = account_of(call, &stage.world)?;
    let all = stage.world.foundry.deployments.iter().enumerate();
    let own = all.filter(|(_, deployment)| deployment.account == account);
    let own: Vec<usize> = own.map(|(place, _)| place).collect();
    page(call, stage.page_size, &own, |deployment| {
        deployment_body(&stage.world, *deployment)
    })
}

pub(super) fn deployment(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let deployment = deployment_of(call, &stage.world)?;
    Ok(Answer::json(&deployment_body(&stage.world, deployment)))
}
