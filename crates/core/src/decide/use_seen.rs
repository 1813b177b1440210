//! What a sweep sees of the use of a resource, from what it has at hand: nothing is asked for it, and nothing is decided
//! by it. `recommend` reads it.

use super::case::Jobs;
use super::evidence::{Finding, Proof, Sum, sum};
use super::remember::Change;
use crate::kinds::evidence::Source;
use crate::kinds::{Kind, rest};
use crate::observe::{Compute, ComputeState};
use crate::policy::{Idle, Policy};
use crate::record::{
    ChangedBy, OperationOutcome, PowerChange, Quiet, ResourceState, UseDay, UseSeen, Worked,
};
use crate::schedule::Power;
use chrono::{DateTime, Days, NaiveTime, Utc};

/// What a sweep has at hand.
#[derive(Clone, Copy)]
pub struct Seen<'a> {
    pub compute: &'a Compute,
    pub policy: &'a Policy,
    /// What came to light of its starts and stops.
    pub changes: &'a [Change],
    pub jobs: &'a Jobs,
    pub findings: &'a [Finding],
    pub now: DateTime<Utc>,
}

/// Takes it into saved state. Gives the day that has ended since, where there is something to record of it.
pub fn see_use(state: &mut ResourceState, seen: Seen<'_>) -> Option<UseDay> {
    let power = rest(seen.compute);
    // What scales is on and off by its number, and nothing tells who works on it.
    let is_one = Kind::of(seen.compute).known().is_some() && seen.compute.by_kind.scale.is_none();
    let before = state.use_seen.take();
    if !is_one || before.is_none() && power != Some(Power::On) && seen.changes.is_empty() {
        return None;
    }
    let mut known = before.unwrap_or_default();
    let day = known.today.day;
    let ended = turn(&mut known, seen.now);
    known.governed = seen.policy.governed;
    known.idle = seen.policy.idle.as_ref().and_then(|idle| match idle.value {
        Idle::Off => None,
        Idle::After { .. } => Some(idle.value.to_string()),
    });
    if power == Some(Power::On) || known.idle_timer.is_none() {
        let timer = seen.compute.idle_time_before_shutdown;
        known.idle_timer = timer.map(|length| length.as_secs());
    }
    for change in seen.changes.iter().filter_map(change) {
        known.today.changed(change);
    }
    see_jobs(&mut known, seen);
    see_evidence(&mut known, seen, state.on_since());
    if known.today.is_empty() && known.job_since.is_none() {
        // Saved state is not written for the date alone.
        known.today.day = day;
    }
    state.use_seen = Some(known);
    ended.filter(|day| !day.is_empty())
}

/// Begins another day, if the one that is known is over.
fn turn(known: &mut UseSeen, now: DateTime<Utc>) -> Option<UseDay> {
    let today = now.date_naive();
    if known.today.day == today {
        return None;
    }
    let next = known.today.day.checked_add_days(Days::new(1));
    let midnight = next.map(|next| next.and_time(NaiveTime::MIN).and_utc());
    if let (Some(since), Some(end)) = (known.job_since, midnight.filter(|end| *end <= now)) {
        // Nobody looked on the days between.
        known.today.worked(job(since, end));
        known.job_since = Some(today.and_time(NaiveTime::MIN).and_utc().max(end));
    }
    let fresh = UseDay {
        day: today,
        ..UseDay::default()
    };
    Some(std::mem::replace(&mut known.today, fresh))
}

fn job(from: DateTime<Utc>, to: DateTime<Utc>) -> Worked {
    Worked {
        from,
        to,
        source: Source::Jobs,
    }
}

/// Whose start or stop came to light.
fn change(change: &Change) -> Option<PowerChange> {
    match change {
        Change::External(external) => Some(PowerChange {
            at: external.at,
            power: external.power,
            by: ChangedBy::of(external),
        }),
        Change::OwnEnded(own) if own.ended_as(OperationOutcome::Settled) => {
            let at = match own.power {
                Power::On => own.requested_at,
                Power::Off => own.ended.as_ref()?.at,
            };
            Some(PowerChange {
                at,
                power: own.power,
                by: ChangedBy::Lamplighter,
            })
        }
        Change::OwnEnded(_) | Change::Held(_) => None,
    }
}

/// Jobs, as Azure shows one in the state, and as far as their list was read for something else. While one lasts, saved
/// state stays as it is.
fn see_jobs(known: &mut UseSeen, seen: Seen<'_>) {
    if seen.compute.state == ComputeState::JobRunning {
        known.job_since.get_or_insert(seen.now);
        return;
    }
    if let Some(since) = known.job_since.take() {
        known.today.worked(job(since, seen.now));
    }
    if matches!(seen.jobs, Jobs::Known(jobs) if !jobs.is_empty()) {
        known.today.worked(job(seen.now, seen.now));
    }
}

/// What beacons and metrics prove, where they were asked.
fn see_evidence(known: &mut UseSeen, seen: Seen<'_>, on_since: Option<DateTime<Utc>>) {
    if seen.findings.is_empty() || rest(seen.compute) != Some(Power::On) {
        return;
    }
    known.evidence_at = Some(seen.now);
    for load in seen.findings.iter().filter_map(|finding| finding.load) {
        let most = |known: &mut Option<u32>, load: Option<u32>| *known = (*known).max(load);
        most(&mut known.today.cpu_load, load.cpu);
        most(&mut known.today.gpu_load, load.gpu);
    }
    match sum(&Kind::of(seen.compute), seen.findings) {
        Sum::Work(at) => {
            let shown = |finding: &&Finding| finding.proof == Proof::Work(at);
            let source = seen.findings.iter().find(shown);
            known.today.worked(Worked {
                from: at,
                to: at,
                source: source.map_or(Source::Metrics, |finding| finding.source),
            });
        }
        // A job that waits for something shows no load.
        Sum::Quiet { from, to } if known.job_since.is_none() => {
            let from = on_since.map_or(from, |since| from.max(since));
            if from < to {
                known.today.rested(Quiet { from, to });
            }
        }
        Sum::Quiet { .. } | Sum::Unknown => {}
    }
}
