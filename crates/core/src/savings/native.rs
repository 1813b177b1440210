//! When Azure's own schedule of an instance would have stopped it.
//!
//! Azure names Windows time zones, and writes five-field cron lines or recurrences. Only what is fully
//! understood gives a time; the rest is unknown, and an interval that it could have ended earns nothing.

use crate::observe::{NativeSchedule, NativeTrigger};
use crate::tz::{self, Tz};
use chrono::{
    DateTime, Datelike, Days, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Timelike, Utc, Weekday,
};
use croner::Cron;
use std::str::FromStr;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextStop {
    At(DateTime<Utc>),
    /// Not before the end of the time asked for.
    Never,
    Unknown,
}

/// The first stop of `schedule` in `from < t <= to`.
///
/// ```
/// use lamplighter_core::observe::{NativeSchedule, NativeTrigger};
/// use lamplighter_core::savings::{NextStop, next_stop};
/// let schedule = NativeSchedule {
///     enabled: true,
///     action: "Stop".into(),
///     trigger: NativeTrigger::Cron {
///         expression: "0 18 * * *".into(),
///         start: None,
///         zone: Some("Pacific Standard Time".into()),
///     },
/// };
/// let (from, to) = ("2026-10-20T00:00:00Z".parse()?, "2026-10-21T00:00:00Z".parse()?);
/// assert_eq!(next_stop(&schedule, from, to), NextStop::At("2026-10-20T01:00:00Z".parse()?));
/// # Ok::<(), chrono::ParseError>(())
/// ```
pub fn next_stop(schedule: &NativeSchedule, from: DateTime<Utc>, to: DateTime<Utc>) -> NextStop {
    if !schedule.enabled || schedule.action.eq_ignore_ascii_case("Start") {
        return NextStop::Never;
    }
    match next_firing(&schedule.trigger, from, to) {
        Some(Some(at)) => NextStop::At(at),
        Some(None) => NextStop::Never,
        None => NextStop::Unknown,
    }
}

/// All firings of an enabled schedule in `from < t <= to`; `None` where its trigger is not understood.
pub fn firings(
    schedule: &NativeSchedule,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Option<Vec<DateTime<Utc>>> {
    let (mut found, mut after) = (Vec::new(), from);
    // Every five minutes of a week is more than anyone needs to know.
    while schedule.enabled && found.len() < 2_016 {
        match next_firing(&schedule.trigger, after, to)? {
            Some(at) => found.push(at),
            None => break,
        }
        after = found[found.len() - 1];
    }
    Some(found)
}

/// The first firing in `from < t <= to`; the outer `None` says that the trigger is not understood.
fn next_firing(
    trigger: &NativeTrigger,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Option<Option<DateTime<Utc>>> {
    match trigger {
        NativeTrigger::Cron {
            expression,
            start,
            zone,
        } => {
            let zone = windows_zone(zone.as_deref())?;
            let cron = Cron::from_str(expression).ok()?;
            // It may fire at its start time itself.
            let begin = start.and_then(|start| first_instant(zone, start - TimeDelta::seconds(1)));
            let begin = begin
                .map_or(from, |begin| begin.max(from))
                .with_timezone(&zone);
            let next = cron
                .find_next_occurrence(&begin, false)
                .ok()
                .map(|at| at.to_utc());
            Some(next.filter(|at| *at <= to))
        }
        NativeTrigger::Recurrence { zone, start, .. } => {
            let zone = windows_zone(zone.as_deref())?;
            let (times, days) = recurrence(trigger)?;
            let first = from.with_timezone(&zone).date_naive() - Days::new(1);
            let last = to.with_timezone(&zone).date_naive() + Days::new(1);
            let dates = first.iter_days().take_while(|date| *date <= last);
            let dates = dates.filter(|date| days.is_empty() || days.contains(&date.weekday()));
            let walls = dates.flat_map(|date| times.iter().map(move |time| date.and_time(*time)));
            let started = walls.filter(|wall| start.is_none_or(|start| *wall >= start));
            let instants = started.filter_map(|wall| first_instant(zone, wall));
            Some(instants.filter(|at| from < *at && *at <= to).min())
        }
        NativeTrigger::Unknown => None,
    }
}

/// A daily or weekly recurrence as times of day and weekdays (none: every day).
fn recurrence(trigger: &NativeTrigger) -> Option<(Vec<NaiveTime>, Vec<Weekday>)> {
    let NativeTrigger::Recurrence {
        frequency,
        interval,
        start,
        hours,
        minutes,
        week_days,
        month_days,
        ..
    } = trigger
    else {
        return None;
    };
    // With an interval of more than one, which day or week counts depends on rules that Azure does not state.
    if *interval > 1 || !month_days.is_empty() {
        return None;
    }
    let days: Option<Vec<Weekday>> = week_days.iter().map(|day| day.parse().ok()).collect();
    let days = days?;
    let weekly = frequency.eq_ignore_ascii_case("Week") && !days.is_empty();
    if !weekly && !frequency.eq_ignore_ascii_case("Day") {
        return None;
    }
    let start = start.map(|start| start.time()).unwrap_or_default();
    let or_start = |given: &Vec<u32>, start: u32| {
        if given.is_empty() {
            vec![start]
        } else {
            given.clone()
        }
    };
    let (hours, minutes) = (
        or_start(hours, start.hour()),
        or_start(minutes, start.minute()),
    );
    let pairs = hours
        .iter()
        .flat_map(|hour| minutes.iter().map(move |minute| (*hour, *minute)));
    let times: Option<Vec<NaiveTime>> = pairs
        .map(|(hour, minute)| NaiveTime::from_hms_opt(hour, minute, 0))
        .collect();
    Some((times?, days))
}

/// The instant of a wall time: the first where the clock repeats, since the earlier end earns less; after a gap,
/// the first minute that exists.
fn first_instant(zone: Tz, wall: NaiveDateTime) -> Option<DateTime<Utc>> {
    (0..=24 * 60)
        .find_map(|minutes| {
            zone.from_local_datetime(&(wall + TimeDelta::minutes(minutes)))
                .earliest()
        })
        .map(|at| at.to_utc())
}

/// No zone written means UTC, as Azure documents for these schedules.
fn windows_zone(name: Option<&str>) -> Option<Tz> {
    let Some(name) = name else {
        return Some(Tz::UTC);
    };
    tz::windows(name).or_else(|| tz::named(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time in a test")
    }

    fn stop(trigger: NativeTrigger) -> NativeSchedule {
        NativeSchedule {
            enabled: true,
            action: "Stop".into(),
            trigger,
        }
    }

    fn cron(expression: &str, zone: &str) -> NativeSchedule {
        stop(NativeTrigger::Cron {
            expression: expression.into(),
            start: None,
            zone: Some(zone.into()),
        })
    }

    fn recurrence(frequency: &str, interval: u32, week_days: &[&str]) -> NativeSchedule {
        stop(NativeTrigger::Recurrence {
            frequency: frequency.into(),
            interval,
            start: None,
            zone: Some("W. Europe Standard Time".into()),
            hours: vec![18],
            minutes: vec![30],
            week_days: week_days.iter().map(|day| day.to_string()).collect(),
            month_days: vec![],
        })
    }

    #[test]
    fn a_cron_line_in_a_windows_zone_fires_at_its_wall_time() {
        let schedule = cron("0 18 * * *", "Pacific Standard Time");
        let next = next_stop(
            &schedule,
            at("2026-10-20T00:00:00Z"),
            at("2026-10-23T00:00:00Z"),
        );
        assert_eq!(next, NextStop::At(at("2026-10-20T01:00:00Z")));
    }

    #[test]
    fn a_weekly_recurrence_waits_for_its_day() {
        let schedule = recurrence("Week", 1, &["Friday"]);
        let next = next_stop(
            &schedule,
            at("2026-10-20T00:00:00Z"),
            at("2026-10-24T00:00:00Z"),
        );
        assert_eq!(next, NextStop::At(at("2026-10-23T16:30:00Z")));
        let soon = next_stop(
            &schedule,
            at("2026-10-20T00:00:00Z"),
            at("2026-10-22T00:00:00Z"),
        );
        assert_eq!(soon, NextStop::Never);
    }

    #[test]
    fn what_is_not_understood_is_unknown_and_what_cannot_stop_is_never() {
        let (from, to) = (at("2026-10-20T00:00:00Z"), at("2026-10-23T00:00:00Z"));
        for schedule in [
            cron("0 18 * * *", "Middle-earth Standard Time"),
            cron("when it rains", "Pacific Standard Time"),
            recurrence("Week", 2, &["Friday"]),
            recurrence("Month", 1, &[]),
            stop(NativeTrigger::Unknown),
        ] {
            assert_eq!(
                next_stop(&schedule, from, to),
                NextStop::Unknown,
                "{schedule:?}"
            );
        }
        let disabled = NativeSchedule {
            enabled: false,
            ..cron("0 18 * * *", "UTC")
        };
        let start = NativeSchedule {
            action: "Start".into(),
            ..cron("0 18 * * *", "UTC")
        };
        for schedule in [disabled, start] {
            assert_eq!(next_stop(&schedule, from, to), NextStop::Never);
        }
    }
}
