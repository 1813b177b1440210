//! A workbench of a fleet file, and the container instance that is the same at another path.

use super::state::{OlderState, Provisioned, WorkbenchState};
use crate::fleet::habit::Hours;
use crate::fleet::length::LengthRange;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// A workbench as the world finds it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WorkbenchSpec {
    pub name: String,
    /// Its own, shown before 2026-09-15-preview only.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    #[serde(default)]
    pub created_by: Option<String>,
    /// 30 days before the world begins where absent.
    #[serde(default)]
    pub created_on: Option<DateTime<Utc>>,
    #[serde(default)]
    pub state: WorkbenchState,
    /// How it was made. A workbench that was not can be neither started nor stopped.
    #[serde(default)]
    pub provisioned: Provisioned,
    /// Before 2026-09-15-preview its `provisioningState` is this word, until its state changes.
    #[serde(default)]
    pub older_state: Option<OlderState>,
    /// False: it has no `status` in 2026-09-15-preview either, as in Microsoft's example.
    #[serde(default = "yes")]
    pub shows_status: bool,
    /// What it runs on: a compute of its account by name, or an ARM id, such as that of a virtual cluster.
    pub target: String,
    #[serde(default = "image")]
    pub image_link: String,
    /// Azure's own idle timer, in ISO 8601.
    #[serde(default)]
    pub idle_time_before_shutdown: Option<String>,
    /// False: it is set, and never fires.
    #[serde(default = "yes")]
    pub idle_timer_fires: bool,
    #[serde(default)]
    pub dataset_id: Option<String>,
    /// Of a virtual cluster, shown since 2026-09-15-preview.
    #[serde(default)]
    pub instance_type: Option<String>,
    #[serde(default)]
    pub gpu_count: Option<u32>,
    #[serde(default)]
    pub identity: Option<IdentityKind>,
    #[serde(default)]
    pub ssh: bool,
    #[serde(default)]
    pub errors: Vec<ErrorSpec>,
    /// So many starts are accepted and come to nothing.
    #[serde(default)]
    pub fail_starts: u32,
    /// The code that `errors` then has.
    #[serde(default = "no_quota")]
    pub fails_with: String,
    /// True: a start is refused at once, for lack of quota.
    #[serde(default)]
    pub no_quota: bool,
    #[serde(default = "start_takes")]
    pub start_takes: LengthRange,
    #[serde(default = "stop_takes")]
    pub stop_takes: LengthRange,
    /// Who works on it.
    #[serde(default)]
    pub uses: Vec<WorkbenchHabit>,
    /// Laid over its answer, key by key, to make odd ones.
    #[serde(default, rename = "override")]
    pub overlay: Option<Value>,
}

/// One of a workbench's `errors`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ErrorSpec {
    pub code: String,
    pub message: String,
}

/// Whose identity it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum IdentityKind {
    SystemAssigned,
    UserAssigned,
}

/// Somebody's regular work on a workbench.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WorkbenchHabit {
    pub who: String,
    pub hours: Hours,
    /// Whether they start it where they find it stopped; else they wait.
    #[serde(default = "yes")]
    pub starts: bool,
    /// Whether they stop it when they leave, if nobody else is on it.
    #[serde(default)]
    pub stops: bool,
}

fn yes() -> bool {
    true
}

fn image() -> String {
    "registry.example.org/images/pytorch:1".into()
}

fn no_quota() -> String {
    "InsufficientQuota".into()
}

fn start_takes() -> LengthRange {
    LengthRange { from: 2, to: 5 }
}

fn stop_takes() -> LengthRange {
    LengthRange { from: 1, to: 2 }
}
