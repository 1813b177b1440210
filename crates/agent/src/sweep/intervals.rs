//! Which avoided intervals an observation opens and closes, and how our operations ended.

use super::decided::Decided;
use super::observe::Observed;
use chrono::{DateTime, Utc};
use lamplighter_core::decide::{Change, parked_by_us};
use lamplighter_core::kinds::rest;
use lamplighter_core::observe::ComputeState;
use lamplighter_core::record::{
    Action, Closed, ExternalOperation, FIRST_OBSERVATION, Interval, MAX_HORIZON, OperationOutcome,
    OwnOperation, PersonalHold, Reason, Record, ResourceState, What,
};
use lamplighter_core::savings::{open_avoided, open_projected, open_unused};
use lamplighter_core::schedule::Power;
use rust_decimal::Decimal;

/// A resource whose intervals are up to date, with what is to be written down about them.
pub struct Settled {
    pub decided: Decided,
    pub records: Vec<Record>,
    /// The intervals that were opened, still without a price.
    pub opened: Vec<Interval>,
    /// Money saved by the intervals that were closed.
    pub saved: Decimal,
    /// All that came to light in this sweep.
    pub changes: Vec<Change>,
}

/// Updates a resource's open intervals by what its observation brought to light. `last_swept`: when this workspace was
/// last known to have been observed; where nothing names the moment of a change, it lies after that.
pub fn settle(decided: Decided, last_swept: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Settled {
    let settled = Settled {
        decided,
        records: Vec::new(),
        opened: Vec::new(),
        saved: Decimal::ZERO,
        changes: Vec::new(),
    };
    settled.up_to_date(last_swept, now)
}

impl Settled {
    /// The resource left alone after all.
    pub fn left_instead(self, reason: Reason, why: &str) -> Settled {
        Settled {
            decided: self.decided.left_instead(reason, why),
            ..self
        }
    }

    fn up_to_date(mut self, last_swept: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Settled {
        let changes = std::mem::take(&mut self.decided.observed.changes);
        let observed = &self.decided.observed;
        if observed.resource.kind.known().is_none() && !observed.compute.by_kind.observe_only {
            // What is billed behind it could not be read: that tells nothing of it.
            self.changes.extend(changes);
            return self;
        }
        for change in &changes {
            match change {
                Change::OwnEnded(own) => self.own_ended(own, now),
                Change::Held(hold) => self.held(hold, now),
                Change::External(_) => {}
            }
        }
        match self.decided.observed.compute.by_kind.scale.is_some() {
            true => self.recount(&changes, last_swept, now),
            false => self.close_avoided(&changes, last_swept, now),
        }
        self.close_unused(&changes, now);
        self.count_started_again(last_swept, now);
        self.project(now);
        self.changes.extend(changes);
        self
    }

    fn state(&mut self) -> &mut ResourceState {
        &mut self.decided.observed.state
    }

    fn write(&mut self, id: String, now: DateTime<Utc>, what: What) {
        let record = self.decided.record(id, now, what);
        self.records.push(record);
    }

    fn held(&mut self, hold: &PersonalHold, now: DateTime<Utc>) {
        let id = &self.decided.observed.resource.id;
        let (at, until) = (hold.at.to_rfc3339(), hold.until.to_rfc3339());
        let id = format!("hold:{id}:{at}:{until}:{:?}", hold.door);
        self.write(id, now, What::Hold { hold: hold.clone() });
    }

    fn own_ended(&mut self, own: &OwnOperation, now: DateTime<Utc>) {
        let Some(ended) = own.ended.clone() else {
            return;
        };
        let how = ended.how;
        if own.accepted_at.is_none() {
            // Whoever claimed it may have been taken away before it wrote down that it was sent.
            self.write(format!("action:{}", own.id), own.requested_at, action(own));
        }
        let what = What::Settlement {
            operation: own.id.clone(),
            power: own.power,
            reason: own.reason,
            ended,
        };
        self.write(format!("settlement:{}", own.id), now, what);
        self.overtaken(own, now);
        if let (OperationOutcome::Settled, Some(start)) = (how, &own.unneeded_start) {
            let what = What::Unneeded {
                start: start.clone(),
            };
            self.write(format!("unneeded:{start}"), now, what);
        }
        let observed = &self.decided.observed;
        let (compute, state) = (&observed.compute, &observed.state);
        match (own.power, how) {
            // Whether a claim that was never answered reached Azure is unknown, and earns nothing; nor does a stop after
            // which somebody else stopped it, too.
            (Power::Off, OperationOutcome::Settled)
                if own.accepted_at.is_some()
                    && state.avoided.is_none()
                    && compute.by_kind.scale.is_none()
                    && !state.external.as_ref().is_some_and(|by| own.is_met_by(by)) =>
            {
                let interval = open_avoided(own, compute, &observed.reading.policy, state, now);
                self.opened.push(interval.clone());
                self.state().avoided = Some(interval);
            }
            (Power::On, OperationOutcome::Settled | OperationOutcome::Overtaken)
                if own.extra && state.unused.is_none() =>
            {
                let mut interval = open_unused(own, compute);
                interval.count = raised(own, observed);
                self.opened.push(interval.clone());
                self.state().unused = Some(interval);
            }
            _ => {}
        }
    }

    /// What a dry run would have saved counts for as long as it would have kept the resource off.
    fn project(&mut self, now: DateTime<Utc>) {
        let decision = &self.decided.decision;
        let would_stop = decision.action == Action::Stop && decision.dry_run;
        let reason = decision.reason;
        let observed = &self.decided.observed;
        match (would_stop, observed.state.projected.clone()) {
            (true, None) => {
                let (policy, state) = (&observed.reading.policy, &observed.state);
                let interval = open_projected(reason, &observed.compute, policy, state, now);
                self.opened.push(interval.clone());
                self.state().projected = Some(interval);
            }
            (false, Some(interval)) => {
                let why = format!("the dry run would not keep it off: {reason}");
                self.state().projected = None;
                self.close(&interval, now, why, now);
            }
            _ => {}
        }
    }

    pub(super) fn close(
        &mut self,
        interval: &Interval,
        at: DateTime<Utc>,
        why: String,
        now: DateTime<Utc>,
    ) {
        let closed = end(interval, at, why, now);
        self.saved += interval.saved(closed.at);
        // It stands under the day on which it was found out: a day that is over does not change.
        self.write(
            format!("closed:{}", interval.id),
            now,
            What::Closed { closed },
        );
    }

    /// An avoided interval ends when the resource is observed in any state but Stopped, or when an operation shows that
    /// it was on in between.
    fn close_avoided(
        &mut self,
        changes: &[Change],
        last_swept: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) {
        let Some(interval) = self.decided.observed.state.avoided.clone() else {
            return;
        };
        let opened = interval.opened_at;
        let external = changes
            .iter()
            .rev()
            .find_map(|change| later(change, opened));
        let stopped = self.decided.observed.compute.state == ComputeState::Stopped;
        if stopped && external.is_none() {
            return;
        }
        // Nothing tells when it was started, only that it still was off when last observed.
        let last_observed = last_swept.map_or(opened, |at| at.max(opened));
        let ours = self.decided.observed.state.last_own_operation();
        let ours = ours.filter(|own| own.power == Power::On && own.requested_at >= opened);
        let named = external.filter(|external| {
            external.power == Power::On && external.operation != FIRST_OBSERVATION
        });
        let (at, why) = match (ours, named) {
            (Some(own), None) => (own.requested_at, "started by Lamplighter".to_string()),
            (_, Some(external)) => (
                external.at,
                format!("{} by somebody else", external.operation),
            ),
            (None, None) => (
                last_observed,
                "found on, or stopped by somebody else".to_string(),
            ),
        };
        let start = external.filter(|_| ours.is_none()).cloned();
        self.state().avoided = None;
        self.close(&interval, at, why, now);
        if let Some(start) = start {
            self.answered(&interval, &start, now);
        }
    }

    /// Of a kind that scales: one interval for as many nodes or instances as are really gone, and another one whenever
    /// that changes. Those that work would be there without us too.
    fn recount(
        &mut self,
        changes: &[Change],
        last_swept: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) {
        let observed = &self.decided.observed;
        let Some((stop, gone)) = parked(observed) else {
            return self.close_avoided(changes, last_swept, now);
        };
        let open = observed.state.avoided.clone();
        if open.as_ref().is_some_and(|open| open.count == gone) {
            return;
        }
        let interval = open_avoided(
            &stop,
            &observed.compute,
            &observed.reading.policy,
            &observed.state,
            now,
        );
        let interval = Interval {
            id: match open {
                None if observed.state.avoided_of.as_deref() != Some(&stop.id) => interval.id,
                _ => format!("{}:{}", interval.id, now.format("%Y%m%dT%H%M%SZ")),
            },
            count: gone,
            horizon: interval.horizon.min(stop.requested_at + MAX_HORIZON),
            // Nothing else would have scaled it down, and what we had raised is not among those that are gone.
            off_anyway: None,
            ..interval
        };
        if let Some(open) = open {
            // Nothing tells when one came back, only that it was gone when last observed.
            let back = last_swept.map_or(open.opened_at, |at| at.max(open.opened_at));
            let at = if gone < open.count { back } else { now };
            let why = format!("{gone} of them are gone now, not {}", open.count);
            self.close(&open, at, why, now);
        }
        let state = self.state();
        state.avoided = None;
        if gone > 0 && now < interval.horizon {
            state.avoided_of = Some(stop.id.clone());
            state.avoided = Some(interval.clone());
            self.opened.push(interval);
        }
    }

    /// An unused start ends at the first sign of use, or when the resource is off again.
    fn close_unused(&mut self, changes: &[Change], now: DateTime<Utc>) {
        let Some(interval) = self.decided.observed.state.unused.clone() else {
            return;
        };
        let opened = interval.opened_at;
        // A stop costs until it is through: when the resource is seen off.
        let external = changes.iter().filter_map(|change| later(change, opened));
        let external = external.filter(|external| external.power == Power::On);
        let external = external
            .map(|external| (external.at, "somebody's own start"))
            .next();
        let observed = &self.decided.observed;
        let submitted = self.decided.work.jobs_submitted.iter().copied();
        let job = submitted.filter(|at| *at > opened).min();
        let job = job.map(|at| (at, "a job"));
        let work = observed.state.evidence.work_at;
        let work = work.filter(|at| *at > opened);
        let work = work.map(|at| (at, "work was observed on it"));
        let busy = observed.compute.state == ComputeState::JobRunning;
        let busy = busy.then_some((now, "a job runs"));
        let off = rest(&observed.compute) == Some(Power::Off);
        let off = off.then_some((now, "stopped again, unused"));
        // Of what scales, use does not tell which of its nodes were there only by us.
        let scaled = observed.compute.by_kind.scale.is_some();
        let used = [job, work, busy].into_iter().filter(|_| !scaled);
        let signs = used.chain([external, off]).flatten();
        if let Some((at, why)) = signs.min_by_key(|(at, _)| *at) {
            self.state().unused = None;
            self.close(&interval, at, why.into(), now);
        }
    }
}

/// Our stop that holds a thing that scales at its floor, and how many nodes or instances are gone by it.
fn parked(observed: &Observed) -> Option<(OwnOperation, u32)> {
    let (compute, state) = (&observed.compute, &observed.state);
    let kind = observed.resource.kind.known()?;
    let scale = compute.by_kind.scale.as_ref()?;
    let stop = state.last_own_operation()?;
    let ours = stop.power == Power::Off
        && stop.accepted_at.is_some()
        && stop.ended_as(OperationOutcome::Settled);
    let external = state.external.as_ref();
    let later = external.is_some_and(|external| external.at > stop.requested_at);
    let held = scale.value <= observed.reading.policy.floor_of(kind.target());
    let parked = state.parked?;
    // Where Azure does not say how many are there, or were, none is known to be gone.
    let before = parked.found().min(parked.there.unwrap_or(0));
    let gone = before.saturating_sub(scale.there?.max(scale.value));
    (ours && held && !later).then(|| (stop.clone(), gone))
}

/// How many a start of ours has brought that would not be there without us.
fn raised(own: &OwnOperation, observed: &Observed) -> u32 {
    let scaled = observed.compute.by_kind.scale.is_some();
    let (Some(value), Some(kind)) = (own.value.filter(|_| scaled), observed.resource.kind.known())
    else {
        return 1;
    };
    let before = parked_by_us(&observed.state, own.requested_at);
    let floor = || observed.reading.policy.floor_of(kind.target());
    // What somebody had kept on is not among what we brought.
    let without = before.unwrap_or_else(floor).max(own.from.unwrap_or(0));
    value.saturating_sub(without)
}

/// The record of an action, as it was claimed.
pub fn action(own: &OwnOperation) -> What {
    let operation = OwnOperation {
        // The decision's record has it.
        text: None,
        accepted_at: None,
        ended: None,
        ..own.clone()
    };
    What::Action { operation }
}

/// Somebody else's operation after an interval was opened.
fn later(change: &Change, opened: DateTime<Utc>) -> Option<&ExternalOperation> {
    match change {
        Change::External(external) if external.at > opened => Some(external),
        Change::External(_) | Change::OwnEnded(_) | Change::Held(_) => None,
    }
}

/// An interval's end: never before its opening, never in the future.
pub fn end(interval: &Interval, at: DateTime<Utc>, why: String, now: DateTime<Utc>) -> Closed {
    let at = at.min(now).max(interval.opened_at);
    Closed {
        interval: interval.id.clone(),
        kind: interval.kind,
        at,
        why,
    }
}
