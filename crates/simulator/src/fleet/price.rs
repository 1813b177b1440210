//! A price in a fleet file.

use super::decimal;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A price in a fleet file, in the fleet's currency an hour.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Price {
    pub arm_sku_name: String,
    pub region: String,
    /// Pay as you go, Linux.
    #[serde(with = "decimal")]
    pub linux: Decimal,
    /// Since when; always, where absent. A later price of the same size replaces an earlier one.
    #[serde(default)]
    pub from: Option<DateTime<Utc>>,
}
