//! A bill beside the ledger, for a terminal: a line a resource, then every day that nothing explains.

use super::compare::Comparison;
use super::known::workspace_of;
use super::line::Line;
use crate::report::{money, of_hours};
use crate::table::{Cell, Page, Table};
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::BTreeMap;

fn code(code: &impl Serialize) -> String {
    let json = serde_json::to_value(code).unwrap_or_default();
    json.as_str().unwrap_or_default().to_string()
}

/// What is in no workspace, by its resource group and name.
fn of_group(id: &str) -> Option<String> {
    let group = id.split_once("/resourcegroups/")?.1.split('/').next()?;
    Some(format!("{group}/{}", id.rsplit('/').next()?))
}

/// A compute by its workspace and name, and a workspace by its name.
fn short(id: &str) -> String {
    let name = id.rsplit('/').next().unwrap_or_default();
    if let Some((_, rest)) = id.split_once("/onlineendpoints/") {
        let workspace = workspace_of(id).and_then(|id| id.rsplit('/').next());
        let rest = rest.replace("/deployments/", "/");
        return format!("{}/{rest}", workspace.unwrap_or_default());
    }
    match workspace_of(id).and_then(|workspace| workspace.rsplit('/').next()) {
        Some(workspace) => format!("{workspace}/{name}"),
        None if id.contains("/workspaces/") => format!("workspace {name}"),
        None => of_group(id).unwrap_or_else(|| id.to_string()),
    }
}

/// How often each reason stands among lines, but for agreement.
fn reasons(lines: &[&Line]) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for line in lines {
        for reason in [code(&line.hours), code(&line.cost)] {
            if reason != "agree" {
                *counts.entry(reason).or_default() += 1;
            }
        }
    }
    match counts.is_empty() {
        true => "agrees".into(),
        false => {
            let counts = counts
                .iter()
                .map(|(reason, count)| format!("{count}× {reason}"));
            counts.collect::<Vec<_>>().join("\n")
        }
    }
}

fn row(name: &str, lines: &[&Line]) -> Vec<Cell> {
    let sum = |of: fn(&Line) -> Decimal| -> Decimal { lines.iter().map(|line| of(line)).sum() };
    vec![
        Cell::from(name),
        Cell::Count(lines.len()),
        Cell::Hours(sum(|line| line.billed_hours)),
        Cell::Hours(sum(|line| line.ran_hours)),
        Cell::Hours(sum(|line| line.difference_hours)),
        Cell::Money(sum(|line| line.billed_cost)),
        Cell::Money(sum(|line| line.expected_cost.unwrap_or_default())),
        Cell::Text(reasons(lines)),
    ]
}

/// The whole, for a terminal.
pub fn table(comparison: &Comparison) -> Page {
    let before = format!(
        "{} to {} (the last not included), {} rows of the bill{}, expected costs in {}\n",
        comparison.from,
        comparison.to,
        comparison.rows,
        match comparison.files {
            1 => String::new(),
            files => format!(" in {files} files"),
        },
        comparison.currency.as_deref().unwrap_or("no known price"),
    );
    Page {
        before,
        table: by_resource(&comparison.lines),
        after: String::new(),
        problems: notes(comparison),
        end: String::new(),
    }
}

fn by_resource(lines: &[Line]) -> Table {
    let mut resources: BTreeMap<&str, Vec<&Line>> = BTreeMap::new();
    for line in lines {
        resources.entry(&line.resource).or_default().push(line);
    }
    let mut table = Table::new([
        "Resource",
        "Days",
        "Billed h",
        "Ran h",
        "Difference h",
        "Billed",
        "Expected",
        "Days that differ",
    ]);
    for (resource, lines) in &resources {
        table.add(row(&short(resource), lines));
    }
    table.add(row("All", &lines.iter().collect::<Vec<_>>()));
    table
}

/// What nothing explains, and what the bill has beside it.
fn notes(comparison: &Comparison) -> String {
    let mut out = String::new();
    for line in comparison.lines.iter().filter(|line| line.is_unexplained()) {
        out.push_str(&format!(
            "unexplained: {} on {}: billed {} h and {}, ran {} h, expected {}\n",
            short(&line.resource),
            line.day,
            of_hours(line.billed_hours),
            money(line.billed_cost),
            of_hours(line.ran_hours),
            line.expected_cost.map_or("no price".into(), money),
        ));
    }
    out.push_str(&scope(comparison));
    for (resource, categories) in &comparison.other {
        for (category, cost) in categories {
            let cost = money(*cost);
            let resource = short(resource);
            out.push_str(&format!(
                "not stopped by stopping: {resource}, {category}: {cost}\n"
            ));
        }
    }
    for (resource, cost) in &comparison.not_in_ledger {
        let cost = money(*cost);
        out.push_str(&format!(
            "on the bill, not in the ledger: {resource}: {cost}\n"
        ));
    }
    out
}

/// What was compared together, and what was not compared.
fn scope(comparison: &Comparison) -> String {
    let mut out = String::new();
    for (workspace, sum) in &comparison.by_workspace {
        let is_workspace = workspace_of(workspace).is_none();
        out.push_str(&format!(
            "billed under {}, {} compared together: {}: {} rows, {} h, {}\n",
            if is_workspace {
                "the workspace"
            } else {
                "the endpoint"
            },
            if is_workspace {
                "its computes"
            } else {
                "its deployments"
            },
            short(workspace),
            sum.rows,
            of_hours(sum.hours),
            money(sum.cost),
        ));
    }
    for (subscription, sum) in &comparison.not_told {
        out.push_str(&format!(
            "scale sets that may be of a cluster, and do not tell of which: subscription {subscription}: {} rows, {} h, {}\n",
            sum.rows,
            of_hours(sum.hours),
            money(sum.cost),
        ));
    }
    if !comparison.not_on_this_bill.is_empty() {
        let absent = comparison.not_on_this_bill.iter();
        let absent =
            absent.map(|(subscription, count)| format!("{subscription} ({count} resources)"));
        out.push_str(&format!(
            "not on this bill, and not compared: subscriptions {}\n",
            absent.collect::<Vec<_>>().join(", ")
        ));
    }
    for folder in &comparison.earlier_runs {
        out.push_str(&format!(
            "an earlier run of an export, left out: {}\n",
            folder.display()
        ));
    }
    out
}
