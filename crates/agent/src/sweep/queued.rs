//! The queue's half of a sweep that is spread over instances: the passes over the workspaces that a message names.

use super::clock::Clock;
use super::context::Context;
use super::error::SweepError;
use super::message::Message;
use super::options::Options;
use super::poison::Poison;
use super::queued_pass::{Outcome, Work};
use super::stop_limit::StopLimit;
use super::summary::Summary;
use super::{history, log, round};
use chrono::TimeDelta;
use futures::StreamExt;
use tokio::time::Instant;

/// An older message is not worked on: newer rounds have come since.
const LATE: TimeDelta = TimeDelta::minutes(30);
/// The passes that one message has made at once.
const AT_ONCE: usize = 4;

/// Works on one message; `tries`: how often it was handed out, this time included. The summary is that of its passes,
/// with the messages that are to go back to the queue. A workspace that cannot be read is reported and fails nothing: the
/// next round is near.
///
/// # Errors
/// Of none of the workspaces the pass could be made, as the ledger cannot be written or the clock is wrong: to be tried
/// again.
pub async fn run(
    context: &Context,
    options: &Options,
    message: &Message,
    tries: Option<u64>,
) -> Result<Summary, SweepError> {
    let begun = Instant::now();
    let clock = Clock::begin(options.now);
    let options = &Options {
        id: Some(message.round.round.clone()),
        ..options.clone()
    };
    let mut summary = Summary::begin(options);
    let age = options.now - message.round.at;
    if age > LATE {
        // Nobody has said so before: whoever was taken away with it could not.
        if tries > Some(1) {
            tell_of_lost(context, message).await?;
        }
        return Ok(too_late(message, age, summary));
    }
    context.check_ledger().await.map_err(SweepError::Ledger)?;
    // What fails for the ledger's sake has failed by now, whatever its workspaces are: it comes back as it is.
    if tries > Some(1) && message.workspaces.len() > 1 {
        summary.messages = message.halved();
        let counts = (message.workspaces.len(), summary.messages.len());
        log::handed_out(&summary, counts, "theirs did not come to its end");
        return Ok(summary);
    }
    let clock = remembered(clock, context).await?;
    context.arm.share_with(message.round.instances);
    let (context, oddities) = &context.with_calendars(options.now).await;
    let deadline = begun + context.settings.sweep_deadline;
    let beacons =
        context
            .round_beacons
            .get(context.beacons.as_ref(), &message.round.round, deadline);
    let work = Work {
        context,
        options,
        message,
        oddities,
        age,
        begun,
        beacons: &*beacons.await,
        stop_limit: &StopLimit::of_round(
            message.round.limit,
            context.ledger.clone(),
            &message.round.round,
        ),
        clock,
        deadline,
        // Whoever begins by then has as much time again.
        begin_by: begun + context.settings.sweep_deadline / 2,
    };
    let named = message.workspaces.iter().cloned().enumerate();
    let passes = named.map(|(place, one)| work.pass_over(one, place == 0));
    // Not collected: each is made when its turn comes.
    let outcomes = futures::stream::iter(passes)
        .buffer_unordered(AT_ONCE)
        .collect();
    let outcomes: Vec<Outcome> = outcomes.await;
    if outcomes.iter().any(Outcome::is_the_ledgers) {
        context.ledger_failed();
    }
    ended(message, outcomes, summary)
}

async fn tell_of_lost(context: &Context, message: &Message) -> Result<(), SweepError> {
    for one in &message.workspaces {
        let told = round::report_poison(context, &Poison::lost(&one.workspace)).await;
        told.map_err(SweepError::Ledger)?;
    }
    Ok(())
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

fn too_late(message: &Message, age: TimeDelta, summary: Summary) -> Summary {
    let minutes = age.num_minutes();
    for one in &message.workspaces {
        let mut of_one = summary.clone();
        of_one.oddities.push(format!(
            "{}: its message is {minutes} minutes old; newer rounds cover it",
            one.workspace
        ));
        log::pass(&of_one, &one.workspace);
    }
    summary
}

/// The message's own summary. What failed in it is handed out again by itself, and what was not begun together: only
/// where nothing at all was done does the message fail.
fn ended(
    message: &Message,
    outcomes: Vec<Outcome>,
    mut summary: Summary,
) -> Result<Summary, SweepError> {
    let (mut left, mut failed) = (Vec::new(), Vec::new());
    for outcome in outcomes {
        match outcome {
            Outcome::Done(done) => {
                summary.workspaces += 1;
                summary.join(&done);
            }
            Outcome::Left(one) => left.push(one),
            Outcome::Failed(one, error) => failed.push((one, error)),
        }
    }
    if summary.workspaces == 0
        && left.is_empty()
        && let Some((_, error)) = failed.pop()
    {
        return Err(error);
    }
    for (one, error) in failed {
        log::pass_failed(&summary, &one.workspace, &error);
        summary.messages.push(message.alone(one));
    }
    if !left.is_empty() {
        log::handed_out(
            &summary,
            (left.len(), 1),
            "theirs had no time left for them",
        );
        summary.messages.push(message.of(left));
    }
    Ok(summary)
}
