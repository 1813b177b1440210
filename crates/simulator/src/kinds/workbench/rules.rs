//! What a workbench allows in which state.

use super::calls::WorkbenchCall;
use super::refusal::WorkbenchRefusal;
use super::state::{Provisioned, WorkbenchState};

/// What of a workbench decides whether a call is accepted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Condition<'a> {
    pub name: &'a str,
    pub state: WorkbenchState,
    pub busy: bool,
    pub made: Provisioned,
    /// Its subscription's quota is used up.
    pub no_quota: bool,
}

/// What Azure makes of a call that it accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Accepted {
    Begins,
    /// It is so already.
    NothingToDo,
}

/// Whether Azure accepts a call. What it does with one on a workbench whose state it does not know, or which has
/// failed, is not known: here it is accepted.
///
/// # Errors
/// Another operation is under way, or the workbench does not allow it.
pub(crate) fn allow(call: WorkbenchCall, at: Condition<'_>) -> Result<Accepted, WorkbenchRefusal> {
    let name = || at.name.to_owned();
    if at.busy || at.state.is_passing() {
        return Err(WorkbenchRefusal::Conflict(name()));
    }
    if at.made != Provisioned::Succeeded {
        return Err(WorkbenchRefusal::NotProvisioned(name()));
    }
    match (call, at.state) {
        (WorkbenchCall::Start, WorkbenchState::Running)
        | (WorkbenchCall::Stop, WorkbenchState::Stopped) => Ok(Accepted::NothingToDo),
        (WorkbenchCall::Restart, WorkbenchState::Stopped) => {
            Err(WorkbenchRefusal::NotRunning(name()))
        }
        (WorkbenchCall::Start, _) if at.no_quota => Err(WorkbenchRefusal::Quota(name())),
        _ => Ok(Accepted::Begins),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(state: WorkbenchState) -> Condition<'static> {
        Condition {
            name: "wb",
            state,
            busy: false,
            made: Provisioned::Succeeded,
            no_quota: false,
        }
    }

    #[test]
    fn what_is_so_stays_so_and_what_is_under_way_refuses() {
        use WorkbenchCall::{Restart, Start, Stop};
        use WorkbenchState::{Deleting, Failed, Running, Starting, Stopped, Unknown, Updating};
        for (call, state, expected) in [
            (Start, Running, Ok(Accepted::NothingToDo)),
            (Stop, Stopped, Ok(Accepted::NothingToDo)),
            (Start, Stopped, Ok(Accepted::Begins)),
            (Stop, Running, Ok(Accepted::Begins)),
            (Restart, Running, Ok(Accepted::Begins)),
            (Stop, Unknown, Ok(Accepted::Begins)),
            (Start, Failed, Ok(Accepted::Begins)),
            (Restart, Stopped, Err(409)),
            (Stop, Starting, Err(409)),
            (Start, Starting, Err(409)),
            (Stop, Updating, Err(409)),
            (Start, Deleting, Err(409)),
        ] {
            let told = allow(call, at(state)).map_err(|refusal| refusal.status());
            assert_eq!(told, expected, "{call:?} {state:?}");
        }
    }

    #[test]
    fn quota_matters_to_a_start_only() {
        let without = |state| Condition {
            no_quota: true,
            ..at(state)
        };
        let told = allow(WorkbenchCall::Start, without(WorkbenchState::Stopped));
        assert_eq!(
            told.map_err(|refusal| refusal.code()),
            Err("InsufficientQuota")
        );
        let told = allow(WorkbenchCall::Stop, without(WorkbenchState::Running));
        assert_eq!(told, Ok(Accepted::Begins));
    }
}
