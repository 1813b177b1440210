//! From one of Azure's own schedules to the trigger that it means.

use super::cron::{self, CronFieldError};
use super::schedule::{CronTrigger, NativeSchedule, Recurrence};
use super::trigger::{Days, EPOCH, Rule, Trigger};
use crate::civil::Tz;
use chrono::{Datelike, Timelike, Weekday};

/// A schedule that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub(crate) struct TriggerError {
    /// The end of a path, such as `.cron.timeZone`; empty for the schedule itself.
    pub field: &'static str,
    problem: Problem,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum Problem {
    #[error("expected either `cron` or `recurrence`")]
    Neither,
    #[error("\"{0}\" is not a Windows time zone; expected a name such as W. Europe Standard Time")]
    Zone(String),
    #[error("\"{0}\" is not a cron expression; expected five fields")]
    Cron(String),
    #[error(transparent)]
    CronField(#[from] CronFieldError),
    #[error("expected 1 to 10000")]
    Interval,
    #[error("expected hours 0 to 23 and minutes 0 to 59")]
    Times,
    #[error("\"{0}\" is not a day; expected Monday")]
    Day(String),
    #[error("expected Minute, Hour, Day, Week or Month")]
    Frequency,
}

impl Problem {
    fn at(self, field: &'static str) -> TriggerError {
        TriggerError {
            field,
            problem: self,
        }
    }
}

impl Trigger {
    /// Understands a schedule.
    ///
    /// # Errors
    /// It has no trigger or two, or one of Azure's values is unknown.
    pub(crate) fn of(schedule: &NativeSchedule) -> Result<Trigger, TriggerError> {
        match (&schedule.cron, &schedule.recurrence) {
            (Some(cron), None) => of_cron(cron),
            (None, Some(recurrence)) => of_recurrence(recurrence),
            _ => Err(Problem::Neither.at("")),
        }
    }
}

fn of_cron(cron: &CronTrigger) -> Result<Trigger, TriggerError> {
    Ok(Trigger {
        zone: zone(cron.time_zone.as_deref()).map_err(|problem| problem.at(".cron.timeZone"))?,
        start: cron.start_time,
        rule: cron_rule(&cron.expression).map_err(|problem| problem.at(".cron.expression"))?,
    })
}

fn of_recurrence(recurrence: &Recurrence) -> Result<Trigger, TriggerError> {
    let zone = zone(recurrence.time_zone.as_deref());
    Ok(Trigger {
        zone: zone.map_err(|problem| problem.at(".recurrence.timeZone"))?,
        start: recurrence.start_time,
        rule: recurrence_rule(recurrence)?,
    })
}

fn zone(name: Option<&str>) -> Result<Tz, Problem> {
    match name {
        None => Ok(Tz::UTC),
        Some(name) => Tz::windows(name).ok_or_else(|| Problem::Zone(name.to_owned())),
    }
}

fn cron_rule(expression: &str) -> Result<Rule, Problem> {
    let fields: Vec<&str> = expression.split_whitespace().collect();
    let [minute, hour, month_day, month, week_day] = fields[..] else {
        return Err(Problem::Cron(expression.to_owned()));
    };
    let minutes = cron::MINUTE.read(minute)?;
    let hours = cron::HOUR.read(hour)?;
    let mut week_days = cron::WEEK_DAY.read(week_day)?;
    for day in &mut week_days {
        *day %= 7;
    }
    week_days.sort_unstable();
    week_days.dedup();
    Ok(Rule::At {
        days: Days::Cron {
            month_days: cron::MONTH_DAY.read(month_day)?,
            months: cron::MONTH.read(month)?,
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

fn recurrence_rule(recurrence: &Recurrence) -> Result<Rule, TriggerError> {
    if !(1..=10_000).contains(&recurrence.interval) {
        return Err(Problem::Interval.at(".recurrence.interval"));
    }
    let interval = i64::from(recurrence.interval);
    let from = recurrence.start_time.unwrap_or(EPOCH);
    let given = recurrence.schedule.clone().unwrap_or_default();
    let hours = or_default(given.hours, from.hour());
    let minutes = or_default(given.minutes, from.minute());
    if hours.iter().any(|hour| *hour > 23) || minutes.iter().any(|minute| *minute > 59) {
        return Err(Problem::Times.at(".recurrence.schedule"));
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
        _ => return Err(Problem::Frequency.at(".recurrence.frequency")),
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

fn week_days(names: &[String]) -> Result<Vec<u32>, TriggerError> {
    let day = |name: &String| {
        name.parse::<Weekday>()
            .map(|day| day.num_days_from_sunday())
            .map_err(|_| Problem::Day(name.clone()).at(".recurrence.schedule.weekDays"))
    };
    names.iter().map(day).collect()
}

#[cfg(test)]
mod tests;
