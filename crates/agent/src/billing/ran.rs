//! What ran by the ledger: from what sweeps observed of each resource, day by day. Pure.

use crate::report::Days;
use chrono::{DateTime, NaiveDate};
use lamplighter_core::savings::{History, Seen, stretches};
use serde::Serialize;
use std::collections::BTreeMap;

/// A UTC day of one resource, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Ran {
    /// Of all its nodes or instances, where it is made of many.
    pub on: i64,
    /// No sweep had observed it yet.
    pub before_first_observation: i64,
    /// No sweep is known to have run.
    pub no_sweep: i64,
    /// By how much its starts and stops, or the comings and goings of its nodes, may be billed at other times than they
    /// were seen.
    pub switching: i64,
    /// It is made of many: how many there were while nobody saw it, nobody knows.
    pub many: bool,
}

impl Ran {
    /// Of several resources together.
    pub(super) fn add(&mut self, other: Ran) {
        self.on += other.on;
        self.before_first_observation += other.before_first_observation;
        self.no_sweep += other.no_sweep;
        self.switching += other.switching;
        self.many |= other.many;
    }
}

/// Azure bills from Starting to the end of Stopping, and a sweep notices a change up to two cadences late.
pub const SWITCH: i64 = 15 * 60;
const DAY: i64 = 86_400;

/// By resource (ARM id, lower case) and day, from `from` to `to` (seconds since 1970).
pub type AllRan = BTreeMap<String, BTreeMap<NaiveDate, Ran>>;

/// What ran in `from <= t < to`, as far as sweeps observed it.
pub fn ran(days: &Days, history: &History, from: i64, to: i64, now: i64) -> AllRan {
    let resources = days.resources();
    let mut observed: BTreeMap<&str, Vec<Seen>> = BTreeMap::new();
    for one in days.powers() {
        observed.entry(&one.resource).or_default().push(one.seen());
    }
    let mut all = AllRan::new();
    for (resource, mut seen) in observed {
        seen.sort_unstable();
        seen.dedup();
        let kind = resources.get(resource).and_then(|known| known.kind.known());
        let settles = kind.map_or(0, |kind| kind.settles_within().num_seconds());
        let of = all.entry(resource.to_string()).or_default();
        let Some(first) = seen.first().map(|seen| seen.at.min(seen.since)) else {
            continue;
        };
        add(of, (from, first.min(to)), |ran, seconds| {
            ran.before_first_observation += seconds
        });
        for (begin, end) in history.gaps_of(resource, first.max(from), to, now) {
            add(of, (begin.max(from), end), |ran, seconds| {
                ran.no_sweep += seconds
            });
        }
        let each = SWITCH.max(settles);
        run(of, &seen, each, (from, to), to.min(now));
        let many = kind.is_some_and(|kind| kind.is_many());
        of.values_mut().for_each(|ran| ran.many = many);
    }
    all
}

/// Adds what ran by what was seen of one resource. `each`: how much later or earlier than seen a change may be billed.
fn run(
    days: &mut BTreeMap<NaiveDate, Ran>,
    seen: &[Seen],
    each: i64,
    (from, to): (i64, i64),
    end: i64,
) {
    let stretches = stretches(seen, end);
    for one in &stretches {
        add(
            days,
            (one.from.max(from), one.to.min(to)),
            |ran, seconds| ran.on += seconds * one.units,
        );
    }
    for change in stretches.windows(2) {
        let (at, units) = (change[1].from, (change[1].units - change[0].units).abs());
        if let Some(day) = date(at).filter(|_| from <= at && at < to) {
            days.entry(day).or_default().switching += units * each;
        }
    }
}

fn date(at: i64) -> Option<NaiveDate> {
    DateTime::from_timestamp(at, 0).map(|at| at.date_naive())
}

/// Shares a stretch out among its days.
fn add(
    days: &mut BTreeMap<NaiveDate, Ran>,
    (from, to): (i64, i64),
    change: impl Fn(&mut Ran, i64),
) {
    let mut begin = from;
    while begin < to {
        let end = ((begin.div_euclid(DAY) + 1) * DAY).min(to);
        if let Some(day) = date(begin) {
            change(days.entry(day).or_default(), end - begin);
        }
        begin = end;
    }
}
