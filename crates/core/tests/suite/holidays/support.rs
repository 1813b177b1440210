//! Dates from text, and calendars of one event.

use chrono::NaiveDate;
use lamplighter_core::holidays::{CalendarDays, CalendarError, Wanted, read_calendar};

pub fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date in the test")
}

pub fn dates(text: &str) -> Vec<NaiveDate> {
    text.split_whitespace().map(date).collect()
}

/// What a file comes to in 2026 and 2027.
pub fn read(content: &[u8]) -> Result<CalendarDays, CalendarError> {
    read_calendar(
        content,
        &Wanted::all(date("2026-01-01"), date("2027-12-31")),
    )
}

/// The days that a file takes away; or else the first thing that is wrong with it.
pub fn days(content: &[u8]) -> Result<Vec<NaiveDate>, String> {
    let read = read(content).map_err(|error| error.to_string())?;
    match read.oddities.first() {
        Some(oddity) => Err(oddity.to_string()),
        None => Ok(read.days.into_keys().collect()),
    }
}

/// The days of 2026 and 2027 that a calendar with these lines in its one event takes away.
pub fn event(lines: &str) -> Result<Vec<NaiveDate>, String> {
    calendar(&format!(
        "BEGIN:VEVENT\nUID:1\nSUMMARY:Shut\n{}\nEND:VEVENT",
        lines.replace(' ', "\n")
    ))
}

pub fn calendar(body: &str) -> Result<Vec<NaiveDate>, String> {
    let text = format!("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//t//t//EN\n{body}\nEND:VCALENDAR\n")
        .replace('\n', "\r\n");
    days(text.as_bytes())
}

#[track_caller]
pub fn gives(lines: &str, days: &str) {
    assert_eq!(event(lines), Ok(dates(days)), "{lines}");
}

/// A calendar in which one event has the fault, and another is sound: it takes 24 December away.
pub fn beside(event: &str) -> String {
    let sound = "BEGIN:VEVENT\nUID:sound\nSUMMARY:Sound\nDTSTART;VALUE=DATE:20261224\nEND:VEVENT\n";
    format!(
        "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:1\nSUMMARY:Shut\n{event}\nEND:VEVENT\n{sound}END:VCALENDAR\n"
    )
}

/// The days that the event with the fault takes away, where nothing of it is to be told.
#[track_caller]
pub fn takes(event: &str, expected: &str) {
    let event = event.replace(' ', "\n");
    let all = dates(&format!("{expected} 2026-12-24"));
    assert_eq!(days(beside(&event).as_bytes()), Ok(all), "{event}");
}
