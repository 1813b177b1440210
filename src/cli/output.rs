//! How a command's answer is printed: as a table that fits the terminal, or as JSON, TSV or CSV.

use clap::ValueEnum;
use lamplighter_agent::table::{Page, fit};
use serde::Serialize;
use std::io::IsTerminal;

/// What every command that prints a table takes.
#[derive(clap::Args)]
pub struct OutputArgs {
    /// How the answer is printed: csv with a line of names, tsv without one and without quotes
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    output: Format,
    /// Short for --output json
    #[arg(long, conflicts_with = "output")]
    json: bool,
    /// Tables and text as wide as they are, however wide the terminal is
    #[arg(long)]
    wide: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    #[default]
    Table,
    Json,
    Tsv,
    Csv,
}

impl OutputArgs {
    pub fn format(&self) -> Format {
        match self.json {
            true => Format::Json,
            false => self.output,
        }
    }

    /// How wide a line may be: `COLUMNS`, as shells and tests set it, then the terminal. A file or a pipe has no
    /// width: what searches or cuts lines must find them whole.
    pub fn width(&self) -> Option<usize> {
        if self.wide {
            return None;
        }
        let columns = std::env::var("COLUMNS").ok();
        let columns = columns.and_then(|columns| columns.trim().parse().ok());
        columns.filter(|columns| *columns > 0).or_else(terminal)
    }
}

fn terminal() -> Option<usize> {
    let out = std::io::stdout();
    if !out.is_terminal() {
        return None;
    }
    let (columns, _) = terminal_size::terminal_size_of(out)?;
    Some(columns.0.into()).filter(|columns| *columns > 0)
}

/// Prints an answer: `json` as JSON, or the page that is made for so many columns.
pub fn print(
    args: &OutputArgs,
    json: &impl Serialize,
    page: impl FnOnce(Option<usize>) -> Page,
) -> Result<(), String> {
    if args.format() == Format::Json {
        let json = serde_json::to_string_pretty(json).map_err(|error| error.to_string())?;
        return super::print(&format!("{json}\n"));
    }
    print_page(args, page(args.width()))
}

/// Prints what has no JSON of this kind. Where rows go to another program, what is wrong goes to standard error.
pub fn print_page(args: &OutputArgs, page: Page) -> Result<(), String> {
    let width = args.width();
    match args.format() {
        Format::Table | Format::Json => super::print(&page.shown(width)),
        format => {
            let rows = match format {
                Format::Csv => page.table.csv().map_err(|error| error.to_string())?,
                _ => page.table.tsv(),
            };
            super::print_as_it_is(rows.as_bytes())?;
            for problem in page.problems.lines().filter(|line| !line.is_empty()) {
                super::complain(problem);
            }
            Ok(())
        }
    }
}

/// Prints lines of text, no wider than the terminal.
pub fn print_text(args: &OutputArgs, text: &str) -> Result<(), String> {
    super::print(&fit(text, args.width()))
}
