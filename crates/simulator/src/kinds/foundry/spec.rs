//! An account of a fleet file, with its projects, computes and managed compute deployments.

use super::compute::ComputeSpec;
use crate::kinds::workbench::spec::WorkbenchSpec;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An account of Microsoft Foundry.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccountSpec {
    pub name: String,
    /// Workbenches are known of this one only; others are listed.
    #[serde(default = "ai_services")]
    pub kind: String,
    /// The group's where absent.
    #[serde(default)]
    pub location: Option<String>,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    #[serde(default)]
    pub computes: Vec<ComputeSpec>,
    #[serde(default)]
    pub managed_compute_deployments: Vec<ManagedDeploymentSpec>,
    #[serde(default)]
    pub projects: Vec<ProjectSpec>,
}

/// A project of an account.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProjectSpec {
    pub name: String,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    #[serde(default)]
    pub workbenches: Vec<WorkbenchSpec>,
}

/// A model that is served on accelerators of one's own, all day.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ManagedDeploymentSpec {
    pub name: String,
    /// The name of its SKU.
    #[serde(default = "global")]
    pub sku: String,
    /// Instances.
    #[serde(default = "one")]
    pub capacity: u32,
    /// The model that it serves.
    #[serde(default = "model")]
    pub model: String,
    #[serde(default = "accelerator")]
    pub accelerator_type: String,
    #[serde(default = "one")]
    pub accelerators_per_instance: u32,
    /// A compute of its account that it runs on, by name: of `VmManagedCompute`.
    #[serde(default)]
    pub compute: Option<String>,
    #[serde(default)]
    pub provisioning_state: DeploymentState,
}

/// How a managed compute deployment stands: there is no word for a stopped one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeploymentState {
    Accepted,
    Creating,
    Deleting,
    Failed,
    #[default]
    Succeeded,
}

fn ai_services() -> String {
    "AIServices".into()
}

fn global() -> String {
    "GlobalManagedCompute".into()
}

fn model() -> String {
    "azureml://registries/example/models/text/versions/1".into()
}

fn accelerator() -> String {
    "A100_80GB".into()
}

fn one() -> u32 {
    1
}
