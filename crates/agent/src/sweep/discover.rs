//! Discover: which workspaces there are, and the tags of the resource groups above them.

use super::context::Context;
use super::error::SweepError;
use super::foundry;
use super::groups::{groups_unseen, tags_by_name, with_groups};
use super::target::WorkspaceTarget;
use crate::settings::Discovery;
use futures::StreamExt;
use futures::stream::BoxStream;
use lamplighter_azure::AzureError;
use lamplighter_core::observe::{Subscription, Workspace};
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// Subscriptions that have not answered by then are swept later than the others, which do not wait for them.
const PATIENCE: Duration = Duration::from_secs(3);
/// Resource Graph takes no longer than this: where it hangs, lists need the rest of the time.
const GRAPH_WITHIN: Duration = Duration::from_secs(30);
/// So many subscriptions are listed at the same time.
const LISTED_AT_ONCE: usize = 64;

#[derive(Default)]
pub struct Discovered {
    pub subscriptions: usize,
    pub workspaces: Vec<WorkspaceTarget>,
    pub problems: Vec<String>,
    pub oddities: Vec<String>,
    /// ARM ids of the subscriptions of which a workspace may be missing.
    pub unseen: Vec<String>,
}

/// A subscription with what its lists say.
type Listed = (Subscription, Result<Targets, AzureError>);

/// The subscriptions that have not answered yet.
pub struct Late<'a> {
    context: &'a Context,
    waiting: Vec<Subscription>,
    lists: BoxStream<'a, Listed>,
}

/// Finds all workspaces that `INCLUDE` and `EXCLUDE` leave in. Fails only where no subscription at all can be read.
pub async fn discover(context: &Context, deadline: Instant) -> Result<Discovered, SweepError> {
    let (mut found, late) = discover_soon(context, deadline).await?;
    found.join(late.within(deadline).await);
    Ok(found)
}

/// The same, without waiting for subscriptions that take longer than others to answer: these come later.
///
/// # Errors
/// No subscription at all can be read.
pub async fn discover_soon(
    context: &Context,
    deadline: Instant,
) -> Result<(Discovered, Late<'_>), SweepError> {
    let mut found = Discovered::default();
    let subscriptions = subscriptions(context, deadline, &mut found.problems).await?;
    found.subscriptions = subscriptions.len();
    let graph_until = deadline.min(Instant::now() + GRAPH_WITHIN);
    let listed = match by_graph(context, &subscriptions, graph_until, &mut found).await? {
        Some(listed) => listed,
        None => subscriptions,
    };
    let mut readable = found.subscriptions - listed.len();
    let mut waiting = listed.clone();
    let mut lists = lists(context, listed, deadline);
    let (soon, mut failed) = (Instant::now() + PATIENCE, None);
    loop {
        // Until one can be read there is nothing else to do.
        let until = if readable == 0 { deadline } else { soon };
        match timeout_at(until, lists.next()).await {
            Ok(Some((subscription, listed))) => {
                waiting.retain(|one| one.id != subscription.id);
                readable += usize::from(listed.is_ok());
                failed = found.take(&subscription, listed).or(failed);
            }
            Ok(None) | Err(_) => break,
        }
    }
    match failed {
        Some(error) if readable == 0 => return Err(SweepError::NoSubscription(error)),
        _ => {}
    }
    found.choose(context);
    let late = Late {
        context,
        waiting,
        lists,
    };
    Ok((found, late))
}

/// Lists the workspaces and groups of each of these subscriptions.
fn lists<'a>(
    context: &'a Context,
    subscriptions: Vec<Subscription>,
    deadline: Instant,
) -> BoxStream<'a, Listed> {
    let lists = subscriptions.into_iter().map(move |one| async move {
        let listed = targets(context, &one.id, deadline).await;
        (one, listed)
    });
    futures::stream::iter(lists)
        .buffer_unordered(LISTED_AT_ONCE)
        .boxed()
}

impl Late<'_> {
    /// What the others come to, each as soon as it answers, and what `then` makes of it.
    pub async fn each<T, F: Future<Output = T>>(self, then: impl Fn(Discovered) -> F) -> Vec<T> {
        let context = self.context;
        let parts = self.lists.map(|(subscription, listed)| {
            let mut part = Discovered::default();
            part.take(&subscription, listed);
            part.choose(context);
            then(part)
        });
        parts.buffer_unordered(LISTED_AT_ONCE).collect().await
    }

    /// What the others come to by an instant. Those that have not answered by then are left out.
    pub async fn within(mut self, until: Instant) -> Discovered {
        let mut found = Discovered::default();
        while let Ok(Some((subscription, listed))) = timeout_at(until, self.lists.next()).await {
            self.waiting.retain(|one| one.id != subscription.id);
            found.take(&subscription, listed);
        }
        for subscription in &self.waiting {
            found.unseen.push(arm_id(subscription));
            let id = &subscription.id;
            let problem = format!("subscription {id} has not answered in time, and is left out");
            found.problems.push(problem);
        }
        found.choose(self.context);
        found
    }
}

impl Discovered {
    /// Takes in what a subscription's lists say; why they could not be read, if so.
    fn take(
        &mut self,
        subscription: &Subscription,
        listed: Result<Targets, AzureError>,
    ) -> Option<AzureError> {
        match listed {
            Ok(targets) => {
                self.workspaces.extend(targets.found);
                self.problems.extend(targets.problems);
                let whole = targets.whole;
                self.unseen.extend((!whole).then(|| arm_id(subscription)));
                None
            }
            Err(error) => {
                self.unseen.push(arm_id(subscription));
                self.problems.push(format!(
                    "subscription {} could not be read: {error}",
                    subscription.id
                ));
                Some(error)
            }
        }
    }

    /// Keeps the workspaces that `INCLUDE` and `EXCLUDE` leave in.
    fn choose(&mut self, context: &Context) {
        let spread = &context.settings.spread;
        self.workspaces.retain(|target| {
            let workspace = &target.workspace;
            spread.takes(
                &workspace.subscription,
                &workspace.resource_group,
                &workspace.name,
            )
        });
    }

    /// Takes in what was found later.
    pub fn join(&mut self, later: Discovered) {
        self.workspaces.extend(later.workspaces);
        self.problems.extend(later.problems);
        self.oddities.extend(later.oddities);
        self.unseen.extend(later.unseen);
    }
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
    let (groups, workspaces, foundry) = futures::join!(
        context.arm.graph_resource_groups(&ids, deadline),
        context.arm.graph_workspaces(&ids, deadline),
        foundry::places(context, &ids, deadline)
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
    found.problems.extend(foundry.problems);
    if !foundry.whole {
        found.unseen.extend(visible.iter().map(arm_id));
    }
    let workspaces = workspaces.items.into_iter().map(|one| (one, true));
    let targets = with_groups(workspaces.chain(foundry.places), groups.items);
    found.workspaces.extend(targets);
    let shown = |id: &str| ids.iter().any(|known| known.eq_ignore_ascii_case(id));
    let rest = subscriptions.iter().filter(|one| !shown(&one.id));
    Ok(Some(rest.cloned().collect()))
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

/// The workspaces of a subscription.
struct Targets {
    found: Vec<WorkspaceTarget>,
    /// What is wrong with them, in words.
    problems: Vec<String>,
    /// These are all.
    whole: bool,
}

async fn targets(
    context: &Context,
    subscription: &str,
    deadline: Instant,
) -> Result<Targets, AzureError> {
    let own = [subscription.to_lowercase()];
    let (groups, workspaces, foundry) = futures::join!(
        context.arm.resource_groups(subscription, deadline),
        context.arm.workspaces(subscription, deadline),
        foundry::places(context, &own, deadline)
    );
    let workspaces = workspaces?;
    let whole = workspaces.is_whole() && foundry.whole;
    let mut problems = workspaces.oddities;
    problems.extend(foundry.problems);
    if let Some(error) = workspaces.incomplete {
        problems.push(format!(
            "the list of workspaces of {subscription} was cut short: {error}"
        ));
    }
    let tags = match groups {
        Ok(groups) => {
            let cut = groups.incomplete.clone();
            let tags = tags_by_name(groups);
            let foundry = foundry.places.iter().map(|(place, _)| place);
            let all = workspaces.items.iter().chain(foundry);
            problems.extend(groups_unseen(all, &tags, cut.as_ref()));
            tags
        }
        Err(error) => {
            problems.push(format!(
                "the resource groups of {subscription} could not be read: {error}"
            ));
            HashMap::new()
        }
    };
    let target = |(workspace, known): (Workspace, bool)| {
        let above = tags.get(&workspace.resource_group.to_lowercase());
        // A complete list may lack a group that the identity may not see, and what that says is not known then.
        let tags_known = above.is_some() && known;
        WorkspaceTarget {
            resource_group_tags: above.cloned().unwrap_or_default(),
            workspace,
            tags_known,
        }
    };
    Ok(Targets {
        found: workspaces
            .items
            .into_iter()
            .map(|one| (one, true))
            .chain(foundry.places)
            .map(target)
            .collect(),
        problems,
        whole,
    })
}
