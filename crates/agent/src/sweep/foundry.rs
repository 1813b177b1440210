//! Projects and accounts of Microsoft Foundry, which are swept like workspaces where the kind is enabled.

use super::context::Context;
use super::message::policy_tags;
use super::own_tags;
use super::pass::Pass;
use crate::ledger::{LedgerError, SaveError, Version};
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_core::kinds::workbench::place::is_foundry;
use lamplighter_core::kinds::{self, Kind};
use lamplighter_core::observe::{Compute, Tags, Workspace};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

/// A place without a governed machine is listed so often, unless the tags above its machines change.
const EVERY: TimeDelta = TimeDelta::minutes(60);
/// A sweep that comes a little sooner than that is the one that looks.
const NEARLY: TimeDelta = TimeDelta::minutes(2);

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

/// When a place that had no governed machine was listed last, and what the tags above its machines were.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Look {
    at: Option<DateTime<Utc>>,
    tags: [Tags; 3],
}

/// What is remembered of the last look at a place.
pub struct LastLook {
    look: Look,
    version: Version,
}

fn name(pass: &Pass<'_>) -> String {
    format!("look:{}", pass.key().to_lowercase())
}

/// The tags above a place's machines, as far as they are ours.
fn above(pass: &Pass<'_>) -> [Tags; 3] {
    let defaults = &pass.context.settings.defaults;
    let own = &pass.target.workspace;
    [
        &own.tags,
        &own.above,
        &pass.target.resource_group_tags,
    ]
    .map(|tags| policy_tags(tags, defaults))
}

/// The last look at a place; `None` where it is a workspace, which every sweep lists.
pub async fn last_look(pass: &Pass<'_>) -> Result<Option<LastLook>, LedgerError> {
    if !is_foundry(pass.key()) {
        return Ok(None);
    }
    let name = name(pass);
    let loaded = pass.context.ledger.load_or_begin_anew::<Look>(&name);
    let (look, version, _) = loaded.await?;
    Ok(Some(LastLook { look, version }))
}

impl LastLook {
    /// Whether the place need not be listed now.
    pub fn is_enough(&self, pass: &Pass<'_>) -> bool {
        let now = pass.options.now;
        let recent = |at: DateTime<Utc>| at <= now && now - at < EVERY - NEARLY;
        self.look.at.is_some_and(recent) && self.look.tags == above(pass)
    }

    /// Remembers whether anything here is governed. That another sweep has just done so is as good.
    pub async fn keep(self, pass: &Pass<'_>, machines: &[Compute]) -> Result<(), LedgerError> {
        let look = match any_governed(pass, machines).await? {
            true => Look::default(),
            false => Look {
                at: Some(pass.options.now),
                tags: above(pass),
            },
        };
        if look == self.look || pass.options.dry_run {
            return Ok(());
        }
        let name = name(pass);
        match pass.context.ledger.save(&name, &look, &self.version).await {
            Ok(_) | Err(SaveError::Conflict) => Ok(()),
            Err(SaveError::Other(error)) => Err(error),
        }
    }
}

/// Whether tags govern any of them: of one that shows none, those that are remembered.
async fn any_governed(pass: &Pass<'_>, machines: &[Compute]) -> Result<bool, LedgerError> {
    let target = pass.target;
    let (own, group) = (&target.workspace.tags, &target.resource_group_tags);
    let defaults = &pass.context.settings.defaults;
    let governed = |machine: &Compute| kinds::reading(machine, own, group, defaults).policy.governed;
    if machines.iter().any(governed) {
        return Ok(true);
    }
    if !machines.iter().any(|one| one.by_kind.tags_hidden) {
        return Ok(false);
    }
    let (state, _) = pass.context.ledger.load_document(pass.key()).await?;
    Ok(machines.iter().any(|one| {
        let mut known = state.get(&one.id.to_lowercase()).unwrap_or_default();
        let mut one = one.clone();
        own_tags::take_in(pass.context, &mut one, &mut known, pass.options.now);
        governed(&one)
    }))
}
