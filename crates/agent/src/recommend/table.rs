//! The answer as a table.

use super::answer::{Answer, FindingRow, Row};
use crate::report::money;
use crate::table::{Cell, Page, Table};
use chrono::{DateTime, Utc};
use lamplighter_core::recommend::{Tried, Verdict};
use rust_decimal::Decimal;

/// So many findings stand under the table unless all are asked for.
const FEW: usize = 20;

impl Answer {
    /// As a page for a terminal. `all`: every finding.
    pub fn page(&self, all: bool) -> Page {
        let mut page = Page {
            before: self.about(),
            table: self.table(),
            after: self.sum(),
            ..Page::default()
        };
        page.after.push_str(&self.findings_below(all));
        page.problems = self
            .unreadable
            .iter()
            .map(|line| format!("{line}\n"))
            .collect();
        page
    }

    fn table(&self) -> Table {
        let mut table = Table::new([
            "Workspace",
            "Name",
            "Owner",
            "Governed by",
            "Hours on",
            "Unknown use",
            "Cost",
            "Tags",
            "Hours a month",
            "Saves a month",
            "At least",
            "At most",
            "Currency",
            "Stops in use",
            "Starts by hand",
        ]);
        for row in &self.resources {
            table.add(cells(row, &self.currency));
        }
        table
    }

    fn about(&self) -> String {
        let time = |at: DateTime<Utc>| at.format("%Y-%m-%d %H:%M UTC").to_string();
        let tried = match self.set.is_empty() {
            true => "What tags would have saved without stopping anybody in use".to_owned(),
            false => format!("What {} would have come to", self.set.join(" and ")),
        };
        format!(
            "{tried}, {} to {}; money in {} at list price, hours as sweeps saw them.\n",
            time(self.from),
            time(self.to),
            self.currency
        )
    }

    fn sum(&self) -> String {
        if self.resources.is_empty() {
            return "Nothing to recommend.\n".to_owned();
        }
        let unpriced = match self.unpriced {
            0 => String::new(),
            count => format!(
                ", without {count} whose price the ledger does not know (--ask-prices asks the price list)"
            ),
        };
        let mut out = format!(
            "Together about {} {} a month{unpriced}. Figures are of weeks that the tags were not chosen by: docs/recommend.md.\n",
            money(self.month),
            self.currency
        );
        if self.set.is_empty() && self.resources.iter().any(|row| row.tag().is_none()) {
            out.push_str(
                "Where too little is seen: lamp-idle = 1h with lamp-mode = dry-run, or the setting WATCH_USE, has sweeps look for work, and a beacon shows all of it.\n",
            );
        }
        out
    }

    fn findings_below(&self, all: bool) -> String {
        let mut out = String::new();
        if !self.findings.is_empty() {
            out.push_str("\nWhat else costs money:\n");
        }
        let most = if all { usize::MAX } else { FEW };
        for row in self.findings.iter().take(most) {
            out.push_str(&format!("- {}\n", line(row)));
        }
        if let Some(more @ 1..) = self.findings.len().checked_sub(most) {
            out.push_str(&format!("{more} more: --all\n"));
        }
        if self.others > 0 {
            out.push_str(&format!(
                "\nNot governed either, of kinds whose use sweeps do not see: {}, about {} a month: lamplighter report --ungoverned\n",
                self.others,
                money(self.others_cost_a_month)
            ));
        }
        out
    }
}

fn line(row: &FindingRow) -> String {
    let resource = &row.finding.resource;
    let costs = match (row.month, &row.currency) {
        (Some(month), Some(currency)) => format!("; {} {currency} a month", money(month)),
        _ => "; what that costs is not known".to_owned(),
    };
    format!(
        "{}/{} ({}): {}{costs}",
        resource.workspace,
        resource.name,
        row.finding.code.name(),
        row.finding.text
    )
}

fn cells(row: &Row, currency: &str) -> Vec<Cell> {
    let advice = &row.advice;
    let (tag, month) = (row.tag(), row.month);
    let why = match &advice.verdict {
        Verdict::Recommended(_) => None,
        Verdict::NothingBetter => Some("none: no tag saves enough".to_owned()),
        Verdict::NotEnoughSeen { why } => Some(format!("not enough seen: {why}")),
    };
    let tags = tag.map(|tag| tag.tags.join("; ")).or(why);
    // Money of a tag; without one there is none to know.
    let money = |amount: Option<Decimal>| match (amount, tag) {
        (Some(amount), _) => Cell::Money(amount),
        (None, Some(_)) => Cell::from("unknown"),
        (None, None) => Cell::from(""),
    };
    let count = |count: fn(&Tried) -> u32| {
        let count = tag.map(|tag| Cell::Count(count(tag) as usize));
        count.unwrap_or_else(|| Cell::from(""))
    };
    vec![
        Cell::from(&advice.resource.workspace),
        Cell::from(&advice.resource.name),
        Cell::Text(advice.resource.owner.clone().unwrap_or_default()),
        Cell::Text(row.governed_by.join("; ")),
        Cell::Seconds(advice.on_seconds),
        Cell::Seconds(advice.unknown_seconds),
        row.cost.map_or_else(|| Cell::from("unknown"), Cell::Money),
        Cell::Text(tags.unwrap_or_default()),
        tag.map_or_else(|| Cell::from(""), |tag| Cell::Seconds(tag.month_seconds)),
        money(month.map(|month| month.amount)),
        money(month.map(|month| month.least)),
        money(month.map(|month| month.most)),
        Cell::from(currency),
        count(|tag| tag.stops_in_use + tag.stops_unknown),
        count(|tag| tag.starts_by_hand),
    ]
}
