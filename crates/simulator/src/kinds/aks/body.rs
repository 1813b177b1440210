//! A managed cluster's JSON.

use super::spec::{AksSpec, PoolSpec, Tier};
use super::state::{AksPower, Progress};
use crate::fleet::machine::Priority;
use crate::ids::{guid, number_of};
use serde_json::{Value, json};

/// A managed cluster as its answer shows it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AksView<'a> {
    pub spec: &'a AksSpec,
    pub id: &'a str,
    /// Its resource group's name.
    pub group: &'a str,
    pub location: &'a str,
    pub power: AksPower,
    pub progress: Progress,
}

/// Its `properties`.
pub(crate) fn properties(view: &AksView<'_>) -> Value {
    let spec = view.spec;
    let host = format!("{}-{:08x}", spec.name, number_of(view.id) as u32);
    let suffix = format!("{}.azmk8s.io", view.location);
    let mut whole = json!({
        "provisioningState": view.progress.as_str(),
        "powerState": {"code": view.power.as_str()},
        "kubernetesVersion": "1.33",
        "currentKubernetesVersion": "1.33.4",
        "dnsPrefix": spec.name,
        "fqdn": format!("{host}.hcp.{suffix}"),
        "azurePortalFQDN": format!("{host}.portal.hcp.{suffix}"),
        "agentPoolProfiles": spec.pools.iter().map(|pool| self::pool(pool, view)).collect::<Vec<_>>(),
        "nodeResourceGroup": format!("MC_{}_{}_{}", view.group, spec.name, view.location),
        "enableRBAC": true,
        "supportPlan": "KubernetesOfficial",
        "networkProfile": {"networkPlugin": "azure", "loadBalancerSku": "standard", "outboundType": "loadBalancer"},
        "apiServerAccessProfile": {"enablePrivateCluster": spec.private},
        "nodeProvisioningProfile": {"mode": if spec.node_auto_provisioning { "Auto" } else { "Manual" }},
        "maxAgentPools": 100,
        "servicePrincipalProfile": {"clientId": "msi"},
        "resourceUID": guid(0, 0x4b, number_of(view.id)),
    });
    if spec.hosted_system {
        whole["hostedSystemProfile"] = json!({"enabled": true});
    }
    whole
}

/// Its `sku`.
pub(crate) fn sku(spec: &AksSpec) -> Value {
    let name = if spec.hosted_system {
        "Automatic"
    } else {
        "Base"
    };
    json!({"name": name, "tier": match spec.tier {
        Tier::Free => "Free",
        Tier::Standard => "Standard",
        Tier::Premium => "Premium",
    }})
}

fn pool(pool: &PoolSpec, view: &AksView<'_>) -> Value {
    let mut whole = json!({
        "name": pool.name,
        "count": pool.count,
        "vmSize": pool.vm_size,
        "mode": pool.mode,
        "type": pool.kind,
        "osType": pool.os_type.as_str(),
        "osDiskSizeGB": 128,
        "osDiskType": "Managed",
        "maxPods": 110,
        "provisioningState": view.progress.as_str(),
        "powerState": {"code": if pool.stopped { "Stopped" } else { view.power.as_str() }},
        "enableAutoScaling": pool.scales.is_some(),
        "orchestratorVersion": "1.33",
        "currentOrchestratorVersion": "1.33.4",
        "scaleDownMode": "Delete",
        "upgradeSettings": {"maxSurge": "10%"},
    });
    if let Some((fewest, most)) = pool.scales {
        whole["minCount"] = fewest.into();
        whole["maxCount"] = most.into();
    }
    if pool.priority == Priority::Spot {
        whole["scaleSetPriority"] = "Spot".into();
        whole["scaleSetEvictionPolicy"] = "Delete".into();
        whole["spotMaxPrice"] = json!(-1.0);
    }
    whole
}
