//! Workspaces, as their own provider gives them.

use super::answer::Answer;
use super::call::Call;
use super::lookup::{group_of, subscription_of, workspace_of};
use super::pages::page;
use super::route::Route;
use super::stage::Stage;
use super::workspace_body::workspace_body;
use crate::world::estate::Workspace;
use crate::world::simulation::World;

/// The workspaces of a subscription or of one of its groups.
pub(super) fn list(route: Route, call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let own = in_scope(route == Route::GroupWorkspaces, call, &stage.world)?;
    page(call, stage.page_size, &own, |workspace| {
        workspace_body(&stage.world, workspace)
    })
}

/// The workspaces of the subscription, or of the group, that the path names.
pub(super) fn in_scope<'a>(
    in_group: bool,
    call: &Call,
    world: &'a World,
) -> Result<Vec<&'a Workspace>, Answer> {
    let subscription = subscription_of(call, world)?;
    let group = if in_group {
        Some(group_of(call, world)?)
    } else {
        None
    };
    Ok(world
        .estate
        .workspaces
        .iter()
        .filter(|workspace| workspace.subscription == subscription)
        .filter(|workspace| group.is_none_or(|group| workspace.group == group))
        .collect())
}

/// One workspace.
pub(super) fn get(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let index = workspace_of(call, &stage.world)?;
    Ok(Answer::json(&workspace_body(
        &stage.world,
        &stage.world.estate.workspaces[index],
    )))
}
