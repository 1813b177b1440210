//! Confirm: the last look before an action. What is claimed is read once more, as a person or a job may have been quicker;
//! nothing is asked or written between this and the request.

use super::claim::Claim;
use super::concurrent::all;
use super::decided::{Decided, JobsRead, KnownJobs};
use super::evidence;
use super::holds::{self, KnownHolds};
use super::jobs;
use super::last_look;
use super::pass::Pass;
use super::report::PassReport;
use crate::beacons::{BeaconError, Heard};
use futures::future::OptionFuture;
use lamplighter_azure::AzureError;
use lamplighter_core::decide::{Finding, Presence};
use lamplighter_core::observe::Compute;
use lamplighter_core::record::Reason;
use lamplighter_core::schedule::Power;
use std::time::Duration;
use tokio::time::Instant;

/// A part of the look that is older than this when all parts are there is taken again, so that a slow one makes no other
/// old.
pub const FRESH: Duration = Duration::from_secs(1);
/// How long the last look waits for people's holds and beacons.
const SOON: Duration = Duration::from_secs(5);
/// Where every part is slow, nothing is gained by more turns than these.
const TURNS: usize = 3;

/// A resource after the last look.
pub struct Confirmed {
    pub decided: Decided,
    /// It is still due.
    pub due: bool,
    pub claim: Claim,
}

/// A resource as the last look shows it.
struct Look {
    at: Instant,
    compute: Result<Compute, AzureError>,
    /// What its beacon says, where it may have one and is to be stopped.
    beacon: Option<Result<Option<Heard>, BeaconError>>,
}

/// Looks at everything that is claimed once more, side by side. What the list of jobs and people's holds say now is kept.
pub async fn confirm(
    pass: &Pass<'_>,
    claimed: Vec<(Decided, Claim)>,
    (known, holds): (&mut KnownJobs, &mut KnownHolds),
    report: &mut PassReport,
) -> Vec<Confirmed> {
    let looks = looks(pass, &claimed, known, holds).await;
    let pairs = claimed.into_iter().zip(looks);
    let confirmed = pairs.map(|((decided, claim), look)| {
        let decided = match look.map(|look| (look.compute, look.beacon)) {
            Some((Ok(compute), beacon)) => {
                let decided = decided.again(pass, compute);
                match claim.own.power {
                    Power::Off => {
                        let jobs = known.looked.as_ref().map(|(read, _)| read);
                        stop_judged(pass, decided, beacon, (jobs, &mut *holds))
                    }
                    Power::On => decided,
                }
            }
            Some((Err(error), _)) => unconfirmed(decided, &error, report),
            None => decided.left_instead(Reason::NotConfirmed, "it was not read a second time"),
        };
        let decided = unless_rescaled(decided, &claim);
        let due = claim.fits(&decided);
        Confirmed {
            decided,
            due,
            claim,
        }
    });
    confirmed.collect()
}

/// Leaves alone what somebody has scaled since: the value that is saved would be brought back, and not theirs.
fn unless_rescaled(decided: Decided, claim: &Claim) -> Decided {
    let scale = decided.observed.compute.by_kind.scale.as_ref();
    let same = scale.map(|scale| scale.value) == claim.value;
    match same || claim.own.power == Power::On {
        true => decided,
        false => decided.left_instead(Reason::NotConfirmed, "its number has just been changed"),
    }
}

/// The last look at each, in their order.
async fn looks(
    pass: &Pass<'_>,
    claimed: &[(Decided, Claim)],
    known: &mut KnownJobs,
    holds: &mut KnownHolds,
) -> Vec<Option<Look>> {
    let until = claimed.iter().map(|(_, claim)| claim.send_until).min();
    let until = until.map_or(pass.deadline, |until| until.min(pass.deadline));
    let is_stop = |(_, claim): &(Decided, Claim)| claim.own.power == Power::Off;
    let stops = claimed.iter().any(is_stop);
    let jobs_delay = claimed.iter().any(|one| is_stop(one) && one.0.jobs_delay());
    let mut looks: Vec<Option<Look>> = claimed.iter().map(|_| None).collect();
    for _ in 0..TURNS {
        let old = |at: Option<Instant>| at.is_none_or(|at| at.elapsed() > FRESH);
        let each = claimed.iter().enumerate().zip(&looks);
        let stale = each.filter(|&(_, look)| old(look.as_ref().map(|look| look.at)));
        let reads = stale.map(|((index, (decided, _)), _)| async move {
            let is_stop = is_stop(&claimed[index]);
            (index, look(pass, decided, is_stop, until).await)
        });
        let reads: Vec<_> = reads.collect();
        let jobs_again = jobs_delay && old(known.looked.as_ref().map(|(_, at)| *at));
        let takes = stops && pass.context.settings.takes_holds();
        let holds_again = takes && old(holds.looked);
        if reads.is_empty() && !jobs_again && !holds_again {
            break;
        }
        let jobs_read = jobs_again.then(|| timed(jobs::read(pass, known, until)));
        let holds_read = holds_again.then(|| timed(holds::again(pass, soon(until))));
        let reads = all(reads, pass.context.settings.concurrency);
        let (jobs_read, holds_read) = (
            OptionFuture::from(jobs_read),
            OptionFuture::from(holds_read),
        );
        let (read, jobs_read, holds_read) = futures::join!(reads, jobs_read, holds_read);
        for (index, look) in read {
            looks[index] = Some(look);
        }
        known.looked = jobs_read.or(known.looked.take());
        if let Some((read, at)) = holds_read {
            holds.take_ledger(read);
            holds.looked = Some(at);
        }
    }
    looks
}

/// What was read, and when that ended.
async fn timed<T>(read: impl Future<Output = T>) -> (T, Instant) {
    (read.await, Instant::now())
}

/// A store that hangs takes no more from the other actions than this.
fn soon(until: Instant) -> Instant {
    until.min(Instant::now() + SOON)
}

/// One look at one resource.
async fn look(pass: &Pass<'_>, decided: &Decided, is_stop: bool, until: Instant) -> Look {
    let compute = last_look::read(pass, decided, is_stop, until);
    // Somebody may have logged in since it was read, or have asked for more time.
    let asks = is_stop && holds::has_beacon(&decided.observed);
    let hear = || evidence::hear(pass.context, &decided.observed.compute, soon(until));
    let beacon = OptionFuture::from(asks.then(|| timed(hear())));
    let ((compute, seen), beacon) = futures::join!(timed(compute), beacon);
    let (beacon, heard) = beacon.unzip();
    Look {
        // As old as the part of it that came first.
        at: heard.map_or(seen, |heard| seen.min(heard)),
        compute,
        beacon,
    }
}

/// The decision on a stop by all that the last look showed.
fn stop_judged(
    pass: &Pass<'_>,
    mut decided: Decided,
    beacon: Option<Result<Option<Heard>, BeaconError>>,
    (jobs, holds): (Option<&JobsRead>, &mut KnownHolds),
) -> Decided {
    let key = decided.observed.key().to_owned();
    if let Some(heard) = &beacon {
        if let Some(finding) = finding(pass, &decided, heard) {
            decided = decided.with_beacon(finding);
        }
        holds.take_beacon(&key, holds::of_beacon(heard));
    }
    if let Some(jobs) = jobs.filter(|_| decided.jobs_delay()) {
        decided = decided.with_jobs(jobs);
    }
    match pass.context.settings.takes_holds() {
        true => decided.with_holds(holds.of(&key)),
        false => decided,
    }
}

/// Leaves alone what could not be read a second time.
fn unconfirmed(decided: Decided, error: &AzureError, report: &mut PassReport) -> Decided {
    let name = decided.name();
    let why = match () {
        () if error.is_not_found() => "it was deleted meanwhile",
        () if error.is_deadline() => {
            report.not_reached.push(name);
            "the sweep's deadline has passed"
        }
        () => {
            report
                .problems
                .push(format!("{name}: not acted on: {error}"));
            "it could not be read a second time"
        }
    };
    decided.left_instead(Reason::NotConfirmed, why)
}

/// What the beacon proves now, where the decision hangs on that.
fn finding(
    pass: &Pass<'_>,
    decided: &Decided,
    heard: &Result<Option<Heard>, BeaconError>,
) -> Option<Finding> {
    let by_beacon =
        decided.decision.reason == Reason::Idle && decided.observed.beacon == Presence::Present;
    let limits = decided.limits().filter(|_| by_beacon)?;
    let compute = &decided.observed.compute;
    Some(evidence::judged(heard, compute, limits, pass.options.now))
}
