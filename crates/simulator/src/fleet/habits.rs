//! People: when they come and go, what they forget, and the jobs they run.

use super::Load;
use chrono::{Datelike, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

/// One person (or pipeline) and the machines they use. All times are wall time in `zone`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Person {
    pub name: String,
    pub zone: Zone,
    /// `workspace/machine`, each once.
    #[serde(default)]
    pub machines: Vec<String>,
    /// The chance that each of `machines` is needed on a given day.
    #[serde(default = "certain")]
    pub uses_each: Chance,
    #[serde(default)]
    pub days: DaySet,
    /// When they begin; without it they only run jobs.
    #[serde(default)]
    pub arrives: Option<TimeRange>,
    /// When they stop working; earlier than they came means on the next day.
    #[serde(default)]
    pub leaves: Option<TimeRange>,
    #[serde(default)]
    pub works_in: WorksIn,
    /// How hard their work is for the machine.
    #[serde(default)]
    pub load: Load,
    /// Whether they start a machine that they find out. One who does not waits until it is lit.
    #[serde(default = "yes")]
    pub starts: bool,
    /// The chance of a day off that nobody planned.
    #[serde(default)]
    pub absent: Chance,
    #[serde(default)]
    pub holidays: Vec<NaiveDate>,
    /// The chance of leaving without stopping the machine. 0 is careful, 1 never stops one.
    #[serde(default)]
    pub forgets: Chance,
    /// The chance of working until `lateUntil` instead of `leaves`.
    #[serde(default)]
    pub works_late: Chance,
    #[serde(default = "late")]
    pub late_until: TimeRange,
    #[serde(default)]
    pub jobs: Vec<JobHabit>,
}

/// A job that a person runs now and then.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct JobHabit {
    #[serde(default = "train")]
    pub name: String,
    /// `workspace/machine`.
    pub machine: String,
    /// The person's own days where absent.
    #[serde(default)]
    pub days: Option<DaySet>,
    pub at: TimeRange,
    pub lasts: LengthRange,
    /// The chance on each of `days`.
    #[serde(default = "certain")]
    pub chance: Chance,
    #[serde(default)]
    pub runs_in: RunsIn,
    #[serde(default)]
    pub load: Load,
}

/// Where a run runs. It goes on when its person leaves, and dies with the machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RunsIn {
    /// One of Azure's jobs.
    #[default]
    Job,
    /// Not seen by Azure's idle timer.
    Tmux,
    /// Keeps a kernel busy, which the timer sees.
    Notebook,
}

/// What a person works in. Azure's idle timer sees all but SSH and tmux.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WorksIn {
    #[default]
    Notebook,
    Terminal,
    VsCode,
    Ssh,
    /// In tmux, over SSH.
    Tmux,
}

fn certain() -> Chance {
    Chance(1.0)
}
fn yes() -> bool {
    true
}
fn train() -> String {
    "train".into()
}
fn late() -> TimeRange {
    TimeRange {
        from: 20 * 60 + 30,
        to: 22 * 60 + 30,
    }
}

/// A probability, 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "f64")]
pub struct Chance(pub f64);

impl TryFrom<f64> for Chance {
    type Error = String;
    fn try_from(value: f64) -> Result<Self, String> {
        if (0.0..=1.0).contains(&value) {
            Ok(Chance(value))
        } else {
            Err(format!(
                "{value} is not a chance; expected a number from 0 to 1"
            ))
        }
    }
}

/// An IANA time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone(pub chrono_tz::Tz);

impl TryFrom<String> for Zone {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        chrono_tz::Tz::from_str_insensitive(&text)
            .map(Zone)
            .map_err(|_| {
                format!(
                    "no time zone is named \"{text}\"; expected an IANA name such as Europe/Lisbon"
                )
            })
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

impl TryFrom<String> for TimeRange {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("\"{text}\" is not a time; expected 09:00 or 08:30-09:30");
        let (from, to) = text.split_once('-').unwrap_or((&text, &text));
        let from = minute_of_day(from).ok_or_else(wrong)?;
        let to = minute_of_day(to).ok_or_else(wrong)?;
        if to < from {
            return Err(format!("\"{text}\" ends before it begins"));
        }
        Ok(TimeRange { from, to })
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

/// A length of time, `4h`, or a range of which each job draws one, `4h-9h30m`. Whole minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LengthRange {
    /// Minutes, at least 1.
    pub from: u32,
    /// Minutes, not less than `from`.
    pub to: u32,
}

impl TryFrom<String> for LengthRange {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("\"{text}\" is not a length of time; expected 4h or 4h-9h30m");
        let (from, to) = text.split_once('-').unwrap_or((&text, &text));
        let minutes = |part: &str| {
            let length = lamplighter_core::duration::parse(part.trim()).ok()?;
            u32::try_from(length.as_secs() / 60)
                .ok()
                .filter(|minutes| *minutes > 0)
        };
        let from = minutes(from).ok_or_else(wrong)?;
        let to = minutes(to).ok_or_else(wrong)?;
        if to < from {
            return Err(format!("\"{text}\" ends below where it begins"));
        }
        Ok(LengthRange { from, to })
    }
}

impl From<LengthRange> for String {
    fn from(range: LengthRange) -> String {
        let one = |minutes: u32| {
            lamplighter_core::duration::print(std::time::Duration::from_secs(u64::from(minutes) * 60))
        };
        if range.from == range.to {
            one(range.from)
        } else {
            format!("{}-{}", one(range.from), one(range.to))
        }
    }
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

impl TryFrom<String> for DaySet {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        if text.trim().eq_ignore_ascii_case("daily") {
            return Ok(DaySet(0b111_1111));
        }
        let index = |name: &str| {
            DAY_NAMES
                .iter()
                .position(|day| day.eq_ignore_ascii_case(name.trim()))
                .ok_or_else(|| {
                    format!(
                        "\"{}\" is not a day; expected Mon-Fri, Sat,Sun or daily",
                        name.trim()
                    )
                })
        };
        let mut days = 0u8;
        for part in text.split(',') {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let (mut day, last) = (index(first)?, index(last)?);
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
