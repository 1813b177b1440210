//! The `properties.properties` of an attached compute: never null where one of Microsoft's SDKs reads into it.

use crate::kinds::compute_type::ComputeType;
use crate::kinds::standing::body::{databricks_host, pause, scale};
use crate::kinds::standing::spec::SparkPoolSpec;
use serde_json::{Value, json};

/// What an attached compute tells of what lies behind it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct AttachedView<'a> {
    /// The ARM id behind it; empty where there is none.
    pub resource_id: &'a str,
    pub namespace: &'a str,
    /// Of a virtual machine's size, or that of a cluster's first pool.
    pub vm_size: Option<&'a str>,
    pub nodes: u32,
    pub pool: Option<&'a SparkPoolSpec>,
}

/// Its `properties.properties`; absent for the kinds that have none.
pub(crate) fn properties(kind: ComputeType, view: &AttachedView<'_>) -> Option<Value> {
    Some(match kind {
        ComputeType::ComputeInstance | ComputeType::AmlCompute | ComputeType::DataFactory => {
            return None;
        }
        ComputeType::VirtualMachine => json!({
            "virtualMachineSize": view.vm_size,
            "sshPort": 22,
            "notebookServerPort": null,
            "address": "10.0.0.4",
            "administratorAccount": {"username": "azureuser", "password": null, "publicKeyData": null,
                "privateKeyData": null},
            "isNotebookInstanceCompute": false,
        }),
        ComputeType::Kubernetes => kubernetes(view),
        ComputeType::Aks => json!({
            "clusterFqdn": null,
            "systemServices": [],
            "agentCount": view.nodes,
            "agentVmSize": view.vm_size,
            "clusterPurpose": "FastProd",
            "sslConfiguration": null,
            "aksNetworkingConfiguration": null,
            "loadBalancerType": "PublicIp",
            "loadBalancerSubnet": null,
        }),
        ComputeType::Databricks => json!({
            "workspaceUrl": databricks_host(view.resource_id), "databricksAccessToken": null,
        }),
        ComputeType::SynapseSpark => synapse(view),
        ComputeType::HDInsight => json!({
            "sshPort": 22, "address": "cluster-ssh.azurehdinsight.net", "administratorAccount": {"username": "sshuser"},
        }),
        ComputeType::DataLakeAnalytics => {
            json!({"dataLakeStoreAccountName": last(view.resource_id)})
        }
    })
}

fn kubernetes(view: &AttachedView<'_>) -> Value {
    let resources = json!({"cpu": "1", "memory": "4Gi", "nvidia.com/gpu": null});
    json!({
        "relayConnectionString": null,
        "serviceBusConnectionString": null,
        "extensionPrincipalId": null,
        "extensionInstanceReleaseTrain": "stable",
        "vcName": null,
        "namespace": if view.namespace.is_empty() { "default" } else { view.namespace },
        "defaultInstanceType": "defaultInstanceType",
        "instanceTypes": {"defaultInstanceType": {
            "nodeSelector": null, "resources": {"requests": resources, "limits": resources},
        }},
    })
}

fn synapse(view: &AttachedView<'_>) -> Value {
    let part = |name: &str| {
        let mut parts = view.resource_id.split('/');
        parts
            .by_ref()
            .find(|part| part.eq_ignore_ascii_case(name))?;
        parts.next()
    };
    json!({
        "autoScaleProperties": view.pool.map(scale),
        "autoPauseProperties": view.pool.map(pause),
        "sparkVersion": "3.5",
        "nodeCount": view.pool.map(|pool| pool.node_count),
        "nodeSize": view.pool.map(|pool| pool.node_size.as_str()),
        "nodeSizeFamily": "MemoryOptimized",
        "subscriptionId": part("subscriptions"),
        "resourceGroup": part("resourceGroups"),
        "workspaceName": part("workspaces"),
        "poolName": part("bigDataPools"),
    })
}

fn last(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or_default()
}
