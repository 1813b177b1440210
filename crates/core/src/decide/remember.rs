//! What one observation of a resource adds to its saved state: the last operation of anybody else, and how our own ones
//! ended.

use super::stuck;
use crate::kinds::{Kind, ResourceKind};
use crate::observe::{Compute, ComputeState, LastOperation};
use crate::record::{
    Changing, Ended, ExternalOperation, FIRST_OBSERVATION, NumberSeen, OperationOutcome,
    OwnOperation, PersonalHold, Reason, Refused, ResourceState, WorkState,
};
use crate::schedule::Power;
use chrono::{DateTime, TimeDelta, Utc};

/// Something that an observation brought to light, to be written to the ledger.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Our operation ended; see [`OwnOperation::ended`].
    OwnEnded(OwnOperation),
    /// Somebody else started or stopped the resource.
    External(ExternalOperation),
    /// A person's hold was found that nobody had seen yet.
    Held(PersonalHold),
}

/// Gives what is made of several sizes, and is stopped, those that ran before: Azure shows all of them as stopped then,
/// also what its owner had stopped by itself.
pub fn recall(compute: &mut Compute, state: &ResourceState) {
    if compute.state != ComputeState::Running && !state.pools.is_empty() {
        compute.by_kind.pools.clone_from(&state.pools);
    }
}

/// Takes in one observation of a resource. Idempotent: the same one twice finds nothing new the second time. Of a kind
/// that is never acted on nothing is remembered.
///
/// ```
/// use lamplighter_core::decide::remember;
/// use lamplighter_core::kinds::instance::imagined;
/// use lamplighter_core::observe::ComputeState;
/// use lamplighter_core::record::ResourceState;
/// let (mut state, now) = (ResourceState::default(), "2026-11-23T19:05:00Z".parse()?);
/// let running = imagined(ComputeState::Running);
/// // Azure names no operation: that it is running is somebody's doing, at the latest now.
/// assert_eq!(remember(&mut state, &running, now).len(), 1);
/// assert_eq!(remember(&mut state, &running, now), []);
/// assert_eq!(state.on_since(), Some(now));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn remember(state: &mut ResourceState, compute: &Compute, now: DateTime<Utc>) -> Vec<Change> {
    let Some(kind) = Kind::of(compute).known() else {
        return Vec::new();
    };
    let mut changes = Vec::new();
    let first = state.first_seen.is_none();
    state.first_seen.get_or_insert(now);
    if kind.rest(&compute.state) == Some(Power::On) {
        state.pools.clone_from(&compute.by_kind.pools);
    }
    if let Some(external) = external(kind, state, compute, first, now) {
        if external.power == Power::On {
            state.forget_notices(external.at);
        }
        // Whoever starts it, or stops it, was there; and of a run that Azure itself has ended nobody knows.
        state.unused_starts = None;
        state.external = Some(external.clone());
        changes.push(Change::External(external));
    }
    for own in ended(kind, state, compute, now) {
        // Stopped once, though nobody saw it: somebody started it again before.
        if own.reason == Reason::HoldOff && found_stopped(kind, state, &own) {
            state.hold_stopped = Some(own.cause);
        }
        if own.ended_as(OperationOutcome::Settled) {
            settled(state, &own);
            match own.reason {
                Reason::HoldOff => state.hold_stopped = Some(own.cause),
                // As of the request: a window that begins before we see it stopped is another one.
                Reason::Idle | Reason::MaxUptime => {
                    state.stopped_when_idle = Some(own.requested_at);
                }
                _ => {}
            }
        }
        changes.push(Change::OwnEnded(own));
    }
    state.changing = changing(kind, state, compute, now);
    if let Some(power) = kind.rest(&compute.state) {
        state.rest = Some(power);
        let scale = compute.by_kind.scale.as_ref();
        state.number = scale.map(|scale| NumberSeen::after(state.number, scale.value, now));
    }
    let last = state.last_own_operation();
    let rises = last.is_some_and(|own| still_to_rise(own, compute));
    // What was refused has come about, or somebody else has the last word now.
    let over = |refused: &Refused| {
        let overruled = |change: &Change| matches!(change, Change::External(external) if external.at > refused.at);
        state.rest == Some(refused.power) && !rises || changes.iter().any(overruled)
    };
    if state.refused.as_ref().is_some_and(over) {
        state.refused = None;
    }
    if state.rest == Some(Power::Off) {
        // What is known of work ends with the run; the next start begins anew.
        state.evidence = WorkState::default();
        // Of the next run's stops nobody has been told.
        (state.notice, state.notices_before) = (None, Vec::new());
    }
    changes
}

/// What an operation of ours teaches that has come about: how long starts take, and whether anybody uses them.
fn settled(state: &mut ResourceState, own: &OwnOperation) {
    match own.power {
        Power::On => {
            if let Some(ended) = &own.ended {
                state.start_took(ended.at - own.requested_at);
            }
        }
        Power::Off => {
            let mut ours = state.own_operations.iter().rev();
            let start = ours.find(|start| start.power == Power::On);
            let scheduled = start.is_some_and(|start| start.reason == Reason::ScheduleOn);
            if !scheduled {
                return;
            }
            let start = start.filter(|start| own.unneeded_start.as_ref() == Some(&start.id));
            state.run_ended(start.map(|start| start.requested_at));
        }
    }
}

/// Whether our stop took effect before somebody else's operation overtook it: only what is off can be started.
fn found_stopped(kind: &dyn ResourceKind, state: &ResourceState, own: &OwnOperation) -> bool {
    let external = state.external.as_ref();
    let external = external.filter(|external| own.accepted_at.is_some_and(|at| external.at > at));
    own.ended_as(OperationOutcome::Overtaken)
        && external.is_some_and(|external| kind.found(&external.operation) == Some(Power::Off))
}

/// Since when it has been in a state that is not at rest.
fn changing(
    kind: &dyn ResourceKind,
    state: &ResourceState,
    compute: &Compute,
    now: DateTime<Utc>,
) -> Option<Changing> {
    if kind.rest(&compute.state).is_some() {
        return None;
    }
    let name = compute.state.to_string();
    let known = state.changing.as_ref();
    if let Some(known) = known.filter(|known| known.state == name) {
        return Some(known.clone());
    }
    // An operation that has not ended made it so; one that failed, only where nothing else has been observed since.
    let first = state.rest.is_none() && known.is_none();
    let operation = compute.last_operation.as_ref().filter(|operation| {
        let status = operation.status.as_deref();
        status == Some("InProgress") || first && kind.failed(operation)
    });
    Some(Changing {
        state: name,
        since: operation.map_or(now, |operation| operation.time.min(now)),
        told_at: None,
    })
}

/// An operation of somebody else that is not known yet, if this observation shows one.
fn external(
    kind: &dyn ResourceKind,
    state: &ResourceState,
    compute: &Compute,
    first: bool,
    now: DateTime<Utc>,
) -> Option<ExternalOperation> {
    let Some(operation) = &compute.last_operation else {
        return unnamed(kind, state, compute, first, now);
    };
    let power = kind.effect(&operation.name)?;
    let mut ours = state.own_operations.iter();
    let trigger = operation.trigger.as_deref();
    let ours = ours.any(|own| own.is(power, operation.time, trigger));
    let known = state.external.as_ref();
    let known = known.is_some_and(|external| external.at >= operation.time);
    if kind.failed(operation) || ours || known {
        return None;
    }
    Some(ExternalOperation {
        power,
        at: operation.time,
        operation: operation.name.clone(),
        trigger: operation.trigger.clone(),
    })
}

/// Where Azure names no operation, a state that we did not bring about is somebody else's doing, at the latest when we
/// first observe it.
fn unnamed(
    kind: &dyn ResourceKind,
    state: &ResourceState,
    compute: &Compute,
    first: bool,
    now: DateTime<Utc>,
) -> Option<ExternalOperation> {
    let found = |power: Power| ExternalOperation {
        power,
        at: now,
        operation: FIRST_OBSERVATION.into(),
        trigger: None,
    };
    if started_again(kind, state, compute, now) {
        return Some(found(Power::On));
    }
    let power = kind.rest(&compute.state)?;
    if power == Power::On && rescaled(kind, state, compute, now) {
        return Some(found(power));
    }
    let changed = state.rest.is_some_and(|before| before != power);
    let last = state.last_own_operation();
    let ours = last.is_some_and(|own| own.power == power && own.ended.is_none());
    let nobody = state.external.is_none() && state.own_operations.is_empty();
    let unexplained = (first || nobody || changed) && !ours;
    unexplained.then(|| found(power))
}

/// Whether somebody has given what scales, and stays on, another number: a word of theirs like a start by hand, which
/// stands as long. Where our stop has been accepted, that is any other number than ours, be it the one from before.
fn rescaled(
    kind: &dyn ResourceKind,
    state: &ResourceState,
    compute: &Compute,
    now: DateTime<Utc>,
) -> bool {
    let scale = compute.by_kind.scale.as_ref();
    let (Some(scale), Some(seen)) = (scale, state.number) else {
        return false;
    };
    let last = state.last_own_operation();
    let ours = last.is_some_and(|own| {
        own.power == Power::On && own.value == Some(scale.value) && own.requested_at >= seen.since
    });
    let stop = last.filter(|own| own.power == Power::Off && own.ended.is_none());
    let stop = stop.filter(|own| own.accepted_at.is_some() && now >= shown(own));
    let fails = kind.says_failed(compute) || stuck::has_failed(compute);
    // What is shown of a deployment is Resource Graph's, and may be older than our stop.
    let fresh = Kind::of(compute) == Kind::Cluster;
    let other = stop.is_some_and(|own| own.value.is_some_and(|value| value != scale.value));
    let brought_back = fresh && other && !fails;
    state.rest == Some(Power::On) && (brought_back || scale.value != seen.value && !ours)
}

/// Whether somebody has started again what our stop, which Azure had accepted, would have off by now: it may have been off
/// between two observations. Where the stop was in vain instead, it is left on too, as after any start by hand.
fn started_again(
    kind: &dyn ResourceKind,
    state: &ResourceState,
    compute: &Compute,
    now: DateTime<Utc>,
) -> bool {
    let own = state.last_own_operation();
    let stop = own
        .filter(|own| own.power == Power::Off && own.accepted_at.is_some() && own.ended.is_none());
    // Of an instance that shows no operation its stop has failed, and what is scaled has a value that tells.
    let is_of_power = Kind::of(compute) != Kind::Instance && compute.by_kind.scale.is_none();
    let on = kind.rest(&compute.state) == Some(Power::On);
    stop.is_some_and(|own| {
        is_of_power && (compute.state == ComputeState::Starting || on && own.is_overdue(now))
    })
}

/// Our operations of whose end nobody has written yet: those that an earlier observation saw end, and the last one, where
/// this observation shows how it ended.
fn ended(
    kind: &dyn ResourceKind,
    state: &mut ResourceState,
    compute: &Compute,
    now: DateTime<Utc>,
) -> Vec<OwnOperation> {
    let untold = std::mem::take(&mut state.untold);
    let own = state.own_operations.iter();
    let own = own.filter(|own| own.ended.is_some() && untold.contains(&own.id));
    let mut ended: Vec<OwnOperation> = own.cloned().collect();
    ended.extend(end_own(kind, state, compute, now));
    ended
}

/// How our last operation ended, if this observation shows it.
fn end_own(
    kind: &dyn ResourceKind,
    state: &mut ResourceState,
    compute: &Compute,
    now: DateTime<Utc>,
) -> Option<OwnOperation> {
    let external = state.external.clone();
    let own = state.own_operations.last_mut();
    let own = own.filter(|own| own.ended.is_none())?;
    let (how, why) = outcome(kind, own, external, compute, now)?;
    own.ended = Some(Ended { at: now, how, why });
    Some(own.clone())
}

/// So long after a request, what Azure shows of a resource at rest is of that request.
const SHOWN_AFTER: TimeDelta = TimeDelta::minutes(5);

/// From when on what Azure shows of a resource at rest is no more of the request before this one.
fn shown(own: &OwnOperation) -> DateTime<Utc> {
    own.requested_at + SHOWN_AFTER
}

fn outcome(
    kind: &dyn ResourceKind,
    own: &OwnOperation,
    external: Option<ExternalOperation>,
    compute: &Compute,
    now: DateTime<Utc>,
) -> Option<(OperationOutcome, Option<String>)> {
    if kind.rest(&compute.state) == Some(own.power) && !still_to_rise(own, compute) {
        let waits = own.power == Power::Off && nodes_leave(compute) && !own.is_overdue(now);
        return (!waits).then_some((OperationOutcome::Settled, None));
    }
    let later = |external: &ExternalOperation| {
        external.at > own.requested_at && external.power != own.power
    };
    if let Some(external) = external.filter(later) {
        return Some((OperationOutcome::Overtaken, Some(external.operation)));
    }
    let last = compute.last_operation.as_ref();
    let is_own = |last: &&LastOperation| {
        kind.effect(&last.name)
            .is_some_and(|power| own.is(power, last.time, last.trigger.as_deref()))
    };
    if let Some(last) = last.filter(is_own).filter(|last| kind.failed(last)) {
        let status = last.status.clone().unwrap_or_default();
        return Some((OperationOutcome::Failed, Some(compute.in_words(status))));
    }
    if own.accepted_at.is_some() && stuck::has_failed(compute) {
        let state = compute.provisioning_state.clone().unwrap_or_default();
        return Some((OperationOutcome::Failed, Some(compute.in_words(state))));
    }
    if own.accepted_at.is_some()
        && now >= shown(own)
        && kind.rest(&compute.state).is_some()
        && kind.says_failed(compute)
    {
        let why = compute.in_words(format!("accepted, but it is still {}", compute.state));
        return Some((OperationOutcome::Failed, Some(why)));
    }
    if own.is_overdue(now) && kind.rest(&compute.state).is_some() {
        let why = match own.accepted_at {
            Some(_) => compute.in_words(format!("accepted, but it is still {}", compute.state)),
            None => "claimed, but never sent".to_string(),
        };
        return Some((OperationOutcome::Failed, Some(why)));
    }
    None
}

/// Whether nodes that nothing needs any more are still there: they leave once they have idled for long enough.
fn nodes_leave(compute: &Compute) -> bool {
    let scale = compute.by_kind.scale.as_ref();
    scale.is_some_and(|scale| {
        let more = scale.there.is_some_and(|there| there > scale.value);
        more && scale.idle.is_some_and(|idle| idle > 0)
    })
}

/// Whether a thing that was on has the number still that a start of ours is to raise.
fn still_to_rise(own: &OwnOperation, compute: &Compute) -> bool {
    let scale = compute.by_kind.scale.as_ref();
    let at_first = scale.is_some_and(|scale| own.from == Some(scale.value));
    own.power == Power::On && at_first && own.value > own.from
}
