//! A table's rows for another program.

use super::{Cell, Table};
use crate::report::csv::no_formula;
use lamplighter_core::text::visible;

impl Table {
    /// CSV as spreadsheets read it, with a line of names: the headings in lower case, with `_` between words.
    ///
    /// # Errors
    /// None in practice: memory takes it all.
    pub fn csv(&self) -> Result<String, csv::Error> {
        let mut out = csv::Writer::from_writer(Vec::new());
        let names = self.headings.iter().map(|heading| name(heading));
        let written = out.write_record(names).and_then(|()| {
            self.rows
                .iter()
                .try_for_each(|row| out.write_record(row.iter().map(field)))
        });
        written?;
        let bytes = out.into_inner().map_err(csv::IntoInnerError::into_error)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// TSV as the Azure CLI prints it: no line of names, no quotes; tabs and line ends in a cell become spaces.
    pub fn tsv(&self) -> String {
        let line = |row: &Vec<Cell>| {
            let cells = row.iter().map(Cell::plain);
            let cells =
                cells.map(|cell| visible(&cell.replace(['\t', '\r', '\n'], " ")).into_owned());
            cells.collect::<Vec<_>>().join("\t") + "\n"
        };
        self.rows.iter().map(line).collect()
    }
}

/// Numbers are ours and may begin with a sign; text is people's.
fn field(cell: &Cell) -> String {
    match cell.is_text() {
        true => no_formula(cell.plain()),
        false => cell.plain(),
    }
}

fn name(heading: &str) -> String {
    let words = heading.split(|c: char| !c.is_alphanumeric());
    let words = words.filter(|word| !word.is_empty());
    let words: Vec<String> = words.map(str::to_lowercase).collect();
    words.join("_")
}
