//! An attached compute of a fleet file.

use crate::kinds::compute_type::ComputeType;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// An attached compute. The same resource may be attached more than once.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AttachedSpec {
    pub name: String,
    pub compute_type: ComputeType,
    /// The resource of the fleet that it stands for, as `group/name` (of its own subscription).
    #[serde(default)]
    pub resource: Option<String>,
    /// Or an ARM id, shown as it is written: of a resource in another case, of one that is gone, of a kind that is not
    /// simulated.
    #[serde(default)]
    pub resource_id: Option<String>,
    /// The compute's own, which are not the resource's.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    #[serde(default)]
    pub created_by: Option<String>,
    /// 30 days before the world begins where absent.
    #[serde(default)]
    pub created_on: Option<DateTime<Utc>>,
    /// The namespace of a Kubernetes cluster that is Azure Machine Learning's.
    #[serde(default = "default_namespace")]
    pub namespace: String,
    /// Laid over the compute's answer, key by key, to make odd ones.
    #[serde(default, rename = "override")]
    pub overlay: Option<Value>,
}

fn default_namespace() -> String {
    "default".into()
}
