//! What is billed of kinds other than instances: so many of something, over time, at a price.
//!
//! A line is one ARM id and one thing of it that Azure charges for: the nodes of a cluster, the disks of a virtual
//! machine. Whoever lives in the world opens its lines and tells each change of a count, both in `metering`; the bill is
//! worked out from the changes alone.

use crate::fleet::machine::{Os, Priority, price_of};
use crate::fleet::price_book::PriceBook;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

/// What one unit costs.
#[derive(Clone, Debug)]
pub(crate) enum Charge {
    /// A machine, at the price book's price.
    Machine {
        vm_size: String,
        os: Os,
        priority: Priority,
    },
    /// Anything else, at so much an hour in the fleet's currency.
    Flat { per_hour: Decimal },
}

/// One line: so many units of one thing of one resource.
#[derive(Clone, Debug)]
pub(crate) struct Metered {
    /// The ARM id of what is billed.
    pub id: String,
    /// `cluster`, `deployment`, `vm`, `aks` and so on.
    pub kind: &'static str,
    /// As fleet files name it, `workspace/cluster`.
    pub name: String,
    /// What is counted: `nodes`, `instances`, `machine`, `disk`, `load balancer`, `control plane`.
    pub what: &'static str,
    pub region: String,
    pub charge: Charge,
    /// It is charged for while the resource is parked too.
    pub stands: bool,
    /// How many there are, and since when; oldest first.
    pub(super) changes: Vec<(DateTime<Utc>, u32)>,
}

impl Metered {
    /// A line without a count yet; the world gives it the first.
    pub fn new(
        id: &str,
        kind: &'static str,
        name: &str,
        what: &'static str,
        region: &str,
        charge: Charge,
    ) -> Metered {
        Metered {
            id: id.to_owned(),
            kind,
            name: name.to_owned(),
            what,
            region: region.to_owned(),
            charge,
            stands: false,
            changes: Vec::new(),
        }
    }

    /// How many there were at an instant.
    pub(super) fn at(&self, at: DateTime<Utc>) -> u32 {
        let mut before = self.changes.iter().rev();
        let found = before.find(|(since, _)| *since <= at);
        found
            .or(self.changes.first())
            .map_or(0, |(_, count)| *count)
    }

    /// How many there are.
    pub(super) fn present(&self) -> u32 {
        self.changes.last().map_or(0, |(_, count)| *count)
    }

    /// The same, charged for while the resource is parked too.
    pub fn standing(self) -> Metered {
        Metered {
            stands: true,
            ..self
        }
    }
}

impl Charge {
    /// The price of one unit an hour, in force at an instant.
    pub(super) fn at(
        &self,
        prices: &PriceBook,
        region: &str,
        at: DateTime<Utc>,
    ) -> Option<Decimal> {
        match self {
            Charge::Flat { per_hour } => Some(*per_hour),
            Charge::Machine {
                vm_size,
                os,
                priority,
            } => {
                let linux = prices.at(vm_size, region, at)?;
                Some(price_of(linux, *os, *priority))
            }
        }
    }

    /// Seconds × price an hour of one unit over a stretch, split where the price changes.
    pub(super) fn cost(
        &self,
        prices: &PriceBook,
        region: &str,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Option<Decimal> {
        let history = match self {
            Charge::Machine { vm_size, .. } => prices.history(vm_size, region),
            Charge::Flat { .. } => &[],
        };
        let changes = history.iter().filter_map(|entry| entry.from);
        let (mut sum, mut begin) = (Decimal::ZERO, from);
        for end in changes.filter(|at| *at > from && *at < to).chain([to]) {
            let seconds = Decimal::from((end - begin).num_seconds());
            sum += self.at(prices, region, begin)? * seconds;
            begin = end;
        }
        Some(sum)
    }
}
