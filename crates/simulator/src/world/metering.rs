//! What is billed of kinds other than instances is counted, and charged.

use super::metered::{Charge, Metered};
use super::simulation::World;
use crate::fleet::machine::{Os, Priority};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// What one resource of another kind than an instance cost; amounts are in the bill's currency.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OtherBill {
    /// The ARM id of what is billed.
    pub id: String,
    pub kind: String,
    /// As fleet files name it.
    pub name: String,
    /// Seconds of all units that parking ends: two nodes for an hour are 7200.
    pub unit_seconds: i64,
    /// Of all its lines; `None` where anything charged has no price.
    pub cost: Option<Decimal>,
    /// The part of `cost` that is charged while it is parked too.
    pub standing_cost: Decimal,
    /// What an hour costs while it is parked.
    pub parked_per_hour: Decimal,
    pub lines: Vec<BillLine>,
}

/// One thing of it that is charged for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BillLine {
    pub what: String,
    pub region: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vm_size: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub os: Option<Os>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    pub unit_seconds: i64,
    /// The price of one unit an hour at the end; `None` where it has none.
    pub price_per_hour: Option<Decimal>,
    pub cost: Option<Decimal>,
    /// How many there were, and since when.
    pub counts: Vec<(DateTime<Utc>, u32)>,
}

impl World {
    /// Opens a line with so many units; what comes back is its place, for [`World::count`].
    pub(super) fn meter(&mut self, line: Metered, count: u32) -> usize {
        self.metered.push(Metered {
            changes: vec![(self.now, count)],
            ..line
        });
        self.metered.len() - 1
    }

    /// From now on there are so many.
    pub(super) fn count(&mut self, line: usize, count: u32) {
        let now = self.now;
        let changes = &mut self.metered[line].changes;
        match changes.last_mut() {
            Some((_, last)) if *last == count => {}
            Some((at, last)) if *at == now => *last = count,
            _ => changes.push((now, count)),
        }
    }

    /// What every other resource cost from the beginning to now, in the order in which their lines were opened.
    pub(super) fn other_bills(&self) -> Vec<OtherBill> {
        let mut bills: Vec<OtherBill> = Vec::new();
        let mut places = std::collections::HashMap::new();
        for line in &self.metered {
            let place = *places.entry(line.id.to_lowercase()).or_insert(bills.len());
            if place == bills.len() {
                bills.push(OtherBill::empty(line));
            }
            bills[place].add(line, self.bill_line(line));
        }
        bills
    }

    fn bill_line(&self, line: &Metered) -> BillLine {
        let ends = line.changes.iter().skip(1).map(|(at, _)| *at);
        let stretches = line.changes.iter().zip(ends.chain([self.now]));
        let (mut unit_seconds, mut sum) = (0, Some(Decimal::ZERO));
        for ((from, count), to) in stretches {
            let seconds = (to - *from).num_seconds() * i64::from(*count);
            unit_seconds += seconds;
            if seconds > 0 {
                let one = line.charge.cost(&self.prices, &line.region, *from, to);
                sum = sum
                    .zip(one)
                    .map(|(sum, one)| sum + one * Decimal::from(*count));
            }
        }
        let (vm_size, os, priority) = match &line.charge {
            Charge::Machine {
                vm_size,
                os,
                priority,
            } => (Some(vm_size.clone()), Some(*os), Some(*priority)),
            Charge::Flat { .. } => (None, None, None),
        };
        BillLine {
            what: line.what.to_owned(),
            region: line.region.clone(),
            vm_size,
            os,
            priority,
            unit_seconds,
            price_per_hour: line.charge.at(&self.prices, &line.region, self.now),
            cost: sum.map(|sum| (sum / Decimal::from(3_600)).normalize()),
            counts: line.changes.clone(),
        }
    }
}

impl OtherBill {
    fn empty(line: &Metered) -> OtherBill {
        OtherBill {
            id: line.id.clone(),
            kind: line.kind.to_owned(),
            name: line.name.clone(),
            unit_seconds: 0,
            cost: Some(Decimal::ZERO),
            standing_cost: Decimal::ZERO,
            parked_per_hour: Decimal::ZERO,
            lines: Vec::new(),
        }
    }

    fn add(&mut self, of: &Metered, line: BillLine) {
        self.cost = self
            .cost
            .zip(line.cost)
            .map(|(sum, one)| (sum + one).normalize());
        if of.stands {
            self.standing_cost += line.cost.unwrap_or_default();
            let each = line.price_per_hour.unwrap_or_default();
            self.parked_per_hour += each * Decimal::from(of.present());
        } else {
            self.unit_seconds += line.unit_seconds;
        }
        self.lines.push(line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fleets::uniform_fleet;
    use crate::kinds::instance::timing::Timing;
    use chrono::TimeDelta;
    use std::sync::Arc;

    fn machine(priority: Priority) -> Charge {
        Charge::Machine {
            vm_size: "Standard_DS3_v2".into(),
            os: Os::Linux,
            priority,
        }
    }

    #[test]
    fn each_unit_is_charged_for_while_it_is_there_and_what_stands_goes_on() {
        let start = DateTime::UNIX_EPOCH;
        let mut world = World::new(Arc::new(uniform_fleet(1, 0, 1)), start, Timing::default());
        let id = "/subscriptions/s/computes/c";
        let line = |what, charge| Metered::new(id, "cluster", "w/c", what, "westeurope", charge);
        let nodes = world.meter(line("nodes", machine(Priority::LowPriority)), 3);
        let balancer = Charge::Flat {
            per_hour: Decimal::new(1, 2),
        };
        world.meter(line("load balancer", balancer).standing(), 1);
        world.advance_to(start + TimeDelta::hours(1));
        world.count(nodes, 1);
        world.count(nodes, 0);
        world.advance_to(start + TimeDelta::hours(10));
        let bill = world.bill();
        let own = &bill.others[0];
        assert_eq!((bill.others.len(), own.lines.len()), (1, 2));
        assert_eq!(own.unit_seconds, 3 * 3_600);
        assert_eq!(own.lines[0].counts.len(), 2);
        // Three node hours at a fifth of 0.3516, and ten hours of the load balancer.
        assert_eq!(own.cost, "0.31096".parse().ok());
        assert_eq!(own.standing_cost, Decimal::new(1, 1));
        assert_eq!(own.parked_per_hour, Decimal::new(1, 2));
        assert_eq!(Some(bill.total), own.cost);
    }

    #[test]
    fn what_has_no_price_has_no_cost_and_adds_nothing() {
        let start = DateTime::UNIX_EPOCH;
        let mut world = World::new(Arc::new(uniform_fleet(1, 0, 1)), start, Timing::default());
        let charge = Charge::Machine {
            vm_size: "Standard_Unheard_of".into(),
            os: Os::Windows,
            priority: Priority::Dedicated,
        };
        world.meter(
            Metered::new("/x", "vm", "x", "machine", "eastus", charge),
            1,
        );
        world.advance_to(start + TimeDelta::hours(1));
        let bill = world.bill();
        assert_eq!((bill.others[0].cost, bill.total), (None, Decimal::ZERO));
    }
}
