//! An interval cut into stretches that have one price each and count, or do not, as a whole.

use super::amount::Amount;
use super::history::History;
use crate::record::{Benefit, Interval, IntervalKind, PricePerHour};
use crate::schedule::Power;
use chrono::{DateTime, Datelike, Days, Months, NaiveTime};
use serde::{Deserialize, Serialize};

/// Seconds of a UTC day.
pub(super) const DAY: i64 = 86_400;

/// An interval counts to the end of the month (UTC) in which the day lies that is so many days after that on which it
/// opened: what has been off for longer is not waiting to be started. So a month's figures need no older days, and those of
/// its year are the sum of its months.
pub const COUNTS_FOR: i64 = 92;

/// As what a stretch counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Counted {
    /// Saved, and in the upper bound.
    Saved,
    /// In the upper bound only: it could have been off by then without Lamplighter.
    OffAnyway,
    /// In the upper bound only: after the schedule's next start, or after 72 hours, nobody knows.
    Horizon,
    /// In neither: no sweep is known to have come, so that nobody knows what the resource was.
    NoSweep,
    /// In neither: it was on, and costs, as somebody had started it again after our stop.
    #[serde(rename = "left-on")]
    StartedAgain,
}

impl Counted {
    /// In the upper bound, and not saved.
    pub fn is_beyond(self) -> bool {
        matches!(self, Counted::OffAnyway | Counted::Horizon)
    }
}

/// A stretch of an interval within one UTC day, in whole seconds since 1970: `from <= t < to`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    pub from: i64,
    pub to: i64,
    pub counted: Counted,
    /// How many nodes or instances it is about.
    pub count: u32,
    pub price: Option<&'a PricePerHour>,
}

impl Piece<'_> {
    /// Seconds of all its nodes or instances together.
    pub fn seconds(&self) -> i64 {
        (self.to - self.from) * i64::from(self.count)
    }

    /// Its money in `currency`; `None` where its price is unknown, or known in another currency.
    pub fn money(&self, currency: Option<&str>) -> Option<Amount> {
        let price = self
            .price
            .filter(|price| Some(&*price.currency) == currency);
        price.map(|price| Amount::of(price, self.seconds()))
    }
}

/// An interval with what is known of its end.
#[derive(Clone, Copy, Debug)]
pub struct KnownInterval<'a> {
    /// ARM id, lower case.
    pub resource: &'a str,
    pub interval: &'a Interval,
    /// The record of its end, if there is one.
    pub closed_at: Option<i64>,
    /// When the next interval of the same kind opened on this resource, which ends this one at the latest.
    pub next_at: Option<i64>,
}

impl KnownInterval<'_> {
    /// When it opened. A part of a second is never counted.
    pub fn opened_at(&self) -> i64 {
        let at = self.interval.opened_at;
        at.timestamp() + i64::from(at.timestamp_subsec_nanos() > 0)
    }

    /// When it ended, or `now`. Where a saved state was lost, intervals are left without a record of their end: then
    /// what was observed of the resource ends them.
    pub fn ended_at(&self, history: &History, now: i64) -> i64 {
        let opened = self.opened_at();
        let turned = match self.interval.kind {
            IntervalKind::Avoided => history.turned(self.resource, Power::On, opened),
            // What Lamplighter's own start costs it costs until a stop is through, not until it was asked for.
            IntervalKind::Unused => history.seen_off(self.resource, opened),
            _ => history.turned(self.resource, Power::Off, opened),
        };
        let limit = self.interval.horizon.timestamp();
        let limit = (self.interval.kind == IntervalKind::StartedAgain).then_some(limit);
        let ends = [self.closed_at, self.next_at, turned, limit, Some(now)];
        let first = ends.into_iter().flatten().min();
        first.unwrap_or(now).max(opened)
    }

    /// Its stretches within `from <= t < to`, as known at `now`.
    pub fn pieces<'a>(
        &'a self,
        history: &'a History,
        from: i64,
        to: i64,
        now: i64,
    ) -> Vec<Piece<'a>> {
        let opened = self.opened_at();
        let ended = self.ended_at(history, now);
        let (begin, end) = (opened.max(from), ended.min(to).min(counts_to(opened)));
        if begin >= end {
            return Vec::new();
        }
        let interval = self.interval;
        let (size, region) = (interval.vm_size.as_deref(), interval.location.as_deref());
        let prices = history.prices(size, region, opened, ended);
        let (counts_until, gaps) = match interval.kind {
            // What Lamplighter's own start cost counts, watched or not.
            IntervalKind::Unused => (ended, Vec::new()),
            IntervalKind::Avoided | IntervalKind::Projected => (
                interval.saved_until().timestamp(),
                history.gaps_of(self.resource, opened, ended, now),
            ),
            IntervalKind::StartedAgain => {
                (ended, history.gaps_of(self.resource, opened, ended, now))
            }
        };
        let beyond = beyond(interval, counts_until);
        let changes = prices.iter().map(|(at, _)| *at).chain([counts_until]);
        let changes = changes.chain(gaps.iter().flat_map(|(from, to)| [*from, *to]));
        let cuts = cuts(begin, end, changes);
        let piece = |pair: &[i64]| {
            let (from, to) = (pair[0], pair[1]);
            let unseen = gaps.iter().any(|gap| gap.0 <= from && to <= gap.1);
            let changes = prices.partition_point(|(at, _)| *at <= from);
            let changed = changes.checked_sub(1).and_then(|last| prices.get(last));
            Piece {
                from,
                to,
                counted: match (unseen, from >= counts_until) {
                    (true, _) => Counted::NoSweep,
                    (false, true) => beyond,
                    (false, false) if interval.kind == IntervalKind::StartedAgain => {
                        Counted::StartedAgain
                    }
                    (false, false) => Counted::Saved,
                },
                count: interval.count,
                price: changed.map(|(_, price)| price).or(interval.price.as_ref()),
            }
        };
        cuts.windows(2).map(piece).collect()
    }

    pub fn benefit(&self) -> Benefit {
        self.interval.benefit
    }
}

/// Until when an interval counts that opened then.
fn counts_to(opened: i64) -> i64 {
    let last = DateTime::from_timestamp(opened, 0).map(|at| at.date_naive());
    let last = last.and_then(|day| day.checked_add_days(Days::new(COUNTS_FOR.unsigned_abs())));
    let next = last.and_then(|day| day.with_day(1)?.checked_add_months(Months::new(1)));
    next.map_or(i64::MAX, |next| {
        next.and_time(NaiveTime::MIN).and_utc().timestamp()
    })
}

/// As what the time from `counts_until` on counts.
fn beyond(interval: &Interval, counts_until: i64) -> Counted {
    let off = interval.off_anyway.as_ref();
    match off.is_some_and(|off| off.at.timestamp() <= counts_until) {
        true => Counted::OffAnyway,
        false => Counted::Horizon,
    }
}

/// Where the time from `begin` to `end` is cut: at both, at each midnight and at each of these changes within.
fn cuts(begin: i64, end: i64, changes: impl Iterator<Item = i64>) -> Vec<i64> {
    let mut cuts = vec![begin, end];
    cuts.extend(changes);
    let first = begin.div_euclid(DAY) + 1;
    let last = end.div_euclid(DAY);
    cuts.extend((first..=last).map(|day| day * DAY));
    cuts.retain(|cut| begin <= *cut && *cut <= end);
    cuts.sort_unstable();
    cuts.dedup();
    cuts
}
