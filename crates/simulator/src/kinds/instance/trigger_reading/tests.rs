//! Schedules of every form, over daylight saving, and those that are refused.

use super::*;
use chrono::{DateTime, Utc};

fn schedule(json: &str) -> Result<Trigger, TriggerError> {
    Trigger::of(&serde_json::from_str(json).expect("well-formed"))
}

fn fires(json: &str, after: &str, count: usize) -> Vec<String> {
    let trigger = schedule(json).expect("understood");
    let mut at: DateTime<Utc> = after.parse().expect("a time");
    (0..count)
        .map_while(|_| {
            at = trigger.next(at)?;
            Some(at.format("%a %m-%d %H:%M").to_string())
        })
        .collect()
}

#[test]
fn cron_fires_on_the_wall_of_its_windows_zone_across_daylight_saving() {
    let json = r#"{"action":"Stop","cron":{"expression":"0 20 * * 1-5","timeZone":"W. Europe Standard Time"}}"#;
    assert_eq!(
        fires(json, "2026-10-23T00:00:00Z", 3),
        ["Fri 10-23 18:00", "Mon 10-26 19:00", "Tue 10-27 19:00"]
    );
}

#[test]
fn windows_names_of_2026_and_this_years_clocks_are_known() {
    for (zone, expected) in [
        ("British Columbia Standard Time", "Sat 11-28 03:00"),
        ("Alberta Standard Time", "Sat 11-28 02:00"),
        ("Manitoba Standard Time", "Sat 11-28 01:00"),
        ("Morocco Standard Time", "Fri 11-27 20:00"),
    ] {
        let json = format!(
            r#"{{"action":"Stop","cron":{{"expression":"0 20 * * 5","timeZone":"{zone}"}}}}"#
        );
        assert_eq!(
            fires(&json, "2026-11-27T00:00:00Z", 1),
            [expected],
            "{zone}"
        );
    }
}

#[test]
fn cron_takes_either_of_two_day_fields() {
    let json = r#"{"action":"Stop","cron":{"expression":"30 6 1 * SUN"}}"#;
    assert_eq!(
        fires(json, "2026-10-26T00:00:00Z", 2),
        ["Sun 11-01 06:30", "Sun 11-08 06:30"]
    );
    let json = r#"{"action":"Stop","cron":{"expression":"*/30 6 3 * *"}}"#;
    assert_eq!(
        fires(json, "2026-10-26T00:00:00Z", 2),
        ["Tue 11-03 06:00", "Tue 11-03 06:30"]
    );
}

#[test]
fn recurrences_of_every_frequency() {
    let week = r#"{"action":"Start","recurrence":{"frequency":"Week","timeZone":"India Standard Time",
        "schedule":{"hours":[9],"minutes":[30],"weekDays":["Monday","Thursday"]}}}"#;
    assert_eq!(
        fires(week, "2026-10-19T05:00:00Z", 2),
        ["Thu 10-22 04:00", "Mon 10-26 04:00"]
    );
    let days = r#"{"action":"Stop","recurrence":{"frequency":"Day","interval":2,
        "startTime":"2026-10-19T21:15:00"}}"#;
    assert_eq!(
        fires(days, "2026-10-01T00:00:00Z", 2),
        ["Mon 10-19 21:15", "Wed 10-21 21:15"]
    );
    let hours = r#"{"action":"Stop","recurrence":{"frequency":"Hour","interval":6,
        "startTime":"2026-10-19T01:00:00"}}"#;
    assert_eq!(
        fires(hours, "2026-10-19T08:00:00Z", 2),
        ["Mon 10-19 13:00", "Mon 10-19 19:00"]
    );
    let month =
        r#"{"action":"Stop","recurrence":{"frequency":"Month","schedule":{"monthDays":[-1]}}}"#;
    assert_eq!(
        fires(month, "2026-02-01T00:00:00Z", 2),
        ["Sat 02-28 00:00", "Tue 03-31 00:00"]
    );
}

#[test]
fn a_schedule_that_cannot_fire_ends() {
    assert!(
        fires(
            r#"{"action":"Stop","cron":{"expression":"0 0 31 2 *"}}"#,
            "2026-01-01T00:00:00Z",
            1
        )
        .is_empty()
    );
}

#[test]
fn refuses_with_the_field() {
    for (json, field) in [
        (r#"{"action":"Stop"}"#, ""),
        (
            r#"{"action":"Stop","cron":{"expression":"0 25 * * *"}}"#,
            ".cron.expression",
        ),
        (
            r#"{"action":"Stop","cron":{"expression":"0 5 * *"}}"#,
            ".cron.expression",
        ),
        (
            r#"{"action":"Stop","cron":{"expression":"0 5 * * *","timeZone":"Europe/Berlin"}}"#,
            ".cron.timeZone",
        ),
        (
            r#"{"action":"Stop","recurrence":{"frequency":"Yearly"}}"#,
            ".recurrence.frequency",
        ),
    ] {
        assert_eq!(schedule(json).expect_err(json).field, field);
    }
}
