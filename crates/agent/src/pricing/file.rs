//! The platform's own prices: a CSV of negotiated rates, by size and region. Pure.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use lamplighter_core::record::PricePerHour;
use rust_decimal::Decimal;
use std::collections::HashMap;

/// The columns that a file must have, and those that it may.
const WANTED: [&str; 3] = ["size", "price", "currency"];
const OPTIONAL: [&str; 2] = ["region", "from"];

/// Prices of one currency.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PriceFile {
    /// By size and region, lower case, an empty region being any; each in order of its first day.
    prices: HashMap<(String, String), Vec<(NaiveDate, Decimal)>>,
    currency: String,
}

/// What the file has of a size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listed {
    Price(PricePerHour),
    /// Its lines hold from a later day only.
    NotYet(NaiveDate),
    Nothing,
}

/// Why a file of prices cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum PriceFileError {
    #[error(transparent)]
    Unread(#[from] std::io::Error),
    #[error(transparent)]
    NotCsv(#[from] csv::Error),
    #[error(
        "line 1: no column {missing}; expected size,region,price,currency and perhaps from, found {found}"
    )]
    NoColumn {
        missing: &'static str,
        found: String,
    },
    #[error("line 1, column {0}: expected size, region, price, currency or from")]
    OddColumn(String),
    #[error("line {line}, column {}: '{value}' is not {expected}", .expected.column())]
    Cell {
        line: u64,
        value: String,
        expected: Expected,
    },
    #[error("two prices for {size} in {region} from {from}")]
    Twice {
        size: String,
        region: String,
        from: NaiveDate,
    },
}

/// What a cell should have held.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Expected {
    #[error("the name of a size, such as Standard_D4s_v3")]
    Size,
    #[error("a price for one hour, such as 0.24")]
    Price,
    #[error("{0}, which the setting CURRENCY says")]
    Currency(String),
    #[error("a date such as 2026-11-01")]
    From,
}

impl Expected {
    fn column(&self) -> &'static str {
        match self {
            Expected::Size => "size",
            Expected::Price => "price",
            Expected::Currency(_) => "currency",
            Expected::From => "from",
        }
    }
}

impl PriceFile {
    /// Reads `size,region,price,currency[,from]`: a header, then a line for each price of an hour. An empty region is
    /// any region; `from` is the first day, in UTC, on which a price holds. `#` begins a comment.
    ///
    /// # Errors
    /// The line, the column and what was expected there.
    pub fn parse(text: &str, currency: &str) -> Result<PriceFile, PriceFileError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = csv::ReaderBuilder::new()
            .comment(Some(b'#'))
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let header = reader.headers()?.clone();
        let place = |name: &str| {
            header
                .iter()
                .position(|column| column.eq_ignore_ascii_case(name))
        };
        if let Some(missing) = WANTED.into_iter().find(|name| place(name).is_none()) {
            let found: Vec<&str> = header.iter().collect();
            let found = found.join(",");
            return Err(PriceFileError::NoColumn { missing, found });
        }
        let known = |name: &&str| {
            WANTED
                .iter()
                .chain(&OPTIONAL)
                .any(|known| known.eq_ignore_ascii_case(name))
        };
        if let Some(odd) = header.iter().find(|name| !known(name)) {
            return Err(PriceFileError::OddColumn(odd.to_owned()));
        }
        let mut file = PriceFile {
            currency: currency.to_string(),
            ..PriceFile::default()
        };
        for row in reader.records() {
            let row = row?;
            let line = row.position().map_or(0, |position| position.line());
            let cell = |name: &str| {
                place(name)
                    .and_then(|index| row.get(index))
                    .unwrap_or_default()
            };
            file.take(&cell).map_err(|expected| PriceFileError::Cell {
                line,
                value: cell(expected.column()).to_owned(),
                expected,
            })?;
        }
        file.sort()?;
        Ok(file)
    }

    /// Puts each size's prices in order of their first days, of which no two may be the same.
    fn sort(&mut self) -> Result<(), PriceFileError> {
        for ((size, region), prices) in &mut self.prices {
            prices.sort();
            if let Some(pair) = prices.windows(2).find(|pair| pair[0].0 == pair[1].0) {
                return Err(PriceFileError::Twice {
                    size: size.clone(),
                    region: match region.as_str() {
                        "" => "any region".to_owned(),
                        region => region.to_owned(),
                    },
                    from: pair[0].0,
                });
            }
        }
        Ok(())
    }

    fn take<'a>(&mut self, cell: &impl Fn(&'static str) -> &'a str) -> Result<(), Expected> {
        let size = cell("size").to_lowercase();
        if size.is_empty() {
            return Err(Expected::Size);
        }
        let price = Decimal::from_str_exact(cell("price")).ok();
        let price = price.filter(|price| *price >= Decimal::ZERO);
        let price = price.ok_or(Expected::Price)?;
        if !cell("currency").eq_ignore_ascii_case(&self.currency) {
            return Err(Expected::Currency(self.currency.clone()));
        }
        let from = match cell("from") {
            "" => NaiveDate::MIN,
            text => text.parse().map_err(|_| Expected::From)?,
        };
        let key = (size, cell("region").to_lowercase());
        self.prices.entry(key).or_default().push((from, price));
        Ok(())
    }

    /// The price of a size in a region on the day of `now`: its own region's before any region's.
    pub fn price(&self, size: &str, region: &str, now: DateTime<Utc>) -> Listed {
        let today = now.date_naive();
        let mut later: Option<NaiveDate> = None;
        for region in [region.to_lowercase(), String::new()] {
            let Some(prices) = self.prices.get(&(size.to_lowercase(), region)) else {
                continue;
            };
            let held = prices.iter().rev().find(|(from, _)| *from <= today);
            if let Some((from, amount)) = held {
                // A price without a first day is as new as the file, which is read at every start.
                let since =
                    (*from != NaiveDate::MIN).then(|| from.and_time(NaiveTime::MIN).and_utc());
                return Listed::Price(PricePerHour {
                    amount: *amount,
                    currency: self.currency.clone(),
                    source: "price-file".into(),
                    fetched_at: since.unwrap_or(now),
                    parts: Vec::new(),
                });
            }
            later = later.or(prices.first().map(|(from, _)| *from));
        }
        later.map_or(Listed::Nothing, Listed::NotYet)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "\u{feff}size,Region,price,currency,from\n\
        # agreed in spring\n\
        Standard_D4s_v3,westeurope,0.20,USD,2026-06-01\n\
        Standard_D4s_v3,westeurope,0.19,usd,2026-11-01\n\
        Standard_D4s_v3,,0.25,USD,\n\
        Standard_NC6s_v3,northeurope,2,USD,2027-01-01\n";

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time in a test")
    }

    #[test]
    fn the_nearest_region_and_the_latest_day_hold() {
        let file = PriceFile::parse(FILE, "USD").expect("a price file");
        let price = |size, region, now| match file.price(size, region, at(now)) {
            Listed::Price(price) => price.amount.to_string(),
            other => format!("{other:?}"),
        };
        for (region, now, expected) in [
            ("westeurope", "2026-11-23T10:00:00Z", "0.19"),
            ("WestEurope", "2026-10-31T23:59:59Z", "0.20"),
            ("westeurope", "2026-05-01T00:00:00Z", "0.25"),
            ("eastus", "2026-11-23T10:00:00Z", "0.25"),
        ] {
            assert_eq!(price("standard_d4s_V3", region, now), expected);
        }
        let now = "2026-11-23T10:00:00Z";
        assert_eq!(
            price("Standard_NC6s_v3", "northeurope", now),
            "NotYet(2027-01-01)"
        );
        assert_eq!(price("Standard_NC6s_v3", "eastus", now), "Nothing");
    }

    #[test]
    fn a_bad_line_is_named_with_its_column() {
        for (text, expected) in [
            (
                "size,price\n",
                "line 1: no column currency; expected size,region,price,currency and perhaps from, found size,price",
            ),
            (
                "size,price,currency,colour\n",
                "line 1, column colour: expected size, region, price, currency or from",
            ),
            (
                "size,price,currency\na,0.1,USD\nb,1/2,USD\n",
                "line 3, column price: '1/2' is not a price for one hour, such as 0.24",
            ),
            (
                "size,price,currency\na,-1,USD\n",
                "line 2, column price: '-1' is not a price for one hour, such as 0.24",
            ),
            (
                "size,price,currency\na,1,EUR\n",
                "line 2, column currency: 'EUR' is not USD, which the setting CURRENCY says",
            ),
            (
                "size,price,currency\n,1,USD\n",
                "line 2, column size: '' is not the name of a size, such as Standard_D4s_v3",
            ),
            (
                "size,price,currency,from\na,1,USD,soon\n",
                "line 2, column from: 'soon' is not a date such as 2026-11-01",
            ),
            (
                "size,price,currency\na,1,USD\nA,2,USD\n",
                "two prices for a in any region from",
            ),
        ] {
            let error = PriceFile::parse(text, "USD").expect_err(text).to_string();
            assert!(error.starts_with(expected), "{error}");
        }
        assert!(PriceFile::parse("size,price,currency\na,1\n", "USD").is_err());
    }
}
