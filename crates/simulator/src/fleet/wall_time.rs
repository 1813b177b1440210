//! Times on the wall: zones, times of day, days of the week.

use crate::civil::Tz;
use chrono::{Datelike, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

/// An IANA time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone(pub Tz);

/// A name that no time zone has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no time zone is named \"{0}\"; expected an IANA name such as Europe/Lisbon")]
pub struct ZoneError(String);

impl TryFrom<String> for Zone {
    type Error = ZoneError;
    fn try_from(text: String) -> Result<Self, ZoneError> {
        Tz::named(&text).map(Zone).ok_or(ZoneError(text))
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> String {
        zone.0.name().to_owned()
    }
}

/// A wall time, `09:00`, or a range of which each day draws one minute, `08:30-09:30`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeRange {
    /// Minutes after midnight, 0..=1439.
    pub from: u16,
    /// Not earlier than `from`.
    pub to: u16,
}

/// A text that is no time of day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    #[error("\"{0}\" is not a time; expected 09:00 or 08:30-09:30")]
    NotATime(String),
    #[error("\"{0}\" ends before it begins")]
    Backwards(String),
}

impl TryFrom<String> for TimeRange {
    type Error = TimeError;
    fn try_from(text: String) -> Result<Self, TimeError> {
        let (from, to) = text.split_once('-').unwrap_or((&text, &text));
        match (minute_of_day(from), minute_of_day(to)) {
            (Some(from), Some(to)) if to < from => Err(TimeError::Backwards(text)),
            (Some(from), Some(to)) => Ok(TimeRange { from, to }),
            _ => Err(TimeError::NotATime(text)),
        }
    }
}

impl From<TimeRange> for String {
    fn from(range: TimeRange) -> String {
        let one = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        if range.from == range.to {
            one(range.from)
        } else {
            format!("{}-{}", one(range.from), one(range.to))
        }
    }
}

fn minute_of_day(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    if hour.len() > 2 || minute.len() != 2 {
        return None;
    }
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

/// Days of the week: `Mon-Fri`, `Sat,Sun`, `daily`. Monday to Friday where absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DaySet(u8);

const DAY_NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

impl DaySet {
    pub fn contains(self, date: NaiveDate) -> bool {
        self.has(date.weekday())
    }

    fn has(self, day: Weekday) -> bool {
        self.0 & (1 << day.num_days_from_monday()) != 0
    }
}

impl Default for DaySet {
    fn default() -> Self {
        DaySet(0b001_1111)
    }
}

/// A text that names no day of the week.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a day; expected Mon-Fri, Sat,Sun or daily")]
pub struct DayError(String);

fn day_number(name: &str) -> Result<usize, DayError> {
    let name = name.trim();
    DAY_NAMES
        .iter()
        .position(|day| day.eq_ignore_ascii_case(name))
        .ok_or_else(|| DayError(name.to_owned()))
}

impl TryFrom<String> for DaySet {
    type Error = DayError;
    fn try_from(text: String) -> Result<Self, DayError> {
        if text.trim().eq_ignore_ascii_case("daily") {
            return Ok(DaySet(0b111_1111));
        }
        let mut days = 0u8;
        for part in text.split(',') {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let (mut day, last) = (day_number(first)?, day_number(last)?);
            loop {
                days |= 1 << day;
                if day == last {
                    break;
                }
                day = (day + 1) % 7;
            }
        }
        Ok(DaySet(days))
    }
}

impl From<DaySet> for String {
    fn from(days: DaySet) -> String {
        let names: Vec<&str> = (0..7)
            .filter(|day| days.0 & (1 << day) != 0)
            .map(|day| DAY_NAMES[day])
            .collect();
        names.join(",")
    }
}
