//! Why a call below `/simulator` was refused.

use crate::clock::ClockError;
use crate::kinds::cluster::scale::ScaleError;
use crate::kinds::endpoint::refusal::CapacityRefusal;
use crate::kinds::instance::refusal::Refusal;
use crate::world::cluster::ClusterBusy;

/// A refusal. Its text is the answer's `error`.
#[derive(Debug, thiserror::Error)]
pub(super) enum ControlError {
    #[error("there is nothing at {method} {path}; docs/simulator.md lists what is")]
    NoSuchCall { method: String, path: String },
    #[error(transparent)]
    Body(#[from] serde_json::Error),
    #[error("expected either now or advanceSeconds")]
    NoTime,
    #[error(transparent)]
    Clock(#[from] ClockError),
    #[error("a status is 200 to 599")]
    FaultStatus,
    #[error("from is a number")]
    From,
    #[error("no instance is named \"{0}\"; expected workspace/instance or an ARM id")]
    NoInstance(String),
    #[error("\"{0}\" is not an action; expected start, stop, restart or delete")]
    NoAction(String),
    /// Azure's code.
    #[error("{}", .0.code())]
    Refused(Refusal),
    #[error("no resource of this kind is named \"{0}\"; expected group/name or an ARM id")]
    NoResource(String),
    #[error(
        "no workbench is named \"{0}\"; expected account/project/workbench, account/compute or an ARM id"
    )]
    NoWorkbench(String),
    #[error("an idle time is in ISO 8601, such as PT30M, or empty")]
    IdleTime,
    #[error(
        "\"{0}\" is not an action of its kind; expected start, deallocate, powerOff, shutdown or evict of a virtual machine, start or stop of a managed cluster, start, stop, restart, cancel or delete of a workbench"
    )]
    NoPower(String),
    #[error("{0} cannot be done to it, or not now")]
    NotNow(String),
    /// Azure's code.
    #[error("{0}")]
    RefusedWith(&'static str),
    #[error(
        "no cluster, deployment or setting is named \"{0}\"; expected workspace/cluster, workspace/endpoint/deployment or an ARM id"
    )]
    NotScaled(String),
    #[error("expected capacity")]
    NoCapacity,
    #[error(transparent)]
    Scale(#[from] ScaleError),
    #[error(transparent)]
    Busy(#[from] ClusterBusy),
    #[error(transparent)]
    Capacity(#[from] Box<CapacityRefusal>),
    #[error("nothing with tags is named \"{0}\"")]
    NoTags(String),
}

impl ControlError {
    /// The HTTP status that comes with it.
    pub fn status(&self) -> u16 {
        match self {
            ControlError::NoSuchCall { .. }
            | ControlError::NoInstance(_)
            | ControlError::NoResource(_)
            | ControlError::NoWorkbench(_)
            | ControlError::NotScaled(_)
            | ControlError::NoTags(_) => 404,
            ControlError::Refused(_)
            | ControlError::RefusedWith(_)
            | ControlError::NotNow(_)
            | ControlError::Busy(_)
            | ControlError::Capacity(_) => 409,
            ControlError::Body(_)
            | ControlError::NoTime
            | ControlError::NoCapacity
            | ControlError::Scale(_)
            | ControlError::Clock(_)
            | ControlError::FaultStatus
            | ControlError::From
            | ControlError::NoPower(_)
            | ControlError::IdleTime
            | ControlError::NoAction(_) => 400,
        }
    }
}
