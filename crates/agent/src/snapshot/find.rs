//! A compute by its name: as people say it, where that is enough to tell it from all others.

use crate::sweep::discover::discover;
use crate::sweep::standing::standing;
use crate::sweep::target::WorkspaceTarget;
use crate::sweep::{Context, SweepError, all};
use lamplighter_core::observe::Compute;
use tokio::time::Instant;

/// So many of those that have the same name are listed.
const SHOWN: usize = 5;

/// What was found under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The compute's ARM id.
    pub id: String,
    /// What could not be read, so that another one may have the same name.
    pub problems: Vec<String>,
}

/// The compute that `workspace/compute` names, or its name alone, or `group/workspace/compute`; in any case.
///
/// # Errors
/// There is none of this name, or more than one, or nothing could be read.
pub async fn find(context: &Context, name: &str) -> Result<Found, SweepError> {
    let deadline = Instant::now() + context.settings.sweep_deadline;
    if name.is_empty() {
        return Err(missing(name, "it is empty".into()));
    }
    let found = discover(context, deadline).await?;
    // Where a part of the name is a workspace's, the others are read only if nothing of that name is there: what is before
    // a deployment may be its endpoint.
    let mut places: Vec<&str> = name.split('/').collect();
    places.pop();
    let is_named = |target: &WorkspaceTarget| {
        let own = &target.workspace.name;
        places.iter().any(|place| place.eq_ignore_ascii_case(own))
    };
    let (first, others): (Vec<_>, Vec<_>) = found.workspaces.iter().partition(|one| is_named(one));
    let (mut ids, mut problems) = (Vec::new(), found.problems);
    for targets in [first, others] {
        if !ids.is_empty() {
            break;
        }
        let reads = targets.into_iter();
        let reads = reads.map(|target| named(context, target, name, deadline));
        for read in all(reads.collect(), context.settings.concurrency).await {
            match read {
                Ok(here) => ids.extend(here),
                Err(problem) => problems.push(problem),
            }
        }
    }
    ids.sort();
    // One thing may be attached to many workspaces.
    ids.dedup_by(|a, b| a.eq_ignore_ascii_case(b));
    match &ids[..] {
        [id] => Ok(Found {
            id: id.clone(),
            problems,
        }),
        [] => {
            let first = problems.first();
            let first = first.map(|first| format!("; not everything could be read: {first}"));
            let why = "no compute that the identity sees has this name";
            Err(missing(name, format!("{why}{}", first.unwrap_or_default())))
        }
        _ => {
            let listed: Vec<String> = ids.iter().take(SHOWN).cloned().collect();
            let (count, listed) = (ids.len(), listed.join(", "));
            let why = format!("{count} computes have this name, so give more of it: {listed}");
            Err(missing(name, why))
        }
    }
}

/// The ids of the computes of this name in one workspace.
async fn named(
    context: &Context,
    target: &WorkspaceTarget,
    name: &str,
    deadline: Instant,
) -> Result<Vec<String>, String> {
    let workspace = &target.workspace;
    let listing = context.arm.computes(workspace, deadline).await;
    let listing = listing.map_err(|error| {
        let (workspace, error) = (&workspace.name, error.plain());
        format!("workspace {workspace}: its computes could not be read: {error}")
    })?;
    let found = standing(context, workspace, listing.items, (None, None), deadline).await;
    let named = found
        .computes
        .into_iter()
        .filter(|compute| is_named(target, compute, name));
    Ok(named.map(|compute| compute.id).collect())
}

/// Whether `group/workspace/compute` is, or ends in, this name: of a deployment `compute` is `endpoint/deployment`, and
/// what is attached has also the names that it is attached as.
fn is_named(target: &WorkspaceTarget, compute: &Compute, name: &str) -> bool {
    let workspace = &target.workspace;
    let attached = compute.by_kind.attached_as.iter();
    let attached = attached.filter_map(|id| id.rsplit('/').next());
    let mut names = std::iter::once(compute.name.as_str()).chain(attached);
    let name = name.to_lowercase();
    names.any(|own| {
        let whole = format!("/{}/{}/{own}", workspace.resource_group, workspace.name);
        whole.to_lowercase().ends_with(&format!("/{name}"))
    })
}

fn missing(name: &str, why: String) -> SweepError {
    SweepError::NotFound {
        id: name.to_owned(),
        why,
    }
}
