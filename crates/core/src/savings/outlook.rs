//! What is usual for a weekday, which days are far from it, and what a month will have come to at its end.

use chrono::{Datelike, NaiveDate, TimeDelta};
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::BTreeMap;

/// Money by UTC day, of whole days that sweeps watched and of no others.
pub type Series = BTreeMap<NaiveDate, Decimal>;

/// So many weeks before a day are looked at for what is usual on its weekday.
pub const LOOK_BACK: i64 = 8;
/// So many of them must have been watched.
pub const WEEKS: usize = 4;
/// A run rate and a forecast are made from so many days, four of each weekday.
pub const DAYS: i64 = 28;

/// What is usual for a day's weekday, and how the day itself was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Unusual {
    pub value: Decimal,
    pub usual: Decimal,
}

/// The same weekday of the weeks before a day, as far as they were watched.
fn before(series: &Series, day: NaiveDate) -> Vec<Decimal> {
    let weeks = (1..=LOOK_BACK).filter_map(|week| {
        let earlier = day.checked_sub_signed(TimeDelta::weeks(week))?;
        series.get(&earlier).copied()
    });
    weeks.collect()
}

/// The median of some; of an even number the mean of the two in the middle.
pub fn median(mut values: Vec<Decimal>) -> Decimal {
    values.sort_unstable();
    let middle = values.len() / 2;
    let at = |index: usize| values.get(index).copied().unwrap_or_default();
    match values.len() % 2 {
        0 => (at(middle.saturating_sub(1)) + at(middle)) / Decimal::TWO,
        _ => at(middle),
    }
}

/// The median of a day's weekday in the eight weeks before; `None` where fewer than four of them were watched.
pub fn usual(series: &Series, day: NaiveDate) -> Option<Decimal> {
    let earlier = before(series, day);
    (earlier.len() >= WEEKS).then(|| median(earlier))
}

/// Whether a day is far from its weekday's usual: by more than three times what its weekday differs from that usually
/// (the median absolute deviation, scaled by 1.4826 as for a normal distribution), by more than a fifth of the usual, and
/// by more than a twentieth of the median of all days seen.
pub fn unusual(series: &Series, day: NaiveDate) -> Option<Unusual> {
    let value = *series.get(&day)?;
    let usual = usual(series, day)?;
    let earlier = before(series, day).into_iter();
    let deviation = median(earlier.map(|one| (one - usual).abs()).collect());
    let of_all = median(series.values().map(Decimal::abs).collect());
    let far = [
        deviation * Decimal::new(44_478, 4),
        usual.abs() / Decimal::from(5),
        of_all / Decimal::from(20),
    ];
    let by = (value - usual).abs();
    let is_far = far.into_iter().all(|least| by > least);
    is_far.then_some(Unusual { value, usual })
}

/// What a month comes to by its end, if each day that is left is as its weekday was of late.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Forecast {
    pub expected: Decimal,
    /// With the lowest and the highest of each weekday in place of the mean.
    pub low: Decimal,
    pub high: Decimal,
}

/// The last 28 days before `today`; `None` where not all of them were watched.
fn of_late(series: &Series, today: NaiveDate) -> Option<Vec<(NaiveDate, Decimal)>> {
    let first = today.checked_sub_signed(TimeDelta::days(DAYS))?;
    let days = series.range(first..today);
    let days: Vec<(NaiveDate, Decimal)> = days.map(|(day, value)| (*day, *value)).collect();
    (days.len() as i64 == DAYS).then_some(days)
}

/// What a month of average length (365 / 12 days) comes to at the pace of the last 28 days before `today`.
pub fn run_rate(series: &Series, today: NaiveDate) -> Option<Decimal> {
    let days = of_late(series, today)?;
    let sum: Decimal = days.iter().map(|(_, value)| *value).sum();
    Some(sum / Decimal::from(DAYS) * Decimal::from(365) / Decimal::from(12))
}

/// The month of `today`, which is the first day that is not over: its days so far, and for each other the mean of its
/// weekday in the last 28 days. `None` where not all of these were watched.
pub fn forecast(series: &Series, today: NaiveDate) -> Option<Forecast> {
    let days = of_late(series, today)?;
    let first = today.with_day(1)?;
    let past = first.iter_days().take_while(|day| *day < today);
    let past = past.map(|day| series.get(&day).copied());
    let so_far: Decimal = past.collect::<Option<Vec<_>>>()?.into_iter().sum();
    let mut forecast = Forecast {
        expected: so_far,
        low: so_far,
        high: so_far,
    };
    let left = today
        .iter_days()
        .take_while(|day| day.month() == today.month());
    for day in left {
        let same = days
            .iter()
            .filter(|(one, _)| one.weekday() == day.weekday());
        let same: Vec<Decimal> = same.map(|(_, value)| *value).collect();
        let (low, high) = (same.iter().min()?, same.iter().max()?);
        forecast.low += low;
        forecast.high += high;
        forecast.expected += same.iter().sum::<Decimal>() / Decimal::from(same.len());
    }
    Some(forecast)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date in a test")
    }

    /// Weekdays 100, weekends 20, from a Monday on.
    fn weeks(count: i64) -> Series {
        let days = date("2026-09-07").iter_days().take(count as usize * 7);
        let value = |day: NaiveDate| match day.weekday().number_from_monday() {
            6 | 7 => Decimal::from(20),
            _ => Decimal::from(100),
        };
        days.map(|day| (day, value(day))).collect()
    }

    #[test]
    fn a_day_is_unusual_for_its_weekday_alone() {
        let mut series = weeks(8);
        let (saturday, friday) = (date("2026-10-31"), date("2026-10-30"));
        assert_eq!(
            (unusual(&series, saturday), unusual(&series, friday)),
            (None, None)
        );
        series.insert(saturday, Decimal::from(100));
        let found = unusual(&series, saturday).expect("a day like none of its weekday");
        assert_eq!(
            (found.value, found.usual),
            (Decimal::from(100), Decimal::from(20))
        );
        // A weekend's sum on a weekday.
        series.insert(friday, Decimal::from(20));
        assert!(unusual(&series, friday).is_some());
        // Not by a fifth.
        series.insert(friday, Decimal::from(119));
        assert_eq!(unusual(&series, friday), None);
    }

    #[test]
    fn what_differs_each_week_is_usual_and_little_is_known_from_three() {
        let mut series = weeks(8);
        let fridays = (0..8).map(|week| date("2026-09-11") + TimeDelta::weeks(week));
        for (day, value) in fridays.zip([60, 140, 90, 110, 70, 130, 100, 150]) {
            series.insert(day, Decimal::from(value));
        }
        assert_eq!(unusual(&series, date("2026-10-30")), None);
        let mut few = weeks(4);
        few.insert(date("2026-10-02"), Decimal::from(900));
        assert_eq!(unusual(&few, date("2026-10-02")), None);
    }

    #[test]
    fn a_month_ends_as_its_weekdays_were_of_late() {
        let series = weeks(8);
        let today = date("2026-11-01");
        let whole = forecast(&weeks(8), today).expect("enough seen");
        // November 2026 has 21 weekdays and 9 days of weekends.
        assert_eq!(whole.expected, Decimal::from(21 * 100 + 9 * 20));
        assert_eq!((whole.low, whole.high), (whole.expected, whole.expected));
        let rate = run_rate(&series, today).expect("enough seen");
        assert_eq!(rate.round_dp(2), "2346.43".parse().expect("a decimal"));
        assert_eq!(forecast(&weeks(3), date("2026-09-28")), None);
        // All of the last 28 days were watched, and the first two of the month were not.
        let mut gap = weeks(8);
        gap.remove(&date("2026-10-01"));
        assert_eq!(forecast(&gap, date("2026-10-31")), None);
        assert!(run_rate(&gap, date("2026-10-31")).is_some());
    }
}
