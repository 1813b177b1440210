//! Azure's own auto-shutdown of virtual machines, which deallocates one at the same time of every day.

use crate::observe::parse::Fields;
use crate::observe::{NativeSchedule, NativeTrigger};
use serde_json::Value;

const TASK: &str = "ComputeVmShutdownTask";

/// The id of the virtual machine, in lower case, that a row of Resource Graph is about, and when it is shut down. `None`:
/// it is of something else. What cannot be read may fire at any time.
pub fn auto_shutdown(row: &Value) -> Option<(String, NativeSchedule)> {
    let mut oddities = Vec::new();
    let mut fields = Fields::new(Some(row), "", &mut oddities);
    let mut properties = fields.below("properties");
    let task = properties.text("taskType");
    if task.is_some_and(|task| !task.eq_ignore_ascii_case(TASK)) {
        return None;
    }
    let target = properties.text("targetResourceId")?.to_lowercase();
    let status = properties.text("status");
    let zone = properties.text("timeZoneId");
    let time = properties.below("dailyRecurrence").text("time");
    let trigger = match time.as_deref().and_then(expression) {
        Some(expression) => NativeTrigger::Cron {
            expression,
            start: None,
            zone,
        },
        None => NativeTrigger::Unknown,
    };
    let schedule = NativeSchedule {
        enabled: !status.is_some_and(|status| status.eq_ignore_ascii_case("Disabled")),
        action: "Stop".into(),
        trigger,
    };
    Some((target, schedule))
}

/// `1930`, as five fields of cron.
fn expression(time: &str) -> Option<String> {
    let digits = time.len() == 4 && time.bytes().all(|byte| byte.is_ascii_digit());
    let (hour, minute) = time.split_at_checked(2).filter(|_| digits)?;
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour < 24 && minute < 60).then(|| format!("{minute} {hour} * * *"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn row(properties: Value) -> Value {
        json!({"type": "microsoft.devtestlab/schedules", "properties": properties})
    }

    #[test]
    fn the_time_of_day_and_the_zone_are_read_and_what_is_odd_may_fire_at_any_time() {
        let of = |time: Value| {
            let row = row(json!({
                "status": "Enabled", "taskType": "ComputeVmShutdownTask", "targetResourceId": "/VMs/Gpu",
                "timeZoneId": "W. Europe Standard Time", "dailyRecurrence": {"time": time},
            }));
            auto_shutdown(&row).expect("one").1.trigger
        };
        let at = NativeTrigger::Cron {
            expression: "5 19 * * *".into(),
            start: None,
            zone: Some("W. Europe Standard Time".into()),
        };
        assert_eq!(of(json!("1905")), at);
        for odd in [
            json!("19:05"),
            json!("2460"),
            json!("+105"),
            json!(1905),
            json!(null),
        ] {
            assert_eq!(of(odd.clone()), NativeTrigger::Unknown, "{odd}");
        }
    }

    #[test]
    fn what_is_switched_off_or_of_a_lab_is_told_apart() {
        let off = row(json!({"status": "Disabled", "targetResourceId": "/VMs/Gpu"}));
        let (target, schedule) = auto_shutdown(&off).expect("one");
        assert_eq!((target.as_str(), schedule.enabled), ("/vms/gpu", false));
        let lab = row(json!({"taskType": "LabVmsShutdownTask", "targetResourceId": "/labs/a"}));
        assert_eq!(auto_shutdown(&lab), None);
        assert_eq!(auto_shutdown(&row(json!({}))), None);
    }
}
