//! Time: what a schedule wants at an instant, the edge that made it so, and the next edge.
//!
//! Pure: no wall clock, no I/O. Instants are UTC; windows and edges are written in local wall time.

mod clock;
mod cron;
mod days_off;
mod timeline;
pub mod wall;

pub use cron::{Cron, CronFault, FIELDS as CRON_FIELDS};
pub use days_off::DaysOff;

use chrono::{DateTime, Utc, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// Whether a machine is to be lit or out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Power {
    On,
    Off,
}

/// What an owner wrote in `lamp-schedule`, with the zone its times are read in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    pub rules: Rules,
    pub zone: Tz,
    /// Local dates on which no window and no `start` edge begins; from `lamp-holidays`.
    pub days_off: DaysOff,
}

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

/// A set of weekdays; bit 0 is Monday.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days(pub u8);

/// Which of the two kinds of rule spoke: a word said after an [`EdgeKind::Edge`] has no lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EdgeKind {
    Window,
    Edge,
}

/// The instant at which a schedule begins to want `power`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edge {
    pub at: DateTime<Utc>,
    pub power: Power,
    pub kind: EdgeKind,
}

/// A schedule's answer for one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Desired {
    /// `None`: no opinion.
    pub power: Option<Power>,
    /// The edge that made it so; `None` for `always`, `never`, `none` and windows without a gap.
    pub since: Option<Edge>,
    pub next: Option<Edge>,
}

impl Desired {
    /// No opinion, ever.
    pub const NONE: Desired = Desired {
        power: None,
        since: None,
        next: None,
    };
}

impl EdgeRule {
    /// An edge on some days of the week.
    pub fn weekly(power: Power, days: Days, at: u16) -> EdgeRule {
        EdgeRule {
            power,
            when: When::Weekly { days, at },
        }
    }
}

impl Schedule {
    /// A schedule without holidays.
    pub fn new(rules: Rules, zone: Tz) -> Schedule {
        Schedule {
            rules,
            zone,
            days_off: DaysOff::default(),
        }
    }
}

impl Days {
    pub fn contains(self, day: Weekday) -> bool {
        self.0 & (1 << day.num_days_from_monday()) != 0
    }

    /// 1970-01-01, day 0, was a Thursday.
    fn falls_on(self, day: clock::Day) -> bool {
        self.0 >> (day + 3).rem_euclid(7) & 1 == 1
    }
}
