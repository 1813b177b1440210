//! A Cost Management export, read row by row: actual or amortized, of any agreement, or in FOCUS columns.

use super::error::BillError;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

/// What one resource was billed on one day, all its rows of compute together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Billed {
    pub hours: Decimal,
    pub cost: Decimal,
    /// A row took something back.
    pub corrected: bool,
    /// `Reservation` or `SavingsPlan`, where a row names it.
    pub pricing: BTreeSet<String>,
    pub currencies: BTreeSet<String>,
}

/// What a bill has of resources.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Bill {
    /// By resource (ARM id, lower case) and day.
    pub resources: BTreeMap<String, BTreeMap<NaiveDate, Billed>>,
    /// Cost by resource of what stopping does not stop: disks, load balancers, addresses.
    pub other: BTreeMap<String, BTreeMap<String, Decimal>>,
    /// Cost of virtual machines by resource, where the ledger knows no such resource.
    pub not_in_ledger: BTreeMap<String, Decimal>,
    pub first: Option<NaiveDate>,
    pub last: Option<NaiveDate>,
    pub rows: u64,
}

/// How a bill writes dates with slashes, where the bill itself does not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum DateOrder {
    /// Month, day, year.
    Mdy,
    /// Day, month, year.
    Dmy,
}

/// The columns wanted, each by the names it has in exports, lower case.
const COLUMNS: [(&str, &[&str]); 6] = [
    (
        "Date",
        &["date", "usagedate", "usagedatetime", "chargeperiodstart"],
    ),
    ("ResourceId", &["resourceid", "instanceid", "instancename"]),
    ("MeterCategory", &["metercategory", "x_skumetercategory"]),
    (
        "Quantity",
        &["quantity", "usagequantity", "consumedquantity"],
    ),
    (
        "Cost",
        &[
            "costinbillingcurrency",
            "pretaxcost",
            "cost",
            "effectivecost",
            "billedcost",
        ],
    ),
    (
        "Currency",
        &["billingcurrencycode", "billingcurrency", "currency"],
    ),
];
const PRICING: &[&str] = &["pricingmodel", "commitmentdiscounttype"];

struct Columns {
    wanted: [usize; 6],
    /// As the file calls them.
    names: [String; 6],
    pricing: Option<usize>,
}

impl Columns {
    fn find(header: &csv::StringRecord) -> Result<Columns, BillError> {
        let place = |names: &[&str]| {
            names.iter().find_map(|name| {
                let mut columns = header.iter();
                columns.position(|column| {
                    column
                        .trim()
                        .trim_start_matches('\u{feff}')
                        .eq_ignore_ascii_case(name)
                })
            })
        };
        let (mut wanted, mut called) = ([0; 6], <[String; 6]>::default());
        for (index, (column, names)) in COLUMNS.into_iter().enumerate() {
            wanted[index] = place(names).ok_or_else(|| BillError::NoColumn {
                column,
                known_as: names.join(", "),
                found: header.iter().take(40).collect::<Vec<_>>().join(", "),
            })?;
            let name = header.get(wanted[index]).unwrap_or(column).trim();
            called[index] = name.trim_start_matches('\u{feff}').to_owned();
        }
        Ok(Columns {
            wanted,
            names: called,
            pricing: place(PRICING),
        })
    }
}

/// A day as a row writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Written {
    Day(NaiveDate),
    /// First number, second number, year: which is the month is for the whole file to say.
    Slashed(u32, u32, i32),
}

fn written(text: &str) -> Option<Written> {
    let text = text.trim();
    let date = text.get(..10).unwrap_or(text);
    if let Ok(day) = date.parse() {
        return Some(Written::Day(day));
    }
    if let Ok(day) = NaiveDate::parse_from_str(date, "%Y%m%d") {
        return Some(Written::Day(day));
    }
    let day = text.split(' ').next()?;
    let mut parts = day.split('/');
    let (first, second, year) = (parts.next()?, parts.next()?, parts.next()?);
    let slashed = Written::Slashed(
        first.parse().ok()?,
        second.parse().ok()?,
        year.parse().ok()?,
    );
    parts.next().is_none().then_some(slashed)
}

impl std::fmt::Display for Written {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Written::Day(day) => write!(f, "{day}"),
            Written::Slashed(first, second, year) => write!(f, "{first}/{second}/{year}"),
        }
    }
}

impl Written {
    fn day(self, order: DateOrder) -> Option<NaiveDate> {
        match (self, order) {
            (Written::Day(day), _) => Some(day),
            (Written::Slashed(month, day, year), DateOrder::Mdy)
            | (Written::Slashed(day, month, year), DateOrder::Dmy) => {
                NaiveDate::from_ymd_opt(year, month, day)
            }
        }
    }
}

/// Reads a bill. Only what is about `resources` (ARM ids, lower case) is kept row by row.
///
/// # Errors
/// The line, the column and what was expected there.
pub fn read(
    file: impl Read,
    resources: &BTreeSet<String>,
    order: Option<DateOrder>,
) -> Result<Bill, BillError> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
    let columns = Columns::find(reader.headers()?)?;
    let mut rows = Rows::default();
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record)? {
        let row = Row {
            record: &record,
            columns: &columns,
        };
        rows.take(&row, resources)?;
    }
    rows.bill(order)
}

/// One row of the file.
struct Row<'a> {
    record: &'a csv::StringRecord,
    columns: &'a Columns,
}

impl Row<'_> {
    /// The cell of one of [`COLUMNS`].
    fn cell(&self, index: usize) -> &str {
        let cell = self.record.get(self.columns.wanted[index]);
        cell.unwrap_or_default().trim()
    }

    fn number(&self, index: usize) -> Result<Decimal, BillError> {
        let text = self.cell(index);
        let number = Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text));
        number.map_err(|_| self.bad(index, "a number"))
    }

    /// The hours of a row of virtual machines. Rows that correct or refund a cost need not have any.
    fn hours(&self) -> Result<Option<Decimal>, BillError> {
        match self.cell(3) {
            "" => Ok(None),
            text if text.eq_ignore_ascii_case("null") => Ok(None),
            _ => self.number(3).map(Some),
        }
    }

    fn date(&self) -> Result<Written, BillError> {
        written(self.cell(0)).ok_or_else(|| self.bad(0, "a date"))
    }

    /// What was bought ahead, where the row names it.
    fn pricing(&self) -> Option<&str> {
        let pricing = self.record.get(self.columns.pricing?)?.trim();
        let ahead = ["reservation", "savingsplan", "savings plan"];
        ahead
            .contains(&pricing.to_lowercase().as_str())
            .then_some(pricing)
    }

    fn bad(&self, index: usize, expected: &'static str) -> BillError {
        BillError::Cell {
            line: self.record.position().map_or(0, |position| position.line()),
            column: self.columns.names[index].clone(),
            value: self.cell(index).to_owned(),
            expected,
        }
    }
}

/// What the rows so far come to.
#[derive(Default)]
struct Rows {
    bill: Bill,
    /// Their dates can be told only when all are known.
    days: BTreeMap<(String, Written), Billed>,
    dates: BTreeSet<Written>,
}

impl Rows {
    fn take(&mut self, row: &Row<'_>, resources: &BTreeSet<String>) -> Result<(), BillError> {
        self.bill.rows += 1;
        let resource = row.cell(1).to_lowercase();
        let computes = row.cell(2).eq_ignore_ascii_case("Virtual Machines");
        let Some(resource) = resource_of(&resource, resources) else {
            if computes && resource.contains("/microsoft.machinelearningservices/") {
                *self.bill.not_in_ledger.entry(resource).or_default() += row.number(4)?;
            }
            return Ok(());
        };
        if !computes {
            let of = self.bill.other.entry(resource).or_default();
            *of.entry(row.cell(2).to_string()).or_default() += row.number(4)?;
            return Ok(());
        }
        let date = row.date()?;
        self.dates.insert(date);
        let billed = self.days.entry((resource, date)).or_default();
        let (hours, cost) = (row.hours()?, row.number(4)?);
        billed.hours += hours.unwrap_or_default();
        billed.cost += cost;
        let taken_back = hours.is_none_or(|hours| hours < Decimal::ZERO);
        billed.corrected |= taken_back || cost < Decimal::ZERO;
        billed.currencies.insert(row.cell(5).to_ascii_uppercase());
        billed.pricing.extend(row.pricing().map(str::to_owned));
        Ok(())
    }

    fn bill(mut self, order: Option<DateOrder>) -> Result<Bill, BillError> {
        let order = settle(&self.dates, order)?;
        let bill = &mut self.bill;
        for ((resource, date), billed) in self.days {
            let day = date.day(order);
            let day = day.ok_or_else(|| BillError::NoDay(date.to_string()))?;
            bill.first = Some(bill.first.map_or(day, |first| first.min(day)));
            bill.last = Some(bill.last.map_or(day, |last| last.max(day)));
            let days = bill.resources.entry(resource).or_default();
            days.insert(day, billed);
        }
        Ok(self.bill)
    }
}

/// The resource that a row's resource is, or is part of.
fn resource_of(resource: &str, resources: &BTreeSet<String>) -> Option<String> {
    let resource = resource.trim_end_matches('/');
    if resources.contains(resource) {
        return Some(resource.to_string());
    }
    let (workspace, rest) = resource.split_once("/computes/")?;
    let name = rest.split('/').next()?;
    let id = format!("{workspace}/computes/{name}");
    resources.contains(&id).then_some(id)
}

/// Which of two numbers is the month: a number above twelve anywhere tells.
fn settle(dates: &BTreeSet<Written>, order: Option<DateOrder>) -> Result<DateOrder, BillError> {
    let slashed = dates.iter().filter_map(|date| match date {
        Written::Slashed(first, second, _) => Some((*first, *second)),
        Written::Day(_) => None,
    });
    let slashed: Vec<(u32, u32)> = slashed.collect();
    let day_first = slashed.iter().any(|(first, _)| *first > 12);
    let month_first = slashed.iter().any(|(_, second)| *second > 12);
    match (day_first, month_first, order) {
        (true, true, _) => Err(BillError::TwoOrders),
        (true, false, _) => Ok(DateOrder::Dmy),
        (false, true, _) => Ok(DateOrder::Mdy),
        (false, false, Some(order)) => Ok(order),
        (false, false, None) if slashed.is_empty() => Ok(DateOrder::Mdy),
        (false, false, None) => Err(BillError::EitherOrder),
    }
}
