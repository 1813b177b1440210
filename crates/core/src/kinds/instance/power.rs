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

/// Whether an instance is known to be paid for in a state; of the states not named here nobody could say.
pub fn billed(state: &ComputeState) -> bool {
    matches!(
        state,
        ComputeState::Running
            | ComputeState::JobRunning
            | ComputeState::Starting
            | ComputeState::Stopping
            | ComputeState::Restarting
    )
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

/// The power that an operation of this name found: only what is on can be restarted. `None` as for [`effect`].
pub fn found(operation: &str) -> Option<Power> {
    match operation {
        "Restart" => Some(Power::On),
        _ => effect(operation).map(|power| match power {
            Power::On => Power::Off,
            Power::Off => Power::On,
        }),
    }
}

/// Whether an operation came to nothing.
pub fn failed(operation: &LastOperation) -> bool {
    operation
        .status
        .as_deref()
        .is_some_and(|status| status.ends_with("Failed"))
}
