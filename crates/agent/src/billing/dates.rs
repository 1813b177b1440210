//! Dates as exports write them. Which of two numbers is the month, a whole file tells, or its whole export.

use super::error::BillError;
use chrono::{Datelike, NaiveDate};
use std::fmt;

/// How a bill writes dates with slashes, where the bill itself does not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum DateOrder {
    /// Month, day, year.
    Mdy,
    /// Day, month, year.
    Dmy,
}

/// A day as a row writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Written {
    Day(NaiveDate),
    /// First number, second number, year: which is the month is for the whole file to say.
    Slashed(u32, u32, i32),
}

impl Written {
    pub fn read(text: &str) -> Option<Written> {
        let text = text.trim();
        let date = text.get(..10).unwrap_or(text);
        let forms = ["%Y-%m-%d", "%Y%m%d", "%Y/%m/%d"].into_iter();
        let mut days = forms.filter_map(|form| NaiveDate::parse_from_str(date, form).ok());
        // A year of two digits is none: nobody says which of three numbers it is.
        if let Some(day) = days.find(|day| day.year() >= 1000) {
            return Some(Written::Day(day));
        }
        let day = text.split([' ', 'T']).next()?;
        let mut parts = day.split('/');
        let (first, second, year) = (parts.next()?, parts.next()?, parts.next()?);
        let whole = parts.next().is_none() && year.len() == 4;
        let slashed = Written::Slashed(
            first.parse().ok()?,
            second.parse().ok()?,
            year.parse().ok()?,
        );
        whole.then_some(slashed)
    }

    pub fn day(self, order: DateOrder) -> Option<NaiveDate> {
        match (self, order) {
            (Written::Day(day), _) => Some(day),
            (Written::Slashed(month, day, year), DateOrder::Mdy)
            | (Written::Slashed(day, month, year), DateOrder::Dmy) => {
                NaiveDate::from_ymd_opt(year, month, day)
            }
        }
    }
}

/// Where a date stands, and how it is written.
type Place = (u64, String, String);

/// What a file's dates tell of their order: a number above twelve is no month.
#[derive(Clone, Default)]
pub(super) struct Evidence {
    day_first: Option<Place>,
    month_first: Option<Place>,
    /// Dates that need an order are among them.
    slashed: bool,
}

impl Evidence {
    pub fn take(&mut self, written: Written, line: u64, column: &str, text: &str) {
        let Written::Slashed(first, second, _) = written else {
            return;
        };
        self.slashed = true;
        let place = || (line, column.to_owned(), text.to_owned());
        if first > 12 && self.day_first.is_none() {
            self.day_first = Some(place());
        }
        if second > 12 && self.month_first.is_none() {
            self.month_first = Some(place());
        }
    }

    fn tells(&self) -> Option<DateOrder> {
        match (&self.day_first, &self.month_first) {
            (Some(_), None) => Some(DateOrder::Dmy),
            (None, Some(_)) => Some(DateOrder::Mdy),
            _ => None,
        }
    }

    /// The order of a file's dates: as it tells itself, else as the `others` of its export tell, else as was said.
    pub fn settle<'a>(
        &self,
        others: impl Iterator<Item = &'a Evidence>,
        said: Option<DateOrder>,
    ) -> Result<DateOrder, BillError> {
        if let (Some(day), Some(month)) = (&self.day_first, &self.month_first) {
            let show =
                |(line, column, text): &Place| format!("line {line}, column {column}: {text}");
            return Err(BillError::TwoOrders(show(day), show(month)));
        }
        if !self.slashed {
            return Ok(DateOrder::Mdy);
        }
        let mut told: Vec<DateOrder> = others.filter_map(Evidence::tells).collect();
        told.dedup();
        let told = match told.as_slice() {
            [one] => Some(*one),
            _ => None,
        };
        let order = self.tells().or(told).or(said);
        order.ok_or(BillError::EitherOrder)
    }
}

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Written::Day(day) => write!(f, "{day}"),
            Written::Slashed(first, second, year) => write!(f, "{first}/{second}/{year}"),
        }
    }
}
