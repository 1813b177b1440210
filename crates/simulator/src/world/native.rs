//! Azure's own schedules: when they fire.

use super::civil::{at_minute, instant};
use crate::fleet::{NativeSchedule, Recurrence};
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;
use windows_timezones::WindowsTimezone;

/// A schedule that has been understood.
#[derive(Clone, Debug)]
pub(in crate) struct Trigger {
    zone: Tz,
    start: Option<NaiveDateTime>,
    rule: Rule,
}

#[derive(Clone, Debug)]
enum Rule {
    /// Every so many minutes from `start` on.
    Every(i64),
    /// At wall times, in minutes after midnight and in order, on the days that `days` holds.
    At { days: Days, minutes: Vec<u32> },
}

#[derive(Clone, Debug)]
enum Days {
    Cron {
        month_days: Vec<u32>,
        months: Vec<u32>,
        week_days: Vec<u32>,
        either: bool,
    },
    Interval {
        interval: i64,
        from: NaiveDate,
    },
    Weeks {
        interval: i64,
        from: NaiveDate,
        week_days: Vec<u32>,
    },
    Months {
        interval: i64,
        from: NaiveDate,
        month_days: Vec<i32>,
    },
}

/// The field (as the end of a path) and what is wrong with it.
type Wrong = (&'static str, String);

/// What a recurrence without a start time counts from.
const EPOCH: NaiveDateTime = chrono::DateTime::UNIX_EPOCH.naive_utc();

/// 29 February on one weekday comes back within 40 years at worst; nothing sensible takes longer.
const LOOK_AHEAD_DAYS: i64 = 40 * 366;

impl Trigger {
    /// Understands a schedule.
    ///
    /// # Errors
    /// It has no trigger or two, or one of Azure's values is unknown: the field, and what was expected.
    pub(in crate) fn of(schedule: &NativeSchedule) -> Result<Trigger, Wrong> {
        match (&schedule.cron, &schedule.recurrence) {
            (Some(cron), None) => Ok(Trigger {
                zone: zone(cron.time_zone.as_deref())
                    .map_err(|message| (".cron.timeZone", message))?,
                start: cron.start_time,
                rule: cron_rule(&cron.expression)
                    .map_err(|message| (".cron.expression", message))?,
            }),
            (None, Some(recurrence)) => Ok(Trigger {
                zone: zone(recurrence.time_zone.as_deref())
                    .map_err(|message| (".recurrence.timeZone", message))?,
                start: recurrence.start_time,
                rule: recurrence_rule(recurrence)?,
            }),
            _ => Err(("", "expected either `cron` or `recurrence`".into())),
        }
    }

    /// The first instant after `after` at which it fires; `None` for one that never does.
    pub(super) fn next(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match &self.rule {
            Rule::Every(minutes) => {
                let first = instant(self.zone, self.start.unwrap_or(EPOCH));
                let step = TimeDelta::minutes(*minutes);
                if after < first {
                    return Some(first);
                }
                let done = (after - first).num_seconds() / step.num_seconds();
                first.checked_add_signed(TimeDelta::seconds(step.num_seconds() * (done + 1)))
            }
            Rule::At { days, minutes } => {
                let first = after.with_timezone(&self.zone).date_naive() - TimeDelta::days(1);
                let first = self.start.map_or(first, |start| first.max(start.date()));
                (0..LOOK_AHEAD_DAYS)
                    .map(|day| first + TimeDelta::days(day))
                    .filter(|date| days.contain(*date))
                    .flat_map(|date| minutes.iter().map(move |minute| (date, *minute)))
                    .filter(|(date, minute)| {
                        self.start.is_none_or(|start| {
                            date.and_time(chrono::NaiveTime::MIN)
                                + TimeDelta::minutes(i64::from(*minute))
                                >= start
                        })
                    })
                    .map(|(date, minute)| at_minute(self.zone, date, minute))
                    .find(|at| *at > after)
            }
        }
    }
}

impl Days {
    fn contain(&self, date: NaiveDate) -> bool {
        match self {
            Days::Cron {
                month_days,
                months,
                week_days,
                either,
            } => {
                let by_month = month_days.contains(&date.day());
                let by_week = week_days.contains(&date.weekday().num_days_from_sunday());
                months.contains(&date.month())
                    && if *either {
                        by_month || by_week
                    } else {
                        by_month && by_week
                    }
            }
            Days::Interval { interval, from } => {
                (date - *from).num_days().rem_euclid(*interval) == 0
            }
            Days::Weeks {
                interval,
                from,
                week_days,
            } => {
                let monday =
                    *from - TimeDelta::days(i64::from(from.weekday().num_days_from_monday()));
                week_days.contains(&date.weekday().num_days_from_sunday())
                    && (date - monday)
                        .num_days()
                        .div_euclid(7)
                        .rem_euclid(*interval)
                        == 0
            }
            Days::Months {
                interval,
                from,
                month_days,
            } => {
                let months = i64::from(date.year() - from.year()) * 12 + i64::from(date.month())
                    - i64::from(from.month());
                months.rem_euclid(*interval) == 0 && is_month_day(date, month_days)
            }
        }
    }
}

/// A negative day counts from the month's end: -1 is its last day.
fn is_month_day(date: NaiveDate, wanted: &[i32]) -> bool {
    let last = i32::from(date.num_days_in_month());
    let day = date.day() as i32;
    wanted.contains(&day) || wanted.contains(&(day - last - 1))
}

fn zone(name: Option<&str>) -> Result<Tz, String> {
    match name {
        None => Ok(Tz::UTC),
        Some(name) => name.parse::<WindowsTimezone>().map(Tz::from).map_err(|_| {
            format!("\"{name}\" is not a Windows time zone; expected a name such as W. Europe Standard Time")
        }),
    }
}

fn cron_rule(expression: &str) -> Result<Rule, String> {
    let fields: Vec<&str> = expression.split_whitespace().collect();
    let [minute, hour, month_day, month, week_day] = fields[..] else {
        return Err(format!(
            "\"{expression}\" is not a cron expression; expected five fields"
        ));
    };
    const MONTHS: &[&str] = &[
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    const WEEK_DAYS: &[&str] = &["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
    let minutes = cron_field(minute, 0, 59, &[])?;
    let hours = cron_field(hour, 0, 23, &[])?;
    let mut week_days: Vec<u32> = cron_field(week_day, 0, 7, WEEK_DAYS)?
        .into_iter()
        .map(|day| day % 7)
        .collect();
    week_days.sort_unstable();
    week_days.dedup();
    Ok(Rule::At {
        days: Days::Cron {
            month_days: cron_field(month_day, 1, 31, &[])?,
            months: cron_field(month, 1, 12, MONTHS)?,
            week_days,
            // As in Vixie cron: two restricted day fields mean either.
            either: !month_day.starts_with('*') && !week_day.starts_with('*'),
        },
        minutes: times(&hours, &minutes),
    })
}

fn times(hours: &[u32], minutes: &[u32]) -> Vec<u32> {
    let mut times: Vec<u32> = hours
        .iter()
        .flat_map(|hour| minutes.iter().map(move |minute| hour * 60 + minute))
        .collect();
    times.sort_unstable();
    times.dedup();
    times
}

/// One cron field as the numbers it allows. Names count from `least`.
fn cron_field(field: &str, least: u32, most: u32, names: &[&str]) -> Result<Vec<u32>, String> {
    let wrong = || {
        format!(
            "\"{field}\" is not a cron field; expected {least}-{most}, *, lists, ranges or steps"
        )
    };
    let number = |text: &str| {
        let named = names
            .iter()
            .position(|name| name.eq_ignore_ascii_case(text));
        let value = match named {
            Some(index) => index as u32 + least.min(1),
            None => text.parse().map_err(|_| wrong())?,
        };
        if (least..=most).contains(&value) {
            Ok(value)
        } else {
            Err(wrong())
        }
    };
    let mut values = Vec::new();
    for part in field.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, step.parse::<usize>().map_err(|_| wrong())?),
            None => (part, 1),
        };
        let (from, to) = match range.split_once('-') {
            _ if range == "*" => (least, most),
            Some((from, to)) => (number(from)?, number(to)?),
            None if part.contains('/') => (number(range)?, most),
            None => (number(range)?, number(range)?),
        };
        if step == 0 || to < from {
            return Err(wrong());
        }
        values.extend((from..=to).step_by(step));
    }
    values.sort_unstable();
    values.dedup();
    Ok(values)
}

fn recurrence_rule(recurrence: &Recurrence) -> Result<Rule, Wrong> {
    if !(1..=10_000).contains(&recurrence.interval) {
        return Err((".recurrence.interval", "expected 1 to 10000".into()));
    }
    let interval = i64::from(recurrence.interval);
    let from = recurrence.start_time.unwrap_or(EPOCH);
    let given = recurrence.schedule.clone().unwrap_or_default();
    let hours = or_default(given.hours.clone(), from.hour());
    let minutes = or_default(given.minutes.clone(), from.minute());
    if hours.iter().any(|hour| *hour > 23) || minutes.iter().any(|minute| *minute > 59) {
        return Err((
            ".recurrence.schedule",
            "expected hours 0 to 23 and minutes 0 to 59".into(),
        ));
    }
    let days = match recurrence.frequency.to_ascii_lowercase().as_str() {
        "minute" => return Ok(Rule::Every(interval)),
        "hour" => return Ok(Rule::Every(interval * 60)),
        "day" => Days::Interval {
            interval,
            from: from.date(),
        },
        "week" => Days::Weeks {
            interval,
            from: from.date(),
            week_days: or_default(
                week_days(&given.week_days)?,
                from.weekday().num_days_from_sunday(),
            ),
        },
        "month" => Days::Months {
            interval,
            from: from.date(),
            month_days: or_default(given.month_days, from.day() as i32),
        },
        _ => {
            return Err((
                ".recurrence.frequency",
                "expected Minute, Hour, Day, Week or Month".into(),
            ));
        }
    };
    Ok(Rule::At {
        days,
        minutes: times(&hours, &minutes),
    })
}

/// What a recurrence leaves out follows from its start.
fn or_default<T>(given: Vec<T>, default: T) -> Vec<T> {
    if given.is_empty() {
        vec![default]
    } else {
        given
    }
}

fn week_days(names: &[String]) -> Result<Vec<u32>, Wrong> {
    names
        .iter()
        .map(|name| {
            let day = name.parse::<chrono::Weekday>().map_err(|_| {
                (
                    ".recurrence.schedule.weekDays",
                    format!("\"{name}\" is not a day; expected Monday"),
                )
            });
            day.map(|day| day.num_days_from_sunday())
        })
        .collect()
}

#[cfg(test)]
#[path = "native_tests.rs"]
mod tests;
