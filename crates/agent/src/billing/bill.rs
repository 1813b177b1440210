//! A Cost Management export, read row by row: actual or amortized, of any agreement, or in FOCUS columns.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

/// What one machine was billed on one day, all its rows of compute together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Billed {
    pub hours: Decimal,
    pub cost: Decimal,
    /// A row took something back.
    pub corrected: bool,
    /// `Reservation` or `SavingsPlan`, where a row says so.
    pub pricing: BTreeSet<String>,
    pub currencies: BTreeSet<String>,
}

/// What a bill says of machines.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Bill {
    /// By machine (ARM id, lower case) and day.
    pub machines: BTreeMap<String, BTreeMap<NaiveDate, Billed>>,
    /// Cost by machine of what stopping does not stop: disks, load balancers, addresses.
    pub other: BTreeMap<String, BTreeMap<String, Decimal>>,
    /// Cost of virtual machines by resource, where the ledger knows no such machine.
    pub strangers: BTreeMap<String, Decimal>,
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
    pricing: Option<usize>,
}

impl Columns {
    fn find(header: &csv::StringRecord) -> Result<Columns, String> {
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
        let mut wanted = [0; 6];
        for (index, (name, names)) in COLUMNS.iter().enumerate() {
            wanted[index] = place(names).ok_or_else(|| {
                let has: Vec<&str> = header.iter().take(40).collect();
                format!(
                    "line 1: no column {name} (known as {}); the file has {}",
                    names.join(", "),
                    has.join(", ")
                )
            })?;
        }
        Ok(Columns {
            wanted,
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

/// Reads a bill. Only what is about `machines` (ARM ids, lower case) is kept row by row.
///
/// # Errors
/// The line, the column and what was expected there.
pub fn read(
    file: impl Read,
    machines: &BTreeSet<String>,
    order: Option<DateOrder>,
) -> Result<Bill, String> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
    let header = reader.headers().map_err(|error| error.to_string())?.clone();
    let columns = Columns::find(&header)?;
    let mut bill = Bill::default();
    let mut days: BTreeMap<(String, Written), Billed> = BTreeMap::new();
    let mut dates: BTreeSet<Written> = BTreeSet::new();
    let mut row = csv::StringRecord::new();
    while reader
        .read_record(&mut row)
        .map_err(|error| error.to_string())?
    {
        bill.rows += 1;
        let line = row.position().map_or(0, |position| position.line());
        let cell = |index: usize| row.get(columns.wanted[index]).unwrap_or_default().trim();
        let resource = cell(1).to_lowercase();
        let number = |index: usize| {
            let text = cell(index);
            let number = Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text));
            number.map_err(|_| bad(line, index, text, "a number"))
        };
        let computes = cell(2).eq_ignore_ascii_case("Virtual Machines");
        let Some(machine) = machine_of(&resource, machines) else {
            if computes && resource.contains("/microsoft.machinelearningservices/") {
                *bill.strangers.entry(resource).or_default() += number(4)?;
            }
            continue;
        };
        if !computes {
            let of = bill.other.entry(machine).or_default();
            *of.entry(cell(2).to_string()).or_default() += number(4)?;
            continue;
        }
        let date = written(cell(0)).ok_or_else(|| bad(line, 0, cell(0), "a date"))?;
        dates.insert(date);
        let billed = days.entry((machine, date)).or_default();
        let (hours, cost) = (number(3)?, number(4)?);
        billed.hours += hours;
        billed.cost += cost;
        billed.corrected |= hours < Decimal::ZERO || cost < Decimal::ZERO;
        billed.currencies.insert(cell(5).to_ascii_uppercase());
        let pricing = columns
            .pricing
            .and_then(|index| row.get(index))
            .unwrap_or_default();
        let ahead = ["reservation", "savingsplan", "savings plan"];
        if ahead.contains(&pricing.trim().to_lowercase().as_str()) {
            billed.pricing.insert(pricing.trim().to_string());
        }
    }
    let order = settle(&dates, order)?;
    for ((machine, date), billed) in days {
        let day = date
            .day(order)
            .ok_or_else(|| format!("{date:?} is no day of any month"))?;
        bill.first = Some(bill.first.map_or(day, |first| first.min(day)));
        bill.last = Some(bill.last.map_or(day, |last| last.max(day)));
        bill.machines
            .entry(machine)
            .or_default()
            .insert(day, billed);
    }
    Ok(bill)
}

fn bad(line: u64, column: usize, value: &str, expected: &str) -> String {
    format!(
        "line {line}, column {}: '{value}' is not {expected}",
        COLUMNS[column].0
    )
}

/// The machine that a row's resource is, or is part of.
fn machine_of(resource: &str, machines: &BTreeSet<String>) -> Option<String> {
    let resource = resource.trim_end_matches('/');
    if machines.contains(resource) {
        return Some(resource.to_string());
    }
    let (workspace, rest) = resource.split_once("/computes/")?;
    let name = rest.split('/').next()?;
    let id = format!("{workspace}/computes/{name}");
    machines.contains(&id).then_some(id)
}

/// Which of two numbers is the month: a number above twelve anywhere tells.
fn settle(dates: &BTreeSet<Written>, order: Option<DateOrder>) -> Result<DateOrder, String> {
    let slashed = dates.iter().filter_map(|date| match date {
        Written::Slashed(first, second, _) => Some((*first, *second)),
        Written::Day(_) => None,
    });
    let slashed: Vec<(u32, u32)> = slashed.collect();
    let day_first = slashed.iter().any(|(first, _)| *first > 12);
    let month_first = slashed.iter().any(|(_, second)| *second > 12);
    match (day_first, month_first, order) {
        (true, true, _) => Err("its dates are written in two orders".into()),
        (true, false, _) => Ok(DateOrder::Dmy),
        (false, true, _) => Ok(DateOrder::Mdy),
        (false, false, Some(order)) => Ok(order),
        (false, false, None) if slashed.is_empty() => Ok(DateOrder::Mdy),
        (false, false, None) => Err(
            "whether its dates have the month or the day first cannot be told: say --bill-dates mdy or dmy".into(),
        ),
    }
}
