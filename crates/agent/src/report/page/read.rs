//! Reading what the page needs from the ledger: two periods, two weeks of records, and what was observed last.

use super::input::Input;
use super::months::{Year, year};
use super::outlook::LOOK_BACK;
use super::periods::{before, earlier};
use super::week::begin;
use crate::ledger::{Ledger, LedgerError};
use crate::recommend::Recommended;
use crate::report::read as by_days;
use crate::report::{rollup, shown, ungoverned};
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_core::record::{Observation, PersonalHold, Record, Resource, What, WorkspaceState};
use lamplighter_core::tz::Tz;
use std::collections::{BTreeSet, HashSet};

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
    let states = States::read(ledger, wanted).await?;
    read_of(ledger, (from, to), now, wanted, states, Year::default()).await
}

/// The same with twelve months, and times in a zone.
///
/// # Errors
/// As [`read`].
pub async fn read_whole(
    ledger: &Ledger,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    now: DateTime<Utc>,
    wanted: &(dyn Fn(&Resource) -> bool + Sync),
    zone: Tz,
) -> Result<Input, LedgerError> {
    let states = States::read(ledger, wanted).await?;
    // Before the rest, so that both are never in memory together.
    let year = year(ledger, (from, to), now, &states.standing, wanted).await?;
    let input = read_of(ledger, (from, to), now, wanted, states, year).await?;
    Ok(Input { zone, ..input })
}

/// What the last sweeps observed, of every resource in saved state.
///
/// # Errors
/// The ledger cannot be read at all.
pub async fn last_seen(ledger: &Ledger) -> Result<LastSeen, LedgerError> {
    let states = States::read(ledger, &|_| true).await?;
    Ok(LastSeen {
        standing: states.standing,
        no_tag: states.no_tag,
        unreadable: states.unreadable,
    })
}

/// What the last sweeps observed.
#[derive(Debug, Default)]
pub struct LastSeen {
    pub standing: Vec<(Resource, Observation)>,
    /// The ids of those that no tag governs.
    pub no_tag: BTreeSet<String>,
    pub unreadable: Vec<String>,
}

/// What the page takes from saved state.
#[derive(Default)]
struct States {
    standing: Vec<(Resource, Observation)>,
    kept: Vec<(Resource, PersonalHold)>,
    quiet: BTreeSet<String>,
    no_tag: BTreeSet<String>,
    unreadable: Vec<String>,
}

impl States {
    async fn read(
        ledger: &Ledger,
        wanted: &(dyn Fn(&Resource) -> bool + Sync),
    ) -> Result<States, LedgerError> {
        let (states, unreadable) = ledger.saved_states::<WorkspaceState>().await?;
        let mut all = States {
            unreadable,
            ..States::default()
        };
        let states = states.into_iter().flat_map(|(_, state)| state.resources);
        for (id, state) in states {
            if has_no_tag(state.recorded_decision.as_deref()) {
                all.no_tag.insert(id.clone());
            }
            if state.quiet {
                all.quiet.insert(id);
            }
            let Some(resource) = state.resource.filter(wanted) else {
                continue;
            };
            let hold = state.personal_hold.map(|hold| (resource.clone(), hold));
            all.kept.extend(hold);
            all.standing
                .extend(state.observation.map(|last| (resource, last)));
        }
        Ok(all)
    }
}

/// Whether no tag decides about a resource, by its last decision. Where there never was one, nobody knows.
fn has_no_tag(decision: Option<&str>) -> bool {
    let words = decision.unwrap_or_default().split(' ');
    words.take(2).eq(["leave", "no-policy"])
}

async fn read_of(
    ledger: &Ledger,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    now: DateTime<Utc>,
    wanted: &(dyn Fn(&Resource) -> bool + Sync),
    states: States,
    year: Year,
) -> Result<Input, LedgerError> {
    let (begun, ended) = before(from, to);
    let so_far = if from < now { to.min(now) } else { to } - from;
    // One period after the other, so that both are never in memory together.
    let before = match year.before {
        Some(before) => before,
        None => {
            let mut period = by_days::read(ledger, begun, ended, now).await?;
            period.only(wanted);
            earlier(&period, so_far)
        }
    };
    let period = match year.period {
        Some(period) => period,
        None => {
            let mut period = by_days::read_back(ledger, (from, to), now, LOOK_BACK).await?;
            period.only(wanted);
            period
        }
    };
    // A page of a time that is over shows it as it ended.
    let now = period.now.min(to);
    let since = now.checked_sub_signed(RECORDS).unwrap_or(now);
    let until = now.checked_add_signed(TimeDelta::seconds(1)).unwrap_or(now);
    let (records, unreadable_records) = single(ledger, (since, until), wanted).await?;
    let inventory = ungoverned::read(ledger).await;
    let recommended = Recommended::read(ledger).await;
    let mut problems = period.unreadable.clone();
    problems.extend(inventory.as_ref().err().map(ToString::to_string));
    problems.extend(recommended.as_ref().err().map(ToString::to_string));
    problems.extend(unreadable_records);
    problems.extend(states.unreadable);
    problems.sort();
    problems.dedup();
    let kept = states.kept.into_iter();
    let kept = kept.filter(|(_, hold)| hold.at <= now && hold.is_in_force(now));
    Ok(Input {
        now,
        quiet: states.quiet,
        no_tag: states.no_tag,
        months: year.months,
        zone: Tz::UTC,
        standing: states.standing,
        ungoverned: inventory
            .ok()
            .and_then(|inventory| inventory.only(wanted).until(to)),
        recommended: recommended
            .ok()
            .flatten()
            .and_then(|kept| kept.only(wanted).until(to)),
        kept: kept.collect(),
        period,
        before,
        records,
        problems,
    })
}

/// The records that the page shows, of these resources, and what could not be read. Of each day only these are kept, and
/// of days before the week the latest of each resource.
async fn single(
    ledger: &Ledger,
    (since, until): (DateTime<Utc>, DateTime<Utc>),
    wanted: &(dyn Fn(&Resource) -> bool + Sync),
) -> Result<(Vec<Record>, Vec<String>), LedgerError> {
    let (mut records, mut unreadable_records) = (Vec::new(), Vec::new());
    for date in ledger.recorded_days().await? {
        let (first, last) = (rollup::begin(date).max(since), rollup::end(date).min(until));
        if first >= last {
            continue;
        }
        let within = |record: &Record| first <= record.at && record.at < last;
        let of_it = |record: &Record| record.resource.as_ref().is_some_and(wanted);
        let is_shown = |record: &Record| shown::is_shown(record) && within(record) && of_it(record);
        if let Some(all) = shown::read(ledger, date).await? {
            records.extend(all.into_iter().filter(is_shown));
        } else {
            let begun = records.len();
            let take = |record| {
                if is_shown(&record) {
                    records.push(record);
                }
            };
            unreadable_records.extend(ledger.each_record(first, last, take).await?);
            records[begun..].sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
        }
        // In no zone does the week begin before that.
        if rollup::end(date) <= begin(until, Tz::UTC) - TimeDelta::days(1) {
            keep_latest(&mut records);
        }
    }
    Ok((records, unreadable_records))
}

/// How a resource's week began is told by the last observation before it and by the last decision.
fn keep_latest(records: &mut Vec<Record>) {
    let mut known: HashSet<(String, bool)> = HashSet::new();
    records.reverse();
    records.retain(|record| {
        let id = record.resource.as_ref().map(|resource| resource.id.clone());
        let decided = matches!(record.what, What::Decision { .. });
        known.insert((id.unwrap_or_default(), decided))
    });
    records.reverse();
}

#[cfg(test)]
mod tests {
    use super::has_no_tag;

    #[test]
    fn what_a_tag_ignores_is_governed_by_it_and_what_was_never_decided_is_not_known() {
        for (decision, expected) in [
            (Some("leave no-policy "), true),
            (Some("leave ignored "), false),
            (Some("stop schedule "), false),
            (None, false),
        ] {
            assert_eq!(has_no_tag(decision), expected, "{decision:?}");
        }
    }
}
