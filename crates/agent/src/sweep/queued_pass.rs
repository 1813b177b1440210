//! The pass over one workspace that a message names: what becomes of it touches none of the others.

use super::beside::Beside;
use super::clock::Clock;
use super::context::Context;
use super::error::SweepError;
use super::log;
use super::message::Message;
use super::named::NamedWorkspace;
use super::options::Options;
use super::part::{self, RoundPart};
use super::pass::Pass;
use super::passes::passes_all;
use super::presence::BeaconList;
use super::stop_limit::StopLimit;
use super::summary::Summary;
use super::target::WorkspaceTarget;
use super::telling::TellingTime;
use crate::panic;
use chrono::TimeDelta;
use futures::FutureExt;
use lamplighter_azure::{AzureError, waits};
use lamplighter_core::rounds::SLOW;
use std::panic::AssertUnwindSafe;
use std::time::Duration;
use tokio::time::Instant;

/// Tags in an older message are read anew: their owner may have changed them.
const FRESH: TimeDelta = TimeDelta::minutes(2);

/// What became of one workspace of a message.
pub enum Outcome {
    Done(Box<Summary>),
    /// The message has taken so long that it was not begun.
    Left(NamedWorkspace),
    Failed(NamedWorkspace, SweepError),
}

impl Outcome {
    /// The ledger could not be read or written.
    pub fn is_the_ledgers(&self) -> bool {
        matches!(self, Outcome::Failed(_, SweepError::Ledger(_)))
    }
}

/// What is the same for all workspaces of one message.
pub struct Work<'a> {
    pub context: &'a Context,
    pub options: &'a Options,
    pub message: &'a Message,
    /// What is odd for all of them alike.
    pub oddities: &'a [String],
    /// The message's, when it was begun.
    pub age: TimeDelta,
    pub begun: Instant,
    pub beacons: &'a BeaconList,
    pub stop_limit: &'a StopLimit,
    pub clock: Clock,
    pub deadline: Instant,
    /// No pass but the first begins later.
    pub begin_by: Instant,
}

impl Work<'_> {
    /// Makes the pass over one workspace, unless it is late for that. The `first` is made however late it is: a message
    /// that is handed out again has become shorter.
    pub async fn pass_over(&self, one: NamedWorkspace, first: bool) -> Outcome {
        // Never closed: whoever waits gets a place.
        let _place = self.context.places.acquire().await;
        let late = Instant::now() >= self.begin_by || self.context.host.is_gone();
        if late && !first {
            return Outcome::Left(one);
        }
        // On the heap, and only now: those that wait for a place hold next to nothing.
        let pass = Box::pin(self.pass_and_report(&one));
        match AssertUnwindSafe(pass).catch_unwind().await {
            Ok(Ok(summary)) => Outcome::Done(Box::new(summary)),
            Ok(Err(error)) => Outcome::Failed(one, error),
            Err(thrown) => {
                let text = panic::message(thrown.as_ref());
                Outcome::Failed(one, SweepError::Panicked(text))
            }
        }
    }

    async fn pass_and_report(&self, one: &NamedWorkspace) -> Result<Summary, SweepError> {
        let begun = Instant::now();
        let (made, waited) = waits::counting(self.pass(one)).await;
        let took = begun.elapsed().saturating_sub(waited);
        let mut summary = made?;
        summary.end(self.context);
        log::pass(&summary, &one.workspace);
        if self.message.round.full || !summary.has_no_news() || took >= SLOW {
            self.report(one, &summary, took).await?;
        }
        // Told by now; others of the message are still to come.
        (summary.decisions, summary.actions) = (Vec::new(), Vec::new());
        Ok(summary)
    }

    async fn pass(&self, one: &NamedWorkspace) -> Result<Summary, SweepError> {
        let mut summary = Summary::begin(self.options);
        summary.oddities.extend_from_slice(self.oddities);
        let Some(target) = self.target(one, &mut summary).await? else {
            return Ok(summary);
        };
        summary.problems.extend(self.beacons.problem());
        let pass = Pass {
            context: self.context,
            options: self.options,
            target: &target,
            beacons: self.beacons,
            stop_limit: self.stop_limit,
            // Its own rows alone: those of the whole subscription would be in memory as often as there are messages of it.
            beside: &Beside::of(1),
            telling: &TellingTime::new(),
            clock: self.clock,
            deadline: self.deadline,
        };
        // By itself: nobody's evidence waits for another workspace's list.
        let now = self.options.now;
        for report in passes_all(self.context, &[pass], now, self.deadline).await {
            summary.add(report);
        }
        match self.clock.problem(self.context) {
            Some(problem) => Err(SweepError::Clock(problem)),
            None => Ok(summary),
        }
    }

    /// Leaves the workspace's part for the round's summary.
    async fn report(
        &self,
        one: &NamedWorkspace,
        summary: &Summary,
        took: Duration,
    ) -> Result<(), SweepError> {
        let part = RoundPart {
            workspace: one.key(),
            summary: summary.clone(),
            took_ms: Some(u64::try_from(took.as_millis()).unwrap_or(u64::MAX)),
        };
        let reported = part::report(self.context, &self.message.round.round, &part).await;
        reported.map_err(SweepError::Ledger)
    }

    /// The workspace with the tags above it; none where it is no longer there or could not be read.
    async fn target(
        &self,
        one: &NamedWorkspace,
        summary: &mut Summary,
    ) -> Result<Option<WorkspaceTarget>, SweepError> {
        let mut workspace = one.workspace().map_err(SweepError::Message)?;
        let since = TimeDelta::from_std(self.begun.elapsed()).unwrap_or(TimeDelta::MAX);
        let age = self.age.checked_add(&since).unwrap_or(TimeDelta::MAX);
        let fresh = self.age.abs().max(age) <= FRESH;
        if let Some(policy) = one.policy.as_ref().filter(|_| fresh) {
            workspace.tags = policy.own.clone();
            workspace.above = policy.above.clone();
            return Ok(Some(WorkspaceTarget {
                workspace,
                resource_group_tags: policy.group.clone(),
                tags_known: true,
            }));
        }
        let (subscription, group) = (&workspace.subscription, &workspace.resource_group);
        let arm = &self.context.arm;
        let (read, above) = futures::join!(
            arm.workspace(&workspace, self.deadline),
            arm.resource_group(subscription, group, self.deadline)
        );
        let read = match read {
            Ok(read) => read,
            Err(error) if error.is_not_found() => return Ok(None),
            Err(error) => {
                summary.unread(&workspace, &error);
                return Ok(None);
            }
        };
        let tags_known = above.is_ok();
        if let Err(error) = &above {
            summary.problems.push(above_unread(&read.name, error));
        }
        Ok(Some(WorkspaceTarget {
            workspace: read,
            resource_group_tags: above.map(|group| group.tags).unwrap_or_default(),
            tags_known,
        }))
    }
}

fn above_unread(workspace: &str, error: &AzureError) -> String {
    format!("the resource group of {workspace} could not be read: {error}")
}
