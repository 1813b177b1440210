//! What holds machines of Foundry all day and does nothing that is seen: pools on which nothing has room, and models on
//! accelerators of their own. It is read from what the passes have listed, so it takes no call.

use super::inventory_costs::Paid;
use super::inventory_reading::Reading;
use super::place_seen::{self, PlaceSeen};
use super::target::WorkspaceTarget;
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_core::inventory;
use lamplighter_core::kinds::workbench::place::{is_foundry, is_project};
use lamplighter_core::record::InventoryItem;
use std::collections::{BTreeMap, BTreeSet};

/// A list that is older proves nothing of what has room now.
const FRESH: TimeDelta = TimeDelta::hours(2);

/// The items, each with what it is paid by.
pub async fn items(reading: &Reading<'_>) -> Vec<(InventoryItem, Paid)> {
    let mut items = Vec::new();
    for (id, target) in &reading.targets {
        if is_foundry(id) && !is_project(id) {
            items.extend(of_account(reading, id, target).await);
        }
    }
    items
}

async fn of_account(
    reading: &Reading<'_>,
    id: &str,
    target: &WorkspaceTarget,
) -> Vec<(InventoryItem, Paid)> {
    let below = format!("{id}/projects/");
    let own = reading.targets.keys();
    let places = own.filter(|place| *place == id || place.starts_with(&below));
    let spread = &reading.context.settings.spread;
    // What is left out of sweeps may have machines there, too.
    let mut whole = spread.include.is_empty() && spread.exclude.is_empty();
    let (mut account, mut in_use) = (PlaceSeen::default(), BTreeSet::new());
    let mut stopped = BTreeMap::new();
    for place in places {
        let seen = place_seen::seen(reading.context, place).await;
        let Some(seen) = seen.ok().filter(|seen| is_fresh(seen, reading.now)) else {
            whole = false;
            continue;
        };
        in_use.extend(seen.in_use.iter().cloned());
        for (on, count) in &seen.stopped {
            *stopped.entry(on.clone()).or_insert(0) += count;
        }
        whole &= !seen.may_be_anywhere;
        if place == id {
            account = seen;
        }
    }
    whole &= account.held_known
        && account
            .held
            .iter()
            .all(|held| held.runs_on.is_some() || !held.is_on_vms());
    let on = account.held.iter().filter_map(|held| held.runs_on.clone());
    in_use.extend(on);
    let place = (target.workspace.name.as_str(), target.workspace.id.as_str());
    let mut items: Vec<(InventoryItem, Paid)> = Vec::new();
    // A project that was not listed may have machines anywhere.
    let idle = account.pools.iter().filter(|_| whole);
    for pools in idle.filter(|pools| !in_use.contains(&pools.id.to_lowercase())) {
        let since = since(reading, &pools.id);
        let here = stopped.get(&pools.id.to_lowercase()).copied();
        let item = inventory::pools(pools, place, here.unwrap_or(0), since);
        items.push((item, pools.meters()));
    }
    let held = account.held.iter();
    let owner = &account.owner;
    items.extend(held.map(|held| (inventory::held(held, place, owner.clone()), None)));
    items
}

fn is_fresh(seen: &PlaceSeen, now: DateTime<Utc>) -> bool {
    seen.at.is_some_and(|at| now - at < FRESH)
}

/// Since when every reading has found nothing on it.
fn since(reading: &Reading<'_>, id: &str) -> DateTime<Utc> {
    let id = id.to_lowercase();
    let mut before = reading.before.items.iter();
    let known = before.find(|item| item.resource.id == id);
    known.and_then(|item| item.since).unwrap_or(reading.now)
}
