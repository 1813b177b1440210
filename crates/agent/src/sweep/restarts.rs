//! What is on because somebody started it again after our stop: from when that counts as a cost, and until when.

use super::intervals::Settled;
use chrono::{DateTime, Utc};
use lamplighter_core::record::{
    ExternalOperation, FIRST_OBSERVATION, Interval, OperationOutcome, OwnOperation, StartedAgain,
};
use lamplighter_core::savings::{LeftOn, answer, left_on, open_avoided, open_restarted};
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
            if let Some(earlier) = self.decided.observed.state.restarted.take() {
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
    pub(super) fn count_restart(&mut self, last_swept: Option<DateTime<Utc>>, now: DateTime<Utc>) {
        let observed = &self.decided.observed;
        let (compute, state) = (&observed.compute, &observed.state);
        let Some(again) = state.started_again.clone() else {
            return;
        };
        match left_on(&again, compute, &observed.reading.policy, state, now) {
            LeftOn::NotYet => {}
            LeftOn::Counts(from) if state.restarted.is_none() => {
                // Before the last sweep others have counted it, or nobody has looked.
                let since = last_swept.map_or(now, |swept| from.max(swept)).min(now);
                let interval = open_restarted(&again, compute, since);
                self.opened.push(interval.clone());
                self.decided.observed.state.restarted = Some(interval);
            }
            LeftOn::Counts(_) => {}
            LeftOn::Wanted(since) => self.end_restart(again, since, "its schedule", now),
            LeftOn::Over(at, why) => {
                self.end_restart(again, at, why, now);
                self.decided.observed.state.started_again = None;
            }
        }
    }

    fn end_restart(
        &mut self,
        again: StartedAgain,
        at: DateTime<Utc>,
        why: &str,
        now: DateTime<Utc>,
    ) {
        let Some(interval) = self.decided.observed.state.restarted.take() else {
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
