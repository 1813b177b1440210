//! Dates from text, and calendars of one event.

use chrono::NaiveDate;
use lamplighter_core::holidays::{CalendarError, read_calendar};

pub fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date in the test")
}

pub fn dates(text: &str) -> Vec<NaiveDate> {
    text.split_whitespace().map(date).collect()
}

/// The days of 2026 and 2027 that a calendar with these lines in its one event takes away.
pub fn event(lines: &str) -> Result<Vec<NaiveDate>, CalendarError> {
    calendar(&format!(
        "BEGIN:VEVENT\nUID:1\nSUMMARY:Shut\n{}\nEND:VEVENT",
        lines.replace(' ', "\n")
    ))
}

pub fn calendar(body: &str) -> Result<Vec<NaiveDate>, CalendarError> {
    let text = format!("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//t//t//EN\n{body}\nEND:VCALENDAR\n")
        .replace('\n', "\r\n");
    read_calendar(&text, date("2026-01-01"), date("2027-12-31"))
}

#[track_caller]
pub fn gives(lines: &str, days: &str) {
    assert_eq!(event(lines), Ok(dates(days)), "{lines}");
}
