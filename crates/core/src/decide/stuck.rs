//! A resource that has been changing its state for longer than that takes: nothing is done to it, and it is mostly paid
//! for, so somebody has to hear of it.

use super::case::Case;
use crate::kinds::Kind;
use crate::kinds::workbench::is_not_shown;
use crate::observe::{Compute, ComputeState};
use crate::record::{Changing, OperationOutcome, OwnOperation};
use chrono::{DateTime, TimeDelta, Utc};

/// No start, stop or restart takes longer.
const LONGEST: TimeDelta = TimeDelta::hours(1);
/// Told no more often than this.
const EVERY: TimeDelta = TimeDelta::days(1);

/// Since when it has been in a state that lasts too long.
pub(super) fn since(case: &Case<'_>) -> Option<DateTime<Utc>> {
    long(case).map(|changing| changing.since)
}

fn long<'a>(case: &Case<'a>) -> Option<&'a Changing> {
    let changing = case.saved_state.changing.as_ref();
    let longest = match failed(case) {
        Some(_) => TimeDelta::zero(),
        None => LONGEST,
    };
    changing.filter(|changing| case.now >= changing.since + longest)
}

/// What is to be told of it today, without what it costs.
pub(super) fn told(case: &Case<'_>) -> Option<String> {
    let governed = case.reading.policy.governed && !case.mode().ignore;
    let changing = long(case).filter(|_| governed)?;
    if changing.told_at.is_some_and(|at| case.now < at + EVERY) {
        return None;
    }
    let compute = case.compute;
    if is_not_shown(&compute.state) {
        return Some(format!(
            "whether it runs has not been shown since {}, so nothing is done to it: an older FOUNDRY_API_VERSION may show it",
            case.local(changing.since)
        ));
    }
    let passes = Kind::of(compute)
        .known()
        .is_some_and(|kind| kind.passes(&compute.state));
    let why = match passes {
        true => {
            "longer than such a change takes, and nothing can be done to it until that has ended"
        }
        false => "which is no state to act on",
    };
    let mut text = format!(
        "it has been {} since {}, {why}",
        compute.state,
        case.local(changing.since)
    );
    if let Some((own, value)) = failed(case) {
        let asked = case.local(own.requested_at);
        text = format!("{text}; Lamplighter's change to {value}, asked for at {asked}, ended so");
    }
    if Kind::of(compute) == Kind::Cluster && compute.state == ComputeState::Resizing {
        let lock =
            "a resource lock on its resource group is a known cause, or want of capacity or quota";
        text = format!("{text}; {lock}");
    }
    Some(compute.in_words(text))
}

/// Our own last change of a thing that scales, where it has come to nothing and has left it in that state: then there is
/// nothing to wait for.
fn failed<'a>(case: &'a Case<'_>) -> Option<(&'a OwnOperation, u32)> {
    let own = case.saved_state.last_own_operation()?;
    let ended = own.ended_as(OperationOutcome::Failed) && own.accepted_at.is_some();
    let is = ended && has_failed(case.compute);
    own.value.filter(|_| is).map(|value| (own, value))
}

/// Whether Azure says of a thing that scales that its last change failed.
pub(super) fn has_failed(compute: &Compute) -> bool {
    let state = compute.provisioning_state.as_deref();
    compute.by_kind.scale.is_some() && matches!(state, Some("Failed" | "Canceled"))
}
