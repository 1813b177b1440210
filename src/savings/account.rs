//! Adding up: from intervals and their ends to seconds and money, machine by machine.

use super::interval::{Closed, Interval, Kind};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::BTreeMap;
use std::ops::AddAssign;

/// Seconds and money of one machine or of many. Money is exact; round it when printing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// Seconds off by our doing that the headline counts.
    pub headline_seconds: i64,
    /// The money of those seconds, less what unused starts cost.
    pub headline: Decimal,
    /// All seconds off by our doing.
    pub upper_bound_seconds: i64,
    pub upper_bound: Decimal,
    /// Seconds between our start and the first sign of use, where the machine would have been off without us.
    pub unused_seconds: i64,
    /// Their money; it is taken off the headline already.
    pub unused: Decimal,
    /// Headline seconds without a known price: hours, and no money.
    pub unpriced_seconds: i64,
    /// Avoided intervals that reach into the period.
    pub intervals: u64,
}

impl AddAssign<&Figures> for Figures {
    fn add_assign(&mut self, other: &Figures) {
        self.headline_seconds += other.headline_seconds;
        self.headline += other.headline;
        self.upper_bound_seconds += other.upper_bound_seconds;
        self.upper_bound += other.upper_bound;
        self.unused_seconds += other.unused_seconds;
        self.unused += other.unused;
        self.unpriced_seconds += other.unpriced_seconds;
        self.intervals += other.intervals;
    }
}

/// What a period saved, by machine (its ARM id, lower case), with the currency of the figures.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Account {
    pub machines: BTreeMap<String, Figures>,
    /// ISO 4217; `None` where no price is known at all.
    pub currency: Option<String>,
}

impl Account {
    pub fn total(&self) -> Figures {
        let mut total = Figures::default();
        self.machines.values().for_each(|figures| total += figures);
        total
    }
}

/// Adds up the intervals of the period `from <= t < to`, as known at `now`. Intervals come with their machine's
/// id; an interval or end given twice counts once, in any order.
pub fn account<'a>(
    opened: impl IntoIterator<Item = (&'a str, &'a Interval)>,
    closed: impl IntoIterator<Item = &'a Closed>,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Account {
    let mut ends: BTreeMap<&str, DateTime<Utc>> = BTreeMap::new();
    for end in closed {
        // Of two ends that disagree the earlier stands: it counts less.
        ends.entry(&end.interval)
            .and_modify(|at| *at = end.at.min(*at))
            .or_insert(end.at);
    }
    let mut once: BTreeMap<&str, (&str, &Interval)> = BTreeMap::new();
    for (machine, interval) in opened {
        once.entry(&interval.id).or_insert((machine, interval));
    }
    let mut account = Account::default();
    let to = to.min(now);
    for (id, (machine, interval)) in once {
        let end = ends.get(id).copied().unwrap_or(now);
        let figures = count(interval, end, from, to);
        if let Some(price) = &interval.price {
            account
                .currency
                .get_or_insert_with(|| price.currency.clone());
        }
        *account.machines.entry(machine.to_string()).or_default() += &figures;
    }
    account
}

fn count(
    interval: &Interval,
    end: DateTime<Utc>,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Figures {
    let within = |until: DateTime<Utc>| {
        let (begin, until) = (interval.opened_at.max(from), until.min(to));
        (until - begin).num_seconds().max(0)
    };
    let money = |seconds: i64| {
        interval
            .price
            .as_ref()
            .map_or(Decimal::ZERO, |price| price.of_seconds(seconds))
    };
    let whole = within(end);
    if interval.kind == Kind::Unused {
        let cost = money(whole);
        return Figures {
            unused_seconds: whole,
            unused: cost,
            headline: -cost,
            ..Figures::default()
        };
    }
    let counted = within(end.min(interval.headline_end()));
    Figures {
        headline_seconds: counted,
        headline: money(counted),
        upper_bound_seconds: whole,
        upper_bound: money(whole),
        unpriced_seconds: if interval.price.is_none() { counted } else { 0 },
        intervals: u64::from(whole > 0),
        ..Figures::default()
    }
}
