//! Projects and accounts of Microsoft Foundry, which are swept like workspaces where the kind is enabled.

use super::context::Context;
use lamplighter_core::kinds::Kind;
use lamplighter_core::observe::Workspace;
use tokio::time::Instant;

/// What was found of Foundry in some subscriptions.
pub struct Places {
    /// Each with whether the tags of its account are known.
    pub places: Vec<(Workspace, bool)>,
    /// These are all.
    pub whole: bool,
    pub problems: Vec<String>,
}

/// The projects and accounts of subscriptions (bare ids); nothing is asked where the kind is not enabled.
pub async fn places(context: &Context, subscriptions: &[String], deadline: Instant) -> Places {
    let mut found = Places {
        places: Vec::new(),
        whole: true,
        problems: Vec::new(),
    };
    if !context.settings.kinds.enabled(Kind::Workbench.name()) {
        return found;
    }
    match context.arm.graph_foundry(subscriptions, deadline).await {
        Ok(listing) => {
            found.whole = listing.is_whole();
            found.problems = listing.oddities;
            let places = listing.items.into_iter();
            found.places = places
                .map(|one| (one.workspace, one.account_known))
                .collect();
        }
        Err(error) => {
            found.whole = false;
            found.problems = vec![format!("projects of Foundry could not be found: {error}")];
        }
    }
    found
}
