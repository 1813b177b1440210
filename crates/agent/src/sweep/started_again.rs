//! What is on because somebody started it again after our stop: from when that counts as a cost, and until when.

use super::intervals::Settled;
use chrono::{DateTime, Utc};
use lamplighter_core::record::{
    ExternalOperation, FIRST_OBSERVATION, Interval, OperationOutcome, OwnOperation, StartedAgain,
};
use lamplighter_core::savings::{
    StartedAgainCost, answer, open_avoided, open_started_again, started_again_cost,
};
use lamplighter_core::schedule::Power;

impl Settled {
    /// Takes in that somebody's start ended an avoided interval.
    pub(super) fn answered(
        &mut self,
        stopped: &Interval,
        start: &ExternalOperation,
        now: DateTime<Utc>,
    ) {
        // Of what scales, no number tells what it would be without our stop.
        if self.decided.observed.compute.by_kind.scale.is_none()
            && let Some(again) = answer(stopped, start)
        {
            // Of an earlier start nothing counts any more: it has been off in between.
            if let Some(earlier) = self.decided.observed.state.started_again_interval.take() {
                self.close(&earlier, start.at, "started once more".into(), now);
            }
            self.decided.observed.state.started_again = Some(again);
        }
    }

    /// Takes in that a stop of ours has ended: somebody may have started the resource again before any sweep saw it off.
    pub(super) fn overtaken(&mut self, own: &OwnOperation, now: DateTime<Utc>) {
        let observed = &self.decided.observed;
        let (compute, state) = (&observed.compute, &observed.state);
        let stopped = own.power == Power::Off
            && own.accepted_at.is_some()
            && own.ended_as(OperationOutcome::Overtaken);
        let start = state.external.clone();
        // Where Azure names no operation, the stop may have been in vain, and nobody has started anything.
        let named = |start: &ExternalOperation| start.operation != FIRST_OBSERVATION;
        let start = start.filter(|start| stopped && named(start) && start.at > own.requested_at);
        if let Some(start) = start {
            let would = open_avoided(own, compute, &observed.reading.policy, state, now);
            self.answered(&would, &start, now);
        }
    }

    /// Opens and closes what is counted of a resource that was started again.
    pub(super) fn count_started_again(
        &mut self,
        last_swept: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) {
        let observed = &self.decided.observed;
        let (compute, state) = (&observed.compute, &observed.state);
        let Some(again) = state.started_again.clone() else {
            return;
        };
        match started_again_cost(&again, compute, &observed.reading.policy, state, now) {
            StartedAgainCost::NotYet => {}
            StartedAgainCost::Counts(from) if state.started_again_interval.is_none() => {
                // Before the last sweep others have counted it, or nobody has looked.
                let since = last_swept.map_or(now, |swept| from.max(swept)).min(now);
                let interval = open_started_again(&again, compute, since);
                self.opened.push(interval.clone());
                self.decided.observed.state.started_again_interval = Some(interval);
            }
            StartedAgainCost::Counts(_) => {}
            StartedAgainCost::Wanted(since) => {
                self.end_started_again(again, since, "its schedule", now)
            }
            StartedAgainCost::Over(at, why) => {
                self.end_started_again(again, at, why, now);
                self.decided.observed.state.started_again = None;
            }
        }
    }

    fn end_started_again(
        &mut self,
        again: StartedAgain,
        at: DateTime<Utc>,
        why: &str,
        now: DateTime<Utc>,
    ) {
        let Some(interval) = self.decided.observed.state.started_again_interval.take() else {
            return;
        };
        self.close(&interval, at, why.into(), now);
        // What is counted is not counted again where its schedule changes.
        let counts_from = again.counts_from.max(at.min(now));
        self.decided.observed.state.started_again = Some(StartedAgain {
            counts_from,
            ..again
        });
    }
}
