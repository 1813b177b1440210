//! Intervals of time that a stop or start of ours made different, and what they are worth.

use super::Reason;
use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// No avoided interval earns for longer than this: what a resource would have done after it, nobody knows.
pub const MAX_HORIZON: TimeDelta = TimeDelta::hours(72);

/// The price of one resource for one hour, as it was known when an interval opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PricePerHour {
    /// In `currency`, exact.
    pub amount: Decimal,
    /// ISO 4217.
    pub currency: String,
    /// Where the figure comes from, such as `retail-prices`.
    pub source: String,
    /// When it was fetched.
    pub fetched_at: DateTime<Utc>,
    /// Of what is made of several sizes: what `amount` is the sum of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<PricePart>,
}

/// So many of one size in a price, each at this amount.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PricePart {
    pub count: u32,
    /// With its tariff, as prices are asked for.
    pub vm_size: String,
    pub amount: Decimal,
}

impl PricePerHour {
    /// What `seconds` cost; exact, to be rounded only when printed.
    ///
    /// ```
    /// use lamplighter_core::record::PricePerHour;
    /// let price = PricePerHour {
    ///     amount: "0.30".parse()?,
    ///     currency: "USD".into(),
    ///     source: "price-file".into(),
    ///     fetched_at: "2026-11-23T19:00:00Z".parse()?,
    ///     parts: Vec::new(),
    /// };
    /// assert_eq!(price.of_seconds(1800).to_string(), "0.15");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of_seconds(&self, seconds: i64) -> Decimal {
        cost(self.amount, seconds)
    }
}

/// What `seconds` cost at a price for an hour, in its currency; exact, to be rounded only when printed.
pub fn cost(per_hour: Decimal, seconds: i64) -> Decimal {
    per_hour * Decimal::from(seconds) / Decimal::from(3600)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IntervalKind {
    /// Our stop took effect: earns.
    Avoided,
    /// Our start of a resource that would have been off: costs, until the first sign of use.
    Unused,
    /// A stop that a dry run only named: what it would have saved, kept apart from all that was.
    Projected,
    /// Somebody started it again after our stop and left it on: what it cost from when nothing of that stop is saved.
    #[serde(rename = "restarted")]
    StartedAgain,
}

impl IntervalKind {
    /// As it stands in ids and records.
    pub fn name(self) -> &'static str {
        match self {
            IntervalKind::Avoided => "avoided",
            IntervalKind::Unused => "unused",
            IntervalKind::Projected => "projected",
            IntervalKind::StartedAgain => "restarted",
        }
    }
}

/// What is known when an interval opens. Its end is written on its own, see [`Closed`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interval {
    /// Made of what it is: its kind and the operation's id. Two records of one interval have the same.
    pub id: String,
    pub kind: IntervalKind,
    /// The id of the operation that opened it.
    pub operation: String,
    #[serde(default)]
    pub cause: Cause,
    pub opened_at: DateTime<Utc>,
    /// No second is counted from here on: of one that saves the schedule's next start, at most 72 h after opening.
    pub horizon: DateTime<Utc>,
    /// When the resource could have been off without us, and by what; nothing is saved from then on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub off_anyway: Option<OffAnyway>,
    /// Of a kind that scales: how many nodes or instances it is about, each at `price`. 1 where none is written.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub count: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vm_size: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// `None`: unknown; then hours are counted, and no money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<PricePerHour>,
    /// What its subscription has bought ahead.
    #[serde(default, skip_serializing_if = "Benefit::is_none")]
    pub benefit: Benefit,
}

fn one() -> u32 {
    1
}

fn is_one(count: &u32) -> bool {
    *count == 1
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OffAnyway {
    pub at: DateTime<Utc>,
    pub why: String,
}

/// The end of an interval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    pub interval: String,
    pub kind: IntervalKind,
    pub at: DateTime<Utc>,
    pub why: String,
}

impl Interval {
    /// Where saving ends, if nothing closes the interval before.
    pub fn saved_until(&self) -> DateTime<Utc> {
        let limit = self.horizon.min(self.opened_at + MAX_HORIZON);
        let off = self.off_anyway.as_ref();
        off.map_or(limit, |off| off.at.min(limit))
    }

    /// The money counted as saved at the price of the opening, if the interval ends at `end`: what an avoided interval
    /// earned, or what an unused start cost (below zero). For the log of a sweep; the report knows of price changes
    /// too.
    pub fn saved(&self, end: DateTime<Utc>) -> Decimal {
        let end = match self.kind {
            IntervalKind::Avoided => end.min(self.saved_until()),
            IntervalKind::Unused => end,
            IntervalKind::Projected | IntervalKind::StartedAgain => return Decimal::ZERO,
        };
        let seconds = (end - self.opened_at).num_seconds().max(0) * i64::from(self.count);
        let price = self.price.as_ref().filter(|_| self.benefit.is_none());
        let money = price.map_or(Decimal::ZERO, |price| price.of_seconds(seconds));
        match self.kind {
            IntervalKind::Avoided => money,
            _ => -money,
        }
    }

    /// Whether it still saves at `at`.
    pub fn earns_at(&self, at: DateTime<Utc>) -> bool {
        self.kind == IntervalKind::Avoided && at <= self.saved_until()
    }
}

/// The one cause of an interval: the rule whose operation opened it.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// The schedule's edge.
    #[default]
    Schedule,
    /// The end of a lease.
    Lease,
    /// `lamp-hold`.
    Hold,
    /// `lamp-idle`.
    Idle,
    /// `lamp-max-uptime`.
    MaxUptime,
    /// `lamp-mode: enforce`.
    Enforce,
}

impl Cause {
    pub const ALL: [Cause; 6] = [
        Cause::Schedule,
        Cause::Lease,
        Cause::Hold,
        Cause::Idle,
        Cause::MaxUptime,
        Cause::Enforce,
    ];

    /// The cause of an operation that was decided for `reason`.
    pub fn of(reason: Reason) -> Cause {
        match reason {
            Reason::LeaseEnded => Cause::Lease,
            Reason::HoldOn | Reason::HoldOff => Cause::Hold,
            Reason::Idle => Cause::Idle,
            Reason::MaxUptime => Cause::MaxUptime,
            Reason::Enforced => Cause::Enforce,
            _ => Cause::Schedule,
        }
    }
}

impl std::fmt::Display for Cause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.serialize(f)
    }
}

/// What a subscription has bought ahead (setting `BENEFITS`): then an hour less is not a price less.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Benefit {
    /// Pay as you go: an hour off is its price saved.
    #[default]
    None,
    /// The commitment is paid whatever runs: what an hour off does to the cash is unknown.
    SavingsPlan,
    /// The resource is paid for whether it runs or not: an hour off is freed for others, and saves no cash.
    Reservation,
}

impl Benefit {
    pub fn is_none(&self) -> bool {
        *self == Benefit::None
    }
}
