//! What an instance's state and its operations tell of its power.

use crate::observe::{ComputeState, LastOperation};
use crate::schedule::Power;

/// The power of an instance at rest; `None` while it changes, and in a state that tells nothing.
///
pub fn rest(state: &ComputeState) -> Option<Power> {
    match state {
        ComputeState::Running | ComputeState::JobRunning => Some(Power::On),
        ComputeState::Stopped => Some(Power::Off),
        _ => None,
    }
}

/// Whether a state passes by itself: a later sweep finds another one.
pub fn passes(state: &ComputeState) -> bool {
    match state {
        ComputeState::Running | ComputeState::JobRunning | ComputeState::Stopped => false,
        ComputeState::Starting
        | ComputeState::Stopping
        | ComputeState::Restarting
        | ComputeState::Resizing
        | ComputeState::Creating
        | ComputeState::Deleting
        | ComputeState::SettingUp
        | ComputeState::UserSettingUp => true,
        ComputeState::Other(_) => false,
    }
}

/// What an operation of this name does to an instance; `None` for one that neither starts nor stops it, or that is not
/// known.
pub fn effect(operation: &str) -> Option<Power> {
    match operation {
        "Create" | "Start" | "Restart" | "Resize" | "Reimage" => Some(Power::On),
        "Stop" => Some(Power::Off),
        _ => None,
    }
}

/// Whether an operation came to nothing.
pub fn failed(operation: &LastOperation) -> bool {
    operation
        .status
        .as_deref()
        .is_some_and(|status| status.ends_with("Failed"))
}
