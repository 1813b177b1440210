//! What a resource's tags mean in plain sentences, with a week of edges and everything that looks like a slip. Pure.

mod case;
mod check;
mod days_off;
mod description;
mod findings;
mod regions;
mod warnings;

pub use case::Case;
pub use check::lint;
pub use findings::{DayOff, Description, Findings, WeekEdge};
