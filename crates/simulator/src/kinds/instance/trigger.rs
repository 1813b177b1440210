//! When one of Azure's own schedules fires.

use crate::civil::{Tz, at_minute, instant};
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Utc};

/// A schedule that has been understood.
#[derive(Clone, Debug)]
pub(crate) struct Trigger {
    pub(super) zone: Tz,
    /// Local wall time before which it does not fire.
    pub(super) start: Option<NaiveDateTime>,
    pub(super) rule: Rule,
}

/// When a schedule fires.
#[derive(Clone, Debug)]
pub(super) enum Rule {
    /// Every so many minutes from `start` on.
    Every(i64),
    /// At wall times, in minutes after midnight and in order, on the days that `days` holds.
    At { days: Days, minutes: Vec<u32> },
}

/// Which days a schedule fires on. Days of the week are counted from Sunday, which is 0.
#[derive(Clone, Debug)]
pub(super) enum Days {
    Cron {
        month_days: Vec<u32>,
        months: Vec<u32>,
        week_days: Vec<u32>,
        /// One of the two kinds of days is enough.
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

/// What a recurrence without a start time counts from.
pub(super) const EPOCH: NaiveDateTime = DateTime::UNIX_EPOCH.naive_utc();

/// 29 February on one weekday comes back within 40 years at worst; nothing sensible takes longer.
const MOST_DAYS_AHEAD: i64 = 40 * 366;

impl Trigger {
    /// The first instant after `after` at which it fires; `None` for one that never does.
    pub(crate) fn next(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
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
                let first = self.zone.date(after) - TimeDelta::days(1);
                let first = self.start.map_or(first, |start| first.max(start.date()));
                (0..MOST_DAYS_AHEAD)
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
