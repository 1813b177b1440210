//! What could be saved beyond what was: at most, and of what. The one place for it on the page: what a tag would have
//! saved without stopping anybody in use belongs beside this.

use crate::report::ungoverned::Ungoverned;
use lamplighter_core::savings::{Amount, Spent};
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What nothing governs. Money is at list price, and the most that could be saved: nobody knows how much of it was needed.
#[derive(Clone, Debug, Default, Serialize)]
pub struct CouldBeSaved {
    /// Resources of the ledger that no tag governs and that were on in the period.
    pub resources: usize,
    /// What they cost in it.
    pub spent: Amount,
    pub on_seconds: i64,
    /// Those of them without a known price.
    pub on_unpriced_seconds: i64,
    /// What is only read once an hour: how much there is, and what it costs a month.
    pub inventory: usize,
    pub inventory_a_month: Decimal,
}

/// `spent`: by resource, in the period. `no_tag`: the ids of those that no tag governs.
pub fn could_be_saved(
    spent: &BTreeMap<String, Spent>,
    no_tag: &BTreeSet<String>,
    inventory: Option<&Ungoverned>,
) -> CouldBeSaved {
    let mut all = CouldBeSaved::default();
    let ungoverned = spent.iter().filter(|(id, _)| no_tag.contains(*id));
    for (_, one) in ungoverned.filter(|(_, one)| one.on_seconds > 0) {
        all.resources += 1;
        all.spent += one.spent;
        all.on_seconds += one.on_seconds;
        all.on_unpriced_seconds += one.on_unpriced_seconds;
    }
    if let Some(inventory) = inventory {
        all.inventory = inventory.items.len();
        all.inventory_a_month = inventory.costs_a_month;
    }
    all
}
