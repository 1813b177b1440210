//! Kinds that are never acted on: what one line says of each, and what Azure itself offers.

use crate::observe::Compute;
use crate::observe::parse::Fields;

pub use super::deployment::parse::ON_KUBERNETES;

/// Kinds of ours for what is no compute of a workspace.
pub const BATCH: &str = "batch";
pub const SERVERLESS: &str = "serverless";
pub const SYNAPSE: &str = "SynapseSpark";

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
        BATCH => {
            "nothing runs between its jobs: its cost is that of the compute that its deployments name"
        }
        SERVERLESS => "it is paid by what is asked of it: there is nothing to stop",
        _ => return None,
    })
}

/// Notes what a list already shows of such a thing.
pub(super) fn note(properties: &mut Fields<'_, '_>, compute: &mut Compute) {
    if matches!(compute.compute_type.as_deref(), Some("Kubernetes")) {
        compute
            .by_kind
            .namespaces
            .extend(properties.text("namespace"));
    }
    if compute.compute_type.as_deref() == Some(SYNAPSE) {
        let pause = properties.below("autoPauseProperties");
        let on = pause.get("enabled").and_then(serde_json::Value::as_bool);
        compute.by_kind.notes.extend(match on {
            Some(true) => Some("auto-pause is on".to_owned()),
            Some(false) => {
                Some("auto-pause is off: a session that nobody ends goes on costing".to_owned())
            }
            None => None,
        });
    }
}
