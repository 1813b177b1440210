//! Calendars that are broken or absurd.

use super::support::{calendar, date, event, gives};
use chrono::NaiveDate;
use lamplighter_core::holidays::{CalendarError, read_calendar};

#[track_caller]
fn refused(result: Result<Vec<NaiveDate>, CalendarError>, why: &str) {
    let error = result.expect_err(why).to_string();
    assert!(
        error.contains(why) && !error.contains('\n'),
        "{error:?} says {why:?}"
    );
}

#[test]
fn what_is_wrong_is_named() {
    let read = |text: &str| read_calendar(text, date("2026-01-01"), date("2026-12-31"));
    refused(read(""), "no iCalendar text");
    refused(read("<html>\n"), "begins with \"<html>\"");
    refused(
        read("BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\n"),
        "line 3: END:VCALENDAR without its BEGIN",
    );
    refused(
        read("BEGIN:VCALENDAR\nVERSION:2.0\n"),
        "line 1: BEGIN:VCALENDAR without its END",
    );
    refused(
        read("BEGIN:VCALENDAR\nfoo bar\nEND:VCALENDAR\n"),
        "broken at the line \"foo bar\"",
    );
    refused(read(&"BEGIN:VCALENDAR\n".repeat(100_000)), "deep");
    refused(
        read(&format!("BEGIN:VCALENDAR\n{}", "A".repeat(9 << 20))),
        "larger than",
    );
    refused(
        event("CLASS:PUBLIC"),
        "the event \"Shut\" cannot be read: it has no DTSTART",
    );
    refused(
        event("DTSTART;VALUE=DATE:20260230"),
        "DTSTART is \"20260230\", no date",
    );
    refused(
        event("DTSTART;VALUE=DATE:20260404 DTEND;VALUE=DATE:20260403"),
        "ends before it begins",
    );
    refused(
        event("DTSTART;VALUE=DATE:20260404 DURATION:P1"),
        "DURATION is \"P1\"",
    );
    refused(
        event("DTSTART;VALUE=DATE:20260404 DURATION:P99999999999999999999D"),
        "DURATION",
    );
    refused(
        event("DTSTART;VALUE=DATE:20260404 EXDATE:soon"),
        "EXDATE has \"soon\"",
    );
    for (rule, why) in [
        ("BYMONTH=4", "no FREQ"),
        ("FREQ=SOMETIMES", "unknown FREQ"),
        ("FREQ=SECONDLY", "repeats within the day"),
        ("FREQ=YEARLY;INTERVAL=0", "INTERVAL=0"),
        ("FREQ=YEARLY;COUNT=0", "COUNT=0"),
        ("FREQ=YEARLY;BYMONTH=13", "BYMONTH=13"),
        ("FREQ=YEARLY;BYDAY=4XX", "BYDAY=4XX"),
        ("FREQ=YEARLY;BYDAY=é", "BYDAY=é"),
        ("FREQ=YEARLY;UNTIL=never", "UNTIL=NEVER"),
        ("FREQ=YEARLY;WHAT", "NAME=VALUE"),
    ] {
        refused(
            event(&format!("DTSTART;VALUE=DATE:20260404 RRULE:{rule}")),
            why,
        );
    }
}

#[test]
fn absurd_rules_are_bounded() {
    gives(
        "DTSTART;VALUE=DATE:20260404 RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "2026-04-04",
    );
    gives(
        "DTSTART;VALUE=DATE:20260404 RRULE:FREQ=DAILY;INTERVAL=4294967295",
        "2026-04-04",
    );
    gives(
        "DTSTART;VALUE=DATE:20260404 RRULE:FREQ=YEARLY;INTERVAL=4294967295;COUNT=4294967295",
        "2026-04-04",
    );
    assert_eq!(
        event("DTSTART;VALUE=DATE:00010101 RRULE:FREQ=DAILY DURATION:P9999D").map(|d| d.len()),
        Ok(730)
    );
    let many =
        "BEGIN:VEVENT\nDTSTART;VALUE=DATE:00010101\nRRULE:FREQ=YEARLY;BYDAY=MO\nEND:VEVENT\n"
            .repeat(200);
    refused(calendar(many.trim_end()), "repeats too often");
    let text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20260101\nRRULE:FREQ=DAILY\nDURATION:P9W\nEND:VEVENT\nEND:VCALENDAR\n";
    refused(
        read_calendar(text, NaiveDate::MIN, NaiveDate::MAX),
        "repeats too often",
    );
}
