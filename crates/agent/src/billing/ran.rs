//! What ran by the ledger: from what sweeps observed of each resource, day by day. Pure.

use crate::report::Days;
use chrono::{DateTime, NaiveDate};
use lamplighter_core::savings::History;
use lamplighter_core::schedule::Power;
use serde::Serialize;
use std::collections::BTreeMap;

/// A UTC day of one resource, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Ran {
    pub on: i64,
    /// No sweep had observed it yet.
    pub before_first_observation: i64,
    /// No sweep is known to have run.
    pub no_sweep: i64,
    /// Starts and stops.
    pub switches: u32,
}

impl Ran {
    /// Of several resources together.
    pub(super) fn add(&mut self, other: Ran) {
        self.on += other.on;
        self.before_first_observation += other.before_first_observation;
        self.no_sweep += other.no_sweep;
        self.switches += other.switches;
    }
}

const DAY: i64 = 86_400;

/// By resource (ARM id, lower case) and day, from `from` to `to` (seconds since 1970).
pub type AllRan = BTreeMap<String, BTreeMap<NaiveDate, Ran>>;

/// What ran in `from <= t < to`, as far as sweeps observed it.
pub fn ran(days: &Days, history: &History, from: i64, to: i64, now: i64) -> AllRan {
    let mut observed: BTreeMap<&str, Vec<(i64, i64, bool)>> = BTreeMap::new();
    for one in days.powers() {
        let of = observed.entry(&one.resource).or_default();
        of.push((one.at, one.since, one.power == Power::On));
    }
    let mut all = AllRan::new();
    for (resource, mut observed) in observed {
        observed.sort_unstable();
        observed.dedup();
        let of = all.entry(resource.to_string()).or_default();
        let Some(first) = observed.first().map(|(at, since, _)| *at.min(since)) else {
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
        let mut state: Option<(i64, bool)> = None;
        for (at, since, on) in observed {
            match state {
                Some((_, was)) if was == on => {}
                Some((began, was)) => {
                    let turned = since.clamp(began, at);
                    if was {
                        add(of, (began.max(from), turned.min(to)), |ran, seconds| {
                            ran.on += seconds
                        });
                    }
                    switched(of, turned, from, to);
                    state = Some((turned, on));
                }
                None => state = Some((since.min(at), on)),
            }
        }
        if let Some((began, true)) = state {
            add(of, (began.max(from), to.min(now)), |ran, seconds| {
                ran.on += seconds
            });
        }
    }
    all
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

fn switched(days: &mut BTreeMap<NaiveDate, Ran>, at: i64, from: i64, to: i64) {
    if let Some(day) = date(at).filter(|_| from <= at && at < to) {
        days.entry(day).or_default().switches += 1;
    }
}
