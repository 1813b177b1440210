//! A compute cluster of a fleet file.

use crate::fleet::daily::Daily;
use crate::fleet::length::LengthRange;
use crate::fleet::machine::{Os, Priority};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// A compute cluster (`AmlCompute`) of a fleet file, whose nodes come and go.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClusterSpec {
    pub name: String,
    pub vm_size: String,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    #[serde(default)]
    pub created_by: Option<String>,
    /// Thirty days before the world's beginning where absent.
    #[serde(default)]
    pub created_on: Option<DateTime<Utc>>,
    #[serde(default)]
    pub min_node_count: u32,
    #[serde(default = "four")]
    pub max_node_count: u32,
    /// ISO 8601, as Azure takes it.
    #[serde(default = "two_minutes")]
    pub node_idle_time_before_scale_down: String,
    #[serde(default)]
    pub vm_priority: Priority,
    #[serde(default)]
    pub os_type: Os,
    /// The nodes that the world finds, idle; `minNodeCount` where absent.
    #[serde(default)]
    pub nodes: Option<u32>,
    /// So many of them are unusable: billed, and good for nothing.
    #[serde(default)]
    pub unusable_nodes: u32,
    /// How long a node takes to boot.
    #[serde(default = "minutes")]
    pub boots_in: LengthRange,
    /// True: no node can be had.
    #[serde(default)]
    pub no_capacity: bool,
    /// True: one that is short of nodes is shown as Steady all the same.
    #[serde(default)]
    pub gives_up: bool,
    /// True: it stays at Resizing, as under a resource lock.
    #[serde(default)]
    pub stuck: bool,
    /// When Terraform applies the file's own values again. On a difference it makes the cluster anew.
    #[serde(default)]
    pub terraform: Option<Daily>,
    /// Laid over the compute's answer, key by key.
    #[serde(default, rename = "override")]
    pub overlay: Option<Value>,
}

fn four() -> u32 {
    4
}

fn two_minutes() -> String {
    "PT2M".into()
}

fn minutes() -> LengthRange {
    LengthRange { from: 3, to: 8 }
}
