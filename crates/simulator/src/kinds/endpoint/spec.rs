//! Endpoints of a fleet file, with their deployments and who calls them.

use crate::fleet::chance::Chance;
use crate::fleet::daily::Daily;
use crate::fleet::length::LengthRange;
use crate::fleet::wall_time::{DaySet, TimeRange, Zone};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// Who runs an endpoint's deployments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum EndpointCompute {
    #[default]
    Managed,
    Kubernetes,
}

impl EndpointCompute {
    /// As Azure spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            EndpointCompute::Managed => "Managed",
            EndpointCompute::Kubernetes => "Kubernetes",
        }
    }
}

/// Azure's states of an endpoint or a deployment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Provisioning {
    Creating,
    Deleting,
    Scaling,
    Updating,
    #[default]
    Succeeded,
    Failed,
    Canceled,
}

impl Provisioning {
    /// As Azure spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Provisioning::Creating => "Creating",
            Provisioning::Deleting => "Deleting",
            Provisioning::Scaling => "Scaling",
            Provisioning::Updating => "Updating",
            Provisioning::Succeeded => "Succeeded",
            Provisioning::Failed => "Failed",
            Provisioning::Canceled => "Canceled",
        }
    }

    /// Whether it is over.
    pub(crate) fn is_settled(self) -> bool {
        matches!(
            self,
            Provisioning::Succeeded | Provisioning::Failed | Provisioning::Canceled
        )
    }
}

/// An online endpoint of a fleet file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EndpointSpec {
    pub name: String,
    #[serde(default)]
    pub compute_type: EndpointCompute,
    /// Of a Kubernetes endpoint: the name of the compute in its workspace.
    #[serde(default)]
    pub compute: Option<String>,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    #[serde(default)]
    pub created_by: Option<String>,
    #[serde(default)]
    pub created_on: Option<DateTime<Utc>>,
    /// Per cent by deployment; all to the first where absent.
    #[serde(default)]
    pub traffic: Option<BTreeMap<String, u32>>,
    #[serde(default)]
    pub mirror_traffic: BTreeMap<String, u32>,
    #[serde(default)]
    pub state: Provisioning,
    #[serde(default)]
    pub deployments: Vec<DeploymentSpec>,
    #[serde(default)]
    pub requests: Vec<RequestPlan>,
    /// False: a minute without a request has no sample of it either.
    #[serde(default = "yes")]
    pub shows_quiet: bool,
    /// Laid over the endpoint's answer, key by key.
    #[serde(default, rename = "override")]
    pub overlay: Option<Value>,
}

/// A deployment of an online endpoint.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeploymentSpec {
    pub name: String,
    /// A VM size; of a Kubernetes deployment, a name that its cluster knows.
    pub instance_type: String,
    #[serde(default = "one")]
    pub capacity: u32,
    /// What `skus` says; Azure refuses less and more.
    #[serde(default = "one")]
    pub minimum: u32,
    #[serde(default = "fifty")]
    pub maximum: u32,
    /// Kubernetes: scaled by its own router, between these.
    #[serde(default)]
    pub target_utilization: Option<(u32, u32)>,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    #[serde(default)]
    pub created_by: Option<String>,
    #[serde(default)]
    pub created_on: Option<DateTime<Utc>>,
    #[serde(default)]
    pub modified_by: Option<String>,
    #[serde(default)]
    pub modified_on: Option<DateTime<Utc>>,
    #[serde(default)]
    pub state: Provisioning,
    /// How long a change of capacity takes.
    #[serde(default = "a_quarter")]
    pub scales_in: LengthRange,
    /// True: others take what is scaled in, so that no instance more can be had.
    #[serde(default)]
    pub quota_gone: bool,
    /// So many changes of capacity end in Failed before one succeeds.
    #[serde(default)]
    pub fail_scales: u32,
    /// When Terraform, or a pipeline, applies the file's capacity again.
    #[serde(default)]
    pub terraform: Option<Daily>,
    /// Laid over the deployment's answer, key by key.
    #[serde(default, rename = "override")]
    pub overlay: Option<Value>,
}

/// Requests that come again and again: of people in their hours, or of a machine.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RequestPlan {
    pub who: String,
    pub zone: Zone,
    #[serde(default)]
    pub days: DaySet,
    /// When they begin.
    pub at: TimeRange,
    pub lasts: LengthRange,
    /// The chance on each of `days`.
    #[serde(default = "certain")]
    pub chance: Chance,
    #[serde(default = "ten")]
    pub per_minute: u32,
    /// Only in every so many minutes.
    #[serde(default = "one")]
    pub every_minutes: u32,
    /// The deployment that a header names; the endpoint's traffic decides where absent.
    #[serde(default)]
    pub deployment: Option<String>,
}

/// A batch endpoint, whose deployments run on a compute of the workspace.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BatchEndpointSpec {
    pub name: String,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    #[serde(default)]
    pub created_by: Option<String>,
    #[serde(default)]
    pub deployments: Vec<BatchDeploymentSpec>,
}

/// A deployment of a batch endpoint.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BatchDeploymentSpec {
    pub name: String,
    /// The name of the compute in its workspace.
    pub compute: String,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    #[serde(default = "one")]
    pub instance_count: u32,
}

/// A serverless endpoint: a model that is paid for by the token.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ServerlessEndpointSpec {
    pub name: String,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    #[serde(default)]
    pub created_by: Option<String>,
    /// The model's asset id.
    pub model_id: String,
    /// `Online`, `Suspended` and so on.
    #[serde(default = "online")]
    pub state: String,
}

fn yes() -> bool {
    true
}

fn one() -> u32 {
    1
}

fn ten() -> u32 {
    10
}

fn fifty() -> u32 {
    50
}

fn a_quarter() -> LengthRange {
    LengthRange { from: 12, to: 18 }
}

fn certain() -> Chance {
    Chance(1.0)
}

fn online() -> String {
    "Online".into()
}
