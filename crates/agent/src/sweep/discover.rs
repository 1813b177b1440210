//! Discover: which workspaces there are, and the tags of the resource groups above them.

use super::concurrent::all;
use super::context::Context;
use super::error::SweepError;
use super::target::WorkspaceTarget;
use crate::settings::Discovery;
use lamplighter_azure::{AzureError, Listing};
use lamplighter_core::observe::{ResourceGroup, Subscription, Tags, Workspace};
use std::collections::HashMap;
use tokio::time::Instant;

#[derive(Default)]
pub struct Discovered {
    pub subscriptions: usize,
    pub workspaces: Vec<WorkspaceTarget>,
    pub problems: Vec<String>,
    pub oddities: Vec<String>,
    /// ARM ids of the subscriptions of which a workspace may be missing.
    pub unseen: Vec<String>,
}

/// Finds all workspaces that `INCLUDE` and `EXCLUDE` leave in. Fails only where no subscription at all can be read.
pub async fn discover(context: &Context, deadline: Instant) -> Result<Discovered, SweepError> {
    let mut found = Discovered::default();
    let subscriptions = subscriptions(context, deadline, &mut found.problems).await?;
    found.subscriptions = subscriptions.len();
    let listed = match by_graph(context, &subscriptions, deadline, &mut found).await? {
        Some(listed) => listed,
        None => subscriptions,
    };
    by_lists(context, &listed, deadline, &mut found).await?;
    let spread = &context.settings.spread;
    found.workspaces.retain(|target| {
        let workspace = &target.workspace;
        spread.takes(
            &workspace.subscription,
            &workspace.resource_group,
            &workspace.name,
        )
    });
    Ok(found)
}

/// Asks Resource Graph, where it is to be asked, and returns the subscriptions that it does not show; `None` where
/// it was not asked, or its answer is not whole.
async fn by_graph(
    context: &Context,
    subscriptions: &[Subscription],
    deadline: Instant,
    found: &mut Discovered,
) -> Result<Option<Vec<Subscription>>, SweepError> {
    let wanted = match context.settings.spread.discovery {
        Discovery::List => false,
        Discovery::Graph => true,
        Discovery::Auto => subscriptions.len() > 1,
    };
    if !wanted {
        return Ok(None);
    }
    // Resource Graph leaves out a subscription that the identity does not see, and does not report it: only those that
    // it sees are asked for.
    let visible = match context.settings.subscriptions.is_empty() {
        true => subscriptions.to_vec(),
        false => visible(context, subscriptions, deadline).await,
    };
    let ids: Vec<String> = visible.iter().map(|one| one.id.clone()).collect();
    let (groups, workspaces) = futures::join!(
        context.arm.graph_resource_groups(&ids, deadline),
        context.arm.graph_workspaces(&ids, deadline)
    );
    let (groups, workspaces) = match (groups, workspaces) {
        (Ok(groups), Ok(workspaces)) => (groups, workspaces),
        (Err(error), _) | (_, Err(error)) => {
            found
                .oddities
                .push(format!("subscriptions are listed one by one: {error}"));
            return Ok(None);
        }
    };
    found
        .problems
        .extend(groups.oddities.into_iter().chain(workspaces.oddities));
    let targets = with_groups(workspaces.items, groups.items);
    found.workspaces.extend(targets);
    let shown = |id: &str| ids.iter().any(|known| known.eq_ignore_ascii_case(id));
    let rest = subscriptions.iter().filter(|one| !shown(&one.id));
    Ok(Some(rest.cloned().collect()))
}

/// Workspaces of many subscriptions, each with the tags of the group above it.
fn with_groups(
    workspaces: Vec<Workspace>,
    groups: Vec<(String, ResourceGroup)>,
) -> impl Iterator<Item = WorkspaceTarget> {
    let tags: HashMap<(String, String), Tags> = groups
        .into_iter()
        .map(|(subscription, group)| (key(&subscription, &group.name), group.tags))
        .collect();
    workspaces.into_iter().map(move |workspace| {
        let above = tags.get(&key(&workspace.subscription, &workspace.resource_group));
        WorkspaceTarget {
            tags_known: above.is_some(),
            resource_group_tags: above.cloned().unwrap_or_default(),
            workspace,
        }
    })
}

fn key(subscription: &str, group: &str) -> (String, String) {
    (subscription.to_lowercase(), group.to_lowercase())
}

/// Those of the named subscriptions that the identity sees; none where that cannot be read.
async fn visible(
    context: &Context,
    named: &[Subscription],
    deadline: Instant,
) -> Vec<Subscription> {
    let listing = context.arm.subscriptions(deadline).await;
    let seen = listing.map(|listing| listing.items).unwrap_or_default();
    let seen = |id: &str| seen.iter().any(|one| one.id.eq_ignore_ascii_case(id));
    named.iter().filter(|one| seen(&one.id)).cloned().collect()
}

/// Lists the workspaces and groups of each of these subscriptions.
async fn by_lists(
    context: &Context,
    subscriptions: &[Subscription],
    deadline: Instant,
    found: &mut Discovered,
) -> Result<(), SweepError> {
    let lists = subscriptions.iter().map(|subscription| async move {
        (
            subscription,
            targets(context, &subscription.id, deadline).await,
        )
    });
    let results = all(lists.collect(), context.settings.concurrency).await;
    let (mut readable, mut failed) = (found.subscriptions - subscriptions.len(), None);
    for (subscription, result) in results {
        match result {
            Ok((targets, troubles, complete)) => {
                readable += 1;
                found.workspaces.extend(targets);
                found.problems.extend(troubles);
                found
                    .unseen
                    .extend((!complete).then(|| arm_id(subscription)));
            }
            Err(error) => {
                found.unseen.push(arm_id(subscription));
                found.problems.push(format!(
                    "subscription {} could not be read: {error}",
                    subscription.id
                ));
                failed = Some(error);
            }
        }
    }
    match failed {
        Some(error) if readable == 0 => Err(SweepError::NoSubscription(error)),
        _ => Ok(()),
    }
}

fn arm_id(subscription: &Subscription) -> String {
    format!("/subscriptions/{}", subscription.id).to_lowercase()
}

/// Those of the settings, or all that the identity sees.
async fn subscriptions(
    context: &Context,
    deadline: Instant,
    problems: &mut Vec<String>,
) -> Result<Vec<Subscription>, SweepError> {
    let named = &context.settings.subscriptions;
    if !named.is_empty() {
        return Ok(named
            .iter()
            .map(|id| Subscription {
                id: id.clone(),
                name: None,
            })
            .collect());
    }
    let listing = context
        .arm
        .subscriptions(deadline)
        .await
        .map_err(SweepError::NoSubscription)?;
    problems.extend(listing.oddities);
    problems.extend(
        listing
            .incomplete
            .map(|error| format!("the list of subscriptions was cut short: {error}")),
    );
    if listing.items.is_empty() {
        return Err(SweepError::NothingVisible);
    }
    Ok(listing.items)
}

/// The workspaces of a subscription, what is odd about them, and whether these are all.
async fn targets(
    context: &Context,
    subscription: &str,
    deadline: Instant,
) -> Result<(Vec<WorkspaceTarget>, Vec<String>, bool), AzureError> {
    let (groups, workspaces) = futures::join!(
        context.arm.resource_groups(subscription, deadline),
        context.arm.workspaces(subscription, deadline)
    );
    let workspaces = workspaces?;
    let mut problems = workspaces.oddities;
    let whole = workspaces.incomplete.is_none();
    if let Some(error) = workspaces.incomplete {
        problems.push(format!(
            "the list of workspaces of {subscription} was cut short: {error}"
        ));
    }
    let (tags, complete) = match groups {
        Ok(groups) => tags_by_name(groups),
        Err(error) => {
            problems.push(format!(
                "the resource groups of {subscription} could not be read: {error}"
            ));
            (HashMap::new(), false)
        }
    };
    let target = |workspace: Workspace| {
        let above = tags.get(&workspace.resource_group.to_lowercase());
        let tags_known = complete || above.is_some();
        WorkspaceTarget {
            resource_group_tags: above.cloned().unwrap_or_default(),
            workspace,
            tags_known,
        }
    };
    let targets = workspaces.items.into_iter().map(target).collect();
    Ok((targets, problems, whole))
}

/// The groups' tags by their names in lower case, and whether these are all.
fn tags_by_name(groups: Listing<ResourceGroup>) -> (HashMap<String, Tags>, bool) {
    let complete = groups.incomplete.is_none();
    let by_name = |group: ResourceGroup| (group.name.to_lowercase(), group.tags);
    (groups.items.into_iter().map(by_name).collect(), complete)
}
