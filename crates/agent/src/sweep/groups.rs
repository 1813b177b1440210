//! The tags of the resource groups above workspaces, and above what is swept like one.

use super::target::WorkspaceTarget;
use lamplighter_azure::{AzureError, Listing};
use lamplighter_core::observe::{ResourceGroup, Tags, Workspace};
use std::collections::{BTreeSet, HashMap};

/// Workspaces of many subscriptions, each with the tags of the group above it. `bool`: whether what else is above it is
/// known.
pub fn with_groups(
    workspaces: impl Iterator<Item = (Workspace, bool)>,
    groups: Vec<(String, ResourceGroup)>,
) -> impl Iterator<Item = WorkspaceTarget> {
    let tags: HashMap<(String, String), Tags> = groups
        .into_iter()
        .map(|(subscription, group)| (key(&subscription, &group.name), group.tags))
        .collect();
    workspaces.map(move |(workspace, known)| {
        let above = tags.get(&key(&workspace.subscription, &workspace.resource_group));
        WorkspaceTarget {
            tags_known: above.is_some() && known,
            resource_group_tags: above.cloned().unwrap_or_default(),
            workspace,
        }
    })
}

fn key(subscription: &str, group: &str) -> (String, String) {
    (subscription.to_lowercase(), group.to_lowercase())
}

/// The groups' tags by their names in lower case.
pub fn tags_by_name(groups: Listing<ResourceGroup>) -> HashMap<String, Tags> {
    let by_name = |group: ResourceGroup| (group.name.to_lowercase(), group.tags);
    groups.items.into_iter().map(by_name).collect()
}

/// One line for each group of a workspace that the list does not show: nothing is done below it.
pub fn groups_unseen<'a>(
    workspaces: impl Iterator<Item = &'a Workspace>,
    tags: &HashMap<String, Tags>,
    cut: Option<&AzureError>,
) -> Vec<String> {
    let groups = workspaces.map(|one| one.resource_group.to_lowercase());
    let unseen: BTreeSet<String> = groups.filter(|group| !tags.contains_key(group)).collect();
    let why = match cut {
        Some(error) => format!("the list was cut short: {error}"),
        None => "the identity may not see it: the right \
                 Microsoft.Resources/subscriptions/resourceGroups/read is missing"
            .into(),
    };
    let line = |group| format!("the tags of resource group {group} are not known, as {why}");
    unseen.into_iter().map(line).collect()
}
