//! One compute of a fleet file.

use super::BeaconFault;
use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Machine {
    pub name: String,
    pub vm_size: String,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    #[serde(default)]
    pub compute_type: ComputeType,
    /// The state in which the world finds it.
    #[serde(default)]
    pub state: State,
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
    /// True: a stop is refused because the disk is full.
    #[serde(default)]
    pub disk_full: bool,
    /// Laid over the compute's answer, key by key, to make odd ones: `{"properties": null}`.
    #[serde(default, rename = "override")]
    pub overlay: Option<Value>,
}

impl Machine {
    /// A stopped compute instance with nothing set.
    pub fn new(name: &str, vm_size: &str) -> Machine {
        Machine {
            name: name.into(),
            vm_size: vm_size.into(),
            tags: BTreeMap::new(),
            compute_type: ComputeType::default(),
            state: State::default(),
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
            disk_full: false,
            overlay: None,
        }
    }
}

fn yes() -> bool {
    true
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ComputeType {
    #[default]
    ComputeInstance,
    AmlCompute,
    Kubernetes,
    AKS,
    VirtualMachine,
    Databricks,
    SynapseSpark,
}

impl ComputeType {
    pub fn as_str(self) -> &'static str {
        match self {
            ComputeType::ComputeInstance => "ComputeInstance",
            ComputeType::AmlCompute => "AmlCompute",
            ComputeType::Kubernetes => "Kubernetes",
            ComputeType::AKS => "AKS",
            ComputeType::VirtualMachine => "VirtualMachine",
            ComputeType::Databricks => "Databricks",
            ComputeType::SynapseSpark => "SynapseSpark",
        }
    }
}

/// Azure's states. A machine found in one after `Restarting` stays in it.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
pub enum State {
    Running,
    #[default]
    Stopped,
    Starting,
    Stopping,
    Restarting,
    JobRunning,
    Creating,
    Deleting,
    Resizing,
    SettingUp,
    UserSettingUp,
    CreateFailed,
    SetupFailed,
    UserSetupFailed,
    Unusable,
    Unknown,
}

impl State {
    /// As Azure spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Running => "Running",
            State::Stopped => "Stopped",
            State::Starting => "Starting",
            State::Stopping => "Stopping",
            State::Restarting => "Restarting",
            State::JobRunning => "JobRunning",
            State::Creating => "Creating",
            State::Deleting => "Deleting",
            State::Resizing => "Resizing",
            State::SettingUp => "SettingUp",
            State::UserSettingUp => "UserSettingUp",
            State::CreateFailed => "CreateFailed",
            State::SetupFailed => "SetupFailed",
            State::UserSetupFailed => "UserSetupFailed",
            State::Unusable => "Unusable",
            State::Unknown => "Unknown",
        }
    }

    /// Whether Azure charges for the virtual machine meanwhile.
    pub fn is_billed(self) -> bool {
        !matches!(
            self,
            State::Stopped | State::Deleting | State::CreateFailed | State::Unknown
        )
    }
}

/// `lastOperation` as Azure spells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OperationSpec {
    pub operation_name: String,
    pub operation_time: DateTime<Utc>,
    #[serde(default)]
    pub operation_status: Option<String>,
    #[serde(default)]
    pub operation_trigger: Option<String>,
}

/// One item of `computeStartStop`, in Azure's own shape. Has either a cron or a recurrence.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NativeSchedule {
    /// `Start` or `Stop`.
    pub action: String,
    /// `Enabled` (where absent) or `Disabled`.
    #[serde(default = "enabled")]
    pub status: String,
    #[serde(default)]
    pub cron: Option<CronTrigger>,
    #[serde(default)]
    pub recurrence: Option<Recurrence>,
}

fn enabled() -> String {
    "Enabled".into()
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CronTrigger {
    /// Five fields, Sunday is 0 or 7.
    pub expression: String,
    /// Local wall time before which it does not fire.
    #[serde(default)]
    pub start_time: Option<NaiveDateTime>,
    /// A Windows zone name; UTC where absent.
    #[serde(default)]
    pub time_zone: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Recurrence {
    /// `Minute`, `Hour`, `Day`, `Week` or `Month`.
    pub frequency: String,
    #[serde(default = "one")]
    pub interval: u32,
    #[serde(default)]
    pub start_time: Option<NaiveDateTime>,
    #[serde(default)]
    pub time_zone: Option<String>,
    #[serde(default)]
    pub schedule: Option<RecurrenceTimes>,
}

fn one() -> u32 {
    1
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecurrenceTimes {
    #[serde(default)]
    pub hours: Vec<u32>,
    #[serde(default)]
    pub minutes: Vec<u32>,
    /// `Monday` … `Sunday`.
    #[serde(default)]
    pub week_days: Vec<String>,
    #[serde(default)]
    pub month_days: Vec<i32>,
}
