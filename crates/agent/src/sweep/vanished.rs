//! What saved state knows and a whole list no longer shows: whether it is gone, or only not shown.

use super::attached;
use super::complete::Complete;
use super::pass::Pass;
use crate::ledger::StateDocument;
use lamplighter_azure::ErrorKind;
use lamplighter_core::observe::{ByKind, Compute};
use lamplighter_core::record::ResourceState;

/// Those that have been deleted, or are attached to this workspace no more; they are taken out of the saved state. Of what
/// a later version may have saved, no list tells anything.
pub async fn take(
    pass: &Pass<'_>,
    state: &mut StateDocument,
    complete: Complete,
    problems: &mut Vec<String>,
) -> Vec<(String, ResourceState)> {
    let own = format!("{}/", pass.key().to_lowercase());
    let computes = format!("{own}computes/");
    let workbenches = format!("{own}workbenches/");
    let kinds = &pass.context.settings.kinds;
    let listed = |known: &ResourceState| {
        let kind = known.resource.as_ref().map(|resource| &resource.kind);
        kind.is_some_and(|kind| kind.known().is_some() && kinds.enabled(kind.name()))
    };
    let mut gone = Vec::new();
    for id in state.not_met() {
        let Some(known) = state.get(&id) else {
            continue;
        };
        let is_gone = match () {
            () if id.starts_with(&computes) || id.starts_with(&workbenches) => true,
            () if !complete.beside || !listed(&known) => false,
            () if id.starts_with(&own) => is_gone(pass, &known, &id, problems).await,
            // The list of computes shows what is attached.
            () => {
                let left = attached::detached(pass.context, pass.key(), &id).await;
                problems.extend(left.err().map(|error| {
                    format!("that {id} is attached here no more is not written down: {error}")
                }));
                true
            }
        };
        if is_gone {
            state.remove(&id);
            gone.push((id, known));
        }
    }
    gone
}

/// Whether Azure says that it is not there. Resource Graph leaves out what it has not heard of yet and what may not be read,
/// without a word; a value that was to be brought back would be lost with it.
async fn is_gone(
    pass: &Pass<'_>,
    known: &ResourceState,
    id: &str,
    problems: &mut Vec<String>,
) -> bool {
    let Some(resource) = &known.resource else {
        return false;
    };
    let Some(kind) = resource.kind.known() else {
        return false;
    };
    let compute = Compute {
        id: id.to_owned(),
        name: resource.name.clone(),
        compute_type: Some(resource.kind.name().to_owned()),
        by_kind: ByKind::default(),
        ..Compute::default()
    };
    let workspace = &pass.target.workspace;
    let arm = &pass.context.arm;
    let why = match arm.resource(kind, workspace, &compute, pass.deadline).await {
        Err(error) if error.kind() == ErrorKind::NotFound => return true,
        Err(error) => error.to_string(),
        Ok(_) => "Azure Resource Manager does".to_owned(),
    };
    problems.push(format!(
        "{}: Resource Graph does not show it, so nothing is decided about it: {why}",
        resource.name
    ));
    false
}
