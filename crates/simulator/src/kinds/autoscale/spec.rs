//! An autoscale setting of a fleet file.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An autoscale setting on a deployment.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AutoscaleSpec {
    pub name: String,
    /// `workspace/endpoint/deployment`.
    pub target: String,
    #[serde(default = "yes")]
    pub enabled: bool,
    pub minimum: u32,
    pub maximum: u32,
    /// Requests a minute for which it wants one instance each; it follows none where absent.
    #[serde(default)]
    pub requests_per_instance: Option<u32>,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

fn yes() -> bool {
    true
}
