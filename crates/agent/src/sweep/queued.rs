//! The queue's half of a sweep that is spread over instances: the pass over the workspace that a message names.

use super::beside::Beside;
use super::clock::Clock;
use super::context::Context;
use super::error::SweepError;
use super::message::Message;
use super::options::Options;
use super::pass::Pass;
use super::passes::passes_all;
use super::round::{self, RoundPart};
use super::stop_limit::StopLimit;
use super::summary::Summary;
use super::target::WorkspaceTarget;
use super::telling::TellingTime;
use super::{history, log};
use chrono::TimeDelta;
use lamplighter_azure::AzureError;
use tokio::time::Instant;

/// An older message is not worked on: newer rounds have come since.
const LATE: TimeDelta = TimeDelta::minutes(30);
/// Tags in an older message are read anew: their owner may have changed them.
const FRESH: TimeDelta = TimeDelta::minutes(2);

/// Works on one message. A workspace that cannot be read is reported and fails nothing: the next round is near.
///
/// # Errors
/// The ledger cannot be written, or the clock is wrong: to be tried again.
pub async fn run(
    context: &Context,
    options: &Options,
    message: &Message,
) -> Result<Summary, SweepError> {
    let deadline = Instant::now() + context.settings.sweep_deadline;
    let clock = Clock::begin(options.now);
    let options = &Options {
        id: Some(message.round.clone()),
        ..options.clone()
    };
    let mut summary = Summary::begin(options);
    let age = options.now - message.at;
    if age > LATE {
        summary.oddities.push(too_late(message, age));
        log::pass(&summary, &message.workspace);
        return Ok(summary);
    }
    context.check_ledger().await.map_err(SweepError::Ledger)?;
    let clock = remembered(clock, context).await?;
    context.arm.share_with(message.instances);
    let (context, problems) = &context.with_calendars(options.now).await;
    summary.oddities.extend(problems.iter().cloned());
    if let Some(target) = target(context, message, age, deadline, &mut summary).await? {
        let listed = &context.round_beacons;
        let beacons = listed.get(context.beacons.as_ref(), &message.round, deadline);
        let beacons = beacons.await;
        summary.problems.extend(beacons.problem());
        let pass = Pass {
            context,
            options,
            target: &target,
            beacons: &beacons,
            stop_limit: &StopLimit::of_round(message.limit, context.ledger.clone(), &message.round),
            beside: &Beside::of(1),
            telling: &TellingTime::new(),
            clock,
            deadline,
        };
        for report in passes_all(context, &[pass], options.now, deadline).await {
            summary.add(report);
        }
        if let Some(problem) = clock.problem(context) {
            return Err(SweepError::Clock(problem));
        }
    }
    summary.end(context);
    log::pass(&summary, &message.workspace);
    if message.full || !summary.has_no_news() {
        report(context, message, &summary).await?;
    }
    Ok(summary)
}

/// The clock, with what other instances found out about it where this one has not.
async fn remembered(clock: Clock, context: &Context) -> Result<Clock, SweepError> {
    if clock.is_known(context) {
        return Ok(clock);
    }
    let known = history::history(context).await;
    let (known, _) = known.map_err(SweepError::Ledger)?;
    Ok(clock.checked_before(known.clock_checked))
}

fn too_late(message: &Message, age: TimeDelta) -> String {
    let (workspace, minutes) = (&message.workspace, age.num_minutes());
    format!("{workspace}: its message is {minutes} minutes old; newer rounds cover it")
}

/// Leaves the workspace's part for the round's summary.
async fn report(context: &Context, message: &Message, summary: &Summary) -> Result<(), SweepError> {
    let part = RoundPart {
        workspace: message.workspace.to_lowercase(),
        summary: summary.clone(),
    };
    let reported = round::report(context, &message.round, &part).await;
    reported.map_err(SweepError::Ledger)
}

/// The workspace with the tags above it; none where it is no longer there or could not be read.
async fn target(
    context: &Context,
    message: &Message,
    age: TimeDelta,
    deadline: Instant,
    summary: &mut Summary,
) -> Result<Option<WorkspaceTarget>, SweepError> {
    let mut workspace = message.workspace().map_err(SweepError::Message)?;
    if let Some(policy) = message.policy.as_ref().filter(|_| age.abs() <= FRESH) {
        workspace.tags = policy.own.clone();
        workspace.above = policy.above.clone();
        return Ok(Some(WorkspaceTarget {
            workspace,
            resource_group_tags: policy.group.clone(),
            tags_known: true,
        }));
    }
    let (subscription, group) = (&workspace.subscription, &workspace.resource_group);
    let (read, above) = futures::join!(
        context.arm.workspace(&workspace, deadline),
        context.arm.resource_group(subscription, group, deadline)
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

fn above_unread(workspace: &str, error: &AzureError) -> String {
    format!("the resource group of {workspace} could not be read: {error}")
}
