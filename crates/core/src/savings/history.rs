//! What else than its own end decides how much of an interval counts: when sweeps came, what they observed, and how
//! prices changed.

use crate::record::PricePerHour;
use crate::schedule::Power;
use std::collections::HashMap;

/// Sweeps leave a record at least once an hour. Where none is known for longer than this (seconds), the time is unwatched.
pub const GAP: i64 = 2 * 3600;

/// Facts of a period and of the time before it. Times are whole seconds since 1970, UTC.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Sweeps, in order of time.
    sweeps: Vec<Sweep>,
    /// By size and region: changes of the price, in order of time.
    prices: HashMap<(String, String), Vec<(i64, PricePerHour)>>,
    /// By resource, in order of time.
    observed: HashMap<String, Vec<Observed>>,
    /// By resource whose id does not tell its workspace, in order of time: since when which one decides about it.
    decided_in: HashMap<String, Vec<(i64, String)>>,
    /// Whether any sweep left anything out.
    partial: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sweep {
    pub at: i64,
    /// ARM ids, lower case, of what was not observed: whole workspaces or subscriptions.
    pub unseen: Vec<String>,
}

/// A resource observed on or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Observed {
    at: i64,
    since: i64,
    on: bool,
}

impl History {
    pub fn sweep(&mut self, sweep: Sweep) {
        self.partial |= !sweep.unseen.is_empty();
        self.sweeps.push(sweep);
    }

    /// A size in a region has had another price since `at`.
    pub fn price(&mut self, size: &str, region: &str, at: i64, price: PricePerHour) {
        let of = self.prices.entry(key(size, region)).or_default();
        of.push((at, price));
    }

    /// A resource (ARM id, lower case) was observed at `at`, on or off since `since`.
    pub fn observed(&mut self, resource: &str, at: i64, since: i64, power: Power) {
        let on = power == Power::On;
        let one = Observed { at, since, on };
        match self.observed.get_mut(resource) {
            Some(of) => of.push(one),
            None => {
                self.observed.insert(resource.to_string(), vec![one]);
            }
        }
    }

    /// The sweep of this workspace (ARM id, lower case) decides about a resource that is not below it, since `at`.
    pub fn decided_in(&mut self, resource: &str, at: i64, workspace: &str) {
        let known = self.decided_in.entry(resource.to_string()).or_default();
        known.push((at, workspace.to_string()));
    }

    /// Puts everything in order; to be called once all is told. Facts told twice count once.
    pub fn settle(&mut self) {
        self.sweeps.sort();
        self.sweeps.dedup();
        for prices in self.prices.values_mut() {
            // Of two prices told for one instant the lower stands: it counts less.
            prices.sort_by_key(|(at, price)| (*at, price.amount));
            prices.dedup_by_key(|(at, _)| *at);
        }
        for known in self.decided_in.values_mut() {
            known.sort();
            known.dedup_by(|later, earlier| later.1 == earlier.1);
        }
        for all in self.observed.values_mut() {
            all.sort();
            all.dedup();
        }
    }

    /// When a resource was first known to be on (or off) again after `after`: by when it was asked for, as far as known.
    pub(super) fn turned(&self, resource: &str, power: Power, after: i64) -> Option<i64> {
        let first = self.first(resource, power, after)?;
        Some(first.since.max(after))
    }

    /// When a resource was first seen off after `after`: what was asked for before that was through by then.
    pub(super) fn seen_off(&self, resource: &str, after: i64) -> Option<i64> {
        self.first(resource, Power::Off, after).map(|one| one.at)
    }

    fn first(&self, resource: &str, power: Power, after: i64) -> Option<&Observed> {
        let on = power == Power::On;
        let all = self.observed.get(resource)?;
        let first = all.partition_point(|one| one.at <= after);
        all[first..].iter().find(|one| one.on == on)
    }

    /// The stretches of `from..to` in which nobody is known to have looked at a resource for longer than [`GAP`].
    /// Somebody looked at `from`; what comes after `now` is no gap yet.
    pub fn gaps_of(&self, resource: &str, from: i64, to: i64, now: i64) -> Vec<(i64, i64)> {
        let (mut gaps, mut last) = (Vec::new(), from);
        let first = self.sweeps.partition_point(|sweep| sweep.at <= from);
        let looked = self.sweeps[first..].iter();
        let looked = looked.filter(|sweep| !self.partial || self.saw(sweep, resource));
        for at in looked.map(|sweep| sweep.at).chain([now]) {
            if last >= to {
                break;
            }
            if at - last > GAP {
                gaps.push((last, at.min(to)));
            }
            last = last.max(at);
        }
        gaps
    }

    /// Whether a sweep has observed a resource.
    fn saw(&self, sweep: &Sweep, resource: &str) -> bool {
        let known = self.decided_in.get(resource);
        // What is attached lies anywhere; of the time before the first record of it the first tells.
        let workspace = known.and_then(|known| {
            let later = known.partition_point(|(at, _)| *at <= sweep.at);
            known.get(later.saturating_sub(1))
        });
        let workspace = workspace.map(|(_, id)| id.as_str());
        !sweep.left_out(resource) && !workspace.is_some_and(|id| sweep.left_out(id))
    }

    /// Changes of the price of a size in a region, in `from < t < to`.
    pub(super) fn prices(
        &self,
        size: Option<&str>,
        region: Option<&str>,
        from: i64,
        to: i64,
    ) -> &[(i64, PricePerHour)] {
        let known = size.zip(region);
        let known = known.and_then(|(size, region)| self.prices.get(&key(size, region)));
        let Some(prices) = known else { return &[] };
        let begin = prices.partition_point(|(at, _)| *at <= from);
        let end = prices.partition_point(|(at, _)| *at < to);
        prices.get(begin..end).unwrap_or_default()
    }
}

impl Sweep {
    /// Whether it left out what has this id, or what that is part of.
    fn left_out(&self, id: &str) -> bool {
        let within = |part: &String| {
            let rest = id.strip_prefix(part.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.unseen.iter().any(within)
    }
}

fn key(size: &str, region: &str) -> (String, String) {
    (size.to_lowercase(), region.to_lowercase())
}
