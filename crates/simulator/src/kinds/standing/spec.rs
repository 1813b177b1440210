//! A Spark pool, a Databricks workspace and a connected cluster of a fleet file.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A Spark pool of a Synapse workspace.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SparkPoolSpec {
    pub name: String,
    /// Its Synapse workspace.
    pub workspace: String,
    #[serde(default)]
    pub location: Option<String>,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    #[serde(default = "small")]
    pub node_size: String,
    #[serde(default = "three")]
    pub node_count: u32,
    /// The minutes after which it pauses by itself; it never does where absent.
    #[serde(default)]
    pub auto_pause_minutes: Option<u32>,
    /// The fewest and the most nodes, where it scales.
    #[serde(default)]
    pub scales: Option<(u32, u32)>,
}

fn small() -> String {
    "Small".into()
}

fn three() -> u32 {
    3
}

/// A Databricks workspace: its clusters are of a data plane that is not simulated.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DatabricksSpec {
    pub name: String,
    #[serde(default)]
    pub location: Option<String>,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// `standard`, `premium` or `trial`.
    #[serde(default = "premium")]
    pub sku: String,
}

fn premium() -> String {
    "premium".into()
}

/// A Kubernetes cluster on machines that are not Azure's.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConnectedClusterSpec {
    pub name: String,
    #[serde(default)]
    pub location: Option<String>,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    #[serde(default = "three")]
    pub nodes: u32,
    #[serde(default = "generic")]
    pub distribution: String,
}

fn generic() -> String {
    "generic".into()
}
