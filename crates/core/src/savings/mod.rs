//! Avoided intervals, prices and totals, from ledger records alone. Pure.
//!
//! The headline counts the time that a machine was off because of **our** stop, up to the first moment at which
//! it would have been off anyway; minutes between our start and the first sign of use count against it. The
//! upper bound counts the whole time off. Every figure here is at most what a machine left on would have cost.

mod account;
mod amount;
mod cause;
mod history;
mod interval;
pub mod native;
mod piece;

pub use account::{Account, ByCause, Figures, account, count, known, sum};
pub use amount::Amount;
pub use cause::{Benefit, Cause};
pub use history::{GAP, History, Sweep};
pub use interval::{
    Closed, Interval, Kind, MAX_HORIZON, OffAnyway, open_avoided, open_projected, open_unused,
};
pub use native::{NextStop, next_stop};
pub use piece::{Counted, Known, Piece};

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// The price of one machine for one hour, as it was known when an interval opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PricePerHour {
    /// In `currency`, exact.
    pub amount: Decimal,
    /// ISO 4217.
    pub currency: String,
    /// Where the figure comes from, such as `retail-prices`.
    pub source: String,
    /// When it was fetched.
    pub fetched_at: DateTime<Utc>,
}

impl PricePerHour {
    /// What `seconds` cost; exact, to be rounded only when printed.
    pub fn of_seconds(&self, seconds: i64) -> Decimal {
        self.amount * Decimal::from(seconds) / Decimal::from(3600)
    }
}

/// What a stopped instance still costs a day, in USD at list price: its disk (P10, 17.92 a month), its load balancer
/// (about 0.33 a day) and its public IP (about 0.12 a day). None of it is ever counted as saved.
pub const STOPPED_COSTS_A_DAY: Decimal = Decimal::from_parts(104, 0, 0, false, 2);

#[cfg(test)]
mod tests;
