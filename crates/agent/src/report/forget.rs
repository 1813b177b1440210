//! What days before a period still tell of it: much less than they hold. A report looks back for months, for an interval
//! that may reach into its period, and of all others nothing is needed any more.

use super::day::Day;
use chrono::{DateTime, Utc};
use lamplighter_core::record::{Interval, IntervalKind};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// Drops what these days, in order of time and all before `cutoff`, do not tell of the time from there on: reports of it
/// are the same with it and without.
pub fn forget(days: &mut [Day], cutoff: DateTime<Utc>) {
    let kept = kept_intervals(days, cutoff);
    let mut ids: HashSet<String> = HashSet::new();
    for (number, day) in days.iter_mut().enumerate() {
        let mut place = 0;
        day.opened.retain(|(_, interval)| {
            place += 1;
            let keep = interval.opened_at > cutoff || kept.contains(&(number, place - 1));
            if keep {
                ids.insert(interval.id.clone());
            }
            keep
        });
        day.opened.shrink_to_fit();
        day.uses = Vec::new();
        day.newer = Vec::new();
    }
    for day in &mut *days {
        day.closed
            .retain(|(_, closed)| closed.at > cutoff || ids.contains(&closed.interval));
        day.closed.shrink_to_fit();
    }
    forget_resources(days);
}

type Place = (usize, usize);

/// By day and place in it: of each resource and kind the interval that opened last, which ends all before it; and of each
/// of its sizes the last with a price, by which others of that size are priced, too.
fn kept_intervals(days: &[Day], cutoff: DateTime<Utc>) -> HashSet<Place> {
    type Latest<K> = BTreeMap<K, ((DateTime<Utc>, usize, usize), Place)>;
    fn later<K: Ord>(latest: &mut Latest<K>, key: K, at: DateTime<Utc>, of: Place) {
        let found = ((at, of.0, of.1), of);
        let known = latest.entry(key).or_insert(found);
        *known = (*known).max(found);
    }
    let mut last: Latest<(&str, IntervalKind)> = BTreeMap::new();
    let mut priced: Latest<(&str, IntervalKind, Option<&str>, Option<&str>)> = BTreeMap::new();
    for (number, day) in days.iter().enumerate() {
        let before = day.opened.iter().enumerate();
        let before = before.filter(|(_, (_, interval))| interval.opened_at <= cutoff);
        for (place, (id, interval)) in before {
            let Interval {
                kind,
                opened_at,
                vm_size,
                location,
                ..
            } = interval;
            let of = (number, place);
            later(&mut last, (&**id, *kind), *opened_at, of);
            if interval.price.is_some() {
                let key = (&**id, *kind, vm_size.as_deref(), location.as_deref());
                later(&mut priced, key, *opened_at, of);
            }
        }
    }
    let last = last.into_values().map(|(_, place)| place);
    let priced = priced.into_values().map(|(_, place)| place);
    last.chain(priced).collect()
}

/// Of each resource the last record counts, and of what is wrong with it the last that says so.
fn forget_resources(days: &mut [Day]) {
    let mut known: HashSet<Arc<str>> = HashSet::new();
    let (mut errors, mut failed) = (HashSet::new(), HashSet::new());
    for day in days.iter_mut().rev() {
        day.resources.retain(|id, of| {
            let last = known.insert(id.clone());
            let last_errors = of.errors.is_some() && errors.insert(id.clone());
            let last_failed = of.failed.is_some() && failed.insert(id.clone());
            // Where it is decided about tells, day by day, which sweeps looked at it.
            last || last_errors || last_failed || of.resource.decided_in.is_some()
        });
    }
}
