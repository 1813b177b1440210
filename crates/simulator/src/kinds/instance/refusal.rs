//! Why an action on a compute was not accepted, in Azure's words.

use super::action::Action;
use super::state::InstanceState;

/// A refusal. What it prints is Azure's message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Another operation is under way.
    #[error("{} is not allowed while another operation is in progress; the state is {}.", .0.as_str(), .1.as_str())]
    Busy(Action, InstanceState),
    /// A start of what is not stopped.
    #[error("Start of a compute instance is only allowed in the Stopped state; the state is {}.", .0.as_str())]
    NotStopped(InstanceState),
    /// A stop or restart of what does not run.
    #[error(
        "{} of a compute instance is only allowed in the Running state; the state is {}.",
        .0.as_str(), .1.as_str()
    )]
    NotRunning(Action, InstanceState),
    #[error("StopCompute is not allowed when ComputeInstance disk is full.")]
    DiskFull,
    /// Not a compute instance.
    #[error("The operation is not supported for this type of compute.")]
    WrongKind,
}

impl Refusal {
    /// Azure's error code.
    pub fn code(self) -> &'static str {
        match self {
            Refusal::Busy(..) => "ComputeOperationInProgress",
            Refusal::NotStopped(_) => "StartComputeInstanceOnlyAllowedInStoppedState",
            Refusal::NotRunning(..) => "StopComputeInstanceOnlyAllowedInRunningState",
            Refusal::DiskFull => "StopComputeNotAllowed",
            Refusal::WrongKind => "OperationNotSupportedForComputeType",
        }
    }

    /// The HTTP status that comes with it.
    pub fn status(self) -> u16 {
        match self {
            Refusal::Busy(..) => 409,
            Refusal::NotStopped(_)
            | Refusal::NotRunning(..)
            | Refusal::DiskFull
            | Refusal::WrongKind => 400,
        }
    }
}
