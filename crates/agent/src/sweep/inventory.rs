//! The inventory: what else there is than what is governed, with what it costs. Once an hour, by the whole sweep or by the
//! one that fans out, and never by the pass over a workspace: a few calls for all workspaces together. What cannot be
//! read spoils nothing else, and the inventory before it stands.

use super::concurrent::all;
use super::context::Context;
use super::history::{self, SweepHistory};
use super::inventory_reading::Reading;
use super::options::Options;
use super::target::WorkspaceTarget;
use super::{attached, inventory_costs, inventory_foundry, inventory_requests, inventory_rights};
use crate::ledger::{INVENTORY_KEY, SaveError, Version};
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_core::inventory;
use lamplighter_core::kinds::standing::{self, Endpoints, Wanted};
use lamplighter_core::kinds::{self, Kind};
use lamplighter_core::observe::Compute;
use lamplighter_core::record::{Inventory, InventoryItem, NotRead};
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::time::Instant;

const EVERY: TimeDelta = TimeDelta::hours(1);
/// It takes no longer than this from a sweep.
const WITHIN: Duration = Duration::from_secs(30);
/// So many ids of what is attached are named in one query.
const NAMED_AT_ONCE: usize = 200;

/// Reads the inventory where an hour has passed since the last time; gives what is to be told of that.
pub async fn take(
    context: &Context,
    options: &Options,
    targets: impl Iterator<Item = &WorkspaceTarget>,
    known: &SweepHistory,
    deadline: Instant,
) -> Option<String> {
    let now = options.now;
    let fresh = known
        .inventoried
        .is_some_and(|at| at <= now && now - at < EVERY);
    let gone = Instant::now() >= deadline || context.host.is_gone();
    if fresh || gone || options.dry_run || context.ledger.is_read_only() {
        return None;
    }
    let loaded = context.ledger.load_or_begin_anew(INVENTORY_KEY).await;
    let (before, version, _) = match loaded {
        Ok(loaded) => loaded,
        Err(error) => return Some(format!("the inventory was not read: {error}")),
    };
    let key = |target: &WorkspaceTarget| target.workspace.id.to_lowercase();
    let reading = Reading {
        context,
        targets: targets.map(|target| (key(target), target)).collect(),
        before: &before,
        now,
        until: deadline.min(Instant::now() + WITHIN),
    };
    if reading.targets.is_empty() {
        return None;
    }
    let (inventory, told) = match reading.read().await {
        Ok(inventory) => (inventory, None),
        Err(why) => {
            let told =
                format!("what nothing governs could not be read, the last reading stands: {why}");
            let failed = Some(NotRead { at: now, why });
            let before = before.clone();
            (Inventory { failed, ..before }, Some(told))
        }
    };
    let kept = keep(context, &inventory, &version, now).await;
    told.or(kept.err())
}

/// Saves the inventory, and that it was read.
async fn keep(
    context: &Context,
    inventory: &Inventory,
    version: &Version,
    now: DateTime<Utc>,
) -> Result<(), String> {
    match context.ledger.save(INVENTORY_KEY, inventory, version).await {
        // Another copy has just read it.
        Ok(_) | Err(SaveError::Conflict) => {}
        Err(SaveError::Other(error)) => {
            return Err(format!("the inventory could not be saved: {error}"));
        }
    }
    let noted = history::amend(context, |history| history.inventoried = Some(now)).await;
    noted.map_err(|error| format!("that the inventory was read could not be saved: {error}"))
}

impl Reading<'_> {
    async fn read(&self) -> Result<Inventory, String> {
        let attached = attached::all(self.context, self.now).await;
        let attached = attached.map_err(|error| error.to_string())?;
        let here = |one: &Compute| self.target_of(one).is_some();
        let attached: Vec<Compute> = attached.into_iter().filter(here).collect();
        let rows = self.rows(&attached).await?;
        let wanted = Wanted {
            endpoints: Endpoints::All,
            attached: &attached,
        };
        let (found, odd) = standing::read(&rows, wanted);
        for odd in odd {
            tracing::warn!(event = "oddity", "of what nothing governs: {odd}");
        }
        let found: Vec<Compute> = found.into_iter().filter(here).collect();
        let requests = inventory_requests::requests(self, &found).await;
        let (mut items, mut meters) = (Vec::new(), Vec::new());
        for (compute, requests) in found.iter().zip(requests) {
            let Some(target) = self.target_of(compute) else {
                continue;
            };
            let enabled = self.is_enabled(&Kind::of(compute));
            let settings = &self.context.settings;
            let (own, above) = (&target.workspace.tags, &target.resource_group_tags);
            let read = kinds::reading(compute, own, above, &settings.defaults);
            let workspace = (target.workspace.name.as_str(), target.workspace.id.as_str());
            if let Some(item) = inventory::item(compute, workspace, &read, enabled, requests) {
                meters.push(inventory_costs::of_compute(compute, &item));
                items.push(item);
            }
        }
        let clusters = self.clusters().await;
        meters.extend(clusters.iter().map(inventory_costs::of_cluster));
        items.extend(clusters);
        for (item, paid) in inventory_foundry::items(self).await {
            items.push(item);
            meters.push(paid);
        }
        let prices = inventory_costs::price(self, &mut items, meters).await;
        items.sort_by(|a, b| {
            let costs = |item: &InventoryItem| item.an_hour();
            costs(b)
                .cmp(&costs(a))
                .then_with(|| a.resource.cmp(&b.resource))
        });
        let (not_allowed, tried_at) = inventory_rights::not_allowed(self, &rows, &attached).await;
        Ok(Inventory {
            at: Some(self.now),
            failed: None,
            items,
            not_allowed,
            prices,
            tried_at,
            unknown: self.before.unknown.clone(),
        })
    }

    /// Everything that Resource Graph shows: by one query, unless very much is attached.
    async fn rows(&self, attached: &[Compute]) -> Result<Vec<Value>, String> {
        let targets = self.targets.values();
        let own = targets.map(|target| target.workspace.subscription.to_lowercase());
        let others = attached
            .iter()
            .filter_map(|one| Some(one.id.split('/').nth(2)?.to_lowercase()));
        let subscriptions: BTreeSet<String> = own.chain(others).collect();
        let subscriptions: Vec<String> = subscriptions.into_iter().collect();
        let mut parts = attached.chunks(NAMED_AT_ONCE);
        let first = Wanted {
            endpoints: Endpoints::All,
            attached: parts.next().unwrap_or_default(),
        };
        let rest = parts.map(|attached| Wanted {
            endpoints: Endpoints::None,
            attached,
        });
        let mut rows = Vec::new();
        for wanted in std::iter::once(first).chain(rest) {
            let query = wanted.query();
            let arm = &self.context.arm;
            let asked = arm.graph_standing(&query, &subscriptions, self.until).await;
            rows.extend(asked.map_err(|error| error.to_string())?.items);
        }
        Ok(rows)
    }

    /// The clusters whose warm nodes idle: each sweep's list of computes has shown them, so they cost no call.
    async fn clusters(&self) -> Vec<InventoryItem> {
        let enabled = self.is_enabled(&Kind::Cluster);
        let reads = self.targets.values().map(|target| async move {
            let ledger = &self.context.ledger;
            let loaded = ledger.load_document(&target.workspace.id).await;
            let states = match &loaded {
                Ok((state, _)) => state.warm().collect(),
                Err(error) => {
                    let name = &target.workspace.name;
                    tracing::warn!(
                        event = "oddity",
                        "workspace {name}: its warm nodes are not known: {error}"
                    );
                    Vec::new()
                }
            };
            let items = states.into_iter().filter_map(|state| {
                let (resource, warm) = (state.resource?, state.warm_nodes?);
                Some(inventory::cluster(&resource, &warm, enabled))
            });
            items.collect::<Vec<_>>()
        });
        let read = all(reads.collect(), self.context.settings.concurrency).await;
        read.into_iter().flatten().collect()
    }
}
