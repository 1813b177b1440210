//! Kinds that are never acted on: what one line says of each, and what Azure itself offers.

use crate::observe::parse::{Fields, Oddity, usable_name};
use crate::observe::{ByKind, Compute, ComputeState};
use serde_json::Value;
use std::collections::BTreeMap;

pub use super::deployment::parse::ON_KUBERNETES;
pub use super::workbench::names::POOLS;

/// Kinds of ours for what is no compute of a workspace.
pub const BATCH: &str = "batch";
pub const SERVERLESS: &str = "serverless";
pub const SYNAPSE: &str = "SynapseSpark";

/// Of an attached compute's type, with a part of the id of what is billed behind it, the name of the kind that this is.
const BEHIND: [(&str, &str, &str); 3] = [
    (
        "VirtualMachine",
        "/microsoft.compute/virtualmachines/",
        "vm",
    ),
    (
        "Kubernetes",
        "/microsoft.containerservice/managedclusters/",
        "aks",
    ),
    ("AKS", "/microsoft.containerservice/managedclusters/", "aks"),
];

/// The name of the kind of what is billed behind an attached compute, where it is one that can be acted on.
pub fn behind(compute: &Compute) -> Option<&'static str> {
    let attached = compute.compute_type.as_deref()?;
    let id = compute.id.to_lowercase();
    let known = BEHIND
        .iter()
        .find(|(name, part, _)| *name == attached && id.contains(part));
    known.map(|(_, _, kind)| *kind)
}

/// The same of what is billed itself, by its ARM id.
///
/// ```
/// use lamplighter_core::kinds::reported::billed;
///
/// let id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/gpu";
/// assert_eq!((billed(id), billed("/subscriptions/s")), (Some("vm"), None));
/// ```
pub fn billed(id: &str) -> Option<&'static str> {
    let id = id.to_lowercase();
    let known = BEHIND.iter().find(|(_, part, _)| id.contains(part));
    known.map(|(_, _, kind)| *kind)
}

/// What is said of a kind that is never acted on: why, and the native remedy. `None`: nothing is known of it.
pub fn line(compute_type: &str) -> Option<&'static str> {
    Some(match compute_type {
        "VirtualMachine" => {
            "an attached VM: it is governed by the tags on the VM itself, where KINDS names vm"
        }
        "Kubernetes" | "AKS" => {
            "attached Kubernetes: the managed cluster behind it is governed by that cluster's own tags, where KINDS \
             names aks; a cluster that Arc connects runs on machines that are not Azure's to stop"
        }
        ON_KUBERNETES => {
            "its replicas cost nothing of their own, the nodes of their cluster do: see the kind aks, or that cluster's autoscaler"
        }
        SYNAPSE => {
            "a Spark pool costs while a session runs, and pauses itself only where auto-pause is on: \
             az synapse spark pool update --enable-auto-pause true --delay 15"
        }
        "Databricks" => "Lamplighter does not look inside: set auto-termination on its clusters",
        "HDInsight" => {
            "it cannot be paused: only deleting it ends its cost; its own autoscale has schedules"
        }
        "DataLakeAnalytics" => "Azure has retired it (29 February 2024): detach it",
        "DataFactory" => "it holds no machine: it costs by what its pipelines do",
        POOLS => {
            "its nodes are paid for whether a workbench runs there or not; Lamplighter does not scale them"
        }
        BATCH => {
            "nothing runs between its jobs: its cost is that of the compute that its deployments name"
        }
        SERVERLESS => "it is paid by what is asked of it: there is nothing to stop",
        _ => return None,
    })
}

/// Notes what a list already shows of such a thing.
pub(super) fn note(properties: &mut Fields<'_, '_>, compute: &mut Compute) {
    if compute.compute_type.as_deref() == Some(SYNAPSE) {
        let pause = properties.below("autoPauseProperties");
        let on = pause.get("enabled").and_then(Value::as_bool);
        compute.by_kind.notes.extend(match on {
            Some(true) => Some("auto-pause is on".to_owned()),
            Some(false) => {
                Some("auto-pause is off: a session that nobody ends goes on costing".to_owned())
            }
            None => None,
        });
    }
}

/// The computes, by name, that the deployments of each batch endpoint run on; by the endpoint's id in lower case.
pub(super) fn runs_on<'a>(
    deployments: impl Iterator<Item = &'a Value>,
) -> BTreeMap<String, Vec<String>> {
    let mut computes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in deployments {
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        let id = text(row.get("id")).unwrap_or_default().to_lowercase();
        let on = text(row.get("properties").and_then(|own| own.get("compute")));
        let on = on.and_then(|id| id.rsplit('/').next().map(str::to_owned));
        if let (Some((endpoint, _)), Some(on)) = (id.rsplit_once("/deployments/"), on) {
            computes.entry(endpoint.to_owned()).or_default().push(on);
        }
    }
    computes
}

/// A batch or serverless endpoint, which is only told of.
///
/// # Errors
/// It has no id with a name.
pub(super) fn endpoint(
    row: &Value,
    kind: &str,
    runs_on: &BTreeMap<String, Vec<String>>,
) -> Result<Compute, Oddity> {
    let mut oddities = Vec::new();
    let mut fields = Fields::new(Some(row), "", &mut oddities);
    let id = fields.text("id").unwrap_or_default();
    let name = id.rsplit('/').next().unwrap_or_default().to_owned();
    if !usable_name(&name) {
        return Err(Oddity::new("endpoint", "one with a name", row));
    }
    let (tags, location) = (fields.tags(), fields.text("location"));
    let provisioning_state = fields.below("properties").text("provisioningState");
    let mut on = runs_on.get(&id.to_lowercase()).cloned().unwrap_or_default();
    on.sort_unstable();
    on.dedup();
    let note = (!on.is_empty()).then(|| format!("its jobs run on {}", on.join(", ")));
    Ok(Compute {
        name,
        location,
        tags,
        compute_type: Some(kind.to_owned()),
        state: ComputeState::Other(provisioning_state.clone().unwrap_or_default()),
        provisioning_state,
        by_kind: ByKind {
            notes: note.into_iter().collect(),
            ..ByKind::default()
        },
        id,
        oddities,
        ..Compute::default()
    })
}
