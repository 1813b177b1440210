//! One resource, played through the period by the rules of `decide`, with nobody else touching it.

use super::overlay::Overlay;
use super::plan::Plan;
use super::stage::{Stage, next_change, state};
use crate::decide::{Case, Decision, Evidence, Jobs, Presence, decide, held, remember, see_hold};
use crate::kinds::rest;
use crate::observe::LastOperation;
use crate::policy::Reading;
use crate::record::{
    Action, Ended, ExternalOperation, FIRST_OBSERVATION, NoticeGiven, OperationOutcome,
};
use crate::schedule::Power;
use crate::snapshot::SnapshotResource;
use chrono::{DateTime, TimeDelta, Utc};

/// When the rules are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asking {
    /// At the steps where the answer can be another one than before.
    AtChanges,
    /// At every step. Nobody needs it but the test that both are the same.
    #[cfg(test)]
    EveryStep,
}

/// A stop or a start that would have been made.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Made {
    pub at: DateTime<Utc>,
    pub decision: Decision,
}

/// Plays one resource; `at_rest` is its state at the beginning. The answer is every stop and start, in order.
pub(super) fn play(
    seen: &SnapshotResource,
    at_rest: Power,
    reading: &Reading,
    plan: &Plan,
    asking: Asking,
) -> Vec<Made> {
    // Nothing is known of use in the period, so that no start of it is left out for want of any.
    let seen = SnapshotResource {
        unused_starts: None,
        ..seen.clone()
    };
    walk(&seen, at_rest, reading, plan, asking).0
}

/// The same, and how the resource stands in the end.
fn walk(
    seen: &SnapshotResource,
    at_rest: Power,
    reading: &Reading,
    plan: &Plan,
    asking: Asking,
) -> (Vec<Made>, Stage) {
    let mut stage = begin(seen, at_rest, reading, plan.from);
    let mut made = Vec::new();
    let mut now = plan.from;
    // Nobody knows what jobs there will be.
    let jobs = Jobs::Known(Vec::new());
    while now < plan.to {
        let decision = decide(&Case {
            reading,
            compute: &stage.compute,
            jobs: &jobs,
            evidence: &Evidence::NotAsked,
            beacon: Presence::Absent,
            saved_state: &stage.saved_state,
            lease: plan.lease,
            start_ahead: TimeDelta::zero(),
            notice_required: TimeDelta::zero(),
            now,
        });
        let mut changed = false;
        if let Some(due) = &decision.notice {
            changed = true;
            stage.saved_state.give(NoticeGiven {
                cause: due.cause,
                given_at: now,
                reason: Some(due.reason),
                stop_at: None,
            });
        }
        // A stop that waits is soon due, and what is next need not be its end: it is asked at every step.
        let waits = decision.action == Action::Wait;
        let held = held(&reading.policy, &stage.saved_state, now);
        let personal = stage.saved_state.personal_hold.as_ref();
        let personal = personal.map(|hold| hold.until);
        let next = next_change(&decision, held, personal, now);
        if let Some(power) = power(decision.action) {
            changed = true;
            stage.act(&decision, power, &reading.policy, now);
            made.push(Made { at: now, decision });
        }
        let until = match asking {
            Asking::AtChanges if !changed && !waits => next,
            _ => now,
        };
        now = plan.step_after(now, until);
    }
    (made, stage)
}

fn power(action: Action) -> Option<Power> {
    match action {
        Action::Stop => Some(Power::Off),
        Action::Start => Some(Power::On),
        Action::Wait | Action::Leave => None,
    }
}

/// Whether an operation of the snapshot lies after the beginning, and so is not known yet.
pub(super) fn changes_later(seen: &SnapshotResource, from: DateTime<Utc>) -> bool {
    let external = seen
        .external
        .as_ref()
        .is_some_and(|external| external.at > from);
    let operation = seen.last_operation.as_ref();
    external || operation.is_some_and(|operation| operation.time > from)
}

/// The resource at the beginning: its state is the snapshot's, and what happened later is not known.
fn begin(seen: &SnapshotResource, at_rest: Power, reading: &Reading, from: DateTime<Utc>) -> Stage {
    let mut compute = seen.compute();
    compute.state = state(at_rest);
    let mut saved_state = seen.saved_state();
    let known = saved_state.own_operations.len();
    saved_state
        .own_operations
        .retain(|operation| operation.requested_at <= from);
    if saved_state.own_operations.len() < known {
        saved_state.hold_stopped = None;
    }
    // Nothing is on its way any more: the snapshot's state is what came of it.
    for operation in saved_state
        .own_operations
        .iter_mut()
        .filter(|operation| operation.ended.is_none())
    {
        let how = if operation.power == at_rest {
            OperationOutcome::Settled
        } else {
            OperationOutcome::Failed
        };
        operation.ended = Some(Ended {
            at: from,
            how,
            why: None,
        });
    }
    saved_state.external = saved_state.external.filter(|external| external.at <= from);
    saved_state.notice = saved_state.notice.filter(|notice| notice.given_at <= from);
    saved_state
        .notices_before
        .retain(|notice| notice.given_at <= from);
    saved_state.owed.clear();
    saved_state.unused_starts = saved_state.unused_starts.filter(|runs| runs.last <= from);
    saved_state.first_seen = saved_state.first_seen.filter(|at| *at <= from);
    saved_state.hold_seen = saved_state.hold_seen.filter(|seen| seen.at <= from);
    saved_state.personal_hold = saved_state.personal_hold.filter(|hold| hold.at <= from);
    saved_state.number = saved_state.number.filter(|seen| seen.since <= from);
    saved_state.rest = Some(at_rest);
    if changes_later(seen, from) {
        // What came before that operation is not told, and its absence is nobody's doing either.
        compute.last_operation = compute.last_operation.filter(|last| last.time <= from);
        saved_state.first_seen.get_or_insert(from);
    }
    if compute.last_operation.is_some() || !changes_later(seen, from) {
        remember(&mut saved_state, &compute, from);
    }
    see_hold(&mut saved_state, &compute, &reading.policy, true, from);
    Stage {
        compute,
        saved_state,
    }
}

/// The state at rest that a resource can be played from.
pub(super) fn at_rest(seen: &SnapshotResource) -> Option<Power> {
    seen.kind().rest(&seen.state)
}

/// How a resource would stand at an instant, and what would be decided then.
pub struct Standing {
    /// At rest, just before the decision.
    pub power: Power,
    pub decision: Decision,
    /// What was not ours and not later.
    pub external: Option<ExternalOperation>,
}

/// The decision at `at`: played from the snapshot's own time where `at` lies after it, with nobody else touching the
/// resource; else as far as it can be known, the operations after `at` being left out. `None`: it is not at rest.
pub fn stand(
    seen: &SnapshotResource,
    reading: &Reading,
    taken_at: DateTime<Utc>,
    at: DateTime<Utc>,
    (step, lease): (TimeDelta, TimeDelta),
) -> Option<Standing> {
    let now_at_rest = at_rest(seen)?;
    let stage = if at > taken_at {
        let plan = Plan {
            from: taken_at,
            to: at,
            step,
            lease,
            overlay: Overlay::default(),
        };
        walk(seen, now_at_rest, reading, &plan, Asking::AtChanges).1
    } else {
        begin(seen, power_then(seen, now_at_rest, at), reading, at)
    };
    let decision = decide(&Case {
        reading,
        compute: &stage.compute,
        jobs: &Jobs::Known(Vec::new()),
        evidence: &Evidence::NotAsked,
        beacon: Presence::Absent,
        saved_state: &stage.saved_state,
        lease,
        start_ahead: TimeDelta::zero(),
        notice_required: TimeDelta::zero(),
        now: at,
    });
    Some(Standing {
        power: rest(&stage.compute)?,
        decision,
        external: stage.saved_state.external,
    })
}

/// What changed a resource's state after `at` found it in the other one.
fn power_then(seen: &SnapshotResource, now_at_rest: Power, at: DateTime<Utc>) -> Power {
    let other = |power: Power| match power {
        Power::On => Power::Off,
        Power::Off => Power::On,
    };
    let saved_state = seen.saved_state();
    let own_operations = saved_state
        .own_operations
        .iter()
        .map(|operation| (operation.requested_at, other(operation.power)));
    let first = |external: &&ExternalOperation| {
        external.operation == FIRST_OBSERVATION && seen.first_seen == Some(external.at)
    };
    // That it was first observed so tells nothing of the time before.
    let external = saved_state.external.iter().filter(|one| !first(one));
    let external = external.map(|external| {
        let found = seen.kind().known();
        let found = found.and_then(|kind| kind.found(&external.operation));
        (external.at, found.unwrap_or(other(external.power)))
    });
    // What Azure itself shows: without a ledger, all that is known.
    let last = seen.last_operation.iter().filter_map(|last| {
        let kind = seen.kind().known()?;
        let last = LastOperation::from(last.clone());
        let found = kind.found(&last.name).filter(|_| !kind.failed(&last))?;
        Some((last.time, found))
    });
    let later = own_operations
        .chain(external)
        .chain(last)
        .filter(|(when, _)| *when > at);
    let first = later.min_by_key(|(when, _)| *when);
    first.map_or(now_at_rest, |(_, found)| found)
}
