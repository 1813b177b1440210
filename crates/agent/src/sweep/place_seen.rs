//! What is remembered of a project or an account of Foundry: whether it must be listed now, and which pools its machines use.

use super::context::Context;
use super::named::policy_tags;
use super::own_tags;
use super::pass::Pass;
use crate::ledger::{LedgerError, PLACE_KEY, SaveError, Version};
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_core::kinds;
use lamplighter_core::kinds::workbench::place::{is_foundry, is_project};
use lamplighter_core::kinds::workbench::room::{self, Held, Pools};
use lamplighter_core::observe::{Compute, Tags};
use lamplighter_core::record::{self, ResourceState};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A place without a governed machine is listed so often, unless the tags above its machines change.
const EVERY: TimeDelta = TimeDelta::minutes(60);
/// A sweep that comes a little sooner than that is the one that looks.
const NEARLY: TimeDelta = TimeDelta::minutes(2);
/// What has not changed is written again so often, so that whoever reads it knows how old it may be.
const WRITTEN: TimeDelta = TimeDelta::minutes(30);
/// What an account serves on machines of its own changes seldom, and takes a call of its own.
const HELD_EVERY: TimeDelta = TimeDelta::hours(6);

/// A place as it was last listed in full.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlaceSeen {
    pub at: Option<DateTime<Utc>>,
    /// Whether tags govern any machine in it.
    governed: bool,
    /// The tags above its machines then: the project's, the account's, the resource group's.
    tags: [Tags; 3],
    /// The ids, in lower case, of what machines that are not stopped have room on.
    pub in_use: BTreeSet<String>,
    /// How many stopped ones have room on each, likewise.
    pub stopped: BTreeMap<String, usize>,
    /// Of an account: its owner, by its tags.
    pub owner: Option<String>,
    /// Of an account: its Foundry computes.
    pub pools: Vec<Pools>,
    /// Of an account: what holds machines all day.
    pub held: Vec<Held>,
    /// That could be read.
    pub held_known: bool,
    /// A machine that may run does not tell what it has room on.
    pub may_be_anywhere: bool,
    held_at: Option<DateTime<Utc>>,
}

/// That, as it is in the ledger.
pub struct LastSeen {
    seen: PlaceSeen,
    version: Version,
}

fn key(place: &str) -> String {
    format!("{PLACE_KEY}:{}", place.to_lowercase())
}

/// What is remembered of a place (its ARM id).
///
/// # Errors
/// The ledger cannot be read.
pub async fn seen(context: &Context, place: &str) -> Result<PlaceSeen, LedgerError> {
    let key = key(place);
    let loaded = context.ledger.load_or_begin_anew::<PlaceSeen>(&key);
    loaded.await.map(|(seen, _, _)| seen)
}

/// The same of the place of a pass; `None` where it is a workspace, which every sweep lists.
pub async fn last_seen(pass: &Pass<'_>) -> Result<Option<LastSeen>, LedgerError> {
    if !is_foundry(pass.key()) {
        return Ok(None);
    }
    let key = key(pass.key());
    let loaded = pass.context.ledger.load_or_begin_anew::<PlaceSeen>(&key);
    let (seen, version, _) = loaded.await?;
    Ok(Some(LastSeen { seen, version }))
}

/// The tags above a place's machines, as far as they are ours.
fn above(pass: &Pass<'_>) -> [Tags; 3] {
    let (defaults, own) = (&pass.context.settings.defaults, &pass.target.workspace);
    let group = &pass.target.resource_group_tags;
    [&own.tags, &own.above, group].map(|tags| policy_tags(tags, defaults))
}

impl LastSeen {
    /// Whether the place need not be listed now.
    pub fn is_enough(&self, pass: &Pass<'_>) -> bool {
        let recent = within(self.seen.at, EVERY - NEARLY, pass.options.now);
        recent && !self.seen.governed && self.seen.tags == above(pass)
    }

    /// Remembers a whole list of its machines. That another sweep has just done so is as good.
    ///
    /// # Errors
    /// The ledger cannot be read or written.
    pub async fn keep(self, pass: &Pass<'_>, machines: &[Compute]) -> Result<(), LedgerError> {
        let now = pass.options.now;
        let before = self.seen;
        let (held, held_known, held_at) = held(pass, &before).await;
        let seen = PlaceSeen {
            at: Some(now),
            governed: any_governed(pass, machines).await?,
            tags: above(pass),
            in_use: room::in_use(machines),
            stopped: room::stopped(machines),
            owner: owner(pass),
            pools: pools(pass, machines),
            held,
            held_known,
            may_be_anywhere: room::may_be_anywhere(machines),
            held_at,
        };
        let same = PlaceSeen {
            at: before.at,
            ..seen.clone()
        } == before;
        let is_written = same && seen.governed && within(before.at, WRITTEN, now);
        if is_written || pass.options.dry_run {
            return Ok(());
        }
        let key = key(pass.key());
        match pass.context.ledger.save(&key, &seen, &self.version).await {
            Ok(_) | Err(SaveError::Conflict) => Ok(()),
            Err(SaveError::Other(error)) => Err(error),
        }
    }
}

fn within(at: Option<DateTime<Utc>>, length: TimeDelta, now: DateTime<Utc>) -> bool {
    at.is_some_and(|at| at <= now && now - at < length)
}

/// What an account serves on machines of its own, as it was last read, whether that is all, and when it was tried.
async fn held(pass: &Pass<'_>, before: &PlaceSeen) -> (Vec<Held>, bool, Option<DateTime<Utc>>) {
    let now = pass.options.now;
    if is_project(pass.key()) || within(before.held_at, HELD_EVERY, now) {
        return (before.held.clone(), before.held_known, before.held_at);
    }
    let (arm, account) = (&pass.context.arm, &pass.target.workspace);
    match arm.held_machines(account, pass.deadline).await {
        Ok(held) => (held, true, Some(now)),
        Err(error) => {
            let name = &account.name;
            tracing::warn!(
                event = "oddity",
                "account {name}: what it serves on machines of its own could not be read: {error}"
            );
            (before.held.clone(), false, Some(now))
        }
    }
}

/// Whose an account is, as its tags and those above it say.
fn owner(pass: &Pass<'_>) -> Option<String> {
    let account = Compute {
        id: format!("{}/computes/-", pass.key()),
        ..Compute::default()
    };
    let target = pass.target;
    let (own, group) = (&target.workspace.tags, &target.resource_group_tags);
    let read = kinds::reading(&account, own, group, &pass.context.settings.defaults);
    record::owner(&read, &account)
}

/// The Foundry computes among the machines of an account, each with its owner.
fn pools(pass: &Pass<'_>, machines: &[Compute]) -> Vec<Pools> {
    let target = pass.target;
    let (own, group) = (&target.workspace.tags, &target.resource_group_tags);
    let defaults = &pass.context.settings.defaults;
    let pools = machines.iter().filter_map(|one| {
        let read = kinds::reading(one, own, group, defaults);
        room::of(one, record::owner(&read, one))
    });
    pools.collect()
}

/// Whether tags govern any of them: of one that shows none, those that are remembered.
async fn any_governed(pass: &Pass<'_>, machines: &[Compute]) -> Result<bool, LedgerError> {
    let target = pass.target;
    let (own, group) = (&target.workspace.tags, &target.resource_group_tags);
    let defaults = &pass.context.settings.defaults;
    let governed = |machine: &Compute| {
        let acted_on = kinds::Kind::of(machine).known().is_some();
        acted_on
            && kinds::reading(machine, own, group, defaults)
                .policy
                .governed
    };
    if machines.iter().any(governed) {
        return Ok(true);
    }
    let (state, _) = pass.context.ledger.load_document(pass.key()).await?;
    Ok(machines.iter().any(|one| {
        let mut known = state.get(&one.id.to_lowercase()).unwrap_or_default();
        let mut one = one.clone();
        own_tags::take_in(
            (pass.context, target),
            &mut one,
            &mut known,
            pass.options.now,
        );
        governed(&one) || is_open(&known)
    }))
}

/// Whether something about it has not come to its end yet.
fn is_open(state: &ResourceState) -> bool {
    let last = state.own_operations.last();
    state.open_intervals().next().is_some()
        || last.is_some_and(|own| own.ended.is_none())
        || !(state.owed.is_empty() && state.owed_after.is_empty() && state.untold.is_empty())
}
