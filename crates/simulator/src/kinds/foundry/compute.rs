//! A compute of an account: pools of nodes, or a container instance.

use crate::fleet::machine::Priority;
use crate::kinds::workbench::spec::WorkbenchSpec;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A compute, by its `computeType`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "computeType")]
pub enum ComputeSpec {
    Cluster(PoolsSpec),
    /// The same life as a workbench.
    ContainerInstance(Box<WorkbenchSpec>),
}

impl ComputeSpec {
    /// The name that it has in its account.
    pub fn name(&self) -> &str {
        match self {
            ComputeSpec::Cluster(pools) => &pools.name,
            ComputeSpec::ContainerInstance(container) => &container.name,
        }
    }
}

/// A compute of pools. Their numbers of nodes are fixed, and paid for whatever runs on them.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PoolsSpec {
    pub name: String,
    /// Shown before 2026-09-15-preview only.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    #[serde(default)]
    pub created_by: Option<String>,
    pub pools: Vec<PoolSpec>,
}

/// One of its pools.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PoolSpec {
    pub name: String,
    /// `Regular` or `Spot`.
    #[serde(default)]
    pub vm_priority: Priority,
    pub instance_type: String,
    #[serde(default = "one")]
    pub node_count: u32,
}

fn one() -> u32 {
    1
}
