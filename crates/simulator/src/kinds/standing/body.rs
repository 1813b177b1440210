//! The `properties` of what stands.

use super::spec::{ConnectedClusterSpec, DatabricksSpec, SparkPoolSpec};
use crate::ids::{guid, number_of};
use serde_json::{Value, json};

/// Of a Spark pool.
pub(crate) fn spark_pool(spec: &SparkPoolSpec) -> Value {
    json!({
        "provisioningState": "Succeeded",
        "creationDate": "2026-01-05T09:00:00Z",
        "sparkVersion": "3.5",
        "nodeCount": spec.node_count,
        "nodeSize": spec.node_size,
        "nodeSizeFamily": "MemoryOptimized",
        "autoScale": scale(spec),
        "autoPause": pause(spec),
        "isComputeIsolationEnabled": false,
        "sessionLevelPackagesEnabled": true,
        "dynamicExecutorAllocation": {"enabled": false},
        "isAutotuneEnabled": false,
    })
}

/// Whether and how it scales: the same in the pool and in the compute that it is attached as.
pub(crate) fn scale(spec: &SparkPoolSpec) -> Value {
    match spec.scales {
        Some((fewest, most)) => {
            json!({"enabled": true, "minNodeCount": fewest, "maxNodeCount": most})
        }
        None => json!({"enabled": false, "minNodeCount": 0, "maxNodeCount": 0}),
    }
}

/// Whether and when it pauses: the same in the pool and in the compute that it is attached as.
pub(crate) fn pause(spec: &SparkPoolSpec) -> Value {
    json!({"enabled": spec.auto_pause_minutes.is_some(), "delayInMinutes": spec.auto_pause_minutes.unwrap_or(0)})
}

/// The address of a Databricks workspace's data plane.
pub(crate) fn databricks_host(id: &str) -> String {
    let number = number_of(id);
    format!(
        "adb-{:016}.{}.azuredatabricks.net",
        number % 10_000_000_000_000_000,
        number % 20
    )
}

/// Of a Databricks workspace.
pub(crate) fn databricks(spec: &DatabricksSpec, id: &str) -> Value {
    let subscription = id.split("/resourceGroups/").next().unwrap_or_default();
    json!({
        "provisioningState": "Succeeded",
        "workspaceId": format!("{:016}", number_of(id) % 10_000_000_000_000_000),
        "workspaceUrl": databricks_host(id),
        "managedResourceGroupId": format!("{subscription}/resourceGroups/databricks-rg-{}", spec.name),
        "createdDateTime": "2026-01-05T09:00:00Z",
        "parameters": {"enableNoPublicIp": {"type": "Bool", "value": true}},
        "authorizations": [],
    })
}

/// Of a connected cluster.
pub(crate) fn connected_cluster(spec: &ConnectedClusterSpec, id: &str) -> Value {
    json!({
        "provisioningState": "Succeeded",
        "connectivityStatus": "Connected",
        "kubernetesVersion": "1.32.3",
        "agentVersion": "1.26.1",
        "distribution": spec.distribution,
        "infrastructure": "generic",
        "totalNodeCount": spec.nodes,
        "totalCoreCount": spec.nodes * 8,
        "offering": "",
        "agentPublicKeyCertificate": guid(0, 0x4c, number_of(id)),
        "managedIdentityCertificateExpirationTime": "2027-01-05T09:00:00Z",
    })
}
