//! What an instance's state and its operations tell of its power.

use crate::observe::{ComputeState, LastOperation};
use crate::schedule::Power;

/// The power of an instance at rest; `None` while it changes, and in a state that tells nothing.
///
/// ```
/// use lamplighter_core::kinds::instance::power::rest;
/// use lamplighter_core::observe::ComputeState;
/// use lamplighter_core::schedule::Power;
///
/// assert_eq!(rest(&ComputeState::JobRunning), Some(Power::On));
/// assert_eq!(rest(&ComputeState::Stopped), Some(Power::Off));
/// assert_eq!(rest(&ComputeState::Stopping), None);
/// ```
pub fn rest(state: &ComputeState) -> Option<Power> {
    match state {
        ComputeState::Running | ComputeState::JobRunning => Some(Power::On),
        ComputeState::Stopped => Some(Power::Off),
        _ => None,
    }
}

/// Whether a state passes by itself: the next sweep finds another one.
pub fn passes(state: &ComputeState) -> bool {
    use ComputeState::{Creating, Deleting, Resizing, Restarting, Starting, Stopping};
    matches!(
        state,
        Starting | Stopping | Restarting | Resizing | Creating | Deleting
    )
}

/// What an operation of this name does to an instance; `None` for one that neither starts nor stops it, or that is not
/// known.
///
/// ```
/// use lamplighter_core::kinds::instance::power::effect;
/// use lamplighter_core::schedule::Power;
///
/// assert_eq!(effect("Restart"), Some(Power::On));
/// assert_eq!(effect("Stop"), Some(Power::Off));
/// assert_eq!(effect("UpdateDataMounts"), None);
/// ```
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
