//! Where it goes: the pace of the last weeks, what the month will have come to, and days unlike their weekday.

use super::name::ResourceName;
use crate::report::running::{Running, SpentByDay};
use crate::report::{LedgerPeriod, month};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use lamplighter_core::savings::outlook::{self, Forecast, Series};
use lamplighter_core::savings::{self, History, sum};
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// So far back the page looks at each day before its period, for what is usual.
pub const LOOK_BACK: TimeDelta = TimeDelta::weeks(outlook::LOOK_BACK);
/// Unusual days on the page; the farthest.
const UNUSUAL: usize = 20;
/// Resources named of each.
const MOST: usize = 3;

/// Where it goes.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Outlook {
    /// How many of the 28 days before the end of the page were watched from midnight to midnight.
    pub watched_days: usize,
    /// What a month comes to at the pace of those 28 days; `None`: not all of them were watched.
    pub run_rate: Option<Both<Decimal>>,
    /// What the month in which the page ends comes to; `None` where it is over, or not enough was seen.
    pub forecast: Option<Both<Forecast>>,
    /// Days of the period that could be compared with their weekday before.
    pub compared_days: usize,
    /// Those of them that are far from it.
    pub unusual: Vec<UnusualDay>,
    /// All of them; `unusual` has the farthest.
    pub unusual_count: usize,
}

/// The same of two sums.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Both<T> {
    pub spent: T,
    pub saved: T,
}

/// A day that is far from what is usual for its weekday.
#[derive(Clone, Debug, Serialize)]
pub struct UnusualDay {
    pub day: NaiveDate,
    /// `spent` or `saved`.
    pub what: &'static str,
    pub value: Decimal,
    pub usual: Decimal,
    /// Of what was spent: the resources that differ most in the same direction, and by how much.
    pub most: Vec<(ResourceName, Decimal)>,
}

/// Takes what is known of the days of a period and of eight weeks before it.
pub fn outlook(
    period: &LedgerPeriod,
    running: &Running<'_>,
    history: &History,
    names: &HashMap<&str, ResourceName>,
    to: DateTime<Utc>,
) -> Outlook {
    let begin = midnight(period.from.date_naive());
    let begin = begin.checked_sub_signed(LOOK_BACK).unwrap_or(begin);
    let days = running.by_day((begin, to), period.now);
    let today = to.date_naive();
    let all = begin
        .date_naive()
        .iter_days()
        .take_while(|day| *day < today);
    let watched: Vec<NaiveDate> = all.filter(|day| is_watched(history, *day)).collect();
    let (spent, saved) = (
        spent(&days, &watched),
        saved(period, history, (begin, to), &watched),
    );
    let late = today.checked_sub_signed(TimeDelta::days(outlook::DAYS));
    let both = |of: &dyn Fn(&Series) -> Option<Decimal>| {
        Some(Both {
            spent: of(&spent)?,
            saved: of(&saved)?,
        })
    };
    let forecasts = || {
        Some(Both {
            spent: outlook::forecast(&spent, today)?,
            saved: outlook::forecast(&saved, today)?,
        })
    };
    // At its last midnight a month is over.
    let within = to > midnight(month::of(today));
    let of_period = || {
        watched
            .iter()
            .filter(|day| **day >= period.from.date_naive())
    };
    let (unusual, unusual_count) = unusual_days(of_period(), &spent, &saved, |day, by| {
        most(&days, names, &spent, (day, by))
    });
    Outlook {
        watched_days: watched
            .iter()
            .filter(|day| late.is_some_and(|late| **day >= late))
            .count(),
        run_rate: both(&|series| outlook::run_rate(series, today)),
        forecast: if within { forecasts() } else { None },
        compared_days: of_period()
            .filter(|day| outlook::usual(&spent, **day).is_some())
            .count(),
        unusual,
        unusual_count,
    }
}

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

/// Whether sweeps ran from midnight to midnight.
fn is_watched(history: &History, day: NaiveDate) -> bool {
    let begin = midnight(day).timestamp();
    let end = begin + 86_400;
    history.gaps_of("", begin, end, end).is_empty()
}

fn spent(days: &SpentByDay, watched: &[NaiveDate]) -> Series {
    let of_day = |day: &NaiveDate| {
        let all = days.values().filter_map(|of| of.get(day));
        all.map(|one| one.spent).sum::<savings::Amount>().value()
    };
    watched.iter().map(|day| (*day, of_day(day))).collect()
}

fn saved(
    period: &LedgerPeriod,
    history: &History,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    watched: &[NaiveDate],
) -> Series {
    let known = savings::known(period.days.opened(), period.days.closed());
    let account = savings::account(&known, history, from, to, period.now);
    let of_day = |day: &NaiveDate| {
        let of = account.days.get(day);
        of.map_or(Decimal::ZERO, |causes| sum(causes.values()).saved.value())
    };
    watched.iter().map(|day| (*day, of_day(day))).collect()
}

/// The farthest, the latest first, as a page is opened for what happened last; and how many there are.
fn unusual_days<'a>(
    days: impl Iterator<Item = &'a NaiveDate>,
    spent: &Series,
    saved: &Series,
    most: impl Fn(NaiveDate, Decimal) -> Vec<(ResourceName, Decimal)>,
) -> (Vec<UnusualDay>, usize) {
    let mut found: Vec<UnusualDay> = Vec::new();
    for day in days {
        for (what, series) in [("spent", spent), ("saved", saved)] {
            if let Some(one) = outlook::unusual(series, *day) {
                let of_resources = what == "spent";
                let by = one.value - one.usual;
                found.push(UnusualDay {
                    day: *day,
                    what,
                    value: one.value,
                    usual: one.usual,
                    most: if of_resources {
                        most(*day, by)
                    } else {
                        Vec::new()
                    },
                });
            }
        }
    }
    let far = |one: &UnusualDay| (one.value - one.usual).abs();
    found.sort_by_key(|one| std::cmp::Reverse(far(one)));
    let count = found.len();
    found.truncate(UNUSUAL);
    found.sort_by_key(|one| std::cmp::Reverse(one.day));
    (found, count)
}

/// The resources that make up most of what a day differs by, each from the median of the weeks that the day itself is
/// compared with.
fn most(
    days: &SpentByDay,
    names: &HashMap<&str, ResourceName>,
    series: &Series,
    (day, by): (NaiveDate, Decimal),
) -> Vec<(ResourceName, Decimal)> {
    let weeks =
        (1..=outlook::LOOK_BACK).filter_map(|week| day.checked_sub_signed(TimeDelta::weeks(week)));
    let weeks: Vec<NaiveDate> = weeks.filter(|day| series.contains_key(day)).collect();
    let differs = |of: &BTreeMap<NaiveDate, savings::Spent>| {
        let value = |day: &NaiveDate| of.get(day).map_or(Decimal::ZERO, |one| one.spent.value());
        value(&day) - outlook::median(weeks.iter().map(value).collect())
    };
    let all = days.iter().map(|(id, of)| (id, differs(of)));
    let same =
        all.filter(|(_, one)| one.is_sign_positive() == by.is_sign_positive() && !one.is_zero());
    let named = same.filter_map(|(id, one)| Some((names.get(id.as_str())?.clone(), one)));
    let mut named: Vec<(ResourceName, Decimal)> = named.collect();
    named.sort_by(|a, b| b.1.abs().cmp(&a.1.abs()).then_with(|| a.0.cmp(&b.0)));
    named.truncate(MOST);
    named
}
