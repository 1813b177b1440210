//! The rights of kinds other than the instance, each tried where it is granted: in workspaces, or on resources of their
//! own. Nothing is asked where `KINDS` names none of them.

use super::attempt::tried;
use super::facts::{OfKind, Tried};
use super::rights;
use crate::settings::Kinds;
use crate::sweep::Context;
use lamplighter_azure::Permissions;
use lamplighter_core::kinds::workbench::place::is_project;
use lamplighter_core::kinds::{Call, Kind, ResourceKind, Right, base};
use lamplighter_core::observe::{Compute, Workspace};
use lamplighter_core::policy::Target;
use std::collections::BTreeMap;
use tokio::time::Instant;

/// So many workspaces of a subscription are searched for resources of these kinds.
const WORKSPACES: usize = 10;
/// So many resources of a kind are looked at in a subscription.
const EACH: usize = 5;

/// Where a right is tried.
#[derive(Clone, Debug)]
enum Spot<'a> {
    Within(&'a Workspace),
    On(String),
}

/// The other kinds that are enabled.
pub(super) fn others(kinds: &Kinds) -> Vec<&'static dyn ResourceKind> {
    let others = kinds.all().iter().filter(|one| **one != Target::Instance);
    others
        .filter_map(|one| Kind::from(one.name().to_owned()).known())
        .collect()
}

/// Tries the rights of every enabled kind of which there is something.
pub(super) async fn ask(
    context: &Context,
    subscription: &str,
    workspaces: &[Workspace],
    deadline: Instant,
) -> Vec<OfKind> {
    let kinds = others(&context.settings.kinds);
    let mut found = Vec::new();
    if kinds.is_empty() {
        return found;
    }
    let mut spots = spots(context, &kinds, workspaces, deadline).await;
    let foundry = kinds.iter().find(|kind| kind.target() == Target::Workbench);
    if let Some(kind) = foundry {
        let places = places(context, subscription, deadline).await;
        spots.insert(kind.name(), places);
    }
    for kind in kinds {
        let spots = spots
            .get(kind.name())
            .map(Vec::as_slice)
            .unwrap_or_default();
        for right in kind.rights() {
            // What is granted in a subscription is tried there, once.
            if let Some(call) = right
                .attempt(subscription, None)
                .filter(|_| !spots.is_empty())
            {
                let tried = tried(context, &call, right.action, None, deadline).await;
                found.push(of(kind, &right, subscription.to_owned(), tried));
            }
        }
        for spot in spots {
            found.extend(try_at(context, kind, subscription, spot, deadline).await);
        }
    }
    found
}

fn of(kind: &dyn ResourceKind, right: &Right, at: String, tried: Tried) -> OfKind {
    OfKind {
        kind: kind.name(),
        action: right.action,
        at,
        tried,
    }
}

/// Where there is something of each kind, by its name.
async fn spots<'a>(
    context: &Context,
    kinds: &[&'static dyn ResourceKind],
    workspaces: &'a [Workspace],
    deadline: Instant,
) -> BTreeMap<&'static str, Vec<Spot<'a>>> {
    let mut spots: BTreeMap<&'static str, Vec<Spot<'a>>> = BTreeMap::new();
    for workspace in workspaces.iter().take(WORKSPACES) {
        // That computes cannot be listed is told by the line of that right.
        let listed = context.arm.computes(workspace, deadline).await;
        let computes = listed.map(|listing| listing.items).unwrap_or_default();
        for kind in kinds {
            let of_kind = spots.entry(kind.name()).or_default();
            match kind.target() {
                // They are in no workspace.
                Target::Workbench => {}
                Target::Vm | Target::Aks => attached(*kind, &computes, of_kind),
                // Whether it has endpoints, only one of these rights lets see.
                Target::Deployment => of_kind.push(Spot::Within(workspace)),
                Target::Instance | Target::Cluster => {
                    let own = Some(kind.compute_type());
                    let any = computes
                        .iter()
                        .any(|one| one.compute_type.as_deref() == own);
                    of_kind.extend(any.then_some(Spot::Within(workspace)));
                }
            }
            of_kind.truncate(EACH);
        }
    }
    spots
}

/// Projects and accounts of Foundry. That none can be found is told by no line: whoever may see none has none to govern.
async fn places<'a>(context: &Context, subscription: &str, deadline: Instant) -> Vec<Spot<'a>> {
    let own = [subscription.to_lowercase()];
    let found = context.arm.graph_foundry(&own, deadline).await;
    let ids = found.map(|found| found.items).unwrap_or_default();
    let (projects, accounts): (Vec<String>, Vec<String>) = ids
        .into_iter()
        .map(|place| place.workspace.id)
        .partition(|id| is_project(id));
    let some = |ids: Vec<String>| ids.into_iter().take(EACH).map(Spot::On);
    some(projects).chain(some(accounts)).collect()
}

/// The resources of a kind that are attached to a workspace, each once.
fn attached(kind: &dyn ResourceKind, computes: &[Compute], spots: &mut Vec<Spot<'_>>) {
    let part = format!("/providers/{}/", kind.compute_type()).to_lowercase();
    let of_kind = computes
        .iter()
        .filter(|one| one.id.to_lowercase().contains(&part));
    for compute in of_kind {
        let known = |spot: &Spot<'_>| match spot {
            Spot::On(id) => id.eq_ignore_ascii_case(&compute.id),
            Spot::Within(_) => false,
        };
        if !spots.iter().any(known) {
            spots.push(Spot::On(compute.id.clone()));
        }
    }
}

/// Tries a kind's rights in one place. Where Azure shows the identity its own permissions, nothing that acts is tried.
async fn try_at(
    context: &Context,
    kind: &dyn ResourceKind,
    subscription: &str,
    spot: &Spot<'_>,
    deadline: Instant,
) -> Vec<OfKind> {
    let (shown_by, at) = match spot {
        Spot::Within(workspace) => (base::permissions(workspace), workspace.name.clone()),
        Spot::On(id) => {
            let name = id.rsplit('/').next().unwrap_or_default();
            (base::permissions_on(id), name.to_owned())
        }
    };
    let shown = context.arm.permissions(&shown_by, deadline).await.ok();
    let mut found = Vec::new();
    for right in kind.rights() {
        let call = match spot {
            // Those of a whole subscription have been tried.
            _ if right.attempt(subscription, None).is_some() => continue,
            Spot::On(id) if !right.is_about(id) => continue,
            Spot::Within(workspace) => right.attempt(subscription, Some(*workspace)),
            Spot::On(id) => right.attempt_on(id),
        };
        let tried = judged(context, call, right.action, shown.as_ref(), deadline).await;
        found.push(of(kind, &right, at.clone(), tried));
    }
    found
}

async fn judged(
    context: &Context,
    call: Option<Call>,
    action: &str,
    shown: Option<&Permissions>,
    deadline: Instant,
) -> Tried {
    match (call, shown) {
        (Some(call), shown) => tried(context, &call, action, shown, deadline).await,
        (None, Some(shown)) if rights::allows(shown, action) => Tried::Given,
        (None, Some(_)) => Tried::Missing,
        (None, None) => Tried::Unshown,
    }
}
