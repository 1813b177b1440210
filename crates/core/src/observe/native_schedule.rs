//! Azure's own schedules.

use serde::{Deserialize, Serialize};

/// One item of `schedules.computeStartStop`, Azure's own schedule for an instance. The JSON is a snapshot's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NativeSchedule {
    pub enabled: bool,
    /// `Start` or `Stop`.
    pub action: String,
    pub trigger: NativeTrigger,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum NativeTrigger {
    Cron {
        expression: String,
        /// Local wall time, no offset, before which it does not fire.
        start: Option<chrono::NaiveDateTime>,
        /// A Windows zone name.
        zone: Option<String>,
    },
    Recurrence {
        /// `Minute`, `Hour`, `Day`, `Week` or `Month`.
        frequency: String,
        interval: u32,
        start: Option<chrono::NaiveDateTime>,
        zone: Option<String>,
        hours: Vec<u32>,
        minutes: Vec<u32>,
        /// `Monday` … `Sunday`.
        week_days: Vec<String>,
        month_days: Vec<i32>,
    },
    /// Neither, or one that could not be read: its effect is unknown.
    Unknown,
}
