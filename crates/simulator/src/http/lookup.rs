//! What in the world a path names.

use super::answer::{Answer, error, not_found};
use super::call::Call;
use crate::world::estate::PROVIDER;
use crate::world::simulation::World;

/// The place of the subscription that the path names.
pub(super) fn subscription_of(call: &Call, world: &World) -> Result<usize, Answer> {
    let id = call.segments.get(1).map_or("", String::as_str);
    world.estate.subscription(id).ok_or_else(|| {
        error(
            404,
            "SubscriptionNotFound",
            format!("The subscription '{id}' could not be found."),
        )
    })
}

/// The place of the resource group that the path names.
pub(super) fn group_of(call: &Call, world: &World) -> Result<usize, Answer> {
    let subscription = subscription_of(call, world)?;
    let name = call.segments.get(3).map_or("", String::as_str);
    world.estate.group(subscription, name).ok_or_else(|| {
        error(
            404,
            "ResourceGroupNotFound",
            format!("Resource group '{name}' could not be found."),
        )
    })
}

/// The place of the workspace that the path names.
pub(super) fn workspace_of(call: &Call, world: &World) -> Result<usize, Answer> {
    let group = group_of(call, world)?;
    let name = call.segments.get(7).map_or("", String::as_str);
    let found = world.estate.workspaces.iter().position(|workspace| {
        workspace.group == group && workspace.name.eq_ignore_ascii_case(name)
    });
    found.ok_or_else(|| {
        let group = &world.estate.groups[group].name;
        not_found(&format!(
            "{PROVIDER}/workspaces/{name}' under resource group '{group}"
        ))
    })
}

/// The place of the compute that the path names.
pub(super) fn compute_of(call: &Call, world: &World) -> Result<usize, Answer> {
    let workspace = workspace_of(call, world)?;
    let name = call.segments.get(9).map_or("", String::as_str);
    world.estate.workspaces[workspace]
        .instances
        .iter()
        .copied()
        .find(|index| {
            let instance = &world.instances[*index];
            instance.exists() && instance.spec.name.eq_ignore_ascii_case(name)
        })
        .ok_or_else(|| not_found(&format!("{PROVIDER}/workspaces/computes/{name}")))
}
