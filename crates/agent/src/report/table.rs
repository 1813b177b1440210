//! The report as a table for a terminal.

use super::format::{hours, money};
use super::rows::{GroupBy, Row};
use super::stale;
use super::totals::Report;
use super::ungoverned::Ungoverned;
use crate::table::{Cell, Page, Table};
use lamplighter_core::record::Reason;
use lamplighter_core::savings::{Counted, Figures};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// The report's table: a line for each row and one for all, then what needs attention. `bills`: by workspace, what
/// was billed and what would have been without Lamplighter, where both are known (the demo knows).
pub fn table(report: &Report, bills: Option<&BTreeMap<String, (Decimal, Decimal)>>) -> Page {
    let currency = report.currency.as_deref().unwrap_or("no price known");
    let now = report.now.min(report.to);
    let stale = report.stale.map(|last| stale::text(last, now) + "\n\n");
    let before = format!(
        "{}{} to {}, money in {currency}\n",
        stale.unwrap_or_default(),
        report.from.format("%Y-%m-%d %H:%M"),
        report.to.format("%Y-%m-%d %H:%M UTC"),
    );
    Page {
        before,
        table: by_row(report, bills),
        after: notes(report),
        problems: attention(report),
        end: report
            .ungoverned
            .as_ref()
            .map_or_else(String::new, Ungoverned::below),
    }
}

fn by_row(report: &Report, bills: Option<&BTreeMap<String, (Decimal, Decimal)>>) -> Table {
    let mut headings = vec![
        report.by.heading(),
        "Resources",
        "Stops",
        "Starts",
        "Waited",
        "Left alone",
        "Hours off",
        "Saved",
        "Upper bound",
        "Started again",
    ];
    if bills.is_some() {
        headings.extend(["Billed", "Without Lamplighter"]);
    }
    let mut table = Table::new(headings);
    for (name, row) in &report.rows {
        table.add(cells(
            name,
            row,
            bills.map(|bills| bills.get(name).copied().unwrap_or_default()),
        ));
    }
    let sum = bills.map(|bills| {
        bills.values().fold((Decimal::ZERO, Decimal::ZERO), |a, b| {
            (a.0 + b.0, a.1 + b.1)
        })
    });
    table.add(cells("All", &report.total, sum));
    table
}

fn cells(name: &str, row: &Row, bill: Option<(Decimal, Decimal)>) -> Vec<Cell> {
    let figures = &row.figures;
    let mut cells = vec![
        Cell::from(name),
        Cell::Count(row.resources),
        Cell::Count(row.stops),
        Cell::Count(row.starts),
        Cell::Count(row.waits),
        Cell::Text(left(&row.left)),
        Cell::Seconds(figures.saved_seconds),
        Cell::Money(figures.saved.value()),
        Cell::Money(figures.upper_bound.value()),
        Cell::Money(figures.started_again.value()),
    ];
    if let Some((with, without)) = bill {
        cells.extend([Cell::Money(with), Cell::Money(without)]);
    }
    cells
}

/// The three reasons that came up most.
fn left(reasons: &BTreeMap<Reason, usize>) -> String {
    let mut counts: Vec<(&Reason, &usize)> = reasons.iter().collect();
    counts.sort_by(|a, b| b.1.cmp(a.1));
    let lines: Vec<String> = counts
        .iter()
        .take(3)
        .map(|(reason, count)| format!("{count}× {reason}"))
        .collect();
    if lines.is_empty() {
        "-".into()
    } else {
        lines.join("\n")
    }
}

fn notes(report: &Report) -> String {
    let total = &report.total.figures;
    let mut out = String::from(
        "\nSaved: time off because of Lamplighter, up to when the resource would have been off anyway, less unused starts.\n\
         Upper bound: all time off because of Lamplighter, against a resource left on.\n\
         Hours off: those that count as saved, before unused starts.\n",
    );
    out.push_str(&sums(report));
    out.push_str(&costs(total));
    for parked in report.while_parked.values() {
        out.push_str(&format!("{parked}; that is not counted as saved.\n"));
    }
    for (counted, (seconds, amount)) in &report.beyond {
        let (time, amount) = (hours(*seconds), money(amount.value()));
        let why = match counted {
            Counted::OffAnyway => "when it could have been off without Lamplighter",
            Counted::Horizon => "after the schedule's next start, or 72 h",
            Counted::Saved | Counted::NoSweep | Counted::StartedAgain => continue,
        };
        out.push_str(&format!(
            "In the upper bound only: {time} h, {amount}, {why}.\n"
        ));
    }
    out.push_str(&apart(total));
    if report.total.unneeded_starts > 0 {
        out.push_str(&format!(
            "Starts that nobody needed: {}.\n",
            report.total.unneeded_starts
        ));
    }
    if let Some(last) = report.last_sweep {
        let last = last.format("%Y-%m-%d %H:%M UTC");
        out.push_str(&format!("The last sweep was at {last}.\n"));
    }
    out.push_str(&format!("Time zones: IANA {}.\n", report.time_zones));
    out
}

/// What starts have cost: Lamplighter's own, and those that answered its stops.
fn costs(total: &Figures) -> String {
    let mut out = String::new();
    if total.unused_seconds > 0 {
        let (time, cost) = (hours(total.unused_seconds), money(total.unused.value()));
        out.push_str(&format!(
            "Started before anyone came: {time} h, {cost}; taken off what was saved.\n"
        ));
    }
    if total.started_again_seconds > 0 {
        let (time, cost) = (
            hours(total.started_again_seconds),
            money(total.started_again.value()),
        );
        out.push_str(&format!(
            "Started again after a stop, and left on: {time} h, {cost}; a cost, in neither of the two figures.\n"
        ));
    }
    out
}

/// Why a sum is not what it seems.
fn sums(report: &Report) -> String {
    let mut out = String::new();
    let below = |row: &Row| row.figures.saved.is_below_zero();
    if below(&report.total) || report.rows.values().any(below) {
        out.push_str(BELOW_ZERO);
    }
    if report.by == GroupBy::Cause {
        out.push_str(
            "By cause: a resource counts for each of its causes, and what waited or was left alone has none; \
             the other columns add up.\n",
        );
    }
    out
}

const BELOW_ZERO: &str = "Saved below zero: starts before anyone came cost more there than the stops of the period saved.\n";

/// What is no cash, or not saved: named, and never added.
fn apart(total: &Figures) -> String {
    let mut out = String::new();
    if total.unwatched_seconds > 0 {
        let (time, amount) = (
            hours(total.unwatched_seconds),
            money(total.unwatched.value()),
        );
        out.push_str(&format!(
            "No sweep is known to have run: {time} h, {amount}, in neither figure.\n"
        ));
    }
    if total.freed_seconds > 0 {
        let time = hours(total.freed_seconds);
        out.push_str(&format!(
            "Under reservations: {time} h freed for others, no cash saved.\n"
        ));
    }
    if total.plan_seconds > 0 {
        let time = hours(total.plan_seconds);
        let list = money(total.plan_list_price.value());
        out.push_str(&format!(
            "Under savings plans: {time} h, {list} at list price; the effect on the cash is unknown and not counted.\n"
        ));
    }
    if total.projected_seconds > 0 {
        let time = hours(total.projected_seconds);
        let amount = money(total.projected.value());
        out.push_str(&format!(
            "Dry runs would have saved {time} h, {amount}; not counted above.\n"
        ));
    }
    if total.unpriced_seconds > 0 {
        out.push_str(&format!(
            "Without a known price: {} h, counted as hours only.\n",
            hours(total.unpriced_seconds)
        ));
    }
    out
}

/// What needs somebody, and what is missing above.
fn attention(report: &Report) -> String {
    let mut out = String::new();
    for (resource, error) in &report.unreadable {
        out.push_str(&format!(
            "\n{}/{} is left as it is:\n{error}\n",
            resource.workspace, resource.name
        ));
    }
    for (resource, text) in report.failed.iter().chain(&report.warnings) {
        out.push_str(&format!(
            "\n{}/{}: {text}\n",
            resource.workspace, resource.name
        ));
    }
    for document in &report.unreadable_records {
        out.push_str(&format!(
            "\nNot counted, as it could not be read: {document}\n"
        ));
    }
    for (kind, count) in &report.newer_records {
        out.push_str(&format!(
            "\nNot counted, as only a later version of Lamplighter knows what they mean: records of the kind {kind} ({count})\n"
        ));
    }
    out
}
