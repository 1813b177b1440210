//! What a hold says, and which stretch of the calendar it is.

use crate::schedule::{
    Power,
    wall::{self, Repeat},
};
use crate::tz::Tz;
use chrono::{DateTime, Datelike, Days, TimeDelta, Utc};
use std::time::Duration;

/// `lamp-hold`: an exception that ends by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    pub power: Power,
    /// When it begins; `None`: at once.
    pub from: Option<Moment>,
    pub end: HoldEnd,
}

/// An instant, or a time of day whose date depends on when it is first seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    At(DateTime<Utc>),
    Next(WallTime),
}

/// `22:00`, or `Fri 22:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WallTime {
    /// From Monday, 0; `None`: any day.
    pub day: Option<u8>,
    /// After midnight, to 1440.
    pub minutes: u16,
    pub zone: Tz,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldEnd {
    Until(Moment),
    /// So long after it begins.
    For(Duration),
}

/// A hold with its instants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    pub power: Power,
    /// When it begins, where that is written.
    pub from: Option<DateTime<Utc>>,
    pub until: DateTime<Utc>,
}

impl Held {
    pub fn in_force(&self, now: DateTime<Utc>) -> bool {
        now < self.until && self.from.is_none_or(|from| from <= now)
    }

    /// When it begins, where that is still to come.
    pub fn begins_after(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.from.filter(|from| now < *from && *from < self.until)
    }
}

impl Hold {
    /// Whether its instants depend on when it was first seen.
    pub fn counts_from_seen(&self) -> bool {
        let next = |moment: &Moment| matches!(moment, Moment::Next(_));
        let end = match &self.end {
            HoldEnd::Until(moment) => next(moment),
            HoldEnd::For(_) => self.from.is_none(),
        };
        end || self.from.as_ref().is_some_and(next)
    }

    /// Its instants, if it was first seen at `seen`.
    ///
    /// ```
    /// use lamplighter_core::policy::{Defaults, Layers, read};
    /// use lamplighter_core::observe::Tags;
    ///
    /// let tags = Tags::from([("lamp-hold".into(), "on until Fri 22:00".into())]);
    /// let none = Tags::new();
    /// let layers = Layers {
    ///     compute_name: "gpu-1",
    ///     compute: &tags,
    ///     workspace: &none,
    ///     resource_group: &none,
    /// };
    /// let hold = read(&layers, &Defaults::default()).policy.hold.ok_or("no hold")?.value;
    /// // A Monday.
    /// let held = hold.held("2026-11-23T10:00:00Z".parse()?);
    /// assert_eq!(held.until, "2026-11-27T22:00:00Z".parse::<chrono::DateTime<chrono::Utc>>()?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn held(&self, seen: DateTime<Utc>) -> Held {
        // The time on is never shorter than written, whichever way the clock goes.
        let (begins, ends) = match self.power {
            Power::On => (Repeat::First, Repeat::Second),
            Power::Off => (Repeat::Second, Repeat::Second),
        };
        let from = self.from.map(|from| from.after(seen, begins));
        let begun = from.unwrap_or(seen);
        let until = match self.end {
            HoldEnd::Until(moment) => moment.after(begun, ends),
            HoldEnd::For(length) => {
                let length = TimeDelta::from_std(length).ok();
                let until = length.and_then(|length| begun.checked_add_signed(length));
                until.unwrap_or(begun)
            }
        };
        Held {
            power: self.power,
            from,
            until,
        }
    }
}

impl Moment {
    fn after(self, instant: DateTime<Utc>, repeat: Repeat) -> DateTime<Utc> {
        match self {
            Moment::At(at) => at,
            // None is only where the calendar ends.
            Moment::Next(wall) => wall.after(instant, repeat).unwrap_or(instant),
        }
    }
}

impl WallTime {
    /// The first time after `instant` that the wall shows this.
    fn after(self, instant: DateTime<Utc>, repeat: Repeat) -> Option<DateTime<Utc>> {
        let today = instant.with_timezone(&self.zone).date_naive();
        // 24:00 of the day before is today's first minute.
        let first = today.checked_sub_days(Days::new(1))?;
        let on_day = |day: u32| self.day.is_none_or(|wanted| u32::from(wanted) == day);
        (0..=9)
            .filter_map(|days| first.checked_add_days(Days::new(days)))
            .filter(|date| on_day(date.weekday().num_days_from_monday()))
            .filter_map(|date| wall::instant(self.zone, date, self.minutes, repeat))
            .find(|at| *at > instant)
    }
}
