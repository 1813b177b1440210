//! What a week came to, for each owner and for the platform: the figures of the page of that week, in words.

use super::format::{hours, money};
use super::page::{Input, ResourceWeek, week_of};
use super::rows::GroupBy;
use super::totals::Report;
use chrono::{DateTime, Utc};
use lamplighter_core::record::{Resource, cost};
use lamplighter_core::savings::Figures;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, HashMap};

/// So many lines follow the sum.
const LINES: usize = 20;

/// What somebody is told of a week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest {
    /// `None`: the platform.
    pub owner: Option<String>,
    pub text: String,
    /// One for each resource, or owner.
    pub lines: Vec<String>,
}

/// What an hour of a size in a region costs, and in which currency all money is.
#[derive(Clone, Debug, Default)]
pub struct ListPrices {
    pub by_meter: HashMap<(String, String), Decimal>,
    pub currency: String,
}

/// What one resource, or all of somebody's, came to.
#[derive(Clone, Debug, Default)]
struct Sum {
    resources: usize,
    on: i64,
    /// Of those hours whose price is known.
    cost: Decimal,
    /// The others.
    unpriced: i64,
    figures: Figures,
}

impl Sum {
    fn add(&mut self, other: &Sum) {
        self.resources += other.resources;
        self.on += other.on;
        self.cost += other.cost;
        self.unpriced += other.unpriced;
        self.figures += &other.figures;
    }

    fn is_nothing(&self) -> bool {
        self.on == 0 && self.figures == Figures::default()
    }

    /// `on 40 h (14.40 USD), saved 9.00 USD (at most 12.00) in 25 h off, unused 1 h (0.36)`.
    fn words(&self, currency: &str) -> String {
        let figures = &self.figures;
        let unpriced = match hours(self.unpriced) {
            _ if self.unpriced == 0 => String::new(),
            time => format!(", without {time} h whose price is not known"),
        };
        let mut words = format!(
            "on {} h ({} {currency}{unpriced}), saved {} {currency} (upper bound {}) in {} h off",
            hours(self.on),
            money(self.cost),
            money(figures.saved.value()),
            money(figures.upper_bound.value()),
            hours(figures.saved_seconds),
        );
        if figures.unused_seconds > 0 {
            let (time, amount) = (hours(figures.unused_seconds), money(figures.unused.value()));
            words.push_str(&format!(", unused {time} h ({amount})"));
        }
        if figures.started_again_seconds > 0 {
            let (time, amount) = (
                hours(figures.started_again_seconds),
                money(figures.started_again.value()),
            );
            words.push_str(&format!(", started again and left on {time} h ({amount})"));
        }
        words
    }
}

/// The sizes and regions whose prices the digests of a week are made with.
pub fn meters(input: &Input) -> Vec<(String, String)> {
    let resources = input.period.days.resources();
    let mut meters: Vec<_> = resources.values().filter_map(|one| meter(one)).collect();
    meters.sort();
    meters.dedup();
    meters
}

fn meter(resource: &Resource) -> Option<(String, String)> {
    resource.vm_size.clone().zip(resource.location.clone())
}

/// The digests of a week: of the platform, and of each owner who wants one. `hears`: whether anything is told of a
/// resource (its ARM id).
pub fn digests(
    input: &Input,
    prices: &ListPrices,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    hears: impl Fn(&str) -> bool,
) -> Vec<Digest> {
    let report = input.period.report(GroupBy::Owner);
    let currency = report.currency.as_deref().unwrap_or(&prices.currency);
    let resources = input.period.days.resources();
    let mut all = Sum::default();
    let mut owners: BTreeMap<&str, Of<'_>> = BTreeMap::new();
    for (id, sum) in sums(input, &report, prices) {
        let Some(resource) = resources.get(id.as_str()) else {
            continue;
        };
        all.add(&sum);
        let of = owners.entry(resource.owner.as_deref().unwrap_or_default());
        let of = of.or_default();
        of.sum.add(&sum);
        of.resources.push((resource, sum));
        of.hears |= hears(&id) && !input.quiet.contains(&id);
    }
    if all.resources == 0 {
        return Vec::new();
    }
    let days = days(from, to);
    let told = owners
        .iter()
        .filter(|(owner, of)| !owner.is_empty() && of.hears);
    let told = told.map(|(owner, of)| Digest {
        owner: Some((*owner).to_owned()),
        text: format!(
            "{days}, your {}: {}. {NOTE}",
            count(&of.sum),
            of.sum.words(currency)
        ),
        lines: lines(&of.resources, currency, |resource: &&Resource| {
            format!("{} in {}", resource.name, resource.workspace)
        }),
    });
    let by_owner = owners.iter().map(|(owner, of)| (*owner, of.sum.clone()));
    let by_owner: Vec<(&str, Sum)> = by_owner.collect();
    let attention = attention(&report);
    let platform = Digest {
        owner: None,
        text: format!(
            "{days}, {}: {}.{attention} {NOTE}",
            count(&all),
            all.words(currency)
        ),
        lines: lines(&by_owner, currency, |owner| match *owner {
            "" => "nobody known".to_owned(),
            owner => owner.to_owned(),
        }),
    };
    std::iter::once(platform).chain(told).collect()
}

/// What is one owner's.
#[derive(Default)]
struct Of<'a> {
    sum: Sum,
    resources: Vec<(&'a Resource, Sum)>,
    hears: bool,
}

/// What each resource came to, by its ARM id; nothing of those that came to nothing.
fn sums(input: &Input, report: &Report, prices: &ListPrices) -> Vec<(String, Sum)> {
    let week = week_of(input);
    let week = week.resources.iter();
    let week: HashMap<&str, &ResourceWeek> = week.map(|one| (one.id.as_str(), one)).collect();
    let resources = input.period.days.resources();
    let mut sums: Vec<(String, Sum)> = resources
        .iter()
        .map(|(id, resource)| {
            let on = week.get(id).map_or(0, |one| one.on());
            let price = meter(resource).and_then(|meter| prices.by_meter.get(&meter));
            let sum = Sum {
                resources: 1,
                on,
                cost: price.map_or(Decimal::ZERO, |price| cost(*price, on)),
                unpriced: if price.is_none() { on } else { 0 },
                figures: report.resources.get(*id).cloned().unwrap_or_default(),
            };
            ((*id).to_owned(), sum)
        })
        .filter(|(_, sum)| !sum.is_nothing())
        .collect();
    sums.sort_by(|a, b| a.0.cmp(&b.0));
    sums
}

/// What somebody has to look after.
fn attention(report: &Report) -> String {
    let all = [
        (report.unreadable.len(), "tags that cannot be read"),
        (report.failed.len(), "failed actions"),
    ];
    let some = all.into_iter().filter(|(count, _)| *count > 0);
    let said = some.map(|(count, what)| format!(" Needs attention: {count} {what}."));
    said.collect()
}

const NOTE: &str =
    "What it was on for is at today's list price; unused starts are taken off what was saved.";

fn days(from: DateTime<Utc>, to: DateTime<Utc>) -> String {
    let last = (to - chrono::TimeDelta::nanoseconds(1)).format("%a %-d %b");
    format!("From {} to {last} (UTC)", from.format("%a %-d %b"))
}

fn count(sum: &Sum) -> String {
    match sum.resources {
        1 => "1 resource".to_owned(),
        count => format!("{count} resources"),
    }
}

/// Those that cost most, and how many are left.
fn lines<T>(of: &[(T, Sum)], currency: &str, name: impl Fn(&T) -> String) -> Vec<String> {
    let mut of: Vec<&(T, Sum)> = of.iter().collect();
    of.sort_by_key(|(_, sum)| std::cmp::Reverse((sum.cost, sum.on)));
    let left = of.len().saturating_sub(LINES);
    let shown = of.iter().take(LINES);
    let shown = shown.map(|(what, sum)| format!("{}: {}.", name(what), sum.words(currency)));
    let more = (left > 0).then(|| format!("And {left} more: lamplighter report names each."));
    shown.chain(more).collect()
}
