//! Reading Cost Management exports, of one file or many: actual or amortized, of any agreement, or in FOCUS columns.

use super::bill::Bill;
use super::dates::{DateOrder, Evidence};
use super::error::BillError;
use super::files::{BillFile, open};
use super::known::{Known, Resources};
use super::rows::{FileRows, read_file};
use chrono::NaiveDate;
use std::collections::HashMap;

/// Reads a bill. Only what is about `resources`, and what they are below, is kept row by row.
///
/// # Errors
/// The file, the line, the column and what was expected there.
pub fn read(
    files: &[BillFile],
    resources: &Resources,
    order: Option<DateOrder>,
) -> Result<Bill, BillError> {
    let known = Known::new(resources);
    let mut bill = Bill {
        files: files.len(),
        ..Bill::default()
    };
    let mut all = Vec::new();
    for file in files {
        let rows = open(&file.path).and_then(|open| read_file(open, &known, &mut bill));
        let rows = rows.map_err(|error| error.of(&file.path))?;
        all.push((file, rows));
    }
    no_row_twice(&all)?;
    let mut told: HashMap<String, Vec<Evidence>> = HashMap::new();
    for (_, rows) in &all {
        let of_form = told.entry(rows.form.clone()).or_default();
        of_form.push(rows.evidence.clone());
    }
    let mut merged = Merged {
        bill,
        from: HashMap::new(),
        ends: None,
    };
    for (file, rows) in all {
        let others = told.get(&rows.form).into_iter().flatten();
        let order = rows.evidence.settle(others, order);
        let taken = order.and_then(|order| merged.take(file, rows, order, resources));
        taken.map_err(|error| error.of(&file.path))?;
    }
    merged.bill()
}

/// The same row in two files is one of a copy, of an earlier run, or of amortized cost: added up, it would count twice.
/// Exports with other columns are told by their days.
fn no_row_twice(all: &[(&BillFile, FileRows)]) -> Result<(), BillError> {
    let mut seen: HashMap<(&str, u64), (usize, u64)> = HashMap::new();
    for (index, (file, rows)) in all.iter().enumerate() {
        let mut lines: Vec<(u64, u64)> = rows.lines.iter().map(|(d, line)| (*line, *d)).collect();
        lines.sort_unstable();
        for (line, digest) in lines {
            let (other, other_line) = *seen.entry((&rows.form, digest)).or_insert((index, line));
            let (other, _) = &all[other];
            let one_run = file.run.is_some() && file.run == other.run;
            if other.path != file.path && !one_run {
                let error = BillError::SameRow {
                    line,
                    other: other.path.display().to_string(),
                    other_line,
                };
                return Err(error.of(&file.path));
            }
        }
    }
    Ok(())
}

/// What the files so far come to.
struct Merged<'a> {
    bill: Bill,
    /// Which kind of export a resource's day is from, and the first file that had it.
    from: HashMap<(String, NaiveDate), (String, &'a BillFile)>,
    /// The first day and the last.
    ends: Option<(End<'a>, End<'a>)>,
}

/// A day, and where it stands.
#[derive(Clone, Copy)]
struct End<'a> {
    day: NaiveDate,
    line: u64,
    file: &'a BillFile,
}

/// A mistyped year is no reason to compare every day since then.
const MOST_DAYS: i64 = 400;

impl<'a> Merged<'a> {
    fn take(
        &mut self,
        file: &'a BillFile,
        rows: FileRows,
        order: DateOrder,
        resources: &Resources,
    ) -> Result<(), BillError> {
        for ((resource, date), (line, billed)) in rows.days {
            let day = date.day(order).ok_or_else(|| BillError::NoDay {
                line,
                column: rows.date_column.clone(),
                date: date.to_string(),
            })?;
            let from = self.from.entry((resource.clone(), day));
            let (form, other) = from.or_insert_with(|| (rows.form.clone(), file));
            if *form != rows.form {
                return Err(BillError::TwoKinds {
                    line,
                    resource,
                    day,
                    other: other.path.display().to_string(),
                });
            }
            self.widen(End { day, line, file });
            let bill = &mut self.bill;
            let of = match resources.contains_key(&resource) {
                true => &mut bill.resources,
                false => &mut bill.together,
            };
            let days = of.entry(resource).or_default();
            days.entry(day).or_default().add(billed);
        }
        Ok(())
    }

    fn widen(&mut self, end: End<'a>) {
        let (mut first, mut last) = self.ends.unwrap_or((end, end));
        if end.day < first.day {
            first = end;
        }
        if end.day > last.day {
            last = end;
        }
        self.ends = Some((first, last));
    }

    /// The whole bill, if it is of no longer than a bill may be.
    fn bill(mut self) -> Result<Bill, BillError> {
        let Some((first, last)) = self.ends else {
            return Ok(self.bill);
        };
        if (last.day - first.day).num_days() >= MOST_DAYS {
            let error = BillError::TooLong {
                line: first.line,
                day: first.day,
                last_file: last.file.path.display().to_string(),
                last_line: last.line,
                last_day: last.day,
                most: MOST_DAYS,
            };
            return Err(error.of(&first.file.path));
        }
        (self.bill.first, self.bill.last) = (Some(first.day), Some(last.day));
        Ok(self.bill)
    }
}
