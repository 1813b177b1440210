//! What happens at some time of the day, on some days.

use super::wall_time::{DaySet, TimeRange, Zone};
use serde::{Deserialize, Serialize};

/// A time of the day, in a zone.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Daily {
    pub zone: Zone,
    #[serde(default)]
    pub days: DaySet,
    /// A range draws one minute a day.
    pub at: TimeRange,
}
