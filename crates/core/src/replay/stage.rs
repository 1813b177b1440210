//! A resource on the stage of a replay, and what a decision does to it.

use crate::decide::{Decision, remember, scale_to};
use crate::observe::{Compute, ComputeState, LastOperation};
use crate::policy::{Held, Policy};
use crate::record::{OwnOperation, Parked, ResourceState};
use crate::schedule::Power;
use chrono::{DateTime, TimeDelta, Utc};

/// A decision does not always know of a change that lies far ahead, so it is asked for at least this often.
const AT_LEAST_EVERY: TimeDelta = TimeDelta::days(1);

/// A resource as it stands at some step.
pub(crate) struct Stage {
    pub compute: Compute,
    pub saved_state: ResourceState,
}

pub(super) fn state(power: Power) -> ComputeState {
    match power {
        Power::On => ComputeState::Running,
        Power::Off => ComputeState::Stopped,
    }
}

impl Stage {
    /// Our action takes effect at once, and the saved state has it settled as a sweep's would.
    pub fn act(&mut self, decision: &Decision, power: Power, policy: &Policy, now: DateTime<Utc>) {
        let to = scale_to(&self.compute, policy, &self.saved_state, power);
        let verb = if power == Power::On { "Start" } else { "Stop" };
        self.saved_state.push_operation(OwnOperation {
            id: format!("replay:{verb}:{}", now.to_rfc3339()),
            power,
            reason: decision.reason,
            cause: decision.cause.unwrap_or(now),
            requested_at: now,
            claimed_until: now,
            extra: false,
            value: None,
            from: None,
            settles_within: None,
            unneeded_start: None,
            text: None,
            accepted_at: Some(now),
            ended: None,
        });
        if let Some(scale) = &mut self.compute.by_kind.scale {
            match power {
                Power::Off => {
                    let value = scale.value;
                    self.saved_state.parked = Some(Parked {
                        value,
                        at: now,
                        found: None,
                        there: scale.there,
                    });
                    // Its nodes leave at once, too.
                    scale.idle = None;
                }
                Power::On => scale.value = to.unwrap_or(scale.value),
            }
        }
        self.show(power, now);
        remember(&mut self.saved_state, &self.compute, now);
    }

    /// Somebody else starts or stops it.
    pub fn did(&mut self, power: Power, at: DateTime<Utc>) {
        self.show(power, at);
        remember(&mut self.saved_state, &self.compute, at);
    }

    fn show(&mut self, power: Power, at: DateTime<Utc>) {
        let verb = if power == Power::On { "Start" } else { "Stop" };
        self.compute.state = state(power);
        self.compute.last_operation = Some(LastOperation {
            name: verb.into(),
            time: at,
            status: Some("Succeeded".into()),
            trigger: Some("User".into()),
        });
    }
}

/// The first instant after `now` at which the rules may answer otherwise, if nobody touches the resource.
pub(crate) fn next_change(
    decision: &Decision,
    held: Option<Held>,
    personal: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> DateTime<Utc> {
    let next = decision.next.map(|next| next.at);
    let told = decision.notice_from;
    let begun = held.and_then(|held| held.from);
    let ended = held.map(|held| held.until);
    let changes = [next, told, begun, ended, personal].into_iter().flatten();
    let first = changes.filter(|at| *at > now).min();
    let latest = now + AT_LEAST_EVERY;
    first.map_or(latest, |at| at.min(latest))
}
