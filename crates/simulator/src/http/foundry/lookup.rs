//! What of these a path names.

use crate::http::answer::{Answer, error};
use crate::http::call::Call;
use crate::http::lookup::group_of;
use crate::world::behind::place::Place;
use crate::world::foundry::Compute;
use crate::world::simulation::World;
use axum::http::Method;

/// A segment of the path as it was sent.
fn segment(call: &Call, place: usize) -> &str {
    call.segments.get(place).map_or("", String::as_str)
}

/// The region of the account that the path names, or that the path itself names; `global` where it names none.
pub(super) fn location_of(call: &Call, world: &World) -> String {
    if call.lower.get(4).is_some_and(|part| part == "locations") {
        return segment(call, 5).to_lowercase();
    }
    account_of(call, world).map_or_else(
        |_| "global".to_owned(),
        |account| world.foundry.accounts[account].place.location.clone(),
    )
}

/// 404 for the first so many segments of the path.
fn missing(call: &Call, length: usize) -> Answer {
    let length = length.min(call.segments.len());
    let (group, name) = (segment(call, 3), call.segments[5..length].join("/"));
    // What follows it is a list or a resource in it, or an action on something.
    let parent = call.method == Method::GET && length < call.segments.len();
    let code = match parent {
        true => "ParentResourceNotFound",
        false => "ResourceNotFound",
    };
    error(
        404,
        code,
        format!(
            "The Resource '{name}' under resource group '{group}' was not found. For more details please go to \
             https://aka.ms/ARMResourceNotFoundFix"
        ),
    )
}

/// The place of the account that the path names.
pub(in crate::http) fn account_of(call: &Call, world: &World) -> Result<usize, Answer> {
    let group = group_of(call, world)?;
    let name = segment(call, 7);
    let named = |place: &Place| place.group == group && place.name.eq_ignore_ascii_case(name);
    let mut all = world.foundry.accounts.iter();
    all.position(|account| named(&account.place))
        .ok_or_else(|| missing(call, 8))
}

/// The place of the project that the path names.
pub(in crate::http) fn project_of(call: &Call, world: &World) -> Result<usize, Answer> {
    let account = account_of(call, world)?;
    let name = segment(call, 9);
    let mut all = world.foundry.projects.iter();
    let found = all.position(|project| {
        project.account == account && project.place.name.eq_ignore_ascii_case(name)
    });
    found.ok_or_else(|| missing(call, 10))
}

/// The place of the workbench that the path names.
pub(super) fn workbench_of(call: &Call, world: &World) -> Result<usize, Answer> {
    let project = project_of(call, world)?;
    let name = segment(call, 11);
    let mut own = world.foundry.workbenches(project).into_iter();
    own.find(|one| {
        let place = &world.foundry.containers[*one].place;
        place.name.eq_ignore_ascii_case(name)
    })
    .ok_or_else(|| missing(call, 12))
}

/// The compute that the path names.
pub(super) fn compute_of(call: &Call, world: &World) -> Result<Compute, Answer> {
    let account = account_of(call, world)?;
    let name = segment(call, 9);
    let mut own = world.foundry.computes(account).into_iter();
    own.find(|compute| {
        let place = world.foundry.compute_place(*compute);
        place.name.eq_ignore_ascii_case(name)
    })
    .ok_or_else(|| missing(call, 10))
}

/// The place of the managed compute deployment that the path names.
pub(super) fn deployment_of(call: &Call, world: &World) -> Result<usize, Answer> {
    let account = account_of(call, world)?;
    let name = segment(call, 9);
    let mut all = world.foundry.deployments.iter();
    let found = all.position(|deployment| {
        deployment.account == account && deployment.place.name.eq_ignore_ascii_case(name)
    });
    found.ok_or_else(|| missing(call, 10))
}
