//! Avoided intervals, prices and totals, from ledger records alone. Pure.
//!
//! The saved time is the time that a resource was off because of **our** stop, up to the first moment at which it would
//! have been off anyway; minutes between our start and the first sign of use count against it. The upper bound counts
//! the whole time off. Every figure here is at most what a resource left on would have cost. What somebody left on who
//! started a resource again after our stop has a figure of its own.

mod account;
mod amount;
mod history;
pub mod native;
mod opening;
pub mod outlook;
mod piece;
mod ran;
mod spent;
mod started_again;

pub use account::{Account, ByCause, Figures, account, count, known, sum};
pub use amount::Amount;
pub use history::{GAP, History, Sweep};
pub use native::{NextStop, next_stop};
pub use opening::{open_avoided, open_projected, open_started_again, open_unused};
pub use piece::{COUNTS_FOR, Counted, KnownInterval, Piece};
pub use ran::{Seen, Stretch, stretches, watched};
pub use spent::Spent;
pub use started_again::{StartedAgainCost, answer, started_again_cost};

pub use crate::record::{
    Benefit, Cause, Closed, Interval, IntervalKind, MAX_HORIZON, OffAnyway, PricePerHour,
};

#[cfg(test)]
mod tests;
