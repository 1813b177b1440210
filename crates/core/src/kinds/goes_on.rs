//! What goes on costing while a resource is stopped. None of it is ever counted as saved.

use super::meter::Meter;
use rust_decimal::Decimal;

/// One thing that goes on costing while a resource is stopped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GoesOn {
    pub what: String,
    /// By which sources of prices know it.
    pub meter: Option<Meter>,
    /// What it costs a day, in USD at list price, where that is written down.
    pub usd_a_day: Option<Decimal>,
}

impl GoesOn {
    /// Something whose price is not known.
    pub fn unpriced(what: impl Into<String>) -> GoesOn {
        GoesOn {
            what: what.into(),
            ..GoesOn::default()
        }
    }
}

/// A meter of the Retail Prices API that belongs to no size of machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListedMeter {
    /// What we call it, where sizes are called: in a file of prices, and in the ledger.
    pub name: &'static str,
    /// `serviceName` and `meterName`.
    pub service: &'static str,
    pub meter: &'static str,
}
