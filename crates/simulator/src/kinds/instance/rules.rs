//! What an instance allows in which state.

use super::action::Action;
use super::refusal::Refusal;
use super::state::InstanceState;

/// What of an instance decides whether an action is allowed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Condition {
    pub state: InstanceState,
    /// Whether an operation that was accepted is still under way.
    pub busy: bool,
    pub disk_full: bool,
}

/// Whether Azure accepts an action. A stop is accepted while a job runs.
///
/// # Errors
/// The state, another operation or a full disk forbids it.
pub(crate) fn allow(action: Action, condition: Condition) -> Result<(), Refusal> {
    let state = condition.state;
    match action {
        Action::Start if state == InstanceState::Stopped => Ok(()),
        Action::Stop if state.runs() && condition.disk_full => Err(Refusal::DiskFull),
        Action::Stop | Action::Restart if state.runs() => Ok(()),
        _ if condition.busy || state.is_passing() => Err(Refusal::Busy(action, state)),
        Action::Start => Err(Refusal::NotStopped(state)),
        Action::Stop | Action::Restart => Err(Refusal::NotRunning(action, state)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_forbids_the_stop_alone_and_a_change_under_way_forbids_all() {
        let of = |state| Condition {
            state,
            busy: false,
            disk_full: true,
        };
        let running = of(InstanceState::JobRunning);
        assert_eq!(allow(Action::Stop, running), Err(Refusal::DiskFull));
        assert_eq!(allow(Action::Restart, running), Ok(()));
        assert_eq!(allow(Action::Start, of(InstanceState::Stopped)), Ok(()));
        let resizing = of(InstanceState::Resizing);
        for action in [Action::Start, Action::Stop, Action::Restart] {
            assert_eq!(allow(action, resizing).map_err(Refusal::status), Err(409));
        }
        let failed = of(InstanceState::CreateFailed);
        assert_eq!(
            allow(Action::Start, failed),
            Err(Refusal::NotStopped(InstanceState::CreateFailed))
        );
    }
}
