//! Tables: for a terminal as wide as it is, and as rows for another program.
//!
//! - `cell`: what stands in one, as people and as programs read it.
//! - `draw`: a table in a frame, without one where that is too wide, or row by row where that is, too.
//! - `wrap`: lines of text, broken at spaces.
//! - `rows`: CSV and TSV.

mod cell;
mod draw;
mod rows;
mod wrap;

pub use cell::Cell;
pub use wrap::fit;

/// Columns with their headings, and rows of as many cells.
#[derive(Clone, Debug, Default)]
pub struct Table {
    headings: Vec<String>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    pub fn new<H: Into<String>>(headings: impl IntoIterator<Item = H>) -> Table {
        Table {
            headings: headings.into_iter().map(Into::into).collect(),
            rows: Vec::new(),
        }
    }

    pub fn add<C: Into<Cell>>(&mut self, cells: impl IntoIterator<Item = C>) {
        let mut row: Vec<Cell> = cells.into_iter().map(Into::into).collect();
        row.resize(self.headings.len(), Cell::Text(String::new()));
        self.rows.push(row);
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// What a command says: a table, and what stands around it.
#[derive(Clone, Debug, Default)]
pub struct Page {
    pub before: String,
    pub table: Table,
    pub after: String,
    /// What is wrong or missing, a line each: it is said wherever the table goes.
    pub problems: String,
    /// The last word.
    pub end: String,
}
