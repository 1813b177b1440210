//! Months of UTC, each by its first day.

use chrono::{Datelike, Months, NaiveDate};

/// The month of a day.
pub fn of(date: NaiveDate) -> NaiveDate {
    date.with_day(1).unwrap_or(date)
}

/// The month after one; `None`: no calendar has it.
pub fn next(month: NaiveDate) -> Option<NaiveDate> {
    month.checked_add_months(Months::new(1))
}
