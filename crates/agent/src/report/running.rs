//! What ran in a period and what that cost, by what sweeps observed and the prices that the ledger knows.

use super::period::LedgerPeriod;
use super::prices::{self, Prices};
use super::totals::Report;
use chrono::{DateTime, NaiveDate, Utc};
use lamplighter_core::record::{Observation, PricePerHour, Resource};
use lamplighter_core::savings::{Figures, History, Seen, Spent, Stretch, stretches, watched};
use lamplighter_core::schedule::Power;
use std::collections::{BTreeMap, HashMap};

/// Resources as they were observed last. What has not changed for months has no record that a report reads.
pub type Standing = [(Resource, Observation)];

/// A resource's stretch, within one UTC day, on or off, with its price in the currency of the figures.
pub struct RunPiece<'a> {
    pub resource: &'a Resource,
    pub stretch: Stretch,
    pub price: Option<&'a PricePerHour>,
    pub spent: Spent,
}

/// By resource (ARM id, lower case) and UTC day.
pub type SpentByDay = BTreeMap<String, BTreeMap<NaiveDate, Spent>>;

/// What is known of when resources were on.
pub struct Running<'a> {
    observed: BTreeMap<&'a str, (&'a Resource, Vec<Seen>)>,
    prices: Prices<'a>,
    currency: Option<String>,
    history: &'a History,
}

impl<'a> Running<'a> {
    /// `currency`: of the figures, where they have one; time priced in another one counts as unpriced.
    pub fn of(
        period: &'a LedgerPeriod,
        standing: &'a Standing,
        history: &'a History,
        currency: Option<&str>,
    ) -> Running<'a> {
        let resources = period.days.resources();
        let mut observed: BTreeMap<&str, (&Resource, Vec<Seen>)> = BTreeMap::new();
        for one in period.days.powers() {
            if let Some(resource) = resources.get(&*one.resource).copied() {
                let of = observed.entry(&one.resource);
                of.or_insert_with(|| (resource, Vec::new()))
                    .1
                    .push(one.seen());
            }
        }
        for (resource, last) in standing {
            let seen = last.power.map(|power| as_seen(power, last));
            let known = resources.get(resource.id.as_str()).copied();
            if let Some(seen) = seen {
                let of = observed.entry(&resource.id);
                of.or_insert_with(|| (known.unwrap_or(resource), vec![seen]));
            }
        }
        for (_, seen) in observed.values_mut() {
            seen.sort_unstable();
            seen.dedup();
        }
        let prices = Prices::of(&period.days);
        Running {
            observed,
            currency: currency.map(str::to_owned).or(prices.currency.clone()),
            prices,
            history,
        }
    }

    /// Every piece of `from <= t < to`, as known at `now`, resource by resource.
    pub fn each(
        &self,
        (from, to): (DateTime<Utc>, DateTime<Utc>),
        now: DateTime<Utc>,
        mut take: impl FnMut(RunPiece<'_>),
    ) {
        let (from, now) = (from.timestamp(), now.timestamp());
        let to = to.timestamp().min(now);
        for (resource, seen) in self.observed.values() {
            let Some(first) = seen.first().map(|seen| seen.at.min(seen.since)) else {
                continue;
            };
            let many = is_many(resource);
            let gaps = self.history.gaps_of(&resource.id, first.max(from), to, now);
            let prices = self.prices.all(resource);
            let stretches = stretches(seen, to);
            let pieces = stretches
                .iter()
                .flat_map(|one| watched(one, (from, to), &gaps));
            // What is gone, or made of nodes that are gone, is nothing that would cost something.
            let pieces = pieces.filter(|one| one.units > 0 || !many && !one.gone);
            for mut stretch in pieces {
                if !many {
                    stretch.units = i64::from(stretch.on);
                }
                let day = day_of(stretch.from);
                let price = day.and_then(|day| prices::on(prices, day));
                let price = price.filter(|price| Some(&price.currency) == self.currency.as_ref());
                let spent = Spent::of(&stretch, price);
                take(RunPiece {
                    resource,
                    stretch,
                    price,
                    spent,
                });
            }
        }
    }

    /// By resource and UTC day.
    pub fn by_day(&self, period: (DateTime<Utc>, DateTime<Utc>), now: DateTime<Utc>) -> SpentByDay {
        let mut all = SpentByDay::new();
        self.each(period, now, |piece| {
            let Some(day) = day_of(piece.stretch.from) else {
                return;
            };
            let of = match all.get_mut(&piece.resource.id) {
                Some(of) => of,
                None => all.entry(piece.resource.id.clone()).or_default(),
            };
            *of.entry(day).or_default() += &piece.spent;
        });
        all
    }

    /// Of all money, where any price is known.
    pub fn currency(&self) -> Option<&str> {
        self.currency.as_deref()
    }

    /// The resources that were observed.
    pub fn resources(&self) -> HashMap<&'a str, &'a Resource> {
        let observed = self.observed.iter();
        observed
            .map(|(id, (resource, _))| (*id, *resource))
            .collect()
    }
}

impl LedgerPeriod {
    /// What was spent in the period, of all resources. `report`: of the same period.
    pub fn spent(&self, standing: &Standing, report: &Report) -> Spent {
        let history = self.days.history();
        let running = Running::of(self, standing, &history, report.currency.as_deref());
        let period = (self.from, self.to);
        let by_resource = by_resource(&running, &report.resources, period, self.now);
        total(by_resource.values())
    }
}

pub fn total<'a>(all: impl Iterator<Item = &'a Spent>) -> Spent {
    let mut total = Spent::default();
    all.for_each(|one| total += one);
    total
}

fn as_seen(power: Power, last: &Observation) -> Seen {
    let (on, since) = (power == Power::On, last.since.timestamp());
    Seen {
        at: since,
        since,
        on,
        units: last.count.map_or(i64::from(on), i64::from),
        gone: false,
    }
}

fn day_of(at: i64) -> Option<NaiveDate> {
    DateTime::from_timestamp(at, 0).map(|at| at.date_naive())
}

/// Whether its price is that of each of its nodes or instances. An AKS cluster has nodes, and a price of the whole.
fn is_many(resource: &Resource) -> bool {
    let kind = resource.kind.known();
    kind.is_some_and(|kind| kind.target().is_scaled())
}

/// What avoided intervals add to always-on: of a kind that scales, the nodes that Lamplighter took away.
pub fn taken_away(resource: &Resource, figures: &Figures) -> Spent {
    let always_on = if is_many(resource) {
        figures.upper_bound
    } else {
        Default::default()
    };
    Spent {
        always_on,
        ..Spent::default()
    }
}

/// What ran in a period and what it came to, for each resource. `figures`: of its avoided intervals.
pub fn by_resource(
    running: &Running<'_>,
    figures: &BTreeMap<String, Figures>,
    period: (DateTime<Utc>, DateTime<Utc>),
    now: DateTime<Utc>,
) -> BTreeMap<String, Spent> {
    let mut all: BTreeMap<String, Spent> = BTreeMap::new();
    running.each(period, now, |piece| {
        let of = match all.get_mut(&piece.resource.id) {
            Some(of) => of,
            None => all.entry(piece.resource.id.clone()).or_default(),
        };
        *of += &piece.spent;
    });
    let resources = running.resources();
    for (id, figures) in figures {
        if let Some(resource) = resources.get(id.as_str()) {
            *all.entry(id.clone()).or_default() += &taken_away(resource, figures);
        }
    }
    all
}
