//! What truly happened, whoever made it happen.

use super::usage::{AtWork, UseKind};
use crate::kinds::instance::action::Action;
use crate::kinds::instance::state::InstanceState;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// One thing that happened to one instance, or to a resource of another kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    pub at: DateTime<Utc>,
    /// The ARM id of what it happened to.
    pub id: String,
    /// `workspace/instance`, as fleet files name it.
    pub instance: String,
    #[serde(flatten)]
    pub what: What,
    /// Where work and jobs begin or end: by what means they work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<UseKind>,
    /// The instance's place in the world; `None` where it is of another kind.
    #[serde(skip)]
    pub(super) index: Option<usize>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "what",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum What {
    /// `from` is absent for the state in which the world found it.
    State {
        from: Option<InstanceState>,
        to: InstanceState,
    },
    /// An operation was accepted.
    Requested {
        action: Action,
        by: By,
        operation: String,
        /// Who and what was at work then: what a stop or restart puts an end to.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        during: Vec<AtWork>,
    },
    /// An operation was refused, with Azure's code.
    Refused {
        action: Action,
        by: By,
        code: String,
    },
    /// An accepted operation came to nothing.
    OperationFailed {
        action: Action,
        code: String,
    },
    WorkBegan {
        person: String,
    },
    /// `interrupted`: the instance was stopped under them.
    WorkEnded {
        person: String,
        interrupted: bool,
    },
    JobSubmitted {
        job: String,
        person: String,
    },
    JobStarted {
        job: String,
    },
    JobEnded {
        job: String,
    },
    /// The instance was stopped or restarted while the job (or another run) was on it.
    JobKilled {
        job: String,
        by: By,
    },
    /// `reset`: the new time was below the present idle time, so the idle clock began again.
    IdleTimerSet {
        to: String,
        by: By,
        reset: bool,
    },
    Deleted {
        by: By,
    },
    /// The power of a virtual machine or a managed cluster, in Azure's words; `from` is absent for what the world found.
    Power {
        from: Option<String>,
        to: String,
    },
    /// A change of it was accepted; `during` who and what was at work then.
    PowerRequested {
        call: String,
        by: By,
        operation: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        during: Vec<String>,
    },
    /// A change of it was refused, with Azure's code.
    PowerRefused {
        call: String,
        by: By,
        code: String,
    },
    /// An accepted change of it came to nothing.
    PowerFailed {
        call: String,
        code: String,
    },
    /// A virtual machine's own system shut down.
    ShutDown {
        by: By,
    },
    /// Azure took a spot machine away.
    Evicted,
    /// Somebody, or a pod as `namespace/name`, found it stopped.
    Waits {
        who: String,
    },
    PodStarted {
        pod: String,
    },
    PodEnded {
        pod: String,
    },
    /// The cluster was stopped under it.
    PodKilled {
        pod: String,
        by: By,
    },
    /// A number that somebody sets: `minNodeCount`, `capacity`, or `enabled` (0 or 1). `during`: the jobs that run
    /// there, or who calls.
    Changed {
        setting: String,
        from: u32,
        to: u32,
        by: By,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        during: Vec<String>,
    },
    /// A change was refused, with Azure's code.
    ChangeRefused {
        setting: String,
        by: By,
        code: String,
    },
    /// An accepted change came to nothing.
    ChangeFailed {
        setting: String,
    },
    /// So many nodes or instances are there, and billed.
    Counted {
        from: u32,
        to: u32,
    },
    /// It was deleted and made anew.
    Replaced {
        by: By,
    },
    /// Requests begin to come, at so many instances.
    RequestsBegan {
        who: String,
        per_minute: u32,
        instances: u32,
    },
    RequestsEnded {
        who: String,
    },
}

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum By {
    Person {
        name: String,
    },
    NativeSchedule,
    IdleTimer,
    /// An autoscale setting.
    Autoscale,
    /// Azure itself, which takes a spot machine away.
    Platform,
    /// A caller of the simulated Azure, by the object id of its token.
    Api {
        principal: String,
    },
}

impl By {
    /// As Azure's `operationTrigger` spells it.
    pub(super) fn trigger(&self) -> &'static str {
        match self {
            By::Person { .. } | By::Api { .. } | By::Platform => "User",
            By::NativeSchedule | By::Autoscale => "Schedule",
            By::IdleTimer => "IdleShutdown",
        }
    }

    /// Who that is, as `lastModifiedBy` has it.
    pub(super) fn name(&self) -> String {
        match self {
            By::Person { name } => name.clone(),
            By::Api { principal } => principal.clone(),
            By::NativeSchedule | By::IdleTimer => "Azure Machine Learning".into(),
            By::Autoscale => "Azure Monitor".into(),
            By::Platform => "Microsoft.Compute".into(),
        }
    }
}
