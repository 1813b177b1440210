//! The timer's half of a sweep that is spread over instances: it puts out one message for each workspace, and a
//! later tick sums up what the workspaces told.

use super::brake::Limit;
use super::discover::Discovered;
use super::message::{Message, Round};
use super::past::{LastSweep, Past, Pending};
use super::summary::Summary;
use super::{Context, Options, past, say};
use crate::ledger::LedgerError;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// A round is summed up when all have told, or after this long.
const ENDS: TimeDelta = TimeDelta::minutes(12);
/// What was left behind in rounds is deleted after this long.
const LEFT: TimeDelta = TimeDelta::days(1);
/// Where messages that could not be worked on are told of.
const POISON: &str = "poison";
/// Messages that Functions hands to one instance at a time, as host.json says: so many instances are to be expected.
const PER_INSTANCE: usize = 16;

/// What one workspace told of its pass.
#[derive(Debug, Serialize, Deserialize)]
pub struct Part {
    /// The workspace's ARM id in lower case.
    pub workspace: String,
    pub summary: Summary,
}

/// A message that could not be worked on.
#[derive(Debug, Serialize, Deserialize)]
pub struct Poison {
    pub text: String,
    /// The workspace's ARM id in lower case, where the message named one.
    pub workspace: Option<String>,
}

/// One message for each workspace, of a new round that is noted down first.
pub async fn messages(
    context: &Context,
    options: &Options,
    found: &Discovered,
    past: &Past,
    round: &str,
) -> Result<Vec<Message>, LedgerError> {
    let count = found.workspaces.len();
    let spread = &context.settings.spread;
    let expected = u32::try_from(count.div_ceil(PER_INSTANCE)).unwrap_or(u32::MAX);
    let hour = options.now.timestamp().div_euclid(3600);
    let tell = past.told_hour != Some(hour);
    let new = Round {
        id: round,
        at: options.now,
        instances: expected.clamp(1, spread.max_instances),
        limit: Limit::of(context.settings.safety.max_stops, past, options.now),
        tell,
    };
    let pending = Pending {
        round: round.to_owned(),
        at: options.now,
        subscriptions: found.subscriptions,
        workspaces: count,
        tell,
        problems: found.problems.clone(),
        unseen: found.unseen.clone(),
    };
    past::amend(context, |past| {
        if tell {
            past.told_hour = Some(hour);
        }
        if !past.rounds.iter().any(|known| known.round == pending.round) {
            past.rounds.push(pending.clone());
        }
    })
    .await?;
    let defaults = &context.settings.defaults;
    let message = |place| Message::new(&new, place, defaults);
    Ok(found.workspaces.iter().map(message).collect())
}

/// Leaves word of how a workspace's pass went.
///
/// # Errors
/// The ledger cannot be written.
pub async fn tell(context: &Context, round: &str, part: &Part) -> Result<(), LedgerError> {
    let left = context.ledger.leave(round, &part.workspace, part).await;
    left.map(|_| ())
}

/// Leaves word of a message that could not be worked on, for the next sweep to report.
///
/// # Errors
/// The ledger cannot be written.
pub async fn poisoned(context: &Context, poison: &Poison) -> Result<(), LedgerError> {
    let left = context.ledger.leave(POISON, &poison.text, poison).await;
    left.map(|_| ())
}

/// Sums up the rounds that have ended, and reports messages that nobody could work on. What goes wrong is a problem
/// of this sweep.
pub async fn collect(
    context: &Context,
    now: DateTime<Utc>,
    found: &Discovered,
    past: &Past,
) -> (Vec<String>, Vec<String>) {
    let (mut problems, mut unseen) = (Vec::new(), Vec::new());
    match poisons(context).await {
        Ok(poisons) => {
            for poison in poisons {
                problems.push(poison.text);
                unseen.extend(poison.workspace);
            }
        }
        Err(error) => problems.push(format!("failed messages could not be read: {error}")),
    }
    for pending in &past.rounds {
        if let Err(error) = sum_up(context, now, found, pending).await {
            problems.push(format!(
                "round {} could not be summed up: {error}",
                pending.round
            ));
        }
    }
    (problems, unseen)
}

async fn poisons(context: &Context) -> Result<Vec<Poison>, LedgerError> {
    let left = context.ledger.left::<Poison>(POISON).await?;
    context.ledger.clear(&left).await?;
    let unreadable = left.unreadable.into_iter().map(|text| Poison {
        text,
        workspace: None,
    });
    Ok(left.documents.into_iter().chain(unreadable).collect())
}

/// Sums up a round that has ended: says it, records it and closes it.
async fn sum_up(
    context: &Context,
    now: DateTime<Utc>,
    found: &Discovered,
    pending: &Pending,
) -> Result<(), LedgerError> {
    let left = context.ledger.left::<Part>(&pending.round).await?;
    let answered = left.documents.len();
    let complete = pending.tell && answered >= pending.workspaces;
    if !complete && now < pending.at + ENDS {
        return Ok(());
    }
    let mut summary = Summary::of_round(pending, answered, context);
    if pending.tell {
        silent(&mut summary, found, &left.documents);
    }
    summary.problems.extend(left.unreadable.iter().cloned());
    // What the passes and the finding of workspaces met has been said when they met it.
    say::troubles(&summary);
    summary.problems.extend(pending.problems.iter().cloned());
    for part in &left.documents {
        summary.join(&part.summary);
    }
    summary.end(context);
    say::round(&summary);
    say::record_summary(context, &mut summary).await;
    past::amend(context, |past| {
        past.rounds.retain(|known| known.round != pending.round);
        if past.last.as_ref().is_none_or(|last| last.at <= summary.at) {
            past.last = Some(LastSweep::of(&summary));
        }
        if pending.tell {
            past.machines = summary.machines;
        }
    })
    .await?;
    context.ledger.clear(&left).await?;
    match pending.tell {
        // Once an hour is enough.
        true => context.ledger.tidy_rounds(Utc::now() - LEFT).await,
        false => Ok(()),
    }
}

/// The workspaces that should have told, and did not.
fn silent(summary: &mut Summary, found: &Discovered, parts: &[Part]) {
    let told: HashSet<&str> = parts.iter().map(|part| part.workspace.as_str()).collect();
    for place in &found.workspaces {
        let id = place.workspace.id.to_lowercase();
        if !told.contains(id.as_str()) {
            // One that is new since then is among them; the next round looks at it.
            summary.not_reached.push(format!(
                "workspace {}: no word of its pass",
                place.workspace.name
            ));
            summary.unseen.push(id);
        }
    }
}
