//! Calendars that are broken or absurd.

use super::support::{calendar, date, days, event, gives};
use chrono::NaiveDate;
use lamplighter_core::holidays::{Wanted, read_calendar};

#[track_caller]
fn refused(result: Result<Vec<NaiveDate>, String>, why: &str) {
    let error = result.expect_err(why);
    assert!(
        error.contains(why) && !error.contains('\n'),
        "{error:?} says {why:?}"
    );
}

#[test]
fn what_is_wrong_is_named() {
    let read = |text: &str| days(text.as_bytes());
    refused(read(""), "no iCalendar text");
    refused(read("<html>\n"), "begins with \"<html>\"");
    refused(
        read("BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\n"),
        "line 2: BEGIN:VEVENT without its END",
    );
    refused(
        read("BEGIN:VCALENDAR\nEND:VEVENT\nEND:VCALENDAR\n"),
        "line 2: END:VEVENT without its BEGIN",
    );
    refused(
        read("BEGIN:VCALENDAR\nVERSION:2.0\n"),
        "line 1: BEGIN:VCALENDAR without its END",
    );
    refused(
        read("BEGIN:VCALENDAR\nfoo bar\nEND:VCALENDAR\n"),
        "line 2: \"foo bar\" is no line of a calendar",
    );
    let nested: String = (0..20).map(|n| format!("BEGIN:X-{n}\n")).collect();
    refused(
        read(&format!("BEGIN:VCALENDAR\n{nested}")),
        "line 9: components lie more than 8 deep",
    );
    refused(
        read(&"BEGIN:VCALENDAR\n".repeat(100_000)),
        "line 100000: BEGIN:VCALENDAR without its END",
    );
    refused(
        read(&format!("BEGIN:VCALENDAR\n{}", "A".repeat(9 << 20))),
        "larger than",
    );
    refused(
        event("CLASS:PUBLIC"),
        "line 4: the event \"Shut\" takes no day away: it has no DTSTART",
    );
    refused(
        event("DTSTART;VALUE=DATE:20260230"),
        "DTSTART (line 7) is \"20260230\", no date",
    );
    refused(
        event("DTSTART;VALUE=DATE:20260404 DTEND;VALUE=DATE:20260403"),
        "ends before it begins",
    );
    refused(
        event("DTSTART;VALUE=DATE:20260404 DURATION:P1"),
        "DURATION (line 8) is \"P1\"",
    );
    refused(
        event("DTSTART;VALUE=DATE:20260404 DURATION:P99999999999999999999D"),
        "DURATION",
    );
    refused(
        event("DTSTART;VALUE=DATE:20260404 EXDATE:soon"),
        "EXDATE (line 8) has \"soon\"",
    );
    for (rule, why) in [
        ("BYMONTH=4", "no FREQ"),
        ("FREQ=SOMETIMES", "unknown FREQ"),
        ("FREQ=SECONDLY", "its RRULE (line 8) repeats within the day"),
        ("FREQ=YEARLY;INTERVAL=0", "INTERVAL=0"),
        ("FREQ=YEARLY;COUNT=some", "COUNT=SOME"),
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
    refused(calendar(many.trim_end()), "its events repeat too often");
    // One event that is absurd by itself costs the others nothing.
    let text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20260101\nRRULE:FREQ=DAILY\nDURATION:P9W\nEND:VEVENT\n\
                BEGIN:VEVENT\nDTSTART;VALUE=DATE:20260404\nEND:VEVENT\nEND:VCALENDAR\n";
    let ever = Wanted::all(NaiveDate::MIN, NaiveDate::MAX);
    let read = read_calendar(text.as_bytes(), &ever).expect("a calendar");
    assert_eq!(
        read.days.into_keys().collect::<Vec<_>>(),
        [date("2026-04-04")]
    );
    let told = read
        .oddities
        .first()
        .map(ToString::to_string)
        .unwrap_or_default();
    assert!(
        told.contains("line 2: ") && told.contains("repeats too often"),
        "{told}"
    );
}
