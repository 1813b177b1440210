//! One pass over everything: observe, decide, act, remember.
//!
//! Level-triggered: every sweep compares what is with what should be, so a missed one changes nothing in the
//! end. Workspaces are independent of each other, and so are the machines within them.

mod act;
mod calendars;
mod confirm;
mod context;
pub(crate) mod discover;
pub(crate) mod evidence;
mod intervals;
mod look;
mod notice;
mod price;
mod records;
mod say;
mod summary;
mod timer;
mod waiting;
mod workspace;

pub use calendars::Calendars;
pub use context::Context;
pub(crate) use look::owner;
pub use summary::{ActLine, DecisionLine, Summary};

use crate::azure::AzureError;
use crate::ledger::LedgerError;
use chrono::{DateTime, Utc};
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
    let mut summary = Summary::begin(options);
    let options = &Options {
        id: Some(summary.sweep.clone()),
        ..options.clone()
    };
    if !options.dry_run {
        // No act without a memory: better to know before the first call than after it.
        context.check_ledger().await.map_err(SweepError::Ledger)?;
    }
    let (context, problems) = &context.with_calendars(options.now).await;
    summary.oddities.extend(problems.iter().cloned());
    let found = discover::discover(context, deadline).await?;
    summary.subscriptions = found.subscriptions;
    summary.problems.extend(found.problems);
    summary.unseen.extend(found.unseen);
    let count = found.workspaces.len();
    let beacons = evidence::Beaconed::list(context, deadline).await;
    summary.problems.extend(beacons.problem());
    let pass = |place| workspace::Pass {
        context,
        options,
        place,
        beacons: &beacons,
        deadline,
    };
    let passes: Vec<_> = found.workspaces.iter().map(pass).collect();
    let reports = passes_all(context, &passes, options.now, deadline).await;
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
    }
    match first {
        Some(first) if count > 0 && unread == count => {
            Err(SweepError::NoWorkspace { count, first })
        }
        _ => Ok(summary),
    }
}
