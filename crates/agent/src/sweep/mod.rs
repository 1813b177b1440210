//! One pass over everything: observe, decide, act, remember.
//!
//! Level-triggered: every sweep compares what is with what should be, so a missed one changes nothing in the
//! end. Workspaces are independent of each other, and so are the machines within them.

mod act;
mod brake;
mod calendars;
mod clock;
mod confirm;
mod context;
pub(crate) mod discover;
pub(crate) mod evidence;
mod intervals;
mod look;
mod message;
mod notice;
mod one;
mod past;
mod price;
mod records;
mod round;
mod say;
mod summary;
mod timer;
mod waiting;
mod workspace;

pub use calendars::Calendars;
pub use context::Context;
pub(crate) use look::owner;
pub use message::Message;
pub use one::run as run_one;
pub use past::{LastSweep, Past};
pub use round::Poison;
pub use summary::{ActLine, DecisionLine, Summary};

use lamplighter_azure::AzureError;
use crate::ledger::LedgerError;
use brake::{Brake, Limit};
use chrono::{DateTime, Utc};
use clock::Clock;
use futures::StreamExt;
use tokio::time::Instant;

/// How one sweep is to be run.
#[derive(Clone, Debug)]
pub struct Options {
    /// The instant all machines are judged at.
    pub now: DateTime<Utc>,
    /// Decide and say; touch nothing.
    pub dry_run: bool,
    /// Wait until Azure has finished what was asked for, within the deadline.
    pub wait: bool,
    /// A name for the sweep in logs and records, such as the host's invocation id.
    pub id: Option<String>,
    /// With more workspaces than `FAN_OUT_ABOVE`, give messages for a queue instead of passing over them all.
    pub fan_out: bool,
}

impl Options {
    /// A sweep of its own that acts.
    pub fn at(now: DateTime<Utc>) -> Options {
        Options {
            now,
            dry_run: false,
            wait: false,
            id: None,
            fan_out: false,
        }
    }
}

/// Why a sweep could not do its work at all. One workspace that fails does not fail the sweep.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    #[error("no subscription could be read: {0}")]
    NoSubscription(AzureError),
    #[error("the identity sees no subscription; grant it a role, or set SUBSCRIPTIONS")]
    NothingVisible,
    #[error("the ledger cannot be written, so nothing is stopped or started: {0}")]
    Ledger(LedgerError),
    #[error("not one of {count} workspaces could be read; the first said: {first}")]
    NoWorkspace { count: usize, first: String },
    #[error("{0}")]
    Clock(String),
    #[error("{0}")]
    Message(String),
    #[error("{id} was not seen: {why}")]
    NotSeen { id: String, why: String },
}

/// Runs futures, at most `at_once` at a time.
pub(crate) async fn all<F: Future>(futures: Vec<F>, at_once: usize) -> Vec<F::Output> {
    futures::stream::iter(futures)
        .buffer_unordered(at_once)
        .collect()
        .await
}

/// The passes over all workspaces. Those with a machine that only evidence can judge wait until all of it can be asked
/// for at once, as one call tells of 50 workspaces.
async fn passes_all(
    context: &Context,
    passes: &[workspace::Pass<'_>],
    now: DateTime<Utc>,
    deadline: Instant,
) -> Vec<summary::Report> {
    let at_once = context.settings.concurrency;
    let first = passes.iter().map(workspace::pass).collect();
    let (mut reports, mut waiting) = (Vec::new(), Vec::new());
    for outcome in all(first, at_once).await {
        match outcome {
            waiting::Outcome::Done(report) => reports.push(report),
            waiting::Outcome::Waits(seen) => waiting.push(seen),
        }
    }
    let wants: Vec<evidence::Want<'_>> = waiting.iter().flat_map(|seen| seen.wants()).collect();
    let findings = evidence::gather(context, &wants, now, deadline).await;
    drop(wants);
    let mut findings = findings.into_iter();
    let second = waiting.into_iter().map(|seen| {
        let own = seen.take_evidence(&mut findings);
        workspace::resume(seen, own)
    });
    reports.extend(all(second.collect(), at_once).await);
    reports
}

/// Runs one sweep, to its end or to the settings' deadline.
pub async fn run(context: &Context, options: &Options) -> Result<Summary, SweepError> {
    let deadline = Instant::now() + context.settings.sweep_deadline;
    let clock = Clock::begin(options.now);
    let mut summary = Summary::begin(options);
    let options = &Options {
        id: Some(summary.sweep.clone()),
        ..options.clone()
    };
    if !options.dry_run {
        // No act without a memory: better to know before the first call than after it.
        context.check_ledger().await.map_err(SweepError::Ledger)?;
    }
    let past = past::load(context).await.map_err(SweepError::Ledger)?.0;
    // This instance may have shared the budget of calls in a round before.
    context.arm.share_with(1);
    let (context, problems) = &context.with_calendars(options.now).await;
    summary.oddities.extend(problems.iter().cloned());
    let found = discover::discover(context, deadline).await?;
    if !options.dry_run {
        if let Some(problem) = clock.problem(context) {
            return Err(SweepError::Clock(problem));
        }
        let (problems, unseen) = round::collect(context, options.now, &found, &past).await;
        summary.problems.extend(problems);
        summary.unseen.extend(unseen);
    }
    summary.found(&found, &context.settings.safety);
    if options.fan_out && found.workspaces.len() > context.settings.spread.fan_out_above {
        // The round has the sweep's name, and what it told is read again by a later tick.
        let (past, _) = past::load(context).await.map_err(SweepError::Ledger)?;
        let sent = round::messages(context, options, &found, &past, &summary.sweep).await;
        summary.messages = sent.map_err(SweepError::Ledger)?;
        summary.end(context);
        say::fan_out(&summary);
        return Ok(summary);
    }
    let brake = Brake::of_sweep(Limit::of(
        context.settings.safety.max_stops,
        &past,
        options.now,
    ));
    let beacons = evidence::Beaconed::list(context, deadline).await;
    summary.problems.extend(beacons.problem());
    let pass = |place| workspace::Pass {
        context,
        options,
        place,
        beacons: &beacons,
        brake: &brake,
        clock,
        deadline,
    };
    let passes: Vec<_> = found.workspaces.iter().map(pass).collect();
    let reports = passes_all(context, &passes, options.now, deadline).await;
    summarize(context, options, summary, reports).await
}

/// What came of all passes, said and recorded.
async fn summarize(
    context: &Context,
    options: &Options,
    mut summary: Summary,
    reports: Vec<summary::Report>,
) -> Result<Summary, SweepError> {
    let count = reports.len();
    let unread = reports.iter().filter(|report| report.unread).count();
    let first = reports
        .iter()
        .flat_map(|report| report.problems.first())
        .next()
        .cloned();
    for report in reports {
        summary.add(report);
    }
    summary.end(context);
    say::summary(&summary);
    if !options.dry_run {
        say::record_summary(context, &mut summary).await;
        let last = past::LastSweep::of(&summary);
        let (machines, whole) = (summary.machines, summary.unseen.is_empty());
        let kept = past::amend(context, |past| {
            past.last = Some(last.clone());
            if whole {
                past.machines = machines;
            }
        });
        if let Err(error) = kept.await {
            let problem = format!("this sweep could not be remembered: {error}");
            summary.problems.push(problem);
        }
    }
    match first {
        Some(first) if count > 0 && unread == count => {
            Err(SweepError::NoWorkspace { count, first })
        }
        _ => Ok(summary),
    }
}

/// Leaves word of a message that nobody could work on; the next sweep reports it.
///
/// # Errors
/// The ledger cannot be written.
pub async fn report_poison(context: &Context, poison: &Poison) -> Result<(), SweepError> {
    say::poison(poison);
    let left = round::poisoned(context, poison).await;
    left.map_err(SweepError::Ledger)
}

/// What is known of the sweeps so far, by the ledger.
///
/// # Errors
/// The ledger cannot be read.
pub async fn past(context: &Context) -> Result<Past, LedgerError> {
    past::load(context).await.map(|(past, _)| past)
}
