//! One workspace, asked for by itself: whoever asks may not be allowed to list what lies around it.

use crate::sweep::target::WorkspaceTarget;
use crate::sweep::{Context, SweepError};
use lamplighter_azure::AzureError;
use lamplighter_core::kinds::workbench;
use lamplighter_core::observe::{Tags, Workspace};
use tokio::time::Instant;

/// The workspace of an ARM id in lower case, with the tags above it, and what could not be read.
///
/// # Errors
/// It is not there, cannot be read, or the settings leave it out.
pub async fn one(
    context: &Context,
    id: &str,
    deadline: Instant,
) -> Result<(WorkspaceTarget, Vec<String>), SweepError> {
    let missing = |why: String| SweepError::NotFound {
        id: id.to_owned(),
        why,
    };
    let parts: Vec<&str> = id.split('/').collect();
    let part = |index: usize| parts.get(index).copied().unwrap_or_default().to_owned();
    let elsewhere = workbench::place::workspace(id, None, Tags::new());
    let known = elsewhere.unwrap_or_else(|| Workspace {
        id: id.to_owned(),
        subscription: part(2),
        resource_group: part(4),
        name: part(8),
        location: None,
        tags: Tags::new(),
        above: Tags::new(),
    });
    let settings = &context.settings;
    let named = &settings.subscriptions;
    let taken = settings
        .spread
        .takes(&known.subscription, &known.resource_group, &known.name);
    if !taken || !(named.is_empty() || named.contains(&known.subscription)) {
        let why = "the settings leave it out (SUBSCRIPTIONS, INCLUDE, EXCLUDE)";
        return Err(missing(why.into()));
    }
    let (subscription, group) = (&known.subscription, &known.resource_group);
    let (workspace, above) = futures::join!(
        context.arm.workspace(&known, deadline),
        context.arm.resource_group(subscription, group, deadline)
    );
    let workspace = workspace.map_err(|error| missing(why(&error)))?;
    let problem = above.as_ref().err().map(|error| {
        let error = error.plain();
        format!("decided without the resource group's tags: {error}")
    });
    let target = WorkspaceTarget {
        workspace,
        tags_known: above.is_ok(),
        resource_group_tags: above.map(|group| group.tags).unwrap_or_default(),
    };
    Ok((target, problem.into_iter().collect()))
}

fn why(error: &AzureError) -> String {
    match error.is_not_found() {
        true => "it does not exist, or the identity may not read it".into(),
        false => error.plain(),
    }
}
