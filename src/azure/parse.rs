//! From lenient JSON to the model: every field may be missing, null or of another type, and none of that spoils
//! the rest. What cannot be understood becomes an oddity of the machine that it stands on.

use super::model::{Compute, LastOperation, NativeSchedule, NativeTrigger, State, Tags};
use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::Value;

/// A field's text; `None` where it is missing, null, empty or no text.
pub fn text(value: &Value, field: &str) -> Option<String> {
    value
        .get(field)?
        .as_str()
        .filter(|text| !text.is_empty())
        .map(str::to_string)
}

/// An object's tags. A value that is no text is kept as it is written, so that it is seen and reported.
pub fn tags(value: &Value) -> Tags {
    let fields = value.get("tags").and_then(Value::as_object);
    let pair = |(name, value): (&String, &Value)| match value {
        Value::Null => None,
        Value::String(text) => Some((name.clone(), text.clone())),
        other => Some((name.clone(), other.to_string())),
    };
    fields.into_iter().flatten().filter_map(pair).collect()
}

/// The segment after `name` in an ARM id, ignoring case. Ids with anything but ordinary names are refused.
pub fn part<'a>(id: &'a str, name: &str) -> Option<&'a str> {
    let mut segments = id
        .split('/')
        .skip_while(|segment| !segment.eq_ignore_ascii_case(name));
    segments.next()?;
    segments.next().filter(|segment| is_name(segment))
}

/// Names as Azure allows them for groups, workspaces and computes; nothing that could change a path's meaning.
fn is_name(text: &str) -> bool {
    let fits = |c: char| c.is_alphanumeric() || "-_.()".contains(c);
    !text.is_empty() && text.chars().all(fits) && text != "." && text != ".."
}

/// A time as Azure writes it: with 3 to 7 fractional digits, with an offset or (meaning UTC) without.
pub fn time(text: &str) -> Option<DateTime<Utc>> {
    let zoned = DateTime::parse_from_rfc3339(text).map(|at| at.to_utc());
    zoned
        .ok()
        .or_else(|| text.parse::<NaiveDateTime>().ok().map(|at| at.and_utc()))
}

/// Collects the oddities of one object.
struct Odd(Vec<String>);

impl Odd {
    /// A field that is there, and is what it should be; else an oddity.
    fn read<T>(
        &mut self,
        value: &Value,
        field: &str,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Option<T> {
        let found = value.get(field).filter(|found| !found.is_null())?;
        let read = read(found);
        if read.is_none() {
            let shown = super::error::short(&found.to_string());
            self.0
                .push(format!("its {field} is not understood: {shown}"));
        }
        read
    }

    fn text(&mut self, value: &Value, field: &str) -> Option<String> {
        self.read(value, field, |found| found.as_str().map(str::to_string))
            .filter(|text| !text.is_empty())
    }

    fn time(&mut self, value: &Value, field: &str) -> Option<DateTime<Utc>> {
        self.read(value, field, |found| found.as_str().and_then(time))
    }
}

/// One compute.
///
/// # Errors
/// It has no usable name, so nothing can be said or done about it.
pub fn compute(item: &Value, workspace: &str) -> Result<Compute, String> {
    let shown = || super::error::short(&item.to_string());
    let name =
        text(item, "name").ok_or_else(|| format!("a compute without a name: {}", shown()))?;
    if !is_name(&name) {
        return Err(format!(
            "a compute whose name is not one: {}",
            super::error::short(&name)
        ));
    }
    let mut odd = Odd(Vec::new());
    let properties = item.get("properties").unwrap_or(&Value::Null);
    let inner = properties.get("properties").unwrap_or(&Value::Null);
    let created_by = inner.get("createdBy").unwrap_or(&Value::Null);
    let idle = odd.read(inner, "idleTimeBeforeShutdown", |found| {
        found
            .as_str()
            .and_then(|text| crate::duration::parse(text).ok())
    });
    Ok(Compute {
        // Where the id is missing, the workspace and the name make it.
        id: text(item, "id").unwrap_or_else(|| format!("{workspace}/computes/{name}")),
        location: odd.text(item, "location"),
        tags: tags(item),
        compute_type: odd.text(properties, "computeType"),
        provisioning_state: odd.text(properties, "provisioningState"),
        state: State::from(odd.text(inner, "state").unwrap_or_default()),
        vm_size: odd.text(inner, "vmSize"),
        created_on: odd.time(properties, "createdOn"),
        created_by: odd.text(created_by, "userName"),
        last_operation: last_operation(inner, &mut odd),
        schedules: schedules(inner, &mut odd),
        idle_time_before_shutdown: idle,
        oddities: odd.0,
        name,
    })
}

fn last_operation(inner: &Value, odd: &mut Odd) -> Option<LastOperation> {
    let operation = inner
        .get("lastOperation")
        .filter(|operation| operation.is_object())?;
    Some(LastOperation {
        name: odd.text(operation, "operationName")?,
        time: odd.time(operation, "operationTime")?,
        status: odd.text(operation, "operationStatus"),
        trigger: odd.text(operation, "operationTrigger"),
    })
}

fn schedules(inner: &Value, odd: &mut Odd) -> Vec<NativeSchedule> {
    let list = inner
        .get("schedules")
        .and_then(|schedules| schedules.get("computeStartStop"));
    let items = list.and_then(Value::as_array).into_iter().flatten();
    items
        .map(|item| NativeSchedule {
            // What is not said to be disabled counts as enabled: it may stop the machine.
            enabled: text(item, "status")
                .is_none_or(|status| !status.eq_ignore_ascii_case("Disabled")),
            action: odd.text(item, "action").unwrap_or_default(),
            trigger: trigger(item),
        })
        .collect()
}

fn trigger(item: &Value) -> NativeTrigger {
    if let Some(cron) = item.get("cron").filter(|cron| cron.is_object()) {
        let Some(expression) = text(cron, "expression") else {
            return NativeTrigger::Unknown;
        };
        return NativeTrigger::Cron {
            expression,
            start: local(cron),
            zone: text(cron, "timeZone"),
        };
    }
    let Some(recurrence) = item
        .get("recurrence")
        .filter(|recurrence| recurrence.is_object())
    else {
        return NativeTrigger::Unknown;
    };
    let Some(frequency) = text(recurrence, "frequency") else {
        return NativeTrigger::Unknown;
    };
    let schedule = recurrence.get("schedule").unwrap_or(&Value::Null);
    let list = |field: &str| {
        schedule
            .get(field)
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default()
    };
    let numbers = |field: &str| {
        list(field)
            .iter()
            .filter_map(Value::as_u64)
            .filter_map(|n| n.try_into().ok())
            .collect()
    };
    NativeTrigger::Recurrence {
        frequency,
        interval: recurrence
            .get("interval")
            .and_then(Value::as_u64)
            .and_then(|n| n.try_into().ok())
            .unwrap_or(1),
        start: local(recurrence),
        zone: text(recurrence, "timeZone"),
        hours: numbers("hours"),
        minutes: numbers("minutes"),
        week_days: list("weekDays")
            .iter()
            .filter_map(|day| day.as_str().map(str::to_string))
            .collect(),
        month_days: list("monthDays")
            .iter()
            .filter_map(Value::as_i64)
            .filter_map(|n| n.try_into().ok())
            .collect(),
    }
}

/// A start time, which is wall time in the schedule's own zone; a trailing `Z` does not change that.
fn local(value: &Value) -> Option<NaiveDateTime> {
    let start = text(value, "startTime")?;
    start.trim_end_matches('Z').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_compute_with_null_everywhere_is_still_a_compute() {
        let nulls = json!({"name": "m", "id": null, "location": null, "tags": null, "properties": {
            "computeType": null, "properties": {"state": null, "lastOperation": null, "schedules": null,
            "vmSize": null, "createdBy": null, "idleTimeBeforeShutdown": null}}});
        for item in [
            nulls,
            json!({"name": "m"}),
            json!({"name": "m", "properties": null}),
        ] {
            let compute = compute(&item, "/w").expect("a name is enough");
            assert_eq!(
                (compute.id.as_str(), compute.state),
                ("/w/computes/m", State::Other(String::new()))
            );
            assert!(compute.oddities.is_empty(), "{:?}", compute.oddities);
        }
    }

    #[test]
    fn a_field_of_another_type_is_an_oddity_and_the_rest_stands() {
        let item = json!({"name": "m", "location": 7, "tags": {"a": "b", "n": 1}, "properties": {
            "computeType": "ComputeInstance", "createdOn": "yesterday",
            "properties": {"state": "Running", "vmSize": ["x"], "idleTimeBeforeShutdown": "a while"}}});
        let compute = compute(&item, "/w").expect("a name is enough");
        assert_eq!((compute.state, compute.oddities.len()), (State::Running, 4));
        assert_eq!(compute.tags.get("n").map(String::as_str), Some("1"));
    }

    #[test]
    fn what_has_no_usable_name_is_refused() {
        for item in [
            json!(null),
            json!("m"),
            json!({}),
            json!({"name": "../x"}),
            json!({"name": "a/b"}),
            json!({"name": ".."}),
        ] {
            assert!(compute(&item, "/w").is_err(), "{item}");
        }
    }

    #[test]
    fn times_come_with_many_digits_and_without_an_offset() {
        let seven = time("2023-08-08T04:12:46.6312345+00:00").expect("seven digits");
        assert_eq!(time("2023-08-08T04:12:46.6312345"), Some(seven));
        assert_eq!(time("2023-08-08T06:12:46.6312345+02:00"), Some(seven));
        assert_eq!(time("soon"), None);
    }
}
