//! `SWEEP_SCHEDULE` as the Functions host reads it: with NCrontab (3.4), whose rules are neither Vixie's nor Quartz'.
//! What it accepts, what it takes a schedule to mean and when that comes are the same here, so that nobody sees one
//! timetable in the settings and gets another.

mod error;
mod field;
mod schedule;

pub use error::ScheduleError;
pub use schedule::{SweepSchedule, overdue, shown};
