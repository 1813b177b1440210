//! When a timer fires, as the host reads it: by NCrontab's rules, with seconds or, of five fields, without; where it
//! cannot be that, as a .NET length of time.

use chrono::{DateTime, Datelike, Months, NaiveTime, TimeDelta, Timelike, Utc};
use std::collections::BTreeSet;

/// A timetable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule(Form);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Form {
    Fields(Box<[BTreeSet<i64>; 6]>),
    Every(TimeDelta),
}

/// Why the host does not take a schedule: the function is not there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("neither a schedule of NCrontab's nor a length of time: {0}")]
pub struct ScheduleError(String);

/// The least and the greatest value of seconds, minutes, hours, days, months and weekdays.
const BOUNDS: [(i64, i64); 6] = [(0, 59), (0, 59), (0, 23), (1, 31), (1, 12), (0, 6)];
const MONTHS: &str =
    "january february march april may june july august september october november december";
const WEEKDAYS: &str = "sunday monday tuesday wednesday thursday friday saturday";
/// .NET's calendar ends with it.
const LAST_YEAR: i32 = 9999;
/// Dates and weekdays come round in the same order after so many years.
const ROUND: i32 = 400;

impl Schedule {
    /// # Errors
    /// The host would disable the function.
    pub fn read(text: &str) -> Result<Schedule, ScheduleError> {
        let fields: Vec<&str> = text.split(' ').filter(|field| !field.is_empty()).collect();
        // Five fields begin with minutes.
        let fields = match fields.len() {
            5 => [&["0"], &fields[..]].concat(),
            _ => fields,
        };
        if let Ok(fields) = <[&str; 6]>::try_from(fields)
            && let Some(sets) = sets(fields)
        {
            return Ok(Schedule(Form::Fields(Box::new(sets))));
        }
        let length = length(text.trim()).ok_or_else(|| ScheduleError(text.to_owned()))?;
        Ok(Schedule(Form::Every(length)))
    }

    /// The first time after an instant; `None`: none until the end of .NET's calendar.
    pub fn after(&self, base: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let sets = match &self.0 {
            Form::Fields(sets) => sets,
            Form::Every(length) => return base.checked_add_signed(*length),
        };
        let has = |field: usize, value: u32| sets[field].contains(&i64::from(value));
        let mut at = base.with_nanosecond(0)? + TimeDelta::seconds(1);
        while at.year() <= LAST_YEAR.min(base.year() + ROUND) {
            let weekday = at.weekday().num_days_from_sunday();
            at = if !has(4, at.month()) {
                let first = at.date_naive().with_day(1)?;
                (first + Months::new(1)).and_time(NaiveTime::MIN).and_utc()
            } else if !has(3, at.day()) || !has(5, weekday) {
                at.date_naive()
                    .succ_opt()?
                    .and_time(NaiveTime::MIN)
                    .and_utc()
            } else if !has(2, at.hour()) {
                at + TimeDelta::seconds(3_600 - at.timestamp().rem_euclid(3_600))
            } else if !has(1, at.minute()) {
                at + TimeDelta::seconds(60 - at.timestamp().rem_euclid(60))
            } else if !has(0, at.second()) {
                at + TimeDelta::seconds(1)
            } else {
                return Some(at);
            };
        }
        None
    }
}

fn sets(fields: [&str; 6]) -> Option<[BTreeSet<i64>; 6]> {
    let sets = fields.iter().enumerate();
    let sets = sets.map(|(index, field)| values(index, field));
    sets.collect::<Option<Vec<_>>>()?.try_into().ok()
}

/// The values of a field; `None`: NCrontab refuses it.
fn values(field: usize, text: &str) -> Option<BTreeSet<i64>> {
    let mut all = BTreeSet::new();
    for part in text.split(',') {
        all.extend(part_values(field, part)?);
    }
    Some(all)
}

fn part_values(field: usize, part: &str) -> Option<Vec<i64>> {
    let (least, most) = BOUNDS[field];
    let (range, step) = match part.split_once('/') {
        Some((range, step)) if !range.is_empty() => (range, Some(number(step)?)),
        _ => (part, None),
    };
    let (from, to) = match range.split_once('-') {
        _ if range == "*" => (least, most),
        Some((from, to)) if !from.is_empty() => (value(field, from)?, value(field, to)?),
        // `5/10` goes on to the end.
        _ => {
            let from = value(field, range)?;
            (from, if step.is_some() { most } else { from })
        }
    };
    // A range that stands the wrong way round is turned over, and a step is at least 1.
    let (from, to) = (from.min(to), from.max(to));
    let step = step.unwrap_or(1).max(1);
    // The loop of .NET runs over in 32 bits.
    let runs_over = from < to && from - least + step > i64::from(i32::MAX);
    if from < least || to > most || runs_over {
        return None;
    }
    Some((from..=to).step_by(usize::try_from(step).ok()?).collect())
}

fn value(field: usize, text: &str) -> Option<i64> {
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return number(text);
    }
    let names = match field {
        4 => MONTHS,
        5 => WEEKDAYS,
        _ => return None,
    };
    let begin = Some(text.to_ascii_lowercase()).filter(|begin| !begin.is_empty())?;
    let index = names.split(' ').position(|name| name.starts_with(&begin))?;
    Some(index as i64 + BOUNDS[field].0)
}

/// As `int.Parse` reads it.
fn number(text: &str) -> Option<i64> {
    let text = text.trim_matches(|c: char| c == ' ' || ('\t'..='\r').contains(&c));
    text.parse::<i32>().ok().map(i64::from)
}

/// As `TimeSpan.TryParse` reads it: days alone, `hh:mm`, `hh:mm:ss`, `d.hh:mm:ss` and `d:hh:mm:ss`; 24 hours and more
/// are days.
fn length(text: &str) -> Option<TimeDelta> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(text) => (true, text),
        None => (false, text),
    };
    let numbers = text.split(['.', ':']).map(|part| {
        let digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<i64>().ok().filter(|_| digits)
    });
    let numbers: Vec<i64> = numbers.collect::<Option<_>>()?;
    let day_first = text
        .find('.')
        .is_some_and(|dot| text.find(':').is_none_or(|colon| dot < colon));
    let [days, hours, minutes, seconds] = match numbers[..] {
        [days] => [days, 0, 0, 0],
        [hours, minutes] if !day_first => [0, hours, minutes, 0],
        [hours, minutes, seconds] if !day_first && hours < 24 => [0, hours, minutes, seconds],
        [days, hours, minutes] => [days, hours, minutes, 0],
        [days, hours, minutes, seconds] => [days, hours, minutes, seconds],
        _ => return None,
    };
    if hours > 23 || minutes > 59 || seconds > 59 || days > 10_675_199 {
        return None;
    }
    let length = ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
    TimeDelta::try_seconds(if negative { -length } else { length })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What each fires at first after Friday 2026-11-27 07:58.
    const FIRST: &[(&str, Option<&str>)] = &[
        ("0 */5 * * * *", Some("2026-11-27T08:00:00Z")),
        ("0 */5 * * * MON-SUN", Some("2026-11-29T00:00:00Z")),
        ("0 */5 * * *", Some("2026-11-27T10:00:00Z")),
        ("00:05:00", Some("2026-11-27T08:03:00Z")),
        ("1.00:00:01", Some("2026-11-28T07:58:01Z")),
        ("5", Some("2026-12-02T07:58:00Z")),
        ("24:00:00", Some("2026-12-21T07:58:00Z")),
        ("0 0 0 31 2 *", None),
    ];

    #[test]
    fn what_the_host_takes_fires_when_the_host_fires() {
        let base: DateTime<Utc> = "2026-11-27T07:58:00Z".parse().expect("a time");
        for (text, first) in FIRST {
            let schedule = Schedule::read(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            let first = first.map(|first| first.parse().expect("a time"));
            assert_eq!(schedule.after(base), first, "{text}");
        }
    }

    #[test]
    fn what_the_host_refuses_is_refused() {
        for text in [
            "",
            "0 0 0 * * 7",
            "0 0 0 ? * *",
            "@daily",
            "0 */5 * * * * 2026",
            "1:60",
            "five",
        ] {
            assert!(Schedule::read(text).is_err(), "{text}");
        }
    }
}
