//! A compute by its name: as people say it, where that is enough to tell it from all others.

use crate::sweep::discover::discover;
use crate::sweep::target::WorkspaceTarget;
use crate::sweep::{Context, SweepError, all};
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
    let parts: Vec<&str> = name.split('/').collect();
    let [places @ .., compute] = &parts[..] else {
        return Err(missing(name, "it is empty".into()));
    };
    let mut found = discover(context, deadline).await?;
    let mut places = places.iter().rev();
    let (workspace, group) = (places.next(), places.next());
    found.workspaces.retain(|target| {
        let same = |wanted: Option<&&str>, found: &str| {
            wanted.is_none_or(|wanted| wanted.eq_ignore_ascii_case(found))
        };
        same(workspace, &target.workspace.name) && same(group, &target.workspace.resource_group)
    });
    let reads = found.workspaces.iter();
    let reads = reads.map(|target| named(context, target, compute, deadline));
    let (mut ids, mut problems) = (Vec::new(), found.problems);
    for read in all(reads.collect(), context.settings.concurrency).await {
        match read {
            Ok(here) => ids.extend(here),
            Err(problem) => problems.push(problem),
        }
    }
    ids.sort();
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
    let computes = listing.items.into_iter();
    let named = computes.filter(|compute| compute.name.eq_ignore_ascii_case(name));
    let id = |name: &str| format!("{}/computes/{name}", workspace.id);
    Ok(named.map(|compute| id(&compute.name)).collect())
}

fn missing(name: &str, why: String) -> SweepError {
    SweepError::NotFound {
        id: name.to_owned(),
        why,
    }
}
