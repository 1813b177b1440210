//! What workbenches have room on, and what else holds machines in an account all day: pools of a number of nodes, and
//! models on accelerators of one's own. None of it is started, stopped or scaled by us; it is told of with its cost.

use super::place;
use crate::kinds::meter::Meter;
use crate::observe::parse::{Fields, Oddity};
use crate::observe::{Compute, ComputeState, Tariff, with_tariff};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What stopping a workbench changes for the pools of a Foundry compute.
pub const GOES_ON: &str = "its pool goes on being paid";

/// A Foundry compute, as its account listed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pools {
    pub id: String,
    pub name: String,
    #[serde(default)]
    pub location: Option<String>,
    #[serde(default)]
    pub owner: Option<String>,
    /// How many nodes of each size.
    pub nodes: Vec<(u32, String)>,
}

impl Pools {
    /// What all its nodes are paid by; nothing where its region is not known.
    pub fn meters(&self) -> Option<Vec<Meter>> {
        let region = self.location.clone()?;
        let meter = |(count, size): &(u32, String)| Meter {
            size: size.clone(),
            region: region.clone(),
            count: *count,
        };
        Some(self.nodes.iter().map(meter).collect())
    }

    pub fn count(&self) -> u32 {
        self.nodes.iter().map(|(count, _)| count).sum()
    }
}

/// A model that an account serves on accelerators of its own: there is no stop for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    pub id: String,
    pub name: String,
    /// How many instances there are.
    #[serde(default)]
    pub instances: Option<u32>,
    /// How many accelerators all of them hold, and of which type.
    #[serde(default)]
    pub accelerators: Option<u32>,
    #[serde(default)]
    pub of_type: Option<String>,
    /// The id, in lower case, of the Foundry compute that it runs on.
    #[serde(default)]
    pub runs_on: Option<String>,
    #[serde(default)]
    pub since: Option<DateTime<Utc>>,
    /// The name of its SKU.
    #[serde(default)]
    pub sku: Option<String>,
}

impl Held {
    /// Whether it runs on VMs of a Foundry compute, or does not tell.
    pub fn is_on_vms(&self) -> bool {
        let sku = self.sku.as_deref();
        sku.is_none_or(|sku| sku.eq_ignore_ascii_case("VmManagedCompute"))
    }
}

/// One of the answers to `managedComputeDeployments`.
///
/// # Errors
/// It has no ARM id with a name.
pub fn held(item: &Value) -> Result<Held, Oddity> {
    let mut oddities = Vec::new();
    let mut fields = Fields::new(Some(item), "", &mut oddities);
    let id = fields.text("id").unwrap_or_default();
    let name = id.rsplit('/').next().unwrap_or_default().to_owned();
    if !place::is_foundry(&id) || name.is_empty() {
        let expected = "one with its ARM id";
        return Err(Oddity::new("managed compute deployment", expected, item));
    }
    let number = |value: Option<&Value>| {
        let number = value.and_then(Value::as_u64);
        number.and_then(|number| u32::try_from(number).ok())
    };
    let instances = number(fields.below("sku").get("capacity"));
    let sku_name = fields.below("sku").text("name");
    let created = fields.below("systemData").text("createdAt");
    let own = fields.below("properties");
    let each = number(own.get("acceleratorsPerInstance"));
    let total = number(own.get("totalAccelerators"));
    let product = instances.zip(each);
    let product = product.and_then(|(instances, each)| instances.checked_mul(each));
    let text = |name: &str| own.get(name).and_then(Value::as_str).map(str::to_owned);
    Ok(Held {
        instances,
        accelerators: total.or(product),
        of_type: text("acceleratorType"),
        runs_on: text("computeId").map(|id| id.to_lowercase()),
        since: created.and_then(|at| at.parse().ok()),
        sku: sku_name,
        id,
        name,
    })
}

/// The ids, in lower case, of what machines that are not stopped have room on. One of which nobody knows whether it runs
/// may run.
pub fn in_use(machines: &[Compute]) -> BTreeSet<String> {
    let on = machines
        .iter()
        .filter(|one| one.state != ComputeState::Stopped)
        .filter_map(|one| one.by_kind.runs_on.as_deref());
    on.map(str::to_lowercase).collect()
}

/// How many stopped ones have room on each, by its id in lower case.
pub fn stopped(machines: &[Compute]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    let all = machines.iter();
    for one in all.filter(|one| one.state == ComputeState::Stopped) {
        if let Some(on) = &one.by_kind.runs_on {
            *counts.entry(on.to_lowercase()).or_default() += 1;
        }
    }
    counts
}

/// Whether one that is not stopped does not tell what it has room on.
pub fn may_be_anywhere(machines: &[Compute]) -> bool {
    let mut all = machines.iter();
    all.any(|one| {
        let acted_on = one.compute_type.as_deref() == Some(super::names::TYPE);
        acted_on && one.state != ComputeState::Stopped && one.by_kind.runs_on.is_none()
    })
}

/// Whether an id is that of an account's compute.
pub(super) fn is_account_compute(id: &str) -> bool {
    place::of_machine(id).is_some() && !place::is_workbench(id)
}

/// How many nodes of each size, spot ones by their own tariff. A pool that does not tell either is an oddity, and none.
pub(super) fn pools(properties: &mut Fields<'_, '_>) -> Vec<(u32, String)> {
    let listed = properties.list("pools").unwrap_or_default();
    let mut pools = Vec::new();
    for pool in listed {
        let text = |name: &str| pool.get(name).and_then(Value::as_str);
        let count = pool.get("nodeCount").and_then(Value::as_u64);
        let count = count.and_then(|count| u32::try_from(count).ok());
        match (count, text("instanceType")) {
            (Some(count), Some(size)) => {
                // The version of May 2026 says LowPriority.
                let tariff = match text("vmPriority") {
                    Some(word) if word.eq_ignore_ascii_case("Spot") => Tariff::Spot,
                    Some(word) if word.eq_ignore_ascii_case("LowPriority") => Tariff::LowPriority,
                    _ => Tariff::Linux,
                };
                pools.push((count, with_tariff(size, tariff)));
            }
            _ => properties.odd("pools", "nodeCount and instanceType", pool),
        }
    }
    pools
}

/// A Foundry compute of an account's list; `None` of anything else.
pub fn of(compute: &Compute, owner: Option<String>) -> Option<Pools> {
    let is = compute.compute_type.as_deref() == Some(super::names::POOLS);
    is.then(|| Pools {
        id: compute.id.clone(),
        name: compute.name.clone(),
        location: compute.location.clone(),
        owner,
        nodes: compute.by_kind.pools.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ACCOUNT: &str =
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/a";

    #[test]
    fn what_holds_accelerators_tells_how_many_or_says_that_it_does_not() {
        let whole = json!({"id": format!("{ACCOUNT}/managedComputeDeployments/m"), "sku": {"capacity": 2},
            "properties": {"acceleratorType": "H100_80GB", "acceleratorsPerInstance": 4}});
        let read = held(&whole).expect("one");
        assert_eq!((read.instances, read.accelerators), (Some(2), Some(8)));
        let bare = json!({"id": format!("{ACCOUNT}/managedComputeDeployments/m"), "sku": {"capacity": -1}});
        let read = held(&bare).expect("one");
        assert_eq!((read.instances, read.accelerators), (None, None));
        let huge = json!({"id": format!("{ACCOUNT}/managedComputeDeployments/m"), "sku": {"capacity": u32::MAX},
            "properties": {"acceleratorsPerInstance": 2}});
        assert_eq!(held(&huge).expect("one").accelerators, None);
        assert!(held(&json!({"name": "m"})).is_err());
    }

    #[test]
    fn one_of_which_nobody_knows_whether_it_runs_may_have_room() {
        let on = |state: ComputeState, on: &str| {
            let mut machine = Compute {
                state,
                ..Compute::default()
            };
            machine.by_kind.runs_on = Some(on.into());
            machine
        };
        let unknown = ComputeState::Other("not shown".into());
        let used = in_use(&[on(ComputeState::Stopped, "/A"), on(unknown, "/B")]);
        assert_eq!(used.into_iter().collect::<Vec<_>>(), ["/b"]);
    }
}
