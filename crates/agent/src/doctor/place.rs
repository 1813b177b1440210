//! What is asked in one subscription: little, and nothing that changes anything.

use super::attempt::{is_unregistered, tried};
use super::facts::{PlaceFacts, Tried};
use super::try_kinds;
use crate::sweep::Context;
use lamplighter_core::kinds;
use lamplighter_core::observe::Workspace;
use tokio::time::Instant;

/// Asks all that there is to ask in a subscription. Rights within a workspace are tried on the first.
pub async fn ask(context: &Context, subscription: &str, deadline: Instant) -> PlaceFacts {
    let arm = &context.arm;
    let (workspaces, registration) = futures::join!(
        arm.workspaces(subscription, deadline),
        arm.registration(subscription, deadline)
    );
    let spread = &context.settings.spread;
    let taken = |one: &Workspace| spread.takes(&one.subscription, &one.resource_group, &one.name);
    let workspaces = workspaces.map(|listing| {
        let mut workspaces = listing.items;
        workspaces.retain(taken);
        workspaces
    });
    let first = workspaces.as_ref().ok().and_then(|all| all.first());
    let permissions = match first {
        // Asked first: where Azure shows them, nothing that acts has to be tried.
        Some(workspace) => {
            let call = kinds::base::permissions(workspace);
            arm.permissions(&call, deadline).await.ok()
        }
        None => None,
    };
    let mut rights = Vec::new();
    for right in kinds::rights() {
        let tried = match right.attempt(subscription, first) {
            None => Tried::Nowhere,
            Some(call) => tried(context, &call, right.action, permissions.as_ref(), deadline).await,
        };
        rights.push((right.action, tried));
    }
    let unregistered = rights.iter().any(|(_, tried)| is_unregistered(tried));
    let listed = workspaces.as_deref().unwrap_or_default();
    let of_kinds = try_kinds::ask(context, subscription, listed, deadline).await;
    PlaceFacts {
        subscription: subscription.to_owned(),
        registration: match unregistered {
            true => Ok("NotRegistered".into()),
            false => registration,
        },
        workspaces,
        rights,
        of_kinds,
    }
}
