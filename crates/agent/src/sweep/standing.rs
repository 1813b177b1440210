//! What stands beside the computes of a workspace and behind those that are attached to it: found by one call, and only
//! where the platform has enabled its kind, or somebody asks for everything.

use super::attached;
use super::context::Context;
use chrono::{DateTime, Utc};
use lamplighter_core::kinds::standing::{self, Wanted};
use lamplighter_core::kinds::{Kind, reported};
use lamplighter_core::observe::{Compute, Workspace};
use std::collections::{HashMap, HashSet};
use tokio::time::Instant;

/// The resources of a workspace.
pub struct Standing {
    pub computes: Vec<Compute>,
    /// What is wrong with them, in words.
    pub problems: Vec<String>,
    /// These are all.
    pub whole: bool,
}

/// The computes of a workspace, with what else there is. `shared_at`: a sweep's `now`, whose pass is to decide; `None`:
/// somebody only asks, so that kinds are looked at too that are not enabled.
pub async fn standing(
    context: &Context,
    workspace: &Workspace,
    computes: Vec<Compute>,
    shared_at: Option<DateTime<Utc>>,
    deadline: Instant,
) -> Standing {
    let enabled = |kind: &Kind| context.settings.kinds.enabled(kind.name());
    let wants = |kind: &Kind| shared_at.is_none() || enabled(kind);
    let (attached, mut computes): (Vec<Compute>, Vec<Compute>) = computes
        .into_iter()
        .partition(|compute| standing::behind(compute).is_some_and(|kind| wants(&kind)));
    let (mut problems, mut whole) = (Vec::new(), true);
    let attached = once_each(attached);
    let attached = match shared_at {
        None => attached,
        Some(now) => match attached::share(context, workspace, attached, now).await {
            Ok((here, elsewhere)) => {
                computes.extend(elsewhere);
                here
            }
            Err(error) => {
                whole = false;
                problems.push(format!(
                    "who decides about what is attached is not known: {error}"
                ));
                Vec::new()
            }
        },
    };
    let wanted = Wanted {
        deployments_of: wants(&Kind::Deployment).then_some(workspace),
        attached: &attached,
    };
    if !wanted.is_empty() {
        let found = find(context, workspace, wanted, deadline).await;
        let (found, troubles) = found.unwrap_or_else(|why| (Vec::new(), vec![why]));
        whole &= troubles.is_empty();
        problems.extend(troubles);
        let seen: HashSet<String> = found.iter().map(|one| one.id.to_lowercase()).collect();
        for mut one in attached
            .into_iter()
            .filter(|one| !seen.contains(&one.id.to_lowercase()))
        {
            whole = false;
            one.by_kind.notes.push(format!(
                "not allowed to look: {} is not shown (is it there?)",
                one.id
            ));
            computes.push(one);
        }
        computes.extend(found);
    }
    for compute in &mut computes {
        let kind = Kind::named(compute.compute_type.as_deref());
        compute.by_kind.observe_only = kind.known().is_some() && !enabled(&kind);
    }
    name_namesakes(&mut computes);
    Standing {
        computes,
        problems,
        whole,
    }
}

/// What is attached more than once is one thing, with all the ids by which it is attached.
fn once_each(attached: Vec<Compute>) -> Vec<Compute> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut each: Vec<Compute> = Vec::with_capacity(attached.len());
    for one in attached {
        match places.get(&one.id.to_lowercase()) {
            Some(&place) => each[place]
                .by_kind
                .attached_as
                .extend(one.by_kind.attached_as),
            None => {
                places.insert(one.id.to_lowercase(), each.len());
                each.push(one);
            }
        }
    }
    each
}

async fn find(
    context: &Context,
    workspace: &Workspace,
    wanted: Wanted<'_>,
    deadline: Instant,
) -> Result<(Vec<Compute>, Vec<String>), String> {
    let own = std::iter::once(workspace.subscription.to_lowercase());
    let others = wanted
        .attached
        .iter()
        .filter_map(|one| Some(one.id.split('/').nth(2)?.to_lowercase()));
    let mut subscriptions: Vec<String> = own.chain(others).collect();
    subscriptions.sort_unstable();
    subscriptions.dedup();
    let asked = context
        .arm
        .graph_standing(&wanted.query(), &subscriptions, deadline)
        .await;
    let rows = asked
        .map_err(|error| format!("what stands beside its computes could not be found: {error}"))?;
    let (found, odd) = standing::read(&rows.items, wanted);
    Ok((found, odd.iter().map(ToString::to_string).collect()))
}

/// Marks computes and deployments of endpoints that have one name: a tag that is addressed to it may mean either.
fn name_namesakes(computes: &mut [Compute]) {
    let endpoint = |compute: &Compute| {
        let is = matches!(
            Kind::named(compute.compute_type.as_deref()),
            Kind::Deployment
        );
        let is = is || compute.compute_type.as_deref() == Some(reported::ON_KUBERNETES);
        let name = compute.name.split_once('/').filter(|_| is)?.0;
        Some(name.to_lowercase())
    };
    let endpoints: HashSet<String> = computes.iter().filter_map(endpoint).collect();
    if endpoints.is_empty() {
        return;
    }
    let others = computes
        .iter()
        .filter(|compute| endpoint(compute).is_none());
    let others: HashSet<String> = others.map(|compute| compute.name.to_lowercase()).collect();
    let both: HashSet<String> = endpoints.intersection(&others).cloned().collect();
    for compute in computes {
        let name = endpoint(compute).unwrap_or_else(|| compute.name.to_lowercase());
        compute.by_kind.namesake = both.contains(&name);
    }
}
