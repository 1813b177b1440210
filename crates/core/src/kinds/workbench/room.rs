//! What workbenches have room on: pools of a number of nodes, all of which are paid for whether anybody has room there or
//! not.

use super::place;
use crate::observe::parse::Fields;
use crate::observe::{Tariff, with_tariff};
use serde_json::Value;

/// What stopping a workbench changes for the pools of a Foundry compute.
pub const GOES_ON: &str = "its pool goes on being paid";

/// Whether an id is that of an account's compute.
pub(super) fn is_account_compute(id: &str) -> bool {
    place::is_foundry(id) && id.to_lowercase().contains("/computes/")
}

/// How many nodes of each size, spot ones by their own tariff. A pool that does not tell either is an oddity, and none.
pub(super) fn pools(properties: &mut Fields<'_, '_>) -> Vec<(u32, String)> {
    let listed = properties.list("pools").unwrap_or_default().to_vec();
    let mut pools = Vec::new();
    for pool in &listed {
        let text = |name: &str| pool.get(name).and_then(Value::as_str);
        let count = pool.get("nodeCount").and_then(Value::as_u64);
        let count = count.and_then(|count| u32::try_from(count).ok());
        match (count, text("instanceType")) {
            (Some(count), Some(size)) => {
                let spot = text("vmPriority").is_some_and(|word| word.eq_ignore_ascii_case("Spot"));
                let tariff = if spot { Tariff::Spot } else { Tariff::Linux };
                pools.push((count, with_tariff(size, tariff)));
            }
            _ => properties.odd("pools", "nodeCount and instanceType", pool),
        }
    }
    pools
}
