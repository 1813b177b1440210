//! An auto-shutdown's JSON.

use super::spec::AutoShutdown;
use serde_json::{Value, json};

/// `properties` of the auto-shutdown of the virtual machine with an ARM id.
pub(crate) fn properties(spec: &AutoShutdown, target: &str) -> Value {
    json!({
        "status": if spec.enabled { "Enabled" } else { "Disabled" },
        "taskType": "ComputeVmShutdownTask",
        "dailyRecurrence": {"time": spec.time},
        "timeZoneId": spec.time_zone,
        "notificationSettings": {"status": "Disabled", "timeInMinutes": 30, "notificationLocale": "en"},
        "createdDate": "2026-01-05T09:00:00.0000000+00:00",
        "targetResourceId": target,
        "provisioningState": "Succeeded",
    })
}
