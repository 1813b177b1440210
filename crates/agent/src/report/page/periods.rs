//! Periods of the page: its own by default, and the one before it.

use super::data::Before;
use crate::report::period::LedgerPeriod;
use crate::report::rows::GroupBy;
use crate::report::totals::of_days;
use chrono::{DateTime, Datelike, Months, NaiveTime, TimeDelta, Utc};

/// The period before another: the month before a month's, else as long a time.
pub fn before(from: DateTime<Utc>, to: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
    let month =
        from.day() == 1 && from.time() == NaiveTime::MIN && to - from <= TimeDelta::days(31);
    let earlier = match month {
        true => from.checked_sub_months(Months::new(1)),
        false => from.checked_sub_signed(to - from),
    };
    (earlier.unwrap_or(from), from)
}

/// The month of `now`, up to now.
pub fn this_month(now: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
    let first = now.date_naive().with_day(1);
    let first = first.map(|first| first.and_time(NaiveTime::MIN).and_utc());
    (first.unwrap_or(now), now)
}

/// The figures of the period before, of which as much again as `so_far`.
pub fn earlier(before: &LedgerPeriod, so_far: TimeDelta) -> Before {
    let same = before.from.checked_add_signed(so_far);
    let same = same.unwrap_or(before.to).min(before.to);
    let part = of_days(
        &before.days,
        GroupBy::Workspace,
        before.from,
        same,
        before.now,
    );
    Before {
        from: before.from,
        to: before.to,
        recorded: !before.days.within.is_empty(),
        same_part: part.total.figures,
        whole: before.report(GroupBy::Workspace).total.figures,
    }
}
