//! Which workspace's pass decides about what is attached to several: one thing is decided once, whoever sweeps it, and with
//! all the names by which jobs know it.

use super::context::Context;
use crate::ledger::{ATTACHED_KEY, LedgerError, SaveError};
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_core::observe::{Compute, Workspace};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Another copy may have written it meanwhile.
const SAVE_ATTEMPTS: usize = 6;
/// That it is still attached is written down no more often than this.
const WRITTEN_EVERY: TimeDelta = TimeDelta::hours(6);
/// A workspace that has not shown it for so long has it no more, or is swept no more.
const FORGOTTEN_AFTER: TimeDelta = TimeDelta::days(2);

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
    /// When each of the computes that it is attached as, by lower-cased id, was last seen.
    computes: BTreeMap<String, DateTime<Utc>>,
}

impl Attached {
    fn see(&mut self, workspace: &str, computes: &[String], now: DateTime<Utc>) {
        self.computes.retain(|_, at| now - *at < FORGOTTEN_AFTER);
        for id in computes {
            let id = id.to_lowercase();
            let known = self.computes.get(&id);
            if known.is_none_or(|at| now - *at >= WRITTEN_EVERY) {
                self.computes.insert(id, now);
            }
        }
        let decider = format!("{}/", self.decided_in);
        // Whoever decides goes on, so that what is saved about it stays in one place.
        let stays = self.computes.keys().any(|id| id.starts_with(&decider));
        if self.decided_in.is_empty() || !stays {
            self.decided_in = workspace.to_owned();
        }
    }
}

/// Those of `attached` that the pass over this workspace decides about, each with all the computes that it is attached as;
/// and the others.
///
/// # Errors
/// It cannot be read or written who decides: then nobody may.
pub async fn share(
    context: &Context,
    workspace: &Workspace,
    attached: Vec<Compute>,
    now: DateTime<Utc>,
) -> Result<(Vec<Compute>, Vec<Compute>), LedgerError> {
    if attached.is_empty() {
        return Ok((attached, Vec::new()));
    }
    let known = seen(context, &workspace.id.to_lowercase(), &attached, now).await?;
    let (mut here, mut elsewhere) = (Vec::new(), Vec::new());
    for mut one in attached {
        let Some(entry) = known.resources.get(&one.id.to_lowercase()) else {
            continue;
        };
        match entry.decided_in.eq_ignore_ascii_case(&workspace.id) {
            true => {
                let own = one.by_kind.attached_as.clone();
                let others = entry
                    .computes
                    .keys()
                    .filter(|id| !own.iter().any(|own| own.eq_ignore_ascii_case(id)));
                one.by_kind.attached_as.extend(others.cloned());
                here.push(one);
            }
            false => {
                let place = entry.decided_in.rsplit('/').next().unwrap_or_default();
                let note = format!(
                    "it is decided about in workspace {place}, to which it is attached too"
                );
                one.by_kind.notes.push(note);
                elsewhere.push(one);
            }
        }
    }
    Ok((here, elsewhere))
}

/// Writes down that they are attached here, where that is news.
async fn seen(
    context: &Context,
    workspace: &str,
    attached: &[Compute],
    now: DateTime<Utc>,
) -> Result<AllAttached, LedgerError> {
    let mut known = AllAttached::default();
    for _ in 0..SAVE_ATTEMPTS {
        let (before, version, _) = context
            .ledger
            .load_or_begin_anew::<AllAttached>(ATTACHED_KEY)
            .await?;
        known = before.clone();
        for one in attached {
            let entry = known.resources.entry(one.id.to_lowercase()).or_default();
            entry.see(workspace, &one.by_kind.attached_as, now);
        }
        if known == before || context.ledger.is_read_only() {
            return Ok(known);
        }
        match context.ledger.save(ATTACHED_KEY, &known, &version).await {
            Ok(_) => return Ok(known),
            Err(SaveError::Conflict) => continue,
            Err(SaveError::Other(error)) => return Err(error),
        }
    }
    // Others keep writing it. What is not written is decided by nobody yet.
    known.resources.clear();
    Ok(known)
}

/// The workspaces, but for this one, to which these are attached: a job on one of them may be theirs.
pub fn other_workspaces<'a>(
    workspace: &Workspace,
    computes: impl Iterator<Item = &'a Compute>,
) -> Vec<Workspace> {
    let ids = computes.flat_map(|compute| &compute.by_kind.attached_as);
    let places =
        ids.filter_map(|id| Some(id.to_lowercase().split_once("/computes/")?.0.to_owned()));
    let own = workspace.id.to_lowercase();
    let mut places: Vec<String> = places.filter(|place| *place != own).collect();
    places.sort_unstable();
    places.dedup();
    let of = |id: String| {
        let part = |index: usize| id.split('/').nth(index).unwrap_or_default().to_owned();
        Workspace {
            subscription: part(2),
            resource_group: part(4),
            name: part(8),
            location: None,
            tags: Default::default(),
            id,
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
        assert_eq!(
            (entry.decided_in.as_str(), entry.computes.len()),
            ("/ws/a", 2)
        );
        // A goes on being swept, without it.
        entry.see("/ws/b", &in_b, at(24, 8));
        assert_eq!(entry.decided_in, "/ws/a");
        entry.see("/ws/b", &in_b, at(25, 9));
        assert_eq!(
            (entry.decided_in.as_str(), entry.computes.len()),
            ("/ws/b", 1)
        );
    }
}
