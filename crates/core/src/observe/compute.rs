//! One compute of a workspace.

use super::native_schedule::NativeSchedule;
use super::tags::Tags;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// One compute of a workspace, of any kind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Compute {
    pub id: String,
    pub name: String,
    pub location: Option<String>,
    pub tags: Tags,
    /// `computeType`; `Kind::of` tells what it means.
    pub compute_type: Option<String>,
    pub provisioning_state: Option<String>,
    pub state: ComputeState,
    /// `vmSize`, in the case Azure gave it.
    pub vm_size: Option<String>,
    pub created_on: Option<DateTime<Utc>>,
    pub created_by: Option<String>,
    /// The object id in Entra of the person whose it is: of whom it was made for, else of who made it.
    pub owner_id: Option<String>,
    pub last_operation: Option<LastOperation>,
    pub schedules: Vec<NativeSchedule>,
    /// `idleTimeBeforeShutdown`: Azure's own idle timer; `None` where unset or not shown.
    pub idle_time_before_shutdown: Option<Duration>,
    /// `identity.type`: `SystemAssigned`, `UserAssigned`, …; `None` where it has no managed identity.
    pub identity: Option<String>,
    /// The names of `customServices`, which Azure's idle timer takes for work.
    pub custom_applications: Vec<String>,
    /// What Azure itself says is wrong with it, each in one line.
    pub errors: Vec<String>,
    /// What in the answer could not be understood, in words; the compute's other fields stand.
    pub oddities: Vec<String>,
}

impl Compute {
    /// Whether its size has GPUs: Azure's names of such sizes begin with N. One of no known size may have some.
    ///
    /// ```
    /// use lamplighter_core::observe::Compute;
    ///
    /// let of_size = |size: &str| Compute { vm_size: Some(size.into()), ..Compute::default() };
    /// assert!(of_size("STANDARD_NC6S_V3").has_gpu());
    /// assert!(!of_size("Standard_DS3_v2").has_gpu());
    /// assert!(Compute::default().has_gpu());
    /// ```
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

    /// What is wrong with it, and what Azure itself says of that.
    ///
    /// ```
    /// use lamplighter_core::observe::Compute;
    ///
    /// let mut compute = Compute::default();
    /// assert_eq!(compute.in_words("StartFailed".into()), "StartFailed");
    /// compute.errors = vec!["Quota: none is left".into(), "Retry later".into()];
    /// let said = "StartFailed; Azure says: Quota: none is left; Retry later";
    /// assert_eq!(compute.in_words("StartFailed".into()), said);
    /// ```
    pub fn in_words(&self, wrong: String) -> String {
        match self.errors.is_empty() {
            true => wrong,
            false => format!("{wrong}; Azure says: {}", self.errors.join("; ")),
        }
    }
}

/// The state of a compute, exactly as Azure spells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum ComputeState {
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

impl Default for ComputeState {
    fn default() -> Self {
        ComputeState::Other(String::new())
    }
}

impl From<String> for ComputeState {
    fn from(text: String) -> Self {
        match text.as_str() {
            "Running" => ComputeState::Running,
            "JobRunning" => ComputeState::JobRunning,
            "Stopped" => ComputeState::Stopped,
            "Starting" => ComputeState::Starting,
            "Stopping" => ComputeState::Stopping,
            "Restarting" => ComputeState::Restarting,
            "Resizing" => ComputeState::Resizing,
            "Creating" => ComputeState::Creating,
            "Deleting" => ComputeState::Deleting,
            "SettingUp" => ComputeState::SettingUp,
            "UserSettingUp" => ComputeState::UserSettingUp,
            _ => ComputeState::Other(text),
        }
    }
}

impl From<ComputeState> for String {
    fn from(state: ComputeState) -> Self {
        state.to_string()
    }
}

impl std::fmt::Display for ComputeState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            ComputeState::Running => "Running",
            ComputeState::JobRunning => "JobRunning",
            ComputeState::Stopped => "Stopped",
            ComputeState::Starting => "Starting",
            ComputeState::Stopping => "Stopping",
            ComputeState::Restarting => "Restarting",
            ComputeState::Resizing => "Resizing",
            ComputeState::Creating => "Creating",
            ComputeState::Deleting => "Deleting",
            ComputeState::SettingUp => "SettingUp",
            ComputeState::UserSettingUp => "UserSettingUp",
            ComputeState::Other(text) if text.is_empty() => "(no state)",
            ComputeState::Other(text) => text,
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
