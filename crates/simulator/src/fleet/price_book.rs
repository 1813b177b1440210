//! What a size costs in a region, and since when.

use super::organisation::Fleet;
use super::sizes::{self, SIZES};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// One price in force from an instant until the next entry's.
#[derive(Clone, Debug, PartialEq)]
pub struct PriceEntry {
    /// As the price API writes it, `Standard_DS3_v2`.
    pub arm_sku_name: String,
    pub region: String,
    pub linux: Decimal,
    pub from: Option<DateTime<Utc>>,
}

/// All prices of a fleet: the built-in list for its regions, overruled by the file.
#[derive(Clone, Debug, Default)]
pub struct PriceBook {
    /// By size and region in lower case; entries in the order in which they come into force.
    entries: BTreeMap<(String, String), Vec<PriceEntry>>,
}

impl PriceBook {
    /// The prices of every built-in size in every region of the fleet, and those that its file gives.
    pub fn of(fleet: &Fleet) -> PriceBook {
        let mut book = PriceBook::default();
        let regions: BTreeSet<&str> = fleet
            .workspaces()
            .map(|(_, _, workspace)| workspace.location.as_str())
            .chain(fleet.regions_of_resources())
            .chain(fleet.prices.iter().map(|price| price.region.as_str()))
            .collect();
        for region in regions {
            for size in SIZES {
                // Every price of the table is decimal text; one that were not would be missing, not zero.
                if let Ok(eastus) = size.price.parse::<Decimal>() {
                    let linux = (eastus * Decimal::new(sizes::region_percent(region), 2))
                        .round_dp(4)
                        .normalize();
                    let arm_sku_name = size.name.to_owned();
                    book.entries.insert(
                        key(size.name, region),
                        vec![PriceEntry {
                            arm_sku_name,
                            region: region.to_owned(),
                            linux,
                            from: None,
                        }],
                    );
                }
            }
        }
        book.overrule(fleet);
        book
    }

    fn overrule(&mut self, fleet: &Fleet) {
        for price in &fleet.prices {
            let entries = self
                .entries
                .entry(key(&price.arm_sku_name, &price.region))
                .or_default();
            entries.retain(|known| known.from != price.from);
            entries.push(PriceEntry {
                arm_sku_name: price.arm_sku_name.clone(),
                region: price.region.clone(),
                linux: price.linux,
                from: price.from,
            });
            entries.sort_by_key(|entry| entry.from);
        }
        for unpriced in &fleet.unpriced {
            self.entries
                .retain(|(size, _), _| !size.eq_ignore_ascii_case(unpriced));
        }
    }

    /// The price changes of a size in a region, oldest first; empty where there is no price.
    pub fn history(&self, size: &str, region: &str) -> &[PriceEntry] {
        self.entries
            .get(&key(size, region))
            .map_or(&[], Vec::as_slice)
    }

    /// The price in force at an instant.
    pub fn at(&self, size: &str, region: &str, at: DateTime<Utc>) -> Option<Decimal> {
        let entries = self.history(size, region);
        entries
            .iter()
            .rev()
            .find(|entry| entry.from.is_none_or(|from| from <= at))
            .map(|entry| entry.linux)
    }

    /// Every size and region with its price changes.
    pub fn all(&self) -> impl Iterator<Item = &[PriceEntry]> {
        self.entries.values().map(Vec::as_slice)
    }
}

fn key(size: &str, region: &str) -> (String, String) {
    (size.to_lowercase(), region.to_lowercase())
}
