//! What the simulators' bills say, with Lamplighter and without.

use super::boxes::AzureBox;
use lamplighter_agent::report::money;
use lamplighter_core::kinds::Kind;
use lamplighter_core::kinds::workbench::names::POOLS;
use lamplighter_core::kinds::workbench::room::GOES_ON;
use lamplighter_simulator::Fleet;
use rust_decimal::Decimal;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// With Lamplighter, and without.
type Pair = (Decimal, Decimal);

/// What was billed with Lamplighter and would have been without.
#[derive(Default)]
pub struct Bills {
    pub by_resource: BTreeMap<String, Pair>,
    pub by_workspace: BTreeMap<String, Pair>,
    /// With that of a workbench what it has room on costs.
    pub by_kind: BTreeMap<String, Pair>,
}

impl Bills {
    pub async fn read(fleet: &Fleet, with: &AzureBox, without: &AzureBox) -> Result<Bills, String> {
        let mut bills = Bills::default();
        let places = places(fleet);
        for (simulator, first) in [(with, true), (without, false)] {
            let bill = simulator.get("/simulator/bill").await?;
            for row in rows(&bill["instances"]) {
                bills.add(row, (text(&row["instance"]), "instance"), &places, first)?;
            }
            for row in rows(&bill["others"]) {
                bills.add(
                    row,
                    (text(&row["name"]), text(&row["kind"])),
                    &places,
                    first,
                )?;
            }
        }
        Ok(bills)
    }

    fn add(
        &mut self,
        row: &Value,
        (name, kind): (&str, &str),
        places: &HashMap<String, String>,
        first: bool,
    ) -> Result<(), String> {
        let cost = text(&row["cost"]).parse();
        let cost: Decimal = cost.map_err(|_| format!("the bill has no cost of {name}"))?;
        let kind = match kind {
            POOLS => Kind::Workbench.name(),
            other => other,
        };
        let before = name.split('/').next().unwrap_or_default();
        let workspace = places.get(name).map_or(before, String::as_str);
        let cells = [
            self.by_resource.entry(text(&row["id"]).to_lowercase()),
            self.by_workspace.entry(workspace.to_owned()),
            self.by_kind.entry(kind.to_owned()),
        ];
        for cell in cells {
            let pair = cell.or_default();
            *(if first { &mut pair.0 } else { &mut pair.1 }) += cost;
        }
        Ok(())
    }

    /// What a stopped workbench saves of its bill, in words; nothing where there is no bill of one.
    pub fn of_pools(&self) -> String {
        match self.by_kind.get(Kind::Workbench.name()) {
            Some((with, _)) => format!(
                "Where a workbench is stopped, {GOES_ON}: {} for all pools, with Lamplighter and without.\n",
                money(*with)
            ),
            None => String::new(),
        }
    }

    pub fn total(&self) -> Pair {
        let add = |sum: Pair, bill: &Pair| (sum.0 + bill.0, sum.1 + bill.1);
        self.by_kind.values().fold(Pair::default(), add)
    }
}

fn rows(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The workspace to which what lies in a resource group (`group/name`) is attached.
fn places(fleet: &Fleet) -> HashMap<String, String> {
    let attached = fleet.workspaces().flat_map(|(_, _, workspace)| {
        let own = workspace.attached.iter();
        let own = own.filter_map(|one| one.resource.clone());
        own.map(|resource| (resource, workspace.name.clone()))
    });
    attached.collect()
}
