//! The report as a table for a terminal.

use super::{By, Report, Row};
use lamplighter_core::decide::Reason;
use lamplighter_core::savings::{Counted, STOPPED_COSTS_A_DAY};
use comfy_table::{CellAlignment, Table, presets};
use rust_decimal::{Decimal, RoundingStrategy};
use std::collections::BTreeMap;

/// Money as people read it: two places, thousands apart.
pub fn money(amount: Decimal) -> String {
    let rounded = amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    let text = format!("{:.2}", rounded.abs());
    let (whole, cents) = text.split_once('.').unwrap_or((&text, "00"));
    let groups: Vec<&str> = whole
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| std::str::from_utf8(group).unwrap_or_default())
        .collect();
    let sign = if rounded.is_sign_negative() && !rounded.is_zero() {
        "-"
    } else {
        ""
    };
    format!("{sign}{}.{cents}", groups.join(","))
}

pub(crate) fn hours(seconds: i64) -> String {
    let tenths = (Decimal::from(seconds) / Decimal::from(3600)).round_dp(1);
    money(tenths * Decimal::TEN / Decimal::TEN)
        .trim_end_matches('0')
        .trim_end_matches('.')
        .to_string()
}

/// The report's table: a line a workspace and one in all, then what needs somebody. `bills`: by workspace, what
/// was billed and what would have been without Lamplighter, where both are known (the demo knows).
pub fn table(report: &Report, bills: Option<&BTreeMap<String, (Decimal, Decimal)>>) -> String {
    let currency = report.currency.as_deref().unwrap_or("no price known");
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    let mut header = vec![
        match report.by {
            By::Workspace => "Workspace",
            By::Owner => "Owner",
            By::Cause => "Cause",
            By::Size => "Size",
            By::Region => "Region",
        },
        "Machines",
        "Stops",
        "Starts",
        "Waited",
        "Left alone",
        "Hours off",
        "Headline",
        "Upper bound",
    ];
    if bills.is_some() {
        header.extend(["Billed", "Without us"]);
    }
    table.set_header(header.clone());
    for (name, row) in &report.rows {
        table.add_row(cells(
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
    table.add_row(cells("All", &report.total, sum));
    for column in [1, 2, 3, 4, 6, 7, 8, 9, 10]
        .into_iter()
        .filter(|column| *column < header.len())
    {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let mut out = format!(
        "{} to {}, money in {currency}\n{table}\n",
        report.from.format("%Y-%m-%d %H:%M"),
        report.to.format("%Y-%m-%d %H:%M UTC")
    );
    out.push_str(&notes(report));
    out
}

fn cells(name: &str, row: &Row, bill: Option<(Decimal, Decimal)>) -> Vec<String> {
    let figures = &row.figures;
    let mut cells = vec![
        name.to_string(),
        row.machines.to_string(),
        row.stops.to_string(),
        row.starts.to_string(),
        row.waits.to_string(),
        left(&row.left),
        hours(figures.headline_seconds),
        money(figures.headline.value()),
        money(figures.upper_bound.value()),
    ];
    if let Some((with, without)) = bill {
        cells.extend([money(with), money(without)]);
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
    let mut out = String::new();
    out.push_str("\nHeadline: time off because of us, up to when it would have been off anyway, less unused starts.\n");
    out.push_str("Upper bound: all time off because of us, against a machine left on.\n");
    if total.unused_seconds > 0 {
        let (time, cost) = (hours(total.unused_seconds), money(total.unused.value()));
        out.push_str(&format!(
            "Starts before anyone came: {time} h, {cost}; taken off the headline.\n"
        ));
    }
    out.push_str(&format!(
        "A stopped machine still costs about {STOPPED_COSTS_A_DAY} USD a day (disk, load balancer, address); that is not counted as saved.\n"
    ));
    for (counted, (seconds, amount)) in &report.beyond {
        let (time, amount) = (hours(*seconds), money(amount.value()));
        let why = match counted {
            Counted::OffAnyway => "when it could have been off without us",
            Counted::Horizon => "after the schedule's next start, or 72 h",
            Counted::NoSweep => "when no sweep is known to have looked",
            Counted::Headline => continue,
        };
        out.push_str(&format!(
            "In the upper bound only: {time} h, {amount}, {why}.\n"
        ));
    }
    if total.freed_seconds > 0 {
        let time = hours(total.freed_seconds);
        out.push_str(&format!(
            "Under reservations: {time} h freed for others, no cash saved.\n"
        ));
    }
    if total.plan_seconds > 0 {
        let (time, list) = (
            hours(total.plan_seconds),
            money(total.plan_list_price.value()),
        );
        out.push_str(&format!(
            "Under savings plans: {time} h, {list} at list price; the effect on the cash is unknown and not counted.\n"
        ));
    }
    if total.projected_seconds > 0 {
        let (time, amount) = (
            hours(total.projected_seconds),
            money(total.projected.value()),
        );
        out.push_str(&format!(
            "Dry runs would have saved {time} h, {amount}; not counted above.\n"
        ));
    }
    if report.total.unneeded_starts > 0 {
        out.push_str(&format!(
            "Starts that nobody needed: {}.\n",
            report.total.unneeded_starts
        ));
    }
    if total.unpriced_seconds > 0 {
        out.push_str(&format!(
            "Without a known price: {} h, counted as hours only.\n",
            hours(total.unpriced_seconds)
        ));
    }
    for (machine, error) in &report.unreadable {
        out.push_str(&format!(
            "\n{}/{} is left as it is:\n{error}\n",
            machine.workspace, machine.compute
        ));
    }
    for (machine, why) in &report.failed {
        out.push_str(&format!(
            "\n{}/{}: {why}\n",
            machine.workspace, machine.compute
        ));
    }
    for (machine, text) in &report.warnings {
        out.push_str(&format!(
            "\n{}/{}: {text}\n",
            machine.workspace, machine.compute
        ));
    }
    for document in &report.unreadable_records {
        out.push_str(&format!(
            "\nNot counted, as it could not be read: {document}\n"
        ));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_rounded_once_and_grouped() {
        for (text, shown) in [
            ("0", "0.00"),
            ("1234567.895", "1,234,567.90"),
            ("-12.345", "-12.35"),
            ("999.999", "1,000.00"),
            ("-0.001", "0.00"),
        ] {
            assert_eq!(money(text.parse().expect("a decimal")), shown);
        }
    }
}
