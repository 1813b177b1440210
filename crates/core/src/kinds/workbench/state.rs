//! Whether a machine runs: where Azure says so has moved between versions.

use super::place;
use crate::observe::ComputeState;

/// Of a machine whose answer has neither a `status` nor words that tell in its version.
pub const NOT_SHOWN: &str = "not shown";

/// The state that an answer tells. `moved`: it has the form of the newest version, in which `provisioningState` says nothing
/// of a workbench's power, and still does of a container instance's.
pub fn state(
    id: &str,
    status: Option<&str>,
    provisioning: Option<&str>,
    moved: bool,
) -> ComputeState {
    let moved = moved && place::is_workbench(id);
    match (status, provisioning) {
        (Some(status), _) => word(status),
        (None, Some("Succeeded")) if !moved => ComputeState::Running,
        (None, Some("Accepted")) if !moved => ComputeState::Creating,
        (None, Some(provisioning)) if !moved => word(provisioning),
        _ => ComputeState::Other(NOT_SHOWN.into()),
    }
}

/// A word of either; what is none of an instance's stays as it is, and is neither on nor off.
fn word(text: &str) -> ComputeState {
    match ComputeState::from(text.to_owned()) {
        // These are states of an instance which a workbench does not have.
        ComputeState::JobRunning
        | ComputeState::Resizing
        | ComputeState::SettingUp
        | ComputeState::UserSettingUp => ComputeState::Other(text.to_owned()),
        state => state,
    }
}

/// Whether it stands for an answer that does not tell.
pub fn is_not_shown(state: &ComputeState) -> bool {
    matches!(state, ComputeState::Other(word) if word == NOT_SHOWN)
}

/// Whether a state passes by itself.
pub fn passes(state: &ComputeState) -> bool {
    match state {
        ComputeState::Other(word) => matches!(word.as_str(), "Updating" | "Scaling"),
        state => crate::kinds::power::passes(state),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORKBENCH: &str = "/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/a/projects/p/workbenches/w";
    const INSTANCE: &str = "/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/a/computes/c";

    #[test]
    fn succeeded_is_a_running_machine_in_one_version_and_says_nothing_in_the_next() {
        let other = |word: &str| ComputeState::Other(word.into());
        for moved in [false, true] {
            let of = |id, status, word| state(id, status, Some(word), moved);
            let then = |state| if moved { other(NOT_SHOWN) } else { state };
            assert_eq!(
                of(WORKBENCH, None, "Succeeded"),
                then(ComputeState::Running)
            );
            assert_eq!(of(WORKBENCH, None, "Stopped"), then(ComputeState::Stopped));
            assert_eq!(
                of(WORKBENCH, None, "Accepted"),
                then(ComputeState::Creating)
            );
            assert_eq!(of(WORKBENCH, None, "Disabled"), then(other("Disabled")));
            assert_eq!(of(INSTANCE, None, "Succeeded"), ComputeState::Running);
            assert_eq!(of(INSTANCE, None, "Stopped"), ComputeState::Stopped);
            // Where there is a status, nothing else counts.
            assert_eq!(
                of(WORKBENCH, Some("Stopped"), "Succeeded"),
                ComputeState::Stopped
            );
            assert_eq!(of(WORKBENCH, Some("Unknown"), "Stopped"), other("Unknown"));
            assert_eq!(state(WORKBENCH, None, None, moved), other(NOT_SHOWN));
        }
    }

    #[test]
    fn what_is_no_rest_is_neither_on_nor_off() {
        for word in [
            "Updating",
            "Scaling",
            "Failed",
            "Canceled",
            "Unknown",
            "JobRunning",
            "Paused",
        ] {
            let state = state(WORKBENCH, Some(word), None, true);
            assert_eq!(state, ComputeState::Other(word.into()));
            assert_eq!(crate::kinds::power::rest(&state), None);
            assert_eq!(
                passes(&state),
                matches!(word, "Updating" | "Scaling"),
                "{word}"
            );
        }
    }
}
