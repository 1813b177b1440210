//! Azure's things as Azure names them. Every field may be missing; unknown values are kept as text.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

pub type Tags = BTreeMap<String, String>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    pub id: String,
    pub name: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceGroup {
    pub name: String,
    pub tags: Tags,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    /// The ARM id as Azure wrote it: `/subscriptions/{s}/resourceGroups/{rg}/providers/…/workspaces/{w}`.
    pub id: String,
    pub subscription: String,
    pub resource_group: String,
    pub name: String,
    pub location: Option<String>,
    pub tags: Tags,
}

/// One compute of a workspace, of any kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Compute {
    pub id: String,
    pub name: String,
    pub location: Option<String>,
    pub tags: Tags,
    /// `computeType`; an instance is `ComputeInstance`.
    pub compute_type: Option<String>,
    pub provisioning_state: Option<String>,
    pub state: State,
    /// `vmSize`, in the case Azure gave it.
    pub vm_size: Option<String>,
    pub created_on: Option<DateTime<Utc>>,
    pub created_by: Option<String>,
    pub last_operation: Option<LastOperation>,
    pub schedules: Vec<NativeSchedule>,
    /// `idleTimeBeforeShutdown`: Azure's own idle timer; `None` where unset or not shown.
    pub idle_time_before_shutdown: Option<Duration>,
    /// `identity.type`: `SystemAssigned`, `UserAssigned`, …; `None` where it has no managed identity.
    pub identity: Option<String>,
    /// The names of `customServices`, which Azure's idle timer takes for work.
    pub custom_applications: Vec<String>,
    /// What in the answer could not be understood, in words; the machine's other fields stand.
    pub oddities: Vec<String>,
}

impl Compute {
    /// An instance that need not exist, of which nothing is known but its state.
    pub fn imagined(state: State) -> Compute {
        Compute {
            id: String::new(),
            name: String::new(),
            location: None,
            tags: Tags::new(),
            compute_type: Some("ComputeInstance".into()),
            provisioning_state: None,
            state,
            vm_size: None,
            created_on: None,
            created_by: None,
            last_operation: None,
            schedules: Vec::new(),
            idle_time_before_shutdown: None,
            identity: None,
            custom_applications: Vec::new(),
            oddities: Vec::new(),
        }
    }
}

impl Compute {
    /// Whether its size has GPUs: Azure's names of such sizes begin with N. One of no known size may have some.
    pub fn has_gpu(&self) -> bool {
        let Some(size) = self.vm_size.as_deref() else {
            return true;
        };
        let lower = size.to_ascii_lowercase();
        lower
            .strip_prefix("standard_")
            .unwrap_or(&lower)
            .starts_with('n')
    }
}

/// The load of a machine as Azure's metrics have it, oldest first, each sample once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Load {
    pub cpu: Vec<Sample>,
    pub gpu: Vec<Sample>,
}

/// A time that metrics are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    /// Each sample stands for so long; whole minutes.
    pub step: TimeDelta,
}

/// The load of one step of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// Where the step begins.
    pub at: DateTime<Utc>,
    /// The highest in it, in per cent.
    pub maximum: f64,
    /// How many measurements it holds: one a minute where none is missing.
    pub count: u64,
}

/// The state of a compute instance, exactly as Azure spells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum State {
    Running,
    JobRunning,
    Stopped,
    Starting,
    Stopping,
    Restarting,
    Resizing,
    Creating,
    Deleting,
    SettingUp,
    UserSettingUp,
    /// `Unknown`, `Unusable`, `CreateFailed`, …, a value newer than this program, or none at all ("").
    Other(String),
}

impl From<String> for State {
    fn from(text: String) -> Self {
        match text.as_str() {
            "Running" => State::Running,
            "JobRunning" => State::JobRunning,
            "Stopped" => State::Stopped,
            "Starting" => State::Starting,
            "Stopping" => State::Stopping,
            "Restarting" => State::Restarting,
            "Resizing" => State::Resizing,
            "Creating" => State::Creating,
            "Deleting" => State::Deleting,
            "SettingUp" => State::SettingUp,
            "UserSettingUp" => State::UserSettingUp,
            _ => State::Other(text),
        }
    }
}

impl From<State> for String {
    fn from(state: State) -> Self {
        state.to_string()
    }
}

impl std::fmt::Display for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            State::Running => "Running",
            State::JobRunning => "JobRunning",
            State::Stopped => "Stopped",
            State::Starting => "Starting",
            State::Stopping => "Stopping",
            State::Restarting => "Restarting",
            State::Resizing => "Resizing",
            State::Creating => "Creating",
            State::Deleting => "Deleting",
            State::SettingUp => "SettingUp",
            State::UserSettingUp => "UserSettingUp",
            State::Other(text) if text.is_empty() => "(no state)",
            State::Other(text) => text,
        })
    }
}

/// `lastOperation`, its words as Azure spells them (`Start`, `Succeeded`, `User`, …).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastOperation {
    pub name: String,
    pub time: DateTime<Utc>,
    pub status: Option<String>,
    pub trigger: Option<String>,
}

/// One item of `schedules.computeStartStop`, Azure's own schedule for an instance. The JSON is a snapshot's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NativeSchedule {
    pub enabled: bool,
    /// `Start` or `Stop`.
    pub action: String,
    pub trigger: NativeTrigger,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum NativeTrigger {
    Cron {
        expression: String,
        /// Local wall time, no offset, before which it does not fire.
        start: Option<chrono::NaiveDateTime>,
        /// A Windows zone name.
        zone: Option<String>,
    },
    Recurrence {
        /// `Minute`, `Hour`, `Day`, `Week` or `Month`.
        frequency: String,
        interval: u32,
        start: Option<chrono::NaiveDateTime>,
        zone: Option<String>,
        hours: Vec<u32>,
        minutes: Vec<u32>,
        /// `Monday` … `Sunday`.
        week_days: Vec<String>,
        month_days: Vec<i32>,
    },
    /// Neither, or one that could not be read: its effect is unknown.
    Unknown,
}

/// A job of a workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    pub name: String,
    pub display_name: Option<String>,
    /// `Running`, `Queued`, …; as Azure spells it.
    pub status: Option<String>,
    /// The compute's ARM id, or its bare name.
    pub compute_id: Option<String>,
    /// When it was submitted.
    pub created_at: Option<DateTime<Utc>>,
    /// When it last changed; of one that is over, when it ended. Azure does not always say.
    #[serde(default)]
    pub changed_at: Option<DateTime<Utc>>,
}

impl Job {
    /// Whether a machine stopped now would take this job down with it. Unknown words count as active.
    pub fn is_active(&self) -> bool {
        !matches!(
            self.status.as_deref(),
            Some("Completed" | "Failed" | "Canceled" | "NotStarted" | "Paused")
        )
    }

    /// Whether nothing more will come of it.
    pub fn is_over(&self) -> bool {
        matches!(
            self.status.as_deref(),
            Some("Completed" | "Failed" | "Canceled")
        )
    }

    /// Whether the job is on the compute, named by id or by bare name, in any case.
    pub fn is_on(&self, compute: &Compute) -> bool {
        self.compute_id.as_deref().is_some_and(|on| {
            on.eq_ignore_ascii_case(&compute.id) || on.eq_ignore_ascii_case(&compute.name)
        })
    }
}
