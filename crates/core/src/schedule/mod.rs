//! Time: what a schedule wants at an instant, the edge that made it so, and the next edge.
//!
//! Pure: no wall clock, no I/O. Instants are UTC; windows and edges are written in local wall time.
//!
//! ```
//! use chrono::{DateTime, Utc};
//! use lamplighter_core::policy::read_schedule;
//! use lamplighter_core::schedule::Power;
//!
//! let office = read_schedule("Mon-Fri 08:00-19:00 Europe/Lisbon", lamplighter_core::tz::Tz::UTC)?;
//! // Lisbon is an hour ahead of UTC in summer.
//! let now: DateTime<Utc> = "2026-07-13T07:00:00Z".parse()?;
//! assert_eq!(office.at(now).power, Some(Power::On));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod clock;
mod cron;
mod days;
mod days_off;
mod edge;
mod power;
mod rules;
mod timeline;
pub mod wall;

pub use cron::{Cron, CronError, FIELDS as CRON_FIELDS};
pub use days::Days;
pub use days_off::DaysOff;
pub use edge::{Desired, Edge, EdgeKind};
pub use power::Power;
pub use rules::{EdgeRule, Rules, Schedule, When, Window};
