//! An observation as the ledger keeps it.

use super::held::held;
use crate::kinds::Kind;
use crate::observe::{Compute, ComputeState};
use crate::policy::{Holidays, Policy};
use crate::record::{
    By, FIRST_OBSERVATION, Observation, ObservedHold, OperationOutcome, ResourceState,
};
use crate::schedule::Power;
use chrono::{DateTime, Utc};

/// What a resource is observed to be; `None` while it changes its state, which passes by itself.
pub fn observation(
    compute: &Compute,
    policy: &Policy,
    state: &ResourceState,
    now: DateTime<Utc>,
) -> Option<Observation> {
    let kind = Kind::of(compute).known()?;
    if kind.passes(&compute.state) {
        // Nodes come and go meanwhile, and are paid for.
        let count = compute.by_kind.scale.as_ref()?.there;
        let before = state.observation.clone();
        return before.map(|before| Observation { count, ..before });
    }
    let power = kind.rest(&compute.state);
    let changed = changed(power, state, now);
    let holidays = |holidays: &Holidays| match holidays.calendars.is_empty() {
        true => "none".to_string(),
        false => holidays.calendars.join(", "),
    };
    let schedule = policy.schedule.as_ref();
    Some(Observation {
        state: compute.state.to_string(),
        power,
        count: compute.by_kind.count(),
        since: changed.at,
        by: changed.by,
        trigger: changed.trigger,
        job: compute.state == ComputeState::JobRunning,
        hold: hold(policy, state, now),
        schedule: schedule.map(|schedule| schedule.value.to_string()),
        holidays: policy.holidays.as_ref().map(|given| holidays(&given.value)),
    })
}

/// The hold in force: a tag's or a person's, whichever ends later; a tag's `off` is above any.
fn hold(policy: &Policy, state: &ResourceState, now: DateTime<Utc>) -> Option<ObservedHold> {
    let tag = held(policy, state, now).filter(|hold| hold.in_force(now));
    let tag = tag.map(|hold| ObservedHold {
        power: hold.power,
        until: hold.until,
    });
    if tag.is_some_and(|hold| hold.power == Power::Off) {
        return tag;
    }
    let personal = state.personal_hold.as_ref();
    let personal = personal.filter(|hold| hold.is_in_force(now));
    let personal = personal.map(|hold| ObservedHold {
        power: Power::On,
        until: hold.until,
    });
    let both = tag.into_iter().chain(personal);
    both.max_by_key(|hold| hold.until)
}

/// The start or stop that a resource is as it is by.
struct Changed {
    at: DateTime<Utc>,
    by: Option<By>,
    /// Of somebody else's, as Azure names it.
    trigger: Option<String>,
}

/// Since when a resource is on or off, and by whom: the later of our last operation that made it so, and of anybody
/// else's.
fn changed(power: Option<Power>, state: &ResourceState, now: DateTime<Utc>) -> Changed {
    let Some(power) = power else {
        return kept(power, state, now);
    };
    let external = state.external.as_ref();
    let external = external.filter(|external| external.power == power);
    let own = state.own_operations.iter().rev();
    let mut own = own.filter(|own| own.power == power).filter_map(|own| {
        let ended = own.ended.as_ref()?;
        // A resource is paid for from the request to start it, and until it is seen to be stopped.
        let at = match power {
            Power::On => own.requested_at,
            Power::Off => ended.at,
        };
        // What somebody else did after our request is theirs, as it is in the figures, and so it is before we see it.
        let theirs = external.is_some_and(|external| own.is_met_by(external));
        (ended.how == OperationOutcome::Settled && !theirs).then_some(Changed {
            at,
            by: Some(By::Lamplighter),
            trigger: None,
        })
    });
    let own = own.next();
    let external = external.map(|external| {
        let known = external.operation != FIRST_OBSERVATION;
        Changed {
            at: external.at,
            by: known.then_some(By::Others),
            trigger: external.trigger.clone(),
        }
    });
    let latest = [own, external].into_iter().flatten();
    let latest = latest.max_by_key(|changed| changed.at);
    latest.unwrap_or_else(|| kept(Some(power), state, now))
}

/// Nothing tells: as before where it has not changed, else since now.
fn kept(power: Option<Power>, state: &ResourceState, now: DateTime<Utc>) -> Changed {
    let before = state.observation.as_ref();
    match before.filter(|before| before.power == power) {
        Some(before) => Changed {
            at: before.since,
            by: before.by,
            trigger: before.trigger.clone(),
        },
        None => Changed {
            at: now,
            by: None,
            trigger: None,
        },
    }
}
