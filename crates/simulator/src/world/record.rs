//! What truly happened, whoever made it happen.

use super::usage::{AtWork, UseKind};
use crate::kinds::instance::action::Action;
use crate::kinds::instance::state::InstanceState;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// One thing that happened to one instance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    pub at: DateTime<Utc>,
    /// The instance's ARM id.
    pub id: String,
    /// `workspace/instance`, as fleet files name it.
    pub instance: String,
    #[serde(flatten)]
    pub what: What,
    /// Where work and jobs begin or end: by what means they work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<UseKind>,
    /// The instance's place in the world.
    #[serde(skip)]
    pub(super) index: usize,
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
    /// A caller of the simulated Azure, by the object id of its token.
    Api {
        principal: String,
    },
}

impl By {
    /// As Azure's `operationTrigger` spells it.
    pub(super) fn trigger(&self) -> &'static str {
        match self {
            By::Person { .. } | By::Api { .. } => "User",
            By::NativeSchedule => "Schedule",
            By::IdleTimer => "IdleShutdown",
        }
    }
}
