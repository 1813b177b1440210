//! The timer's half of a sweep that is spread over instances: it sends messages of many workspaces each, and a later tick
//! sums up what the workspaces reported.

use super::context::Context;
use super::discover::Discovered;
use super::history::{self, PendingRound, SweepHistory};
use super::message::{Message, Round};
use super::named::NamedWorkspace;
use super::options::Options;
use super::part::RoundPart;
use super::poison::Poison;
use super::summary::Summary;
use super::{learned::Learned, log, stop_limit, sweep_record};
use crate::ledger::LedgerError;
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_core::rounds::{Candidate, group, tells_of_each};
use std::collections::HashSet;

/// A round is summed up when all have reported, or after this long.
const ENDS: TimeDelta = TimeDelta::minutes(12);
/// What was left behind in rounds is deleted after this long.
const LEFT: TimeDelta = TimeDelta::days(1);
/// Where messages that could not be worked on are noted.
const POISON: &str = "poison";
/// The fewest messages that Functions has an instance work on before it asks for more, as host.json says: more instances
/// than this brings are not to be expected.
const PER_INSTANCE: usize = 8;

/// The messages of a new round, which is noted down first.
pub async fn messages(
    context: &Context,
    options: &Options,
    found: &Discovered,
    known: &SweepHistory,
    round: &str,
) -> Result<Vec<Message>, LedgerError> {
    let hour = options.now.timestamp().div_euclid(3600);
    let full = known.full_hour != Some(hour);
    let pending = PendingRound {
        round: round.to_owned(),
        at: options.now,
        subscriptions: found.subscriptions,
        workspaces: found.workspaces.len(),
        full,
        problems: found.problems.clone(),
        unseen: found.unseen.clone(),
    };
    history::amend(context, |history| {
        if full {
            history.full_hour = Some(hour);
        }
        history.clock_checked = context.clock_was_right().max(history.clock_checked);
        if !history
            .rounds
            .iter()
            .any(|known| known.round == pending.round)
        {
            history.rounds.push(pending.clone());
        }
    })
    .await?;
    let groups = grouped(context, found, known);
    let instances = u32::try_from(groups.len().div_ceil(PER_INSTANCE)).unwrap_or(u32::MAX);
    let new = Round {
        round: round.to_owned(),
        at: options.now,
        instances: instances.clamp(1, context.settings.spread.max_instances),
        limit: stop_limit::limit(context.settings.safety.max_stops, known, options.now),
        full,
    };
    let message = |(workspaces, apart)| {
        let mut round = new.clone();
        // How the slow and the failed go this time is to be known at once.
        round.full |= apart;
        Message { round, workspaces }
    };
    Ok(groups.into_iter().map(message).collect())
}

/// The workspaces of each message, and whether they were slow or failed last time.
fn grouped(
    context: &Context,
    found: &Discovered,
    known: &SweepHistory,
) -> Vec<(Vec<NamedWorkspace>, bool)> {
    let defaults = &context.settings.defaults;
    let targets = found.workspaces.iter();
    let mut all: Vec<NamedWorkspace> = targets
        .map(|target| NamedWorkspace::new(target, defaults))
        .collect();
    // One order whatever Azure's is: what stands together stays together from round to round.
    all.sort_by_cached_key(NamedWorkspace::key);
    let candidates: Vec<Candidate<'_>> = all
        .iter()
        .map(|one| {
            let (took, apart) = known.passes.expected(&one.key());
            Candidate {
                subscription: one.subscription(),
                bytes: one.bytes(),
                took,
                apart,
            }
        })
        .collect();
    let groups = group(&candidates).into_iter();
    // Each stands in one group: nothing is copied, as there may be thousands.
    let mut all: Vec<Option<NamedWorkspace>> = all.into_iter().map(Some).collect();
    let groups = groups.map(|group| {
        let members = group.members.into_iter();
        let members = members.filter_map(|place| all.get_mut(place)?.take());
        (members.collect(), group.apart)
    });
    groups.collect()
}

/// Sums up the rounds that have ended, and reports messages that nobody could work on. What goes wrong is a problem
/// of this sweep.
pub async fn collect(
    context: &Context,
    now: DateTime<Utc>,
    found: &Discovered,
    known: &SweepHistory,
) -> (Vec<String>, Vec<String>) {
    let (mut problems, mut unseen) = (Vec::new(), Vec::new());
    let mut learned = Learned::default();
    match poisons(context).await {
        Ok(poisons) => {
            for poison in poisons {
                problems.push(poison.text);
                learned.given_up(now, poison.workspace.as_deref());
                unseen.extend(poison.workspace);
            }
        }
        Err(error) => problems.push(format!("failed messages could not be read: {error}")),
    }
    for pending in &known.rounds {
        if let Err(error) = sum_up(context, now, found, pending, &mut learned).await {
            problems.push(format!(
                "round {} could not be summed up: {error}",
                pending.round
            ));
        }
    }
    if let Err(error) = learned.keep(context).await {
        problems.push(format!("how long passes took could not be saved: {error}"));
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

/// Sums up a round that has ended: logs it, records it and closes it.
async fn sum_up(
    context: &Context,
    now: DateTime<Utc>,
    found: &Discovered,
    pending: &PendingRound,
    learned: &mut Learned,
) -> Result<(), LedgerError> {
    let left = context.ledger.left::<RoundPart>(&pending.round).await?;
    let answered = left.documents.len();
    let complete = pending.full && answered >= pending.workspaces;
    let over = complete || now >= pending.at + ENDS;
    let mut summary = Summary::of_round(pending, answered, context);
    if over && pending.full {
        let silent = silent(&mut summary, found, &left.documents);
        // Where as many have reported as were asked to, the others have come since.
        let tells = !complete && tells_of_each(silent.len(), answered);
        let silent = silent.into_iter().filter(|_| tells);
        learned.whole_round(pending.at, &left.documents, silent);
    } else {
        learned.parts(pending.at, &left.documents);
    }
    if !over {
        return Ok(());
    }
    summary.problems.extend(left.unreadable.iter().cloned());
    // What the passes and the finding of workspaces met has been logged when they met it.
    log::troubles(&summary);
    summary.problems.extend(pending.problems.iter().cloned());
    for part in &left.documents {
        summary.join(&part.summary);
    }
    summary.end(context);
    let first = sweep_record::past_days(context, &summary).await;
    log::round(&summary);
    sweep_record::write(context, &mut summary, first).await;
    history::amend(context, |history| {
        history.rounds.retain(|known| known.round != pending.round);
        if history
            .last
            .as_ref()
            .is_none_or(|last| last.at <= summary.at)
        {
            history.last = Some(summary.as_last());
        }
        if pending.full {
            history.resources = summary.resources;
        }
    })
    .await?;
    context.ledger.clear(&left).await?;
    match pending.full {
        // Once an hour is enough.
        true => context.ledger.tidy_rounds(Utc::now() - LEFT).await,
        false => Ok(()),
    }
}

/// The workspaces that should have reported, and did not: their ARM ids, in lower case.
fn silent(summary: &mut Summary, found: &Discovered, parts: &[RoundPart]) -> Vec<String> {
    let mut silent = Vec::new();
    let reported: HashSet<&str> = parts.iter().map(|part| part.workspace.as_str()).collect();
    for target in &found.workspaces {
        let id = target.workspace.id.to_lowercase();
        if !reported.contains(id.as_str()) {
            // One that is new since then is among them; the next round observes it.
            summary.not_reached.push(format!(
                "workspace {}: no report of its pass",
                target.workspace.name
            ));
            summary.unseen.push(id.clone());
            silent.push(id);
        }
    }
    silent
}

/// Notes a message that nobody could work on; the next sweep reports it.
///
/// # Errors
/// The ledger cannot be written.
pub async fn report_poison(context: &Context, poison: &Poison) -> Result<(), LedgerError> {
    log::poison(poison);
    let left = context.ledger.leave(POISON, &poison.text, poison).await;
    left.map(|_| ())
}
