//! Which workspace's pass decides about what is attached to several: one thing is decided once, whoever sweeps it, and with
//! all the names by which jobs know it.

use super::context::Context;
use crate::ledger::{ATTACHED_KEY, LedgerError, SaveError};
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_core::kinds::Kind;
use lamplighter_core::observe::{Compute, Workspace};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashSet};

/// Another copy may have written it meanwhile; passes of this one wait for each other.
const SAVE_ATTEMPTS: usize = 10;
/// That it is still attached is written down no more often than this.
const WRITTEN_EVERY: TimeDelta = TimeDelta::hours(6);
/// So long after it was last written down, what is attached counts as attached.
const SEEN_LATELY: TimeDelta = TimeDelta::hours(12);
/// Other workspaces, to which it may be attached too, have all been swept by then.
const KNOWN_AFTER: TimeDelta = TimeDelta::minutes(10);
/// A workspace that has not shown it for so much longer than another has it no more, or is swept no more. It is not counted
/// from now: after a time without any sweep all of them are as old, and none is forgotten.
const FORGOTTEN_AFTER: TimeDelta = TimeDelta::hours(13);

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct AllAttached {
    /// By the lower-cased ARM id of what is billed.
    resources: BTreeMap<String, Attached>,
    /// Fields of a later version: kept, and written again.
    #[serde(flatten)]
    unknown: Map<String, Value>,
}

/// One thing that is attached.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Attached {
    /// The lower-cased ARM id of the workspace whose pass decides.
    decided_in: String,
    /// When a pass last saw it as a compute that was not known before.
    #[serde(skip_serializing_if = "Option::is_none")]
    grown_at: Option<DateTime<Utc>>,
    /// When each of the computes that it is attached as, by lower-cased id, was last seen.
    computes: BTreeMap<String, DateTime<Utc>>,
}

impl Attached {
    /// Gives a resource the ids of all the computes that it is attached as, those of other workspaces last.
    fn name_all(&self, resource: &mut Compute) {
        let own = &mut resource.by_kind.attached_as;
        let others = self.computes.keys();
        let others = others.filter(|id| !own.iter().any(|own| own.eq_ignore_ascii_case(id)));
        let others: Vec<String> = others.cloned().collect();
        own.extend(others);
    }

    fn see(&mut self, workspace: &str, computes: &[String], now: DateTime<Utc>) {
        // Not what this sweep has written of others: they may only have had their turn sooner.
        let earlier = self
            .computes
            .values()
            .filter(|at| now - **at >= WRITTEN_EVERY);
        let newest = earlier.max().copied();
        self.computes
            .retain(|_, at| newest.is_none_or(|newest| newest - *at < FORGOTTEN_AFTER));
        for id in computes {
            let id = id.to_lowercase();
            let known = self.computes.get(&id);
            if known.is_none() {
                self.grown_at = Some(now);
            }
            if known.is_none_or(|at| now - *at >= WRITTEN_EVERY) {
                self.computes.insert(id, now);
            }
        }
        // Whoever decides goes on, so that what is saved about it stays in one place.
        if self.decided_in.is_empty() || !self.is_in(&self.decided_in) {
            self.decided_in = workspace.to_owned();
        }
    }

    /// Whether it is attached to a workspace of this lower-cased id.
    fn is_in(&self, workspace: &str) -> bool {
        let below = format!("{workspace}/");
        self.computes.keys().any(|id| id.starts_with(&below))
    }
}

/// What is attached, by who decides about it.
#[derive(Debug, Default)]
pub struct Shared {
    /// The pass over this workspace, with all the computes that each is attached as.
    pub here: Vec<Compute>,
    pub elsewhere: Vec<Compute>,
    /// Those of the first, by lower-cased id, of which other workspaces may have jobs that nobody knows of yet.
    pub new: HashSet<String>,
}

/// Who decides about each of `attached`.
///
/// # Errors
/// It cannot be read or written who decides: then nobody may.
pub async fn share(
    context: &Context,
    workspace: &Workspace,
    attached: Vec<Compute>,
    now: DateTime<Utc>,
) -> Result<Shared, LedgerError> {
    let mut shared = Shared::default();
    if attached.is_empty() {
        return Ok(shared);
    }
    let known = seen(context, &workspace.id.to_lowercase(), &attached, now).await?;
    for mut one in attached {
        let key = one.id.to_lowercase();
        let Some(entry) = known.resources.get(&key) else {
            continue;
        };
        match entry.decided_in.eq_ignore_ascii_case(&workspace.id) {
            true => {
                entry.name_all(&mut one);
                if entry.grown_at.is_some_and(|at| now - at < KNOWN_AFTER) {
                    shared.new.insert(key);
                }
                shared.here.push(one);
            }
            false => {
                let place = entry.decided_in.rsplit('/').next().unwrap_or_default();
                let note = format!(
                    "it is decided about in workspace {place}, to which it is attached too"
                );
                one.by_kind.notes.push(note);
                shared.elsewhere.push(one);
            }
        }
    }
    Ok(shared)
}

/// Writes down that these are attached here, of which nothing is decided: the inventory knows by that what to read.
///
/// # Errors
/// It cannot be read or written.
pub async fn note(
    context: &Context,
    workspace: &Workspace,
    attached: &[Compute],
    now: DateTime<Utc>,
) -> Result<(), LedgerError> {
    if attached.is_empty() {
        return Ok(());
    }
    let own = workspace.id.to_lowercase();
    seen(context, &own, attached, now).await.map(drop)
}

/// All that any workspace's pass has seen attached of late: what is billed, and the computes that it is there.
///
/// # Errors
/// It cannot be read.
pub async fn all(context: &Context, now: DateTime<Utc>) -> Result<Vec<Compute>, LedgerError> {
    let known = context
        .ledger
        .load_or_begin_anew::<AllAttached>(ATTACHED_KEY);
    let (known, _, _) = known.await?;
    let of = |(id, entry): (String, Attached)| {
        let name = id.rsplit('/').next().unwrap_or_default().to_owned();
        let computes = entry.computes.into_iter();
        let lately = computes.filter(|(_, at)| now - *at < SEEN_LATELY);
        let mut one = Compute {
            id,
            name,
            ..Compute::default()
        };
        one.by_kind.attached_as = lately.map(|(id, _)| id).collect();
        one
    };
    let all = known.resources.into_iter().map(of);
    Ok(all
        .filter(|one| !one.by_kind.attached_as.is_empty())
        .collect())
}

/// The same for somebody who only asks: each with all the computes that it is known to be attached as. Nothing is written.
///
/// # Errors
/// It cannot be read.
pub async fn known(context: &Context, attached: &mut [Compute]) -> Result<(), LedgerError> {
    if attached.is_empty() {
        return Ok(());
    }
    let known = context
        .ledger
        .load_or_begin_anew::<AllAttached>(ATTACHED_KEY);
    let (known, _, _) = known.await?;
    for one in attached {
        if let Some(entry) = known.resources.get(&one.id.to_lowercase()) {
            entry.name_all(one);
        }
    }
    Ok(())
}

/// Writes down that they are attached here, where that is news.
async fn seen(
    context: &Context,
    workspace: &str,
    attached: &[Compute],
    now: DateTime<Utc>,
) -> Result<AllAttached, LedgerError> {
    change(context, |known| {
        for one in attached {
            let entry = known.resources.entry(one.id.to_lowercase()).or_default();
            entry.see(workspace, &one.by_kind.attached_as, now);
        }
    })
    .await
}

/// Writes down that this is attached to a workspace no more, as its whole list shows: another to which it is attached
/// decides from its next pass on.
///
/// # Errors
/// It cannot be read or written.
pub async fn detached(context: &Context, workspace: &str, id: &str) -> Result<(), LedgerError> {
    let (id, below) = (id.to_lowercase(), format!("{}/", workspace.to_lowercase()));
    let changed = change(context, |known| {
        if let Some(entry) = known.resources.get_mut(&id) {
            entry.computes.retain(|one, _| !one.starts_with(&below));
            if entry.computes.is_empty() {
                known.resources.remove(&id);
            }
        }
    });
    changed.await.map(|_| ())
}

/// What is known, with a change to it written.
async fn change(
    context: &Context,
    make: impl Fn(&mut AllAttached),
) -> Result<AllAttached, LedgerError> {
    let _turn = context.attached_turn.lock().await;
    for _ in 0..SAVE_ATTEMPTS {
        let loaded = context
            .ledger
            .load_or_begin_anew::<AllAttached>(ATTACHED_KEY);
        let (before, version, _) = loaded.await?;
        let mut known = before.clone();
        make(&mut known);
        if known == before || context.ledger.is_read_only() {
            return Ok(known);
        }
        match context.ledger.save(ATTACHED_KEY, &known, &version).await {
            Ok(_) => return Ok(known),
            Err(SaveError::Conflict) => continue,
            Err(SaveError::Other(error)) => return Err(error),
        }
    }
    Err(context.ledger.contended("write down what is attached"))
}

/// The lower-cased ARM id of the workspace whose pass decides about what is attached; `None` where it is not known.
///
/// # Errors
/// It cannot be read.
pub async fn decided_in(context: &Context, id: &str) -> Result<Option<String>, LedgerError> {
    let known = context
        .ledger
        .load_or_begin_anew::<AllAttached>(ATTACHED_KEY);
    let (known, _, _) = known.await?;
    let entry = known.resources.get(&id.to_lowercase());
    Ok(entry.map(|entry| entry.decided_in.clone()))
}

/// The ids, in lower case, of the computes that those of these which are acted on are attached as.
pub fn names<'a>(computes: impl Iterator<Item = &'a Compute>) -> Vec<String> {
    let acted_on = computes.filter(|compute| Kind::of(compute).known().is_some());
    let ids = acted_on.flat_map(|compute| &compute.by_kind.attached_as);
    ids.map(|id| id.to_lowercase()).collect()
}

/// The workspaces, but for this one, of computes of these ids: a job there may be on what they are.
pub fn other_workspaces(workspace: &Workspace, attached: &[String]) -> Vec<Workspace> {
    let own = workspace.id.to_lowercase();
    let places = attached
        .iter()
        .filter_map(|id| Some(id.split_once("/computes/")?.0));
    let mut places: Vec<&str> = places.filter(|place| *place != own).collect();
    places.sort_unstable();
    places.dedup();
    let of = |id: &str| {
        let part = |index: usize| id.split('/').nth(index).unwrap_or_default().to_owned();
        Workspace {
            id: id.to_owned(),
            subscription: part(2),
            resource_group: part(4),
            name: part(8),
            location: None,
            tags: Default::default(),
            above: Default::default(),
        }
    };
    places.into_iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: u32, hour: u32) -> DateTime<Utc> {
        let text = format!("2026-11-{day:02}T{hour:02}:00:00Z");
        text.parse().expect("a time")
    }

    #[test]
    fn one_workspace_decides_until_it_has_it_no_more() {
        let mut entry = Attached::default();
        let in_a = ["/ws/a/computes/gpu".to_owned()];
        let in_b = ["/WS/B/computes/GPU".to_owned()];
        entry.see("/ws/a", &in_a, at(23, 8));
        entry.see("/ws/b", &in_b, at(23, 8));
        let known = (entry.decided_in.as_str(), entry.computes.len());
        assert_eq!(known, ("/ws/a", 2));
        // A is swept no more.
        for hour in [14, 20] {
            entry.see("/ws/b", &in_b, at(23, hour));
            assert_eq!(entry.decided_in, "/ws/a", "{hour}");
        }
        entry.see("/ws/b", &in_b, at(24, 2));
        entry.see("/ws/b", &in_b, at(24, 8));
        let known = (entry.decided_in.as_str(), entry.computes.len());
        assert_eq!(known, ("/ws/b", 1));
    }

    #[test]
    fn days_without_a_sweep_make_nobody_forget_where_it_is_attached() {
        let mut entry = Attached::default();
        let in_a = ["/ws/a/computes/gpu".to_owned()];
        let in_b = ["/ws/b/computes/gpu".to_owned()];
        entry.see("/ws/a", &in_a, at(20, 8));
        entry.see("/ws/b", &in_b, at(20, 13));
        for (workspace, own) in [("/ws/b", &in_b), ("/ws/a", &in_a), ("/ws/b", &in_b)] {
            entry.see(workspace, own, at(27, 9));
            let known = (entry.decided_in.as_str(), entry.computes.len());
            assert_eq!(known, ("/ws/a", 2), "{workspace}");
            assert_eq!(entry.grown_at, Some(at(20, 13)));
        }
        // Attached to one more: what runs there is not known yet.
        entry.see("/ws/c", &["/ws/c/computes/x".to_owned()], at(27, 10));
        assert_eq!(entry.grown_at, Some(at(27, 10)));
    }
}
