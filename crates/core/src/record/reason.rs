//! What is to be done to a resource, and why, as codes.

use serde::{Deserialize, Serialize};

/// What a decision comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    Stop,
    Start,
    /// A stop is due and something delays it.
    Wait,
    Leave,
}

impl std::fmt::Display for Action {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.serialize(f)
    }
}

/// Why, as a code that is stable across versions: dashboards and tests may rely on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Not a kind that is acted on, or not one that the platform has enabled.
    KindNotGoverned,
    /// Its kind keeps it from being stopped or started: Azure's own autoscale, other people's pods, …
    Guarded,
    /// Of a kind that scales: what it is to be scaled to is not known.
    ValueUnknown,
    /// A state that is neither at rest nor known.
    UnknownState,
    /// The tags of a farther layer could not be read just now, so its policy is not known for sure.
    TagsUnknown,
    /// It could not be read once more just before the action.
    NotConfirmed,
    /// Starting, stopping, …: read again by the next sweep.
    InTransition,
    /// Any tag of the resource cannot be read.
    UnreadableTag,
    /// No tag under the prefix on any layer.
    NoPolicy,
    /// `lamp-mode: ignore`.
    Ignored,
    HoldOn,
    HoldOff,
    /// The schedule's last edge is later than anybody else's last start or stop.
    ScheduleOff,
    ScheduleOn,
    /// A start by hand outside windows, whose lease still runs.
    Lease,
    LeaseEnded,
    /// Somebody else's start or stop is later than the schedule's last edge.
    ManualOverride,
    /// `lamp-mode: enforce`: people's own starts and stops are undone.
    Enforced,
    /// `lamp-mode: stop-only`.
    StopOnly,
    /// It is as the schedule wants it.
    AsDesired,
    /// No schedule, or one without an opinion at this instant.
    NoOpinion,
    JobRunning,
    /// The jobs could not be read just now.
    JobsUnknown,
    /// Whether a person keeps it on could not be read just now.
    HoldsUnknown,
    /// Nobody worked on it for as long as `lamp-idle` says.
    Idle,
    /// Running for as long as `lamp-max-uptime` says.
    MaxUptime,
    /// Stopped within this window because it was idle or up for too long, and so not started again in it.
    StoppedWhenIdle,
    /// Nobody used it after its last scheduled starts, as many as `lamp-unused` says.
    Unused,
    /// Somebody or something works on it, or did within its idle time.
    AtWork,
    /// It has not been running for as long as its idle time.
    WithinIdleTime,
    /// Whether somebody works on it cannot be told, which counts as work.
    EvidenceUnknown,
    /// The owner is being told first.
    Notice,
    /// An action of ours has not taken effect yet.
    ActionPending,
    /// More resources would be stopped at once than the platform allows.
    StopLimit,
}

impl Reason {
    /// Whether it stops a resource because its schedule says so.
    pub fn is_of_schedule(self) -> bool {
        matches!(
            self,
            Reason::ScheduleOff | Reason::LeaseEnded | Reason::Enforced
        )
    }

    /// Whether a resource left for this reason is nothing to speak of.
    pub fn is_plain(self) -> bool {
        matches!(
            self,
            Reason::AsDesired
                | Reason::NoOpinion
                | Reason::NoPolicy
                | Reason::KindNotGoverned
                | Reason::Ignored
                | Reason::InTransition
                | Reason::WithinIdleTime
                | Reason::ActionPending
        )
    }
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.serialize(f)
    }
}
