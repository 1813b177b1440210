//! What could be saved beyond what was: at most, and of what; and what a tag would have saved of it without stopping
//! anybody in use.

use super::name::ResourceName;
use crate::recommend::{Recommended as Kept, RecommendedTag};
use crate::report::ungoverned::Ungoverned;
use chrono::{DateTime, Utc};
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

/// Tags, and lines of what else costs money, on the page.
const SHOWN: usize = 30;
/// Resources named in one line.
const NAMED: usize = 5;

/// What tags would have saved without stopping anybody in use, as the sweeps of the last days worked it out.
#[derive(Clone, Debug, Serialize)]
pub struct Recommended {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    /// The zone of recommended schedules.
    pub zone: String,
    pub currency: String,
    /// What all of them would save in a month, as far as prices are known.
    pub month: Decimal,
    /// Of how many the price is not known.
    pub unpriced: usize,
    /// The most money first; may be cut short.
    pub tags: Vec<RecommendedTag>,
    pub tags_count: usize,
    /// What else costs money, the most first; may be cut short.
    pub findings: Vec<Finding>,
    pub findings_count: usize,
    /// Resources on without a tag of which too little was seen to name one.
    pub not_enough_seen: usize,
    /// Tags that are worth less than all that are kept.
    pub tags_left_out: usize,
    /// Resources that there was no time left for.
    pub not_reached: usize,
}

/// The same thing of one resource or of many.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    pub code: String,
    pub text: String,
    /// What each costs a month; `None`: not known.
    pub month: Option<Decimal>,
    pub currency: Option<String>,
    pub count: usize,
    /// The first of them.
    pub resources: Vec<ResourceName>,
}

/// What is kept of it, as it is shown.
pub fn recommended(kept: &Kept) -> Recommended {
    let mut findings: Vec<Finding> = Vec::new();
    for one in &kept.findings {
        let same =
            |of: &&mut Finding| (&of.code, &of.text, of.month) == (&one.code, &one.text, one.month);
        if let Some(known) = findings.iter_mut().find(same) {
            known.count += 1;
            if known.resources.len() < NAMED {
                known.resources.push((&one.resource).into());
            }
            continue;
        }
        findings.push(Finding {
            code: one.code.clone(),
            text: one.text.clone(),
            month: one.month,
            currency: one.currency.clone(),
            count: 1,
            resources: vec![(&one.resource).into()],
        });
    }
    let findings_count = findings.len();
    findings.truncate(SHOWN);
    Recommended {
        from: kept.from,
        to: kept.to,
        zone: kept.zone.clone(),
        currency: kept.currency.clone(),
        month: kept.month(),
        unpriced: kept.unpriced(),
        tags: kept.tags.iter().take(SHOWN).cloned().collect(),
        tags_count: kept.tags.len(),
        findings,
        findings_count,
        not_enough_seen: kept.not_enough_seen.len(),
        tags_left_out: kept.tags_left_out,
        not_reached: kept.not_reached,
    }
}
