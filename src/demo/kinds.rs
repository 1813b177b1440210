//! The demo's table of kinds: what of each was stopped, saved and billed.

use super::bills::Bills;
use lamplighter_agent::report::{Report, Row};
use lamplighter_agent::table::{Cell, Table};
use lamplighter_core::savings::Figures;
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::BTreeMap;

/// A kind in the fortnight; money is exact here and rounded when printed.
#[derive(Clone, Debug, Default, Serialize)]
pub struct KindRow {
    pub resources: usize,
    pub stops: usize,
    pub starts: usize,
    pub figures: Figures,
    pub billed: Decimal,
    pub without: Decimal,
}

/// Each kind that has records or a bill. `report` is by kind.
pub fn rows(report: &Report, bills: &Bills) -> BTreeMap<String, KindRow> {
    let mut rows: BTreeMap<String, KindRow> = BTreeMap::new();
    for (kind, own) in &report.rows {
        let row = rows.entry(kind.clone()).or_default();
        (row.resources, row.stops, row.starts) = (own.resources, own.stops, own.starts);
        row.figures = own.figures.clone();
    }
    for (kind, (with, without)) in &bills.by_kind {
        let row = rows.entry(kind.clone()).or_default();
        (row.billed, row.without) = (*with, *without);
    }
    rows
}

/// A line for each kind, and one for all.
pub fn table(
    rows: &BTreeMap<String, KindRow>,
    total: &Row,
    (with, without): (Decimal, Decimal),
) -> Table {
    let mut table = Table::new([
        "Kind",
        "Resources",
        "Stops",
        "Starts",
        "Hours off",
        "Saved",
        "Upper bound",
        "Billed",
        "Without Lamplighter",
    ]);
    for (kind, row) in rows {
        let counts = [row.resources, row.stops, row.starts];
        table.add(cells(kind, counts, &row.figures, (row.billed, row.without)));
    }
    let counts = [total.resources, total.stops, total.starts];
    table.add(cells("All", counts, &total.figures, (with, without)));
    table
}

fn cells(name: &str, counts: [usize; 3], figures: &Figures, bill: (Decimal, Decimal)) -> Vec<Cell> {
    let mut cells = vec![Cell::from(name)];
    cells.extend(counts.map(Cell::Count));
    cells.extend([
        Cell::Seconds(figures.saved_seconds),
        Cell::Money(figures.saved.value()),
        Cell::Money(figures.upper_bound.value()),
        Cell::Money(bill.0),
        Cell::Money(bill.1),
    ]);
    cells
}
