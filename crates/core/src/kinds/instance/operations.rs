//! What an instance's operations tell of its power.

use crate::observe::LastOperation;
use crate::schedule::Power;

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
