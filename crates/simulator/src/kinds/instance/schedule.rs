//! Azure's own schedules of an instance, as fleet files and answers write them.

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

/// One item of `computeStartStop`, in Azure's own shape. Has either a cron or a recurrence.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NativeSchedule {
    /// `Start` or `Stop`.
    pub action: String,
    /// `Enabled` (where absent) or `Disabled`.
    #[serde(default = "enabled")]
    pub status: String,
    #[serde(default)]
    pub cron: Option<CronTrigger>,
    #[serde(default)]
    pub recurrence: Option<Recurrence>,
}

fn enabled() -> String {
    "Enabled".into()
}

/// Five fields of cron.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CronTrigger {
    /// Five fields, Sunday is 0 or 7.
    pub expression: String,
    /// Local wall time before which it does not fire.
    #[serde(default)]
    pub start_time: Option<NaiveDateTime>,
    /// A Windows zone name; UTC where absent.
    #[serde(default)]
    pub time_zone: Option<String>,
}

/// Every so many minutes, hours, days, weeks or months.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Recurrence {
    /// `Minute`, `Hour`, `Day`, `Week` or `Month`.
    pub frequency: String,
    #[serde(default = "one")]
    pub interval: u32,
    #[serde(default)]
    pub start_time: Option<NaiveDateTime>,
    #[serde(default)]
    pub time_zone: Option<String>,
    #[serde(default)]
    pub schedule: Option<RecurrenceTimes>,
}

fn one() -> u32 {
    1
}

/// At which times of which days a recurrence fires; what is left out follows from its start.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecurrenceTimes {
    #[serde(default)]
    pub hours: Vec<u32>,
    #[serde(default)]
    pub minutes: Vec<u32>,
    /// `Monday` … `Sunday`.
    #[serde(default)]
    pub week_days: Vec<String>,
    #[serde(default)]
    pub month_days: Vec<i32>,
}
