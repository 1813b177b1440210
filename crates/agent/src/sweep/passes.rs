//! The passes over many workspaces together.

use super::concurrent::all;
use super::context::Context;
use super::evidence::{self, Want};
use super::pass::Pass;
use super::report::PassReport;
use super::waiting::PassOutcome;
use super::workspace;
use chrono::{DateTime, Utc};
use tokio::time::Instant;

/// Those with a resource that only evidence can judge wait until all of it can be asked for at once, as one call tells
/// of 50 workspaces.
pub async fn passes_all(
    context: &Context,
    passes: &[Pass<'_>],
    now: DateTime<Utc>,
    deadline: Instant,
) -> Vec<PassReport> {
    let at_once = context.settings.concurrency;
    let first = passes.iter().map(workspace::begin).collect();
    let (mut reports, mut waiting) = (Vec::new(), Vec::new());
    for outcome in all(first, at_once).await {
        match outcome {
            PassOutcome::Done(report) => reports.push(report),
            PassOutcome::Waits(observed) => waiting.push(observed),
        }
    }
    let wants: Vec<Want<'_>> = waiting.iter().flat_map(|one| one.wants()).collect();
    let findings = evidence::gather(context, &wants, now, deadline).await;
    drop(wants);
    let mut findings = findings.into_iter();
    let second = waiting.into_iter().map(|one| {
        let gathered = one.take_evidence(&mut findings);
        async move { workspace::resume(one, &gathered).await }
    });
    reports.extend(all(second.collect(), at_once).await);
    reports
}
