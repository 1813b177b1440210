//! What nothing governs, as the inventory has it: what it costs, whose it is, and what would have it governed.

use super::format::money;
use crate::ledger::{INVENTORY_KEY, Ledger, LedgerError};
use crate::table::{Cell, Page, Table};
use chrono::{DateTime, Utc};
use lamplighter_core::record::{Inventory, InventoryItem, NotAllowed, NotRead, Requests, Resource};
use rust_decimal::Decimal;
use serde::Serialize;

/// Lines of it under a report of something else.
const LINES: usize = 10;

/// What nothing governs. Money is what it costs by list prices, an estimate: nothing of it is saved.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Ungoverned {
    /// When it was last read in full; `None`: never yet.
    pub at: Option<DateTime<Utc>>,
    /// Why the latest reading came to nothing, where it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<NotRead>,
    /// ISO 4217; `None` where no price is known.
    pub currency: Option<String>,
    /// What all of it costs in a month of 730 hours, as far as prices are known.
    pub costs_a_month: Decimal,
    /// Of how many that is not known.
    pub unpriced: usize,
    /// The most expensive first.
    pub items: Vec<UngovernedItem>,
    pub not_allowed: Vec<NotAllowed>,
}

/// One thing that nothing governs.
#[derive(Clone, Debug, Serialize)]
pub struct UngovernedItem {
    pub resource: Resource,
    /// Nodes, instances or machines that cost something; `None`: not known.
    pub count: Option<u32>,
    pub costs_an_hour: Option<Decimal>,
    pub costs_a_month: Option<Decimal>,
    /// Since when it has had nothing to do, as far as is known.
    pub since: Option<DateTime<Utc>>,
    /// What it has cost since then, if as many were there all the while.
    pub costs_since: Option<Decimal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requests: Option<Requests>,
    pub text: String,
    /// What would have it governed; empty where nothing would.
    pub remedy: String,
}

/// What the ledger knows of it.
///
/// # Errors
/// It cannot be read, or a later version wrote it.
pub async fn read(ledger: &Ledger) -> Result<Ungoverned, LedgerError> {
    let loaded = ledger.load_or_begin_anew::<Inventory>(INVENTORY_KEY).await;
    loaded.map(|(inventory, ..)| Ungoverned::of(&inventory))
}

impl Ungoverned {
    pub fn of(inventory: &Inventory) -> Ungoverned {
        let at = inventory.at;
        let one = |item: &InventoryItem| UngovernedItem {
            resource: item.resource.clone(),
            count: item.count,
            costs_an_hour: item.an_hour(),
            costs_a_month: item.a_month(),
            since: item.since,
            costs_since: at.and_then(|at| item.so_far(at)),
            requests: item.requests.clone(),
            text: item.text.clone(),
            remedy: item.remedy.clone(),
        };
        let priced = inventory
            .items
            .iter()
            .filter_map(|item| item.price.as_ref());
        let currency = priced.map(|price| price.currency.clone()).next();
        Ungoverned {
            at,
            failed: inventory.failed.clone(),
            currency,
            items: inventory.items.iter().map(one).collect(),
            not_allowed: inventory.not_allowed.clone(),
            ..Ungoverned::default()
        }
        .summed()
    }

    /// The same of these resources alone.
    pub fn only(mut self, wanted: &(dyn Fn(&Resource) -> bool + Sync)) -> Ungoverned {
        self.items.retain(|item| wanted(&item.resource));
        self.summed()
    }

    fn summed(mut self) -> Ungoverned {
        let costs = || self.items.iter().map(|item| item.costs_a_month);
        (self.costs_a_month, self.unpriced) = (
            costs().flatten().sum(),
            costs().filter(Option::is_none).count(),
        );
        self
    }

    /// Nothing where it was read after the end of a period: it says nothing of that.
    pub fn until(self, end: DateTime<Utc>) -> Option<Ungoverned> {
        let read = self.at.or(self.failed.as_ref().map(|failed| failed.at));
        read.is_some_and(|at| at <= end).then_some(self)
    }

    fn currency(&self) -> &str {
        self.currency.as_deref().unwrap_or_default()
    }

    /// Of when it is, and what all of it costs.
    fn sum(&self) -> String {
        let when = match self.at {
            Some(at) => format!("as of {}", time(at)),
            None => "never read yet".to_owned(),
        };
        let unpriced = match self.unpriced {
            0 => String::new(),
            count => format!(", without {count} whose price is not known"),
        };
        format!(
            "Not governed ({when}): {}, which cost about {} {} a month at list price{unpriced}, an estimate.",
            self.items.len(),
            money(self.costs_a_month),
            self.currency(),
        )
    }

    /// What could not be read, a line each.
    fn gaps(&self) -> String {
        let failed = self.failed.iter().map(|failed| {
            format!(
                "The reading of {} came to nothing: {}",
                time(failed.at),
                failed.why
            )
        });
        let hidden = self.not_allowed.iter().map(|one| {
            format!(
                "Not allowed to look at {}: {} is missing on {}",
                one.what, one.right, one.on
            )
        });
        failed.chain(hidden).map(|line| line + "\n").collect()
    }

    /// Below a report of something else; empty where nothing is known.
    pub fn below(&self) -> String {
        if self.items.is_empty() && self.gaps().is_empty() {
            return String::new();
        }
        let mut out = format!("\n{}\n", self.sum());
        for item in self.items.iter().take(LINES) {
            out.push_str(&format!("{}\n", self.line(item)));
        }
        if let Some(more @ 1..) = self.items.len().checked_sub(LINES) {
            out.push_str(&format!("{more} more: lamplighter report --ungoverned\n"));
        }
        out + &self.gaps()
    }

    fn line(&self, item: &UngovernedItem) -> String {
        let Resource {
            workspace,
            name,
            kind,
            owner,
            ..
        } = &item.resource;
        let costs = match (item.costs_an_hour, item.costs_a_month) {
            (Some(hour), Some(month)) => format!(
                "{} {} an hour, {} a month",
                money(hour),
                self.currency(),
                money(month)
            ),
            _ => "its price is not known".to_owned(),
        };
        let since = item.since.map(|since| {
            let cost = item.costs_since.map(money);
            let cost = cost.map_or_else(String::new, |cost| format!(", {cost} since"));
            format!("; nothing to do since {}{cost}", time(since))
        });
        let owner = owner.as_deref().unwrap_or("unknown");
        let remedy = match item.remedy.as_str() {
            "" => String::new(),
            remedy => format!("; what to do: {remedy}"),
        };
        format!(
            "- {workspace}/{name} ({kind}, owner {owner}): {}; {costs}{}{remedy}",
            item.text,
            since.unwrap_or_default(),
        )
    }

    /// All of it as a table.
    pub fn page(&self) -> Page {
        let mut table = Table::new([
            "Workspace",
            "Name",
            "Kind",
            "Owner",
            "Size",
            "Count",
            "Costs an hour",
            "Costs a month",
            "Nothing to do since",
            "Costs since",
            "Currency",
            "What",
            "What to do",
        ]);
        let amount = |amount: Option<Decimal>| amount.map_or_else(unknown, Cell::Money);
        for item in &self.items {
            let resource = &item.resource;
            let text = |text: &Option<String>| Cell::Text(text.clone().unwrap_or_default());
            table.add([
                Cell::from(&resource.workspace),
                Cell::from(&resource.name),
                Cell::from(resource.kind.to_string()),
                text(&resource.owner),
                Cell::from(resource.size().unwrap_or_default()),
                item.count
                    .map_or_else(unknown, |count| Cell::Count(count as usize)),
                amount(item.costs_an_hour),
                amount(item.costs_a_month),
                Cell::from(item.since.map(time).unwrap_or_default()),
                item.costs_since.map_or_else(|| Cell::from(""), Cell::Money),
                Cell::from(self.currency()),
                Cell::from(&item.text),
                Cell::from(&item.remedy),
            ]);
        }
        Page {
            before: format!("{}\n", self.sum()),
            table,
            problems: self.gaps(),
            ..Page::default()
        }
    }
}

fn unknown() -> Cell {
    Cell::from("unknown")
}

fn time(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M UTC").to_string()
}
