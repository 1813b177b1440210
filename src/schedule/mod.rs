//! Time: what a schedule wants at an instant, the edge that made it so, and the next edge.
//!
//! Pure: no wall clock, no I/O. Instants are UTC; windows and edges are written in local wall time.

mod timeline;
pub mod wall;

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

/// A `start` or `stop` at a wall time on each of `days`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EdgeRule {
    pub power: Power,
    pub days: Days,
    /// Minutes after local midnight, 0..=1439.
    pub at: u16,
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

impl Days {
    pub fn contains(self, day: Weekday) -> bool {
        self.0 & (1 << day.num_days_from_monday()) != 0
    }
}
