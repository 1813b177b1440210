//! What stands in a cell.

use crate::report::{hours, money, of_hours};
use rust_decimal::{Decimal, RoundingStrategy};

/// A cell: text, which may wrap, or a number, which may not.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Text(String),
    Count(usize),
    /// Time, in seconds, shown in hours.
    Seconds(i64),
    Hours(Decimal),
    Money(Decimal),
    /// A number as it is already written, perhaps with words under it.
    Number(String),
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        Cell::Text(text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }
}

impl From<&String> for Cell {
    fn from(text: &String) -> Cell {
        Cell::Text(text.clone())
    }
}

impl Cell {
    /// As people read it.
    pub(super) fn shown(&self) -> String {
        match self {
            Cell::Text(text) | Cell::Number(text) => text.clone(),
            Cell::Count(count) => count.to_string(),
            Cell::Seconds(seconds) => hours(*seconds),
            Cell::Hours(hours) => of_hours(*hours),
            Cell::Money(amount) => money(*amount),
        }
    }

    /// As a program reads it: numbers without marks between thousands, hours to the second.
    pub(super) fn plain(&self) -> String {
        let rounded = |number: Decimal, places: usize| {
            let rounding = RoundingStrategy::MidpointAwayFromZero;
            let rounded = number.round_dp_with_strategy(places as u32, rounding);
            // No minus before nothing.
            let rounded = if rounded.is_zero() {
                Decimal::ZERO
            } else {
                rounded
            };
            format!("{rounded:.places$}")
        };
        match self {
            Cell::Text(text) | Cell::Number(text) => text.replace('\n', "; "),
            Cell::Count(count) => count.to_string(),
            Cell::Seconds(seconds) => rounded(Decimal::from(*seconds) / Decimal::from(3600), 4),
            Cell::Hours(hours) => rounded(*hours, 4),
            Cell::Money(amount) => rounded(*amount, 2),
        }
    }

    pub(super) fn is_text(&self) -> bool {
        matches!(self, Cell::Text(_))
    }
}
