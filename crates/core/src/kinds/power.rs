//! What a state tells of a resource's power. Every kind's own words are read into the states of an instance.

use crate::observe::ComputeState;
use crate::schedule::Power;

/// The power of a resource at rest; `None` while it changes, and in a state that tells nothing.
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

/// Whether a resource is known to be paid for in a state; of the states not named here nobody could say.
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
