//! A managed cluster of a fleet file.

use super::state::{AksPower, Progress};
use crate::fleet::habit::Hours;
use crate::fleet::machine::{Os, Priority};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A managed cluster as the world finds it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AksSpec {
    pub name: String,
    /// The group's where absent.
    #[serde(default)]
    pub location: Option<String>,
    /// Its own, which are not those of the computes that it is attached as.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    #[serde(default)]
    pub tier: Tier,
    pub pools: Vec<PoolSpec>,
    /// True: `nodeProvisioningProfile.mode` is `Auto`, and a stop is refused.
    #[serde(default)]
    pub node_auto_provisioning: bool,
    /// True: the system's nodes are Azure's own (AKS Automatic), and a stop is refused.
    #[serde(default)]
    pub hosted_system: bool,
    /// True: a webhook catches everything, and a stop is refused.
    #[serde(default)]
    pub wildcard_webhook: bool,
    /// True: the API server has a private endpoint.
    #[serde(default)]
    pub private: bool,
    #[serde(default)]
    pub state: AksPower,
    /// In which the world finds it, and in which it stays: `Failed`, or an update without end.
    #[serde(default)]
    pub provisioning_state: Option<Progress>,
    /// So many starts come to nothing.
    #[serde(default)]
    pub fail_starts: u32,
    /// Azure's code for it: `AllocationFailed`, `QuotaExceeded` and the like.
    #[serde(default = "no_room")]
    pub fails_with: String,
    /// Pods beside the system's.
    #[serde(default)]
    pub pods: Vec<PodSpec>,
}

fn no_room() -> String {
    "AllocationFailed".into()
}

/// What a cluster's control plane is paid for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tier {
    #[default]
    Free,
    Standard,
    Premium,
}

/// A pool of nodes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PoolSpec {
    pub name: String,
    pub vm_size: String,
    pub count: u32,
    #[serde(default)]
    pub mode: PoolMode,
    #[serde(default)]
    pub os_type: Os,
    #[serde(default, rename = "type")]
    pub kind: PoolKind,
    /// The fewest and the most nodes of its autoscaler, which is off where they are absent.
    #[serde(default)]
    pub scales: Option<(u32, u32)>,
    /// Its owner has stopped it, and it alone.
    #[serde(default)]
    pub stopped: bool,
    /// `Regular` or `Spot`.
    #[serde(default)]
    pub priority: Priority,
}

impl PoolSpec {
    /// How many nodes it has while the cluster runs.
    pub fn nodes(&self) -> u32 {
        match self.stopped {
            true => 0,
            false => self.count,
        }
    }
}

/// What a pool is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum PoolMode {
    #[default]
    System,
    User,
    Gateway,
}

/// What a pool's nodes are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum PoolKind {
    #[default]
    VirtualMachineScaleSets,
    AvailabilitySet,
    VirtualMachines,
}

/// A pod beside the system's: always there, or at its hours.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PodSpec {
    pub namespace: String,
    pub name: String,
    #[serde(default)]
    pub hours: Option<Hours>,
}
