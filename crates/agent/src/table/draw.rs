//! A table drawn for a terminal.

use super::wrap::{width, wrap};
use super::{Cell, Page, Table};
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Width, presets};
use lamplighter_core::text::visible;

/// A word of a text column is broken only where it is longer than this,
const WORD: usize = 12;
/// and than this where the table would not fit otherwise.
const SHORT_WORD: usize = 8;

/// How a table is drawn: the first that fits is taken.
#[derive(Clone, Copy, PartialEq)]
enum Style {
    Framed,
    /// Columns a space apart, and nothing else.
    Bare,
}

impl Page {
    /// All of it, for a terminal of so many columns; as wide as it is where there is no limit.
    pub fn shown(&self, most: Option<usize>) -> String {
        let text = |text: &str| super::fit(&visible(text), most);
        let table = match self.table.is_empty() {
            true => String::new(),
            false => self.table.drawn(most),
        };
        [
            text(&self.before),
            table,
            text(&self.after),
            text(&self.problems),
            text(&self.end),
        ]
        .concat()
    }
}

impl Table {
    /// The table, no line of it wider than `most`.
    pub fn drawn(&self, most: Option<usize>) -> String {
        let framed = lines(&self.styled(Style::Framed, WORD));
        let Some(most) = most else {
            return framed;
        };
        let fits = |text: &str| text.lines().all(|line| width(line) <= most);
        if fits(&framed) {
            return framed;
        }
        for (style, word) in [
            (Style::Framed, WORD),
            (Style::Bare, WORD),
            (Style::Bare, SHORT_WORD),
        ] {
            let least = self.least(word);
            let between = match style {
                Style::Framed => 3 * least.len() + 1,
                Style::Bare => least.len(),
            };
            if least.iter().sum::<usize>() + between > most {
                continue;
            }
            let text = lines(self.styled(style, word).set_width(narrow(most)));
            if fits(&text) {
                return text;
            }
        }
        self.by_row(most)
    }

    fn styled(&self, style: Style, word: usize) -> comfy_table::Table {
        let mut table = comfy_table::Table::new();
        table.load_style(match style {
            Style::Framed => presets::UTF8_FULL_CONDENSED,
            Style::Bare => presets::NOTHING,
        });
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_header(self.headings.iter());
        for row in &self.rows {
            table.add_row(row.iter().map(shown));
        }
        for (at, least) in self.least(word).into_iter().enumerate() {
            let numbers = self.rows.iter().any(|row| !row[at].is_text());
            let Some(column) = table.column_mut(at) else {
                continue;
            };
            if numbers {
                column.set_cell_alignment(CellAlignment::Right);
            }
            if style == Style::Bare {
                column.set_padding((0, 1));
            }
            // The library counts the padding in.
            let least = narrow(least).saturating_add(column.padding_width());
            column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(least)));
        }
        table
    }

    /// How narrow each column may be: numbers and the words of headings stay whole, and so do short words.
    fn least(&self, word: usize) -> Vec<usize> {
        let least = |(at, heading): (usize, &String)| {
            let words = |text: &str| text.split_whitespace().map(width).max().unwrap_or(0);
            let cells = self.rows.iter().map(|row| match row[at].is_text() {
                true => words(&shown(&row[at])).min(word),
                false => shown(&row[at]).lines().map(width).max().unwrap_or(0),
            });
            cells.max().unwrap_or(0).max(words(heading)).max(1)
        };
        self.headings.iter().enumerate().map(least).collect()
    }

    /// A line for each cell, named, where the terminal is too narrow for columns.
    fn by_row(&self, most: usize) -> String {
        let names = self.headings.iter().map(|heading| width(heading));
        let names = names.max().unwrap_or(0);
        let mut out = String::new();
        for row in &self.rows {
            for (heading, cell) in self.headings.iter().zip(row) {
                let value = shown(cell).replace('\n', "; ");
                let line = format!("{heading:names$}  {value}");
                let line = wrap(line.trim_end(), most, names + 2);
                out.push_str(&(line.join("\n") + "\n"));
            }
            out.push('\n');
        }
        out
    }
}

fn shown(cell: &Cell) -> String {
    visible(&cell.shown()).into_owned()
}

fn lines(table: &comfy_table::Table) -> String {
    table.trim_fmt() + "\n"
}

fn narrow(width: usize) -> u16 {
    u16::try_from(width).unwrap_or(u16::MAX)
}
