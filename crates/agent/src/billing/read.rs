//! Reading Cost Management exports, of one file or many: actual or amortized, of any agreement, or in FOCUS columns.

use super::bill::Bill;
use super::dates::{DateOrder, Evidence};
use super::error::BillError;
use super::files::{BillFile, open};
use super::rows::{FileRows, Known, read_file};
use chrono::NaiveDate;
use std::collections::{BTreeSet, HashMap};

/// Reads a bill. Only what is about `resources` (ARM ids, lower case) and their workspaces is kept row by row.
///
/// # Errors
/// The file, the line, the column and what was expected there.
pub fn read(
    files: &[BillFile],
    resources: &BTreeSet<String>,
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
    };
    for (file, rows) in all {
        let others = told.get(&rows.form).into_iter().flatten();
        let order = rows.evidence.settle(others, order);
        let taken = order.and_then(|order| merged.take(file, rows, order, resources));
        taken.map_err(|error| error.of(&file.path))?;
    }
    Ok(merged.bill)
}

/// The same row in two files is one of a copy, or of an earlier run: added up, it would count twice.
fn no_row_twice(all: &[(&BillFile, FileRows)]) -> Result<(), BillError> {
    let mut seen: HashMap<u64, (usize, u64)> = HashMap::new();
    for (index, (file, rows)) in all.iter().enumerate() {
        let mut lines: Vec<(u64, u64)> = rows.lines.iter().map(|(d, line)| (*line, *d)).collect();
        lines.sort_unstable();
        for (line, digest) in lines {
            let (other, other_line) = *seen.entry(digest).or_insert((index, line));
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
}

impl<'a> Merged<'a> {
    fn take(
        &mut self,
        file: &'a BillFile,
        rows: FileRows,
        order: DateOrder,
        resources: &BTreeSet<String>,
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
            let bill = &mut self.bill;
            bill.first = Some(bill.first.map_or(day, |first| first.min(day)));
            bill.last = Some(bill.last.map_or(day, |last| last.max(day)));
            let of = match resources.contains(&resource) {
                true => &mut bill.resources,
                false => &mut bill.workspaces,
            };
            let days = of.entry(resource).or_default();
            days.entry(day).or_default().add(billed);
        }
        Ok(())
    }
}
