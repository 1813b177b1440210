//! A file of a bill, read row by row.

use super::bill::{Bill, Billed};
use super::columns::{CATEGORY, COST, CURRENCY, Columns, DATE, QUANTITY, RESOURCE, text};
use super::dates::{Evidence, Written};
use super::error::BillError;
use super::known::{About, Known, subscription_of};
use csv::ByteRecord;
use foldhash::fast::FixedState;
use rust_decimal::Decimal;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;
use std::io::Read;

/// No hours and no money of a row are more, and sums of as much stay far from where they overflow.
pub(super) const MOST: Decimal = Decimal::from_parts(3_567_587_328, 232, 0, false, 0);

/// What one file has of virtual machines, its dates as they are written: they can be told only when all are known.
pub(super) struct FileRows {
    /// What its columns are called, all of them.
    pub form: String,
    pub date_column: String,
    pub evidence: Evidence,
    /// By resource, or by what several are below, with the line of its first row.
    pub days: BTreeMap<(String, Written), (u64, Billed)>,
    /// Each row that was added to the bill, by what was used: its line.
    pub lines: HashMap<u64, u64>,
}

/// Reads a file. What needs no date is added to the bill at once.
pub(super) fn read_file(
    file: Box<dyn Read>,
    known: &Known<'_>,
    bill: &mut Bill,
) -> Result<FileRows, BillError> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
    let columns = Columns::find(reader.byte_headers()?)?;
    let mut rows = FileRows {
        form: columns.form(),
        date_column: columns.name(columns.place(DATE)).to_owned(),
        evidence: Evidence::default(),
        days: BTreeMap::new(),
        lines: HashMap::new(),
    };
    let mut record = ByteRecord::new();
    while reader.read_byte_record(&mut record)? {
        let row = Row {
            record: &record,
            columns: &columns,
        };
        bill.rows += 1;
        rows.take(&row, known, bill)?;
    }
    Ok(rows)
}

impl FileRows {
    fn take(&mut self, row: &Row<'_>, known: &Known<'_>, bill: &mut Bill) -> Result<(), BillError> {
        self.take_dates(row);
        let resource = row.cell(RESOURCE).to_lowercase();
        bill.take_subscription(subscription_of(&resource));
        bill.take_subscription(row.subscription().as_deref());
        let computes = row.cell(CATEGORY).eq_ignore_ascii_case("Virtual Machines");
        let resource = match known.find(&resource, &row.tags()) {
            About::Known(id) | About::Together(id) => id,
            About::Unknown(id) => {
                if computes {
                    self.keep(row, &id);
                    *bill.not_in_ledger.entry(id).or_default() += row.number(COST)?;
                }
                return Ok(());
            }
            About::Unclear(subscription) => {
                if computes {
                    let of = bill.unclear.entry(subscription).or_default();
                    of.rows += 1;
                    of.hours += row.hours()?.unwrap_or_default();
                    of.cost += row.number(COST)?;
                    self.keep(row, &resource);
                }
                return Ok(());
            }
            About::Other => return Ok(()),
        };
        self.keep(row, &resource);
        if !computes {
            let of = bill.other.entry(resource).or_default();
            *of.entry(row.cell(CATEGORY).to_string()).or_default() += row.number(COST)?;
            return Ok(());
        }
        let line = row.line();
        let date = row.date()?;
        let (hours, cost) = (row.hours()?, row.number(COST)?);
        let days = self.days.entry((resource, date));
        let (_, billed) = days.or_insert_with(|| (line, Billed::default()));
        billed.rows += 1;
        billed.hours += hours.unwrap_or_default();
        billed.cost += cost;
        let taken_back = hours.is_none_or(|hours| hours < Decimal::ZERO);
        billed.corrected |= taken_back || cost < Decimal::ZERO || row.is_correction();
        let currency = row.cell(CURRENCY).to_ascii_uppercase();
        billed.currencies.insert(currency);
        billed.pricing.extend(row.pricing());
        Ok(())
    }

    /// Remembers a row that was added, to find it again in another file.
    fn keep(&mut self, row: &Row<'_>, about: &str) {
        self.lines.entry(row.digest(about)).or_insert(row.line());
    }

    /// Every date of every row tells how this file writes them, also of rows that are about something else.
    fn take_dates(&mut self, row: &Row<'_>) {
        for place in &row.columns.dates {
            let text = text(row.record, *place);
            if !text.contains('/') {
                continue;
            }
            if let Some(written) = Written::read(&text) {
                let column = row.columns.name(*place);
                self.evidence.take(written, row.line(), column, &text);
            }
        }
    }
}

/// One row of the file.
struct Row<'a> {
    record: &'a ByteRecord,
    columns: &'a Columns,
}

impl<'a> Row<'a> {
    /// The cell of one of the wanted columns.
    fn cell(&self, wanted: usize) -> Cow<'a, str> {
        text(self.record, self.columns.place(wanted))
    }

    fn number(&self, wanted: usize) -> Result<Decimal, BillError> {
        let text = self.cell(wanted);
        let number = Decimal::from_str_exact(&text).or_else(|_| Decimal::from_scientific(&text));
        let number = number.map_err(|_| self.bad(wanted, "a number"))?;
        match number.abs() <= MOST {
            true => Ok(number),
            false => Err(self.bad(wanted, "a number up to 1000000000000")),
        }
    }

    /// The hours of a row of virtual machines. Rows that correct or refund a cost need not have any; and what is no
    /// usage (a refund, a rounding, a tax) has a quantity of something else.
    fn hours(&self) -> Result<Option<Decimal>, BillError> {
        let charge = self.columns.charge.map(|place| text(self.record, place));
        let is_usage = |charge: &str| charge.is_empty() || charge.eq_ignore_ascii_case("usage");
        if charge.is_some_and(|charge| !is_usage(&charge)) {
            return Ok(None);
        }
        match self.cell(QUANTITY).as_ref() {
            "" => Ok(None),
            text if text.eq_ignore_ascii_case("null") => Ok(None),
            _ => self.number(QUANTITY).map(Some),
        }
    }

    fn date(&self) -> Result<Written, BillError> {
        Written::read(&self.cell(DATE)).ok_or_else(|| self.bad(DATE, "a date"))
    }

    /// What was bought ahead, where the row names it.
    fn pricing(&self) -> Option<String> {
        let pricing = text(self.record, self.columns.pricing?);
        let ahead = ["reservation", "savingsplan", "savings plan"];
        let known = ahead.contains(&pricing.to_lowercase().as_str());
        known.then(|| pricing.into_owned())
    }

    /// FOCUS names what corrects an earlier bill.
    fn is_correction(&self) -> bool {
        let class = self.columns.class.map(|place| text(self.record, place));
        class.is_some_and(|class| class.eq_ignore_ascii_case("correction"))
    }

    /// The subscription's id, where a column of its own has it: as such, or as an ARM id.
    fn subscription(&self) -> Option<String> {
        let id = text(self.record, self.columns.subscription?).to_lowercase();
        let id = subscription_of(&id).unwrap_or(&id);
        (!id.is_empty()).then(|| id.to_owned())
    }

    fn tags(&self) -> Cow<'a, str> {
        let place = self.columns.tags;
        place.map_or(Cow::Borrowed(""), |place| text(self.record, place))
    }

    fn line(&self) -> u64 {
        self.record.position().map_or(0, csv::Position::line)
    }

    /// Equal for rows of the same use of one thing (`about`), and for others hardly ever. What it cost is not in it: actual and amortized
    /// cost, and an earlier run's estimate, are of the same hours.
    fn digest(&self, about: &str) -> u64 {
        let cells = self.columns.identity.iter();
        let cells: Vec<String> = cells
            .map(|place| text(self.record, *place).to_lowercase())
            .collect();
        FixedState::default().hash_one((cells, about))
    }

    fn bad(&self, wanted: usize, expected: &'static str) -> BillError {
        let place = self.columns.place(wanted);
        BillError::Cell {
            line: self.line(),
            column: self.columns.name(place).to_owned(),
            value: self.cell(wanted).into_owned(),
            expected,
        }
    }
}
