//! What comes back on certain days at a certain time: who works on a virtual machine, which pods run on a cluster.

use super::chance::Chance;
use super::length::LengthRange;
use super::wall_time::{DaySet, TimeRange, Zone};
use serde::{Deserialize, Serialize};

/// When something begins and how long it lasts; wall time in `zone`. A range draws one minute a day.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Hours {
    #[serde(default = "utc")]
    pub zone: Zone,
    #[serde(default)]
    pub days: DaySet,
    pub at: TimeRange,
    pub lasts: LengthRange,
    /// The chance on each of `days`.
    #[serde(default = "certain")]
    pub chance: Chance,
}

fn certain() -> Chance {
    Chance(1.0)
}

fn utc() -> Zone {
    Zone(crate::civil::Tz::UTC)
}
