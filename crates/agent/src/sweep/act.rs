//! Claiming an act in memory, sending it to Azure, and remembering the answer.

use super::look::Look;
use super::say;
use super::summary::{ActLine, Report};
use super::workspace::{Pass, append_all};
use lamplighter_azure::{Accepted, AzureError};
use lamplighter_core::decide::{Act, Action, Ended, Outcome, Reason, WorkspaceMemory};
use lamplighter_core::record::{Record, What};
use crate::ledger::{SaveError, Version};
use lamplighter_core::schedule::Power;
use chrono::TimeDelta;
use std::time::Duration;
use tokio::time::Instant;

/// How long a claim keeps other sweeps from sending the same act. It outlasts [`SEND_WITHIN`] by more than two
/// instances' clocks differ.
const CLAIM: TimeDelta = TimeDelta::minutes(5);
/// A claim is sent within this long or not at all.
const SEND_WITHIN: Duration = Duration::from_secs(90);
/// Another sweep may have written the memory while Azure answered.
const SAVE_ATTEMPTS: usize = 8;

/// Writes the act that is due into the look's memory, to be saved before it is sent.
pub fn claim(pass: &Pass<'_>, look: &mut Look) {
    let now = pass.options.now;
    let power = match look.act_due() {
        Some(Action::Stop) => Power::Off,
        Some(Action::Start) => Power::On,
        _ => return,
    };
    let verb = if power == Power::On { "start" } else { "stop" };
    let id = format!(
        "{}:{verb}:{}",
        look.machine.id,
        now.format("%Y%m%dT%H%M%S%3fZ")
    );
    // A start that ends an avoided interval which still earns brings back what ran anyway.
    let ran_anyway = look
        .memory
        .avoided
        .as_ref()
        .is_some_and(|interval| interval.earns_at(now));
    let unneeded = look.memory.unneeded_start();
    let unneeded = unneeded.filter(|_| look.decision.reason == Reason::Idle);
    let unneeded_start = unneeded.map(|start| start.id.clone());
    look.memory.push_act(Act {
        id: id.clone(),
        power,
        reason: look.decision.reason,
        cause: look.decision.cause.unwrap_or(now),
        requested_at: now,
        claimed_until: now + CLAIM,
        extra: power == Power::On && !ran_anyway,
        unneeded_start,
        accepted_at: None,
        ended: None,
    });
    look.claim = Some(id);
}

/// Sends what this pass has claimed, now that the memory holds the claims.
pub async fn send_claimed(pass: &Pass<'_>, looks: &[Look], report: &mut Report) {
    let claimed: Vec<&Look> = looks.iter().filter(|look| look.claim.is_some()).collect();
    if claimed.is_empty() {
        return;
    }
    let records = claimed
        .iter()
        .filter_map(|look| act_record(pass, look))
        .collect::<Vec<_>>();
    if let Err(error) = append_all(pass, &records).await {
        report.problems.push(format!(
            "not acted on, as the act could not be written down: {error}"
        ));
        return;
    }
    let limit = pass.deadline.min(Instant::now() + SEND_WITHIN);
    let sends = claimed
        .iter()
        .map(|look| async { (*look, send(pass, look, limit).await) });
    let answers = super::all(sends.collect(), pass.context.settings.concurrency).await;
    let (mut acts, mut records) = (Vec::new(), Vec::new());
    for (look, answer) in &answers {
        let Some(act) = look.claimed() else { continue };
        let line = act_line(look, act, answer);
        say::act(pass, &line);
        let (act_id, power, why) = (act.id.clone(), act.power, line.why.clone());
        let what = What::Answer {
            act: act_id,
            power,
            accepted: line.accepted,
            why,
        };
        records.push(look.record(format!("answer:{}", act.id), pass.options.now, what));
        acts.push(answered(pass, act, answer));
        report.acts.push(line);
    }
    if let Err(error) = append_all(pass, &records).await {
        report.problems.push(format!(
            "Azure's answers could not be written down: {error}"
        ));
    }
    if let Err(error) = save_answers(pass, looks, acts).await {
        report
            .problems
            .push(format!("Azure's answers could not be remembered: {error}"));
    }
    if pass.options.wait {
        let accepted = answers
            .into_iter()
            .filter_map(|(look, answer)| Some((look.machine.compute.clone(), answer.ok()?)));
        wait(pass, accepted.collect(), report).await;
    }
}

fn act_record(pass: &Pass<'_>, look: &Look) -> Option<Record> {
    let act = look.claimed()?.clone();
    Some(look.record(
        format!("act:{}", act.id),
        pass.options.now,
        What::Act { act },
    ))
}

async fn send(pass: &Pass<'_>, look: &Look, limit: Instant) -> Result<Accepted, AzureError> {
    let (workspace, name) = (&pass.place.workspace, look.compute.name.as_str());
    match look.act_due() {
        Some(Action::Start) => pass.context.arm.start(workspace, name, limit).await,
        _ => pass.context.arm.stop(workspace, name, limit).await,
    }
}

fn act_line(look: &Look, act: &Act, answer: &Result<Accepted, AzureError>) -> ActLine {
    ActLine {
        id: act.id.clone(),
        machine: look.machine.clone(),
        action: if act.power == Power::On {
            Action::Start
        } else {
            Action::Stop
        },
        accepted: answer.is_ok(),
        look_again: answer.as_ref().err().is_some_and(AzureError::is_look_again),
        why: answer.as_ref().err().map(AzureError::to_string),
    }
}

/// The act as Azure's answer leaves it. Where it is unknown whether the request arrived, the claim stands until
/// it runs out, and a later look tells.
fn answered(pass: &Pass<'_>, act: &Act, answer: &Result<Accepted, AzureError>) -> Act {
    let mut act = act.clone();
    match answer {
        Ok(_) => act.accepted_at = Some(pass.options.now),
        Err(error) if error.is_perhaps_done() => {}
        Err(error) => {
            let why = Some(error.to_string());
            act.ended = Some(Ended {
                at: pass.options.now,
                how: Outcome::Failed,
                why,
            });
        }
    }
    act
}

/// Saves the answers into the newest memory, whoever wrote it last.
async fn save_answers(pass: &Pass<'_>, looks: &[Look], acts: Vec<Act>) -> Result<(), SaveError> {
    amend(pass, |memory| {
        for (name, look) in super::workspace::by_name(looks) {
            let Some(id) = &look.claim else { continue };
            let (Some(machine), Some(act)) = (
                memory.machines.get_mut(&name),
                acts.iter().find(|act| act.id == *id),
            ) else {
                continue;
            };
            // What a later look has found out about the act stands.
            if let Some(known) = machine
                .acts
                .iter_mut()
                .find(|known| known.id == act.id && known.ended.is_none())
            {
                known.accepted_at = act.accepted_at;
                known.ended = act.ended.clone();
            }
        }
    })
    .await
}

/// Changes the newest memory of the workspace, whoever wrote it last.
pub(super) async fn amend(
    pass: &Pass<'_>,
    change: impl Fn(&mut WorkspaceMemory),
) -> Result<(), SaveError> {
    let ledger = &pass.context.ledger;
    let key = &pass.place.workspace.id;
    let (mut memory, mut version): (WorkspaceMemory, Version) =
        ledger.load(key).await.map_err(SaveError::Other)?;
    for _ in 0..SAVE_ATTEMPTS {
        change(&mut memory);
        match ledger.save(key, &memory, &version).await {
            Err(SaveError::Conflict) => {
                (memory, version) = ledger.load(key).await.map_err(SaveError::Other)?;
            }
            Err(error) => return Err(error),
            Ok(_) => return Ok(()),
        }
    }
    Err(SaveError::Conflict)
}

/// Waits until Azure has finished what was asked for, or the deadline passes.
async fn wait(pass: &Pass<'_>, accepted: Vec<(String, Accepted)>, report: &mut Report) {
    for (compute, accepted) in accepted {
        match pass.context.arm.wait(&accepted, pass.deadline).await {
            Ok(status) if status.succeeded() => {}
            Ok(status) => {
                report.failed += 1;
                report
                    .problems
                    .push(format!("{compute}: the operation ended as {status}"));
            }
            Err(error) => report
                .problems
                .push(format!("{compute}: its end was not seen: {error}")),
        }
    }
}
