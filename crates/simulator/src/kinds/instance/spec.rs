//! One compute of a fleet file.

use super::last_operation::OperationSpec;
use super::schedule::NativeSchedule;
use super::state::InstanceState;
use crate::kinds::compute_type::ComputeType;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// A compute instance (or with `compute_type` something that is listed beside them) as the world finds it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InstanceSpec {
    pub name: String,
    pub vm_size: String,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    #[serde(default)]
    pub compute_type: ComputeType,
    /// The state in which the world finds it.
    #[serde(default)]
    pub state: InstanceState,
    #[serde(default)]
    pub created_by: Option<String>,
    /// 30 days before the world begins where absent.
    #[serde(default)]
    pub created_on: Option<DateTime<Utc>>,
    /// The last operation before the world began; its creation (or a stop the evening before) where absent.
    #[serde(default)]
    pub last_operation: Option<OperationSpec>,
    /// Azure's own schedules for the instance, at most four.
    #[serde(default)]
    pub schedules: Vec<NativeSchedule>,
    /// Azure's own idle timer, ISO 8601, `PT15M` to `P3D`.
    #[serde(default)]
    pub idle_time_before_shutdown: Option<String>,
    /// False: the idle timer is set and never fires, as for an instance whose identity lacks rights.
    #[serde(default = "yes")]
    pub idle_timer_fires: bool,
    /// True: `updateIdleShutdownSetting` is refused.
    #[serde(default)]
    pub idle_timer_refuses: bool,
    /// The name of a custom application, which the idle timer takes for activity without end.
    #[serde(default)]
    pub custom_application: Option<String>,
    /// Whether the beacon's script is installed.
    #[serde(default)]
    pub beacon: bool,
    #[serde(default)]
    pub beacon_fault: Option<BeaconFault>,
    /// How many starts end in `StartFailed` before one succeeds (a region without capacity).
    #[serde(default)]
    pub fail_starts: u32,
    /// Whether a stop gives its cores up, as only a preview shows; true: starts that fail then do so for want of quota.
    #[serde(default)]
    pub release_quota_on_stop: Option<bool>,
    /// True: a stop is refused because the disk is full.
    #[serde(default)]
    pub disk_full: bool,
    /// Laid over the compute's answer, key by key, to make odd ones: `{"properties": null}`.
    #[serde(default, rename = "override")]
    pub overlay: Option<Value>,
}

impl InstanceSpec {
    /// A stopped compute instance with nothing set.
    pub fn new(name: &str, vm_size: &str) -> InstanceSpec {
        InstanceSpec {
            name: name.into(),
            vm_size: vm_size.into(),
            tags: BTreeMap::new(),
            compute_type: ComputeType::default(),
            state: InstanceState::default(),
            created_by: None,
            created_on: None,
            last_operation: None,
            schedules: Vec::new(),
            idle_time_before_shutdown: None,
            idle_timer_fires: true,
            idle_timer_refuses: false,
            custom_application: None,
            beacon: false,
            beacon_fault: None,
            fail_starts: 0,
            release_quota_on_stop: None,
            disk_full: false,
            overlay: None,
        }
    }
}

fn yes() -> bool {
    true
}

/// How an instance's beacon goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BeaconFault {
    /// It stops writing after its first document.
    Silent,
    /// Its documents name another compute.
    Foreign,
    /// Its documents are not JSON.
    Garbled,
    /// It cannot ask Jupyter.
    Partial,
}
