//! What it cost: from the record alone, at the fleet's prices, in exact decimals.

use super::metering::OtherBill;
use super::record::What;
use super::simulation::World;
use crate::fleet::price_book::PriceBook;
use crate::kinds::instance::state::InstanceState;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The bill from the world's beginning to now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Bill {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    pub currency: String,
    pub instances: Vec<InstanceBill>,
    /// Everything else that Azure charges for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<OtherBill>,
    /// The sum over what has a price.
    pub total: Decimal,
}

/// What one compute cost; amounts are in the bill's currency.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InstanceBill {
    /// The instance's ARM id.
    pub id: String,
    /// `workspace/instance`.
    pub instance: String,
    pub vm_size: String,
    pub region: String,
    /// Seconds in states that Azure charges for.
    pub billed_seconds: i64,
    /// Seconds in each state.
    pub states: BTreeMap<String, i64>,
    /// The price an hour at the end; `None` where the size has none.
    pub price_per_hour: Option<Decimal>,
    /// `None` where any billed second has no price.
    pub cost: Option<Decimal>,
}

/// A stretch of time in one state; `to` is exclusive.
struct InOneState {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    state: InstanceState,
}

impl World {
    /// The bill from the world's beginning to now.
    pub fn bill(&self) -> Bill {
        let mut stretches: Vec<Vec<InOneState>> =
            self.instances.iter().map(|_| Vec::new()).collect();
        for event in &self.record {
            if let (What::State { to, .. }, Some(index)) = (&event.what, event.index) {
                let (to, own) = (*to, &mut stretches[index]);
                if let Some(last) = own.last_mut() {
                    last.to = event.at;
                }
                own.push(InOneState {
                    from: event.at,
                    to: self.now,
                    state: to,
                });
            }
        }
        let instances: Vec<InstanceBill> = stretches
            .iter()
            .enumerate()
            .map(|(index, own)| self.instance_bill(index, own))
            .collect();
        let others = self.other_bills();
        Bill {
            from: self.start,
            to: self.now,
            currency: self.fleet.currency.clone(),
            total: instances
                .iter()
                .map(|instance| instance.cost)
                .chain(others.iter().map(|other| other.cost))
                .flatten()
                .sum(),
            instances,
            others,
        }
    }

    fn instance_bill(&self, index: usize, stretches: &[InOneState]) -> InstanceBill {
        let instance = &self.instances[index];
        let region = &self.estate.workspaces[instance.workspace].location;
        let size = &instance.spec.vm_size;
        let mut states = BTreeMap::new();
        let (mut billed, mut priced) = (0, Some(Decimal::ZERO));
        let charged = |state: InstanceState| instance.compute_type().is_billed(state);
        for stretch in stretches {
            let seconds = (stretch.to - stretch.from).num_seconds();
            *states.entry(stretch.state.as_str().to_owned()).or_insert(0) += seconds;
            if charged(stretch.state) && seconds > 0 {
                billed += seconds;
                priced = priced
                    .zip(priced_seconds(&self.prices, size, region, stretch))
                    .map(|(a, b)| a + b);
            }
        }
        InstanceBill {
            id: instance.id.clone(),
            instance: instance.reference.clone(),
            vm_size: size.clone(),
            region: region.clone(),
            billed_seconds: billed,
            states,
            price_per_hour: self.prices.at(size, region, self.now),
            cost: priced.map(|sum| (sum / Decimal::from(3_600)).normalize()),
        }
    }
}

/// Seconds × price an hour over a stretch, split where the price changes.
fn priced_seconds(
    prices: &PriceBook,
    size: &str,
    region: &str,
    stretch: &InOneState,
) -> Option<Decimal> {
    let mut sum = Decimal::ZERO;
    let mut from = stretch.from;
    let changes = prices
        .history(size, region)
        .iter()
        .filter_map(|entry| entry.from);
    for to in changes
        .filter(|at| *at > stretch.from && *at < stretch.to)
        .chain([stretch.to])
    {
        sum += prices.at(size, region, from)? * Decimal::from((to - from).num_seconds());
        from = to;
    }
    Some(sum)
}
