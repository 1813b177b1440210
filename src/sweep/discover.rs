//! Which workspaces there are, and the tags of the resource groups above them.

use super::{Context, SweepError};
use crate::azure::AzureError;
use crate::azure::model::{Subscription, Tags, Workspace};
use std::collections::HashMap;
use tokio::time::Instant;

/// A workspace with what lies above it.
pub struct Place {
    pub workspace: Workspace,
    pub resource_group_tags: Tags,
    /// False: the resource groups could not be read, so a policy may be missing a layer.
    pub tags_known: bool,
}

pub struct Discovered {
    pub subscriptions: usize,
    pub workspaces: Vec<Place>,
    pub problems: Vec<String>,
    /// ARM ids of the subscriptions of which a workspace may be missing.
    pub unseen: Vec<String>,
}

/// Finds all workspaces. Fails only where no subscription at all can be read.
pub async fn discover(context: &Context, deadline: Instant) -> Result<Discovered, SweepError> {
    let mut problems = Vec::new();
    let subscriptions = subscriptions(context, deadline, &mut problems).await?;
    let count = subscriptions.len();
    let lists = subscriptions.iter().map(|subscription| async move {
        (
            subscription,
            places(context, &subscription.id, deadline).await,
        )
    });
    let results = super::all(lists.collect(), context.settings.concurrency).await;
    let (mut workspaces, mut unseen, mut failed) = (Vec::new(), Vec::new(), None);
    let mut readable = 0;
    for (subscription, result) in results {
        match result {
            Ok((found, troubles, complete)) => {
                readable += 1;
                workspaces.extend(found);
                problems.extend(troubles);
                unseen.extend((!complete).then(|| arm_id(subscription)));
            }
            Err(error) => {
                unseen.push(arm_id(subscription));
                problems.push(format!(
                    "subscription {} could not be read: {error}",
                    subscription.id
                ));
                failed = Some(error);
            }
        }
    }
    match failed {
        Some(error) if readable == 0 => Err(SweepError::NoSubscription(error)),
        _ => Ok(Discovered {
            subscriptions: count,
            workspaces,
            problems,
            unseen,
        }),
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
async fn places(
    context: &Context,
    subscription: &str,
    deadline: Instant,
) -> Result<(Vec<Place>, Vec<String>, bool), AzureError> {
    let (groups, workspaces) = futures::join!(
        context.arm.resource_groups(subscription, deadline),
        context.arm.workspaces(subscription, deadline)
    );
    let workspaces = workspaces?;
    let mut problems = workspaces.oddities;
    let all = workspaces.incomplete.is_none();
    if let Some(error) = workspaces.incomplete {
        problems.push(format!(
            "the list of workspaces of {subscription} was cut short: {error}"
        ));
    }
    let (tags, complete) = match groups {
        Ok(groups) => {
            let complete = groups.incomplete.is_none();
            let by_name =
                |group: crate::azure::model::ResourceGroup| (group.name.to_lowercase(), group.tags);
            (
                groups
                    .items
                    .into_iter()
                    .map(by_name)
                    .collect::<HashMap<_, _>>(),
                complete,
            )
        }
        Err(error) => {
            problems.push(format!(
                "the resource groups of {subscription} could not be read: {error}"
            ));
            (HashMap::new(), false)
        }
    };
    let place = |workspace: Workspace| {
        let above = tags.get(&workspace.resource_group.to_lowercase());
        let tags_known = complete || above.is_some();
        Place {
            resource_group_tags: above.cloned().unwrap_or_default(),
            workspace,
            tags_known,
        }
    };
    let places = workspaces.items.into_iter().map(place).collect();
    Ok((places, problems, all))
}
