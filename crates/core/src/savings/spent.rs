//! What the time on cost, and what always-on would have cost, at list price.

use super::amount::Amount;
use super::ran::Stretch;
use crate::record::PricePerHour;
use serde::Serialize;
use std::ops::AddAssign;

/// What resources cost while they were on. Money is exact; round it when printing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Spent {
    /// Watched seconds on; of a kind that scales, seconds of each node.
    pub on_seconds: i64,
    /// Their money, at the prices that the ledger knows.
    pub spent: Amount,
    /// Those of them without a known price.
    pub on_unpriced_seconds: i64,
    /// What would have been paid with all of it on; of a kind that scales, with the nodes that Lamplighter took away.
    pub always_on: Amount,
}

impl AddAssign<&Spent> for Spent {
    fn add_assign(&mut self, other: &Spent) {
        self.on_seconds += other.on_seconds;
        self.spent += other.spent;
        self.on_unpriced_seconds += other.on_unpriced_seconds;
        self.always_on += other.always_on;
    }
}

impl Spent {
    /// What a stretch of one price adds, off as one thing is.
    pub fn of(stretch: &Stretch, price: Option<&PricePerHour>) -> Spent {
        let lasted = stretch.to - stretch.from;
        let money = |units: i64| price.map(|price| Amount::of(price, lasted * units));
        if stretch.units == 0 {
            return Spent {
                always_on: money(1).unwrap_or_default(),
                ..Spent::default()
            };
        }
        let on_seconds = lasted * stretch.units;
        let spent = money(stretch.units);
        Spent {
            on_seconds,
            spent: spent.unwrap_or_default(),
            on_unpriced_seconds: if spent.is_none() { on_seconds } else { 0 },
            always_on: spent.unwrap_or_default(),
        }
    }
}
