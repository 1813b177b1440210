//! The inventory: what else there is than instances, which nothing governs, as it was last read.

use super::{PricePerHour, Resource};
use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Hours of a month, as Azure's own price calculator has them.
const A_MONTH: i64 = 730;

/// What was found. It is no record: the next reading takes its place.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Inventory {
    /// When it was last read in full.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<DateTime<Utc>>,
    /// Why the latest reading came to nothing, where it did: the items are those of the one before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<NotRead>,
    pub items: Vec<InventoryItem>,
    /// What may not be read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_allowed: Vec<NotAllowed>,
    /// What an hour of each size costs, by region and size: asked for once a day.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub prices: BTreeMap<String, PricePerHour>,
    /// When it was last tried whether what is not shown may be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tried_at: Option<DateTime<Utc>>,
    /// Fields of a later version: kept, and written again.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

/// A reading that came to nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotRead {
    pub at: DateTime<Utc>,
    pub why: String,
}

/// Something that the identity may not look at, so that nobody knows whether there is any.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NotAllowed {
    /// `online endpoints`.
    pub what: String,
    /// The right that is missing, as Azure spells it.
    pub right: String,
    /// The ARM id of the workspace or resource that was tried.
    pub on: String,
}

/// One thing that nothing governs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InventoryItem {
    pub resource: Resource,
    /// How many nodes, instances or machines cost something for nothing that is known to need them: of a cluster the
    /// warm nodes that idle, of anything else all that run. `None`: not known.
    #[serde(default)]
    pub count: Option<u32>,
    /// What an hour of all of them costs at list price; the amount is 0 of what costs nothing while nobody asks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<PricePerHour>,
    /// Since when they have had nothing to do without a break, as far as is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<DateTime<Utc>>,
    /// Of an online deployment: what is asked of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requests: Option<Requests>,
    /// What it is, in words.
    pub text: String,
    /// What would have it governed; empty where nothing would.
    pub remedy: String,
}

impl InventoryItem {
    /// What an hour of it costs.
    pub fn an_hour(&self) -> Option<Decimal> {
        self.price.as_ref().map(|price| price.amount)
    }

    /// What a month of it costs, of 730 hours.
    pub fn a_month(&self) -> Option<Decimal> {
        Some(self.an_hour()? * Decimal::from(A_MONTH))
    }

    /// What it has cost since it has had nothing to do, up to an instant, if as many were there all the while.
    pub fn so_far(&self, until: DateTime<Utc>) -> Option<Decimal> {
        let seconds = (until - self.since?).num_seconds().max(0);
        Some(self.an_hour()? * Decimal::from(seconds) / Decimal::from(3600))
    }
}

/// What metrics tell of the requests of an online deployment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requests {
    pub asked_at: DateTime<Utc>,
    /// None has come from then until the metrics were asked for, as far back as they prove it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub none_since: Option<DateTime<Utc>>,
    /// Until when that is proved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub none_until: Option<DateTime<Utc>>,
    /// The end of the latest hour in which one came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<DateTime<Utc>>,
    /// Why it is not known, where it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<String>,
}

/// So long without a request, and nobody is taken to need it.
const A_WEEK: TimeDelta = TimeDelta::days(7);

impl Requests {
    /// Since when no request has come, where that is a week or longer.
    pub fn quiet_week(&self) -> Option<DateTime<Utc>> {
        let (from, to) = self.none_since.zip(self.none_until)?;
        (to - from >= A_WEEK).then_some(from)
    }
}

/// The warm nodes of a cluster that have nothing to do, as a sweep observed them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WarmNodes {
    /// How many its minimum keeps.
    pub kept: u32,
    /// How many of these idle; `None`: Azure does not show it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idle: Option<u32>,
    /// Since when every sweep has observed some that idle.
    pub since: DateTime<Utc>,
    /// A tag asks for it to be governed, and the platform has not enabled its kind.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub tagged: bool,
}
