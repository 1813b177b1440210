//! Reading what the page needs from the ledger: two periods, two weeks of records, and what was observed last.

use super::input::Input;
use super::periods::{before, earlier};
use crate::ledger::{Ledger, LedgerError};
use crate::report::{period, rollup, ungoverned};
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_core::record::{Observation, PersonalHold, Record, Resource, What, WorkspaceState};

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
    read_only(ledger, (from, to), now, &|_| true).await
}

/// The same of those resources alone that are wanted, as their last records have them.
///
/// # Errors
/// As [`read`].
pub async fn read_only(
    ledger: &Ledger,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    now: DateTime<Utc>,
    wanted: &(dyn Fn(&Resource) -> bool + Sync),
) -> Result<Input, LedgerError> {
    let (begun, ended) = before(from, to);
    let so_far = if from < now { to.min(now) } else { to } - from;
    // One period after the other, so that both are never in memory together.
    let before = {
        let mut period = period::read(ledger, begun, ended, now).await?;
        period.only(wanted);
        earlier(&period, so_far)
    };
    let mut period = period::read(ledger, from, to, now).await?;
    period.only(wanted);
    // A page of a time that is over shows it as it ended.
    let now = period.now.min(to);
    let since = now.checked_sub_signed(RECORDS).unwrap_or(now);
    let until = now.checked_add_signed(TimeDelta::seconds(1)).unwrap_or(now);
    let (mut records, mut unreadable_records) = (Vec::new(), Vec::new());
    for date in ledger.recorded_days().await? {
        let (first, last) = (rollup::begin(date).max(since), rollup::end(date).min(until));
        if first < last {
            let read = ledger.records::<Record>(first, last).await?;
            let of_it = |record: &Record| record.resource.as_ref().is_some_and(wanted);
            let shown = read.records.into_iter().filter(is_shown);
            records.extend(shown.filter(of_it));
            unreadable_records.extend(read.unreadable);
        }
    }
    let (states, unreadable) = ledger.saved_states::<WorkspaceState>().await?;
    let inventory = ungoverned::read(ledger).await;
    let mut problems = period.unreadable.clone();
    problems.extend(inventory.as_ref().err().map(ToString::to_string));
    problems.extend(unreadable_records);
    problems.extend(unreadable);
    problems.sort();
    problems.dedup();
    let standing = states.iter().flat_map(|(_, state)| standing(state));
    let standing = standing.filter(|(resource, _)| wanted(resource));
    let quiet = states.iter().flat_map(|(_, state)| &state.resources);
    let quiet = quiet.filter(|(_, state)| state.quiet);
    Ok(Input {
        now,
        quiet: quiet.map(|(id, _)| id.clone()).collect(),
        standing: standing.collect(),
        ungoverned: inventory
            .ok()
            .and_then(|inventory| inventory.only(wanted).until(to)),
        kept: states
            .iter()
            .flat_map(|(_, state)| kept(state, now))
            .filter(|(resource, _)| wanted(resource))
            .collect(),
        period,
        before,
        records,
        problems,
    })
}

/// Of each day only what timelines and decisions are made from is kept.
fn is_shown(record: &Record) -> bool {
    matches!(record.what, What::Observed { .. } | What::Decision { .. })
}

/// The resources of a workspace that people keep on at an instant.
fn kept(state: &WorkspaceState, now: DateTime<Utc>) -> Vec<(Resource, PersonalHold)> {
    let kept = state.resources.values().filter_map(|state| {
        let hold = state.personal_hold.clone()?;
        let now_held = hold.at <= now && hold.is_in_force(now);
        now_held.then_some((state.resource.clone()?, hold))
    });
    kept.collect()
}

/// The resources of a workspace as they were observed last.
fn standing(state: &WorkspaceState) -> Vec<(Resource, Observation)> {
    let states = state.resources.values();
    let observed =
        states.filter_map(|state| Some((state.resource.clone()?, state.observation.clone()?)));
    observed.collect()
}
