//! The answer as a table.

use super::answer::{Answer, FindingRow, Row};
use crate::report::{hours, money};
use crate::table::{Cell, Page, Table};
use chrono::{DateTime, Utc};
use lamplighter_core::recommend::{Tried, Verdict};
use lamplighter_core::record::Resource;
use rust_decimal::Decimal;

/// So many lines of a kind stand under the table, and names in a line, unless all are asked for.
const FEW: usize = 20;

impl Answer {
    /// As a page. `rows`: every figure in a column of its own, for another program. `all`: every finding.
    pub fn page(&self, rows: bool, all: bool) -> Page {
        let mut page = Page {
            before: self.about(),
            table: if rows { self.rows() } else { self.table() },
            after: self.sum(),
            ..Page::default()
        };
        let most = if all { usize::MAX } else { FEW };
        page.after.push_str(&self.without_tag(most));
        page.after.push_str(&self.findings_below(most));
        page.after.push_str(&self.others());
        page.problems = self
            .unreadable
            .iter()
            .map(|line| format!("{line}\n"))
            .collect();
        page
    }

    /// Of those that a tag is named for. One that is tried on all is named above.
    fn table(&self) -> Table {
        let tried = self.set.is_empty();
        let titles = [
            Some("Resource"),
            Some("Hours\non"),
            Some("Cost"),
            tried.then_some("Tags"),
            Some("Saves\na month"),
            Some("Stops\nin use"),
            Some("Starts\nby hand"),
        ];
        let titles: Vec<&str> = titles.into_iter().flatten().collect();
        let mut table = Table::new(titles);
        for (row, tag) in self.with_tag() {
            table.add(few(row, tag, tried));
        }
        table
    }

    fn with_tag(&self) -> impl Iterator<Item = (&Row, &Tried)> {
        let rows = self.resources.iter();
        rows.filter_map(|row| Some((row, row.tag()?)))
    }

    fn rows(&self) -> Table {
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
        let held_out = match self.set.is_empty() {
            true => " Figures are of weeks that the tags were not chosen by: docs/recommend.md.",
            false => "",
        };
        if self.with_tag().next().is_none() {
            return String::new();
        }
        format!(
            "Together about {} {} a month{unpriced}.{held_out}\n",
            money(self.month),
            self.currency
        )
    }

    /// Those that no tag is named for, a line each.
    fn without_tag(&self, most: usize) -> String {
        let rows: Vec<&Row> = self
            .resources
            .iter()
            .filter(|row| row.tag().is_none())
            .collect();
        let lines = rows.iter().map(|row| {
            let cost = match row.cost {
                Some(cost) => format!("{} {}", money(cost), self.currency),
                None => "at an unknown price".to_owned(),
            };
            let on = hours(row.advice.on_seconds);
            format!(
                "- {}, on for {on} h, {cost}: {}\n",
                named(&row.advice.resource),
                tags(row)
            )
        });
        let mut out = listed("No tag is named for:", lines.collect(), most);
        let unseen = |row: &&Row| matches!(row.advice.verdict, Verdict::NotEnoughSeen { .. });
        if rows.iter().any(unseen) {
            out.push_str(
                "Where too little is seen: lamp-idle = 1h with lamp-mode = dry-run, or the setting WATCH_USE, has sweeps look for work, and a beacon shows all of it.\n",
            );
        }
        out
    }

    /// What is said of many is said once.
    fn findings_below(&self, most: usize) -> String {
        let mut same: Vec<(&FindingRow, Vec<String>)> = Vec::new();
        for row in &self.findings {
            let name = named(&row.finding.resource);
            let known = same.iter_mut().find(|(first, _)| says_the_same(first, row));
            match known {
                Some((_, names)) => names.push(name),
                None => same.push((row, vec![name])),
            }
        }
        let lines = same.iter().map(|(row, names)| line(row, names, most));
        listed("What else costs money:", lines.collect(), most)
    }

    fn others(&self) -> String {
        match self.others {
            0 => String::new(),
            count => format!(
                "\nNot governed either, of kinds whose use sweeps do not see: {count}, about {} a month: lamplighter report --ungoverned\n",
                money(self.others_cost_a_month)
            ),
        }
    }
}

/// So many of these lines, under a title; nothing without one.
fn listed(title: &str, lines: Vec<String>, most: usize) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let shown: String = lines.iter().take(most).map(String::as_str).collect();
    format!("\n{title}\n{shown}{}", more(lines.len(), most, "\n"))
}

fn more(count: usize, most: usize, end: &str) -> String {
    match count.saturating_sub(most) {
        0 => String::new(),
        more => format!("{more} more: --all{end}"),
    }
}

fn named(resource: &Resource) -> String {
    format!("{}/{}", resource.workspace, resource.name)
}

fn says_the_same(one: &FindingRow, other: &FindingRow) -> bool {
    let of = |row: &FindingRow| (row.finding.code, row.finding.text.clone(), row.month);
    of(one) == of(other)
}

fn line(row: &FindingRow, names: &[String], most: usize) -> String {
    let costs = match (row.month, &row.currency) {
        (Some(month), Some(currency)) => {
            let each = if names.len() > 1 { " each" } else { "" };
            format!("; {} {currency} a month{each}", money(month))
        }
        _ => "; what that costs is not known".to_owned(),
    };
    let (code, text) = (row.finding.code.name(), &row.finding.text);
    match names {
        [name] => format!("- {name} ({code}): {text}{costs}\n"),
        names => {
            let shown: Vec<&str> = names.iter().take(most).map(String::as_str).collect();
            let more = more(names.len(), most, "");
            let shown = shown.join(", ");
            let rest = if more.is_empty() {
                more
            } else {
                format!(", {more}")
            };
            format!(
                "- {code}, {} resources: {text}{costs}: {shown}{rest}\n",
                names.len()
            )
        }
    }
}

/// The tags, or why there are none.
fn tags(row: &Row) -> String {
    if let Some(tag) = row.tag() {
        return tag.tags.join("; ");
    }
    match &row.advice.verdict {
        Verdict::NotEnoughSeen { why } => format!("not enough seen: {why}"),
        Verdict::NothingBetter | Verdict::Recommended(_) => "none: no tag saves enough".to_owned(),
    }
}

/// A count of what a tag would have done; empty without one.
fn count(tag: Option<&Tried>, count: fn(&Tried) -> u32) -> Cell {
    let count = tag.map(|tag| Cell::Count(count(tag) as usize));
    count.unwrap_or_else(|| Cell::from(""))
}

fn stops_in_use(tag: &Tried) -> u32 {
    tag.stops_in_use + tag.stops_unknown
}

/// What people look at first.
fn few(row: &Row, tag: &Tried, with_tags: bool) -> Vec<Cell> {
    // With its range under it; without a price in hours.
    let saves = match row.month {
        Some(month) => format!(
            "{}\n{} to {}",
            money(month.amount),
            money(month.least),
            money(month.most)
        ),
        None => format!(
            "{} h\n{} to {} h",
            hours(tag.month_seconds),
            hours(tag.month_seconds_least),
            hours(tag.month_seconds_most)
        ),
    };
    let cells = [
        Some(Cell::Text(named(&row.advice.resource))),
        Some(Cell::Seconds(row.advice.on_seconds)),
        Some(row.cost.map_or_else(|| Cell::from("unknown"), Cell::Money)),
        with_tags.then(|| Cell::Text(tags(row))),
        Some(Cell::Number(saves)),
        Some(count(Some(tag), stops_in_use)),
        Some(count(Some(tag), |tag| tag.starts_by_hand)),
    ];
    cells.into_iter().flatten().collect()
}

fn cells(row: &Row, currency: &str) -> Vec<Cell> {
    let advice = &row.advice;
    let (tag, month) = (row.tag(), row.month);
    // Money of a tag; without one there is none to know.
    let worth = |amount: Option<Decimal>| match (amount, tag) {
        (Some(amount), _) => Cell::Money(amount),
        (None, Some(_)) => Cell::from("unknown"),
        (None, None) => Cell::from(""),
    };
    vec![
        Cell::from(&advice.resource.workspace),
        Cell::from(&advice.resource.name),
        Cell::Text(advice.resource.owner.clone().unwrap_or_default()),
        Cell::Text(row.governed_by.join("; ")),
        Cell::Seconds(advice.on_seconds),
        Cell::Seconds(advice.unknown_seconds),
        row.cost.map_or_else(|| Cell::from("unknown"), Cell::Money),
        Cell::Text(tags(row)),
        tag.map_or_else(|| Cell::from(""), |tag| Cell::Seconds(tag.month_seconds)),
        worth(month.map(|month| month.amount)),
        worth(month.map(|month| month.least)),
        worth(month.map(|month| month.most)),
        Cell::from(currency),
        count(tag, stops_in_use),
        count(tag, |tag| tag.starts_by_hand),
    ]
}
