//! What in the world a path names.

use super::answer::{Answer, error, not_found, refused_kind};
use super::call::Call;
use crate::world::behind::place::Place;
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

/// A compute of a workspace's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Listed {
    Instance(usize),
    Cluster(usize),
    Attached(usize),
}

/// The computes that a workspace shows: its own, then its hub's.
pub(super) fn listed_in(workspace: usize, world: &World) -> Vec<Listed> {
    let mut all = Vec::new();
    for one in [Some(workspace), world.estate.workspaces[workspace].hub] {
        let Some(one) = one else { continue };
        let own = world.estate.workspaces[one].instances.iter().copied();
        let there = own.filter(|index| world.instances[*index].exists());
        all.extend(there.map(Listed::Instance));
        let clusters = world.estate.workspaces[one].clusters.iter().copied();
        all.extend(clusters.map(Listed::Cluster));
        let attached = world.behind.attached.iter().enumerate();
        let own = attached.filter(|(_, attached)| attached.workspace == one);
        all.extend(own.map(|(index, _)| Listed::Attached(index)));
    }
    all
}

/// The compute that the path names.
pub(super) fn listed_of(call: &Call, world: &World) -> Result<Listed, Answer> {
    let workspace = workspace_of(call, world)?;
    let name = call.segments.get(9).map_or("", String::as_str);
    let own = |listed: &Listed| match listed {
        Listed::Instance(index) => &world.instances[*index].spec.name,
        Listed::Cluster(index) => &world.clusters[*index].spec.name,
        Listed::Attached(index) => &world.behind.attached[*index].spec.name,
    };
    listed_in(workspace, world)
        .into_iter()
        .find(|listed| own(listed).eq_ignore_ascii_case(name))
        .ok_or_else(|| not_found(&format!("{PROVIDER}/workspaces/computes/{name}")))
}

/// The place of the instance that the path names; what else is listed takes none of its calls.
pub(super) fn compute_of(call: &Call, world: &World) -> Result<usize, Answer> {
    match listed_of(call, world)? {
        Listed::Instance(index) => Ok(index),
        Listed::Cluster(_) | Listed::Attached(_) => Err(refused_kind()),
    }
}

/// Whether something lies in the subscription, or in the group, that the path names.
pub(super) fn scope(call: &Call, world: &World) -> Result<impl Fn(&Place) -> bool, Answer> {
    let subscription = subscription_of(call, world)?;
    let in_group = call
        .lower
        .get(2)
        .is_some_and(|part| part == "resourcegroups");
    let group = match in_group {
        true => Some(group_of(call, world)?),
        false => None,
    };
    Ok(move |place: &Place| {
        place.subscription == subscription && group.is_none_or(|group| place.group == group)
    })
}
