//! A schedule as it is written: windows, edges, and the zone of their times.

use super::cron::Cron;
use super::days::Days;
use super::days_off::DaysOff;
use super::power::Power;
use crate::tz::Tz;

/// What an owner wrote in `lamp-schedule`, with the zone its times are read in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    pub rules: Rules,
    pub zone: Tz,
    /// Local dates on which no window and no `start` edge begins; from `lamp-holidays`.
    pub days_off: DaysOff,
}

/// The rules of a schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rules {
    /// `none`: no opinion, ever.
    None,
    /// `always`: on round the clock.
    Always,
    /// `never`: off unless someone starts it.
    Never,
    /// Windows and edges; at least one of either.
    Timed {
        windows: Vec<Window>,
        edges: Vec<EdgeRule>,
    },
}

/// On from `start` up to but not including `end`, on each of `days`. An `end` that is not later than
/// `start` lies on the next day; the window belongs to the day it starts on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub days: Days,
    /// Minutes after local midnight, 0..=1439.
    pub start: u16,
    /// Minutes after local midnight, 0..=1440 (`24:00`).
    pub end: u16,
}

/// A `start` or `stop`, again and again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EdgeRule {
    pub power: Power,
    pub when: When,
}

/// The wall times of an edge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    /// On each of `days`, at `at` minutes after local midnight, 0..=1439.
    Weekly {
        days: Days,
        at: u16,
    },
    Cron(Cron),
}

impl EdgeRule {
    /// An edge on some days of the week, at `at` minutes after local midnight.
    pub fn weekly(power: Power, days: Days, at: u16) -> EdgeRule {
        EdgeRule {
            power,
            when: When::Weekly { days, at },
        }
    }
}

impl Schedule {
    /// A schedule without holidays.
    ///
    /// ```
    /// use lamplighter_core::schedule::{Days, Rules, Schedule, Window};
    ///
    /// let workdays = Days(0b001_1111);
    /// let window = Window { days: workdays, start: 8 * 60, end: 19 * 60 };
    /// let rules = Rules::Timed { windows: vec![window], edges: vec![] };
    /// let office = Schedule::new(rules, lamplighter_core::tz::Tz::UTC);
    /// assert_eq!(office.to_string(), "Mon-Fri 08:00-19:00 UTC");
    /// ```
    pub fn new(rules: Rules, zone: Tz) -> Schedule {
        Schedule {
            rules,
            zone,
            days_off: DaysOff::default(),
        }
    }
}
