//! Reading what the page needs from the ledger: two periods, two weeks of records, and what was seen last.

use super::{Input, before, earlier};
use lamplighter_core::decide::{Seen, WorkspaceMemory};
use lamplighter_core::record::{Machine, Record, What};
use crate::ledger::{Ledger, LedgerError};
use crate::report;
use crate::report::rollup;
use chrono::{DateTime, TimeDelta, Utc};

/// How far back records are read: a week to show, and another to know how it began.
const RECORDS: TimeDelta = TimeDelta::days(14);

/// Reads the page of `from <= t < to` as it stands at `now`.
///
/// # Errors
/// The ledger cannot be read at all; single documents that cannot be read are named on the page.
pub async fn read(
    ledger: &Ledger,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Input, LedgerError> {
    let (begun, ended) = before(from, to);
    let so_far = if from < now { to.min(now) } else { to } - from;
    // One period after the other, so that both are never in memory together.
    let before = {
        let known = report::read(ledger, begun, ended, now).await?;
        earlier(&known, so_far)
    };
    let known = report::read(ledger, from, to, now).await?;
    // A page of a time that is over shows it as it ended.
    let now = known.now.min(to);
    let since = now.checked_sub_signed(RECORDS).unwrap_or(now);
    let until = now.checked_add_signed(TimeDelta::seconds(1)).unwrap_or(now);
    let (mut records, mut unreadable_records) = (Vec::new(), Vec::new());
    for date in ledger.recorded_days().await? {
        let (first, last) = (rollup::begin(date).max(since), rollup::end(date).min(until));
        if first < last {
            let read = ledger.records::<Record>(first, last).await?;
            records.extend(read.records.into_iter().filter(is_shown));
            unreadable_records.extend(read.unreadable);
        }
    }
    let (memories, unreadable) = ledger.memories::<WorkspaceMemory>().await?;
    let mut problems = known.unreadable.clone();
    problems.extend(unreadable_records);
    problems.extend(unreadable);
    problems.sort();
    problems.dedup();
    let standing = memories
        .iter()
        .flat_map(|(id, memory)| standing(id, memory));
    Ok(Input {
        now,
        standing: standing.collect(),
        known,
        before,
        records,
        problems,
    })
}

/// Of each day only what timelines and decisions are made from is kept.
fn is_shown(record: &Record) -> bool {
    matches!(record.what, What::Seen { .. } | What::Decision { .. })
}

/// The machines of a workspace (its ARM id) as they were seen last.
fn standing(workspace: &str, memory: &WorkspaceMemory) -> Vec<(Machine, Seen)> {
    let name = workspace.rsplit('/').next().unwrap_or_default();
    let machines = memory.machines.iter();
    let seen = machines.filter_map(|(compute, memory)| {
        let machine = Machine {
            id: format!("{workspace}/computes/{compute}").to_lowercase(),
            compute: compute.clone(),
            workspace: name.to_string(),
            owner: None,
            vm_size: None,
            location: None,
        };
        Some((machine, memory.seen.clone()?))
    });
    seen.collect()
}
