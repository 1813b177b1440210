//! One compute of a workspace.

use super::foundry::FoundryVersion;
use super::native_schedule::NativeSchedule;
use super::tags::Tags;
use super::tariff::{Tariff, with_tariff};
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
    /// What only some kinds have.
    pub by_kind: ByKind,
    /// What in the answer could not be understood, in words; the compute's other fields stand.
    pub oddities: Vec<String>,
}

impl Compute {
    /// The ids and names by which a job may name it.
    pub fn known_to_jobs(&self) -> impl Iterator<Item = &str> {
        let attached = self.by_kind.attached_as.iter();
        let names = attached.clone().filter_map(|id| id.rsplit('/').next());
        let own = [self.id.as_str(), self.name.as_str()];
        own.into_iter()
            .chain(attached.map(String::as_str))
            .chain(names)
    }

    /// Its size as prices are asked for: with its tariff, where that is not the usual one.
    pub fn priced_size(&self) -> Option<String> {
        let size = self.vm_size.as_deref()?;
        Some(with_tariff(size, self.by_kind.tariff))
    }

    /// What its prices are kept under: its size, or its own id where it is of several sizes.
    pub fn price_key(&self) -> Option<String> {
        match self.by_kind.pools.is_empty() {
            true => self.priced_size(),
            false => Some(self.id.to_lowercase()),
        }
    }

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

/// What only some kinds have. In a snapshot it stands as it is here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ByKind {
    /// The platform has not enabled its kind (setting `KINDS`): it is shown, and never acted on.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub observe_only: bool,
    /// Of a kind that scales: how far it is scaled now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale: Option<Scale>,
    /// What of its price does not follow from its size.
    #[serde(skip_serializing_if = "is_default")]
    pub tariff: Tariff,
    /// Of a kind made of several sizes: how many there are of each, of those that run; while it is stopped, of those that
    /// ran before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pools: Vec<(u32, String)>,
    /// Of such a kind: how many nodes run, of whatever size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nodes: Option<u32>,
    /// The ARM id, in lower case, of the resource group in which Azure bills what it is made of, if that is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billed_in: Option<String>,
    /// What is paid for beside its nodes, as Azure names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// Another thing of its workspace has its name, so that a tag addressed to it may mean either.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub namesake: bool,
    /// Of a deployment: its endpoint's tags. Of what is attached: those of the compute that it is attached as. Of a
    /// workbench: those of its project's account.
    #[serde(skip_serializing_if = "is_default")]
    pub above: Tags,
    /// Of what is attached to workspaces: the ids of the computes that it is there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attached_as: Vec<String>,
    /// Of a machine of Foundry: the api-version by which it was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_in: Option<FoundryVersion>,
    /// Its answer has no tags, as that version shows none.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub tags_hidden: bool,
    /// Its tags are those that an answer showed last, at this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags_as_of: Option<DateTime<Utc>>,
    /// The id of what it has room on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runs_on: Option<String>,
    /// Why it may not be stopped now, for a reason of its kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_stop: Option<String>,
    /// Why it may not be started now, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_start: Option<String>,
    /// What else its kind tells of it, each in one line.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

impl ByKind {
    /// How many nodes or instances are there, where it is made of many and Azure says how many.
    pub fn count(&self) -> Option<u32> {
        let scale = self.scale.as_ref();
        scale.map_or(self.nodes, |scale| scale.there)
    }

    /// How many nodes or instances there are, all of which are paid for; 1 of what has no such number.
    ///
    /// ```
    /// use lamplighter_core::observe::{ByKind, Scale};
    ///
    /// let scale = Scale { value: 2, there: Some(3), ..Scale::default() };
    /// let cluster = ByKind { scale: Some(scale), ..ByKind::default() };
    /// assert_eq!((cluster.units(), ByKind::default().units()), (3, 1));
    /// ```
    pub fn units(&self) -> u32 {
        let scale = self.scale.as_ref();
        scale.map_or(1, |scale| scale.there.unwrap_or(scale.value))
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// How far a thing is scaled: the nodes that a cluster keeps warm, the instances of a deployment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Scale {
    /// The value that Lamplighter changes: `minNodeCount`, or `sku.capacity`.
    pub value: u32,
    /// The most that there may be, where Azure says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most: Option<u32>,
    /// The least that Azure lets it have, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least: Option<u32>,
    /// `nodeIdleTimeBeforeScaleDown` as Azure wrote it, since it is sent back unchanged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idle_time: Option<String>,
    /// How many nodes or instances there are, all of which are paid for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub there: Option<u32>,
    /// Of those, how many have nothing to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idle: Option<u32>,
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
