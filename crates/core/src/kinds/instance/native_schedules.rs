//! Azure's own schedules of an instance.

use crate::observe::parse::{Fields, wall};
use crate::observe::{NativeSchedule, NativeTrigger};
use serde_json::Value;

const LIST: &str = "computeStartStop";

/// The items of `schedules.computeStartStop`. One that cannot be read is kept with an unknown trigger: that
/// something may start or stop the instance is itself worth knowing.
pub fn native_schedules(properties: &mut Fields<'_, '_>) -> Vec<NativeSchedule> {
    let unreadable = || NativeSchedule {
        enabled: true,
        action: String::new(),
        trigger: NativeTrigger::Unknown,
    };
    match properties.get("schedules") {
        None | Some(Value::Object(_)) => {}
        Some(other) => {
            properties.odd("schedules", "an object", other);
            return vec![unreadable()];
        }
    }
    let mut schedules = properties.below("schedules");
    let Some(items) = schedules.list(LIST) else {
        return vec![unreadable()];
    };
    let mut out = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        if item.is_object() {
            out.push(schedule(&mut schedules.element(LIST, index, item)));
        } else {
            schedules.odd(&format!("{LIST}[{index}]"), "a schedule", item);
            out.push(unreadable());
        }
    }
    out
}

fn schedule(fields: &mut Fields<'_, '_>) -> NativeSchedule {
    let status = fields.text("status");
    let action = fields.text("action").unwrap_or_default();
    let trigger_type = fields.text("triggerType");
    let is = |name: &str| match &trigger_type {
        Some(text) => text.eq_ignore_ascii_case(name),
        None => false,
    };
    let has = |name: &str| trigger_type.is_none() && fields.get(name).is_some();
    let trigger = if is("Cron") || has("cron") {
        cron(fields)
    } else if is("Recurrence") || has("recurrence") {
        recurrence(fields)
    } else {
        None
    };
    if trigger.is_none() {
        let known = "a readable cron or recurrence";
        let shown = Value::from(trigger_type.unwrap_or_default());
        fields.odd("triggerType", known, &shown);
    }
    NativeSchedule {
        enabled: !status.is_some_and(|s| s.eq_ignore_ascii_case("Disabled")),
        action,
        trigger: trigger.unwrap_or(NativeTrigger::Unknown),
    }
}

fn cron(fields: &mut Fields<'_, '_>) -> Option<NativeTrigger> {
    let mut cron = fields.below("cron");
    Some(NativeTrigger::Cron {
        expression: cron.text("expression")?,
        start: start(&mut cron)?,
        zone: zone(&mut cron)?,
    })
}

fn recurrence(fields: &mut Fields<'_, '_>) -> Option<NativeTrigger> {
    let mut recurrence = fields.below("recurrence");
    let frequency = recurrence.text("frequency")?;
    let interval = match recurrence.get("interval") {
        None => 1,
        Some(value) => u32::try_from(value.as_u64()?).ok().filter(|n| *n > 0)?,
    };
    let (start, zone) = (start(&mut recurrence)?, zone(&mut recurrence)?);
    let mut schedule = match recurrence.get("schedule") {
        Some(other) if !other.is_object() => return None,
        _ => recurrence.below("schedule"),
    };
    let small = |v: &Value| u32::try_from(v.as_u64()?).ok();
    Some(NativeTrigger::Recurrence {
        frequency,
        interval,
        start,
        zone,
        hours: all(&mut schedule, "hours", small)?,
        minutes: all(&mut schedule, "minutes", small)?,
        week_days: all(&mut schedule, "weekDays", |v| Some(v.as_str()?.to_owned()))?,
        month_days: all(&mut schedule, "monthDays", |v| {
            i32::try_from(v.as_i64()?).ok()
        })?,
    })
}

/// Outer `None`: it is there and cannot be read, so when the schedule fires is unknown.
fn start(fields: &mut Fields<'_, '_>) -> Option<Option<chrono::NaiveDateTime>> {
    match fields.get("startTime") {
        None => Some(None),
        Some(Value::String(text)) if text.is_empty() => Some(None),
        Some(_) => Some(Some(fields.read("startTime", "a wall time", wall)?)),
    }
}

fn zone(fields: &mut Fields<'_, '_>) -> Option<Option<String>> {
    match fields.get("timeZone") {
        None => Some(None),
        Some(_) => Some(Some(fields.text("timeZone")?)),
    }
}

/// Every element, or none: half a list of hours would be another schedule.
fn all<T>(
    fields: &mut Fields<'_, '_>,
    name: &str,
    read: impl Fn(&Value) -> Option<T>,
) -> Option<Vec<T>> {
    fields.list(name)?.iter().map(read).collect()
}
