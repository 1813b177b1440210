//! Act: what was claimed is sent to Azure, and its answers are written down and saved.

use super::concurrent::all;
use super::decided::Decided;
use super::log;
use super::pass::Pass;
use super::record::{Recorded, append_all};
use super::report::{ActionLine, PassReport};
use super::save::amend;
use crate::ledger::SaveError;
use lamplighter_azure::{Accepted, AzureError};
use lamplighter_core::kinds::ResourceKind;
use lamplighter_core::record::{Action, Ended, OperationOutcome, OwnOperation, Record, What};
use lamplighter_core::schedule::Power;
use std::time::Duration;
use tokio::time::Instant;

/// A claim is sent within this long or not at all; see `confirm.rs` for how long it stands.
const SEND_WITHIN: Duration = Duration::from_secs(90);

/// An action that was sent, and Azure's answer.
struct Sent<'a> {
    decided: &'a Decided,
    own: &'a OwnOperation,
    answer: Result<Accepted, AzureError>,
}

/// Sends what this pass has claimed, now that the saved state holds the claims.
pub async fn send_claimed(pass: &Pass<'_>, recorded: &[Recorded], report: &mut PassReport) {
    let claimed: Vec<(&Decided, &OwnOperation)> = recorded
        .iter()
        .filter_map(|one| Some((&one.decided, one.claim.as_ref()?)))
        .collect();
    if claimed.is_empty() {
        return;
    }
    let records: Vec<Record> = claimed
        .iter()
        .map(|(decided, own)| action_record(pass, decided, own))
        .collect();
    if let Err(error) = append_all(pass, &records).await {
        report.problems.push(format!(
            "not acted on, as the action could not be written down: {error}"
        ));
        return;
    }
    let limit = pass.deadline.min(Instant::now() + SEND_WITHIN);
    let sends = claimed.into_iter().filter_map(|(decided, own)| {
        // Nothing of a kind without calls is ever claimed.
        let kind = decided.observed.resource.kind.known()?;
        Some(async move {
            let answer = send(pass, kind, (decided, own), limit).await;
            Sent {
                decided,
                own,
                answer,
            }
        })
    });
    let sent = all(sends.collect(), pass.context.settings.concurrency).await;
    keep_answers(pass, &sent, report).await;
    if pass.options.wait {
        let accepted = sent.into_iter().filter_map(|sent| {
            let name = sent.decided.observed.resource.name.clone();
            Some((name, sent.answer.ok()?))
        });
        wait(pass, accepted.collect(), report).await;
    }
}

/// Logs, records and saves what Azure answered.
async fn keep_answers(pass: &Pass<'_>, sent: &[Sent<'_>], report: &mut PassReport) {
    let (mut answered, mut records) = (Vec::new(), Vec::new());
    for one in sent {
        let line = action_line(one);
        log::action(pass, &line);
        let what = What::Answer {
            operation: one.own.id.clone(),
            power: one.own.power,
            accepted: line.accepted,
            why: line.why.clone(),
        };
        let id = format!("answer:{}", one.own.id);
        records.push(one.decided.record(id, pass.options.now, what));
        answered.push((
            one.decided.observed.key().to_owned(),
            with_answer(pass, one),
        ));
        report.actions.push(line);
    }
    if let Err(error) = append_all(pass, &records).await {
        report.problems.push(format!(
            "Azure's answers could not be written down: {error}"
        ));
    }
    if let Err(error) = save_answers(pass, &answered).await {
        report
            .problems
            .push(format!("Azure's answers could not be saved: {error}"));
    }
}

fn action_record(pass: &Pass<'_>, decided: &Decided, own: &OwnOperation) -> Record {
    let what = What::Action {
        operation: own.clone(),
    };
    decided.record(format!("action:{}", own.id), pass.options.now, what)
}

async fn send(
    pass: &Pass<'_>,
    kind: &dyn ResourceKind,
    (decided, own): (&Decided, &OwnOperation),
    limit: Instant,
) -> Result<Accepted, AzureError> {
    let (workspace, name) = (&pass.target.workspace, &decided.observed.compute.name);
    let call = match own.power {
        Power::On => kind.start(workspace, name),
        Power::Off => kind.stop(workspace, name),
    };
    let asked = pass.context.arm.action(&call, limit);
    pass.unless_host_gone(call.name, asked).await
}

fn action_line(sent: &Sent<'_>) -> ActionLine {
    let error = sent.answer.as_ref().err();
    ActionLine {
        operation: sent.own.id.clone(),
        resource: sent.decided.observed.resource.clone(),
        action: match sent.own.power {
            Power::On => Action::Start,
            Power::Off => Action::Stop,
        },
        accepted: error.is_none(),
        wrong_state: error.is_some_and(AzureError::is_wrong_state),
        why: error.map(AzureError::to_string),
    }
}

/// The operation as Azure's answer leaves it. Where it is unknown whether the request arrived, the claim stands until
/// it runs out, and a later sweep tells.
fn with_answer(pass: &Pass<'_>, sent: &Sent<'_>) -> OwnOperation {
    let mut own = sent.own.clone();
    let now = pass.options.now;
    match &sent.answer {
        Ok(_) => own.accepted_at = Some(now),
        Err(error) if error.is_perhaps_done() => {}
        Err(error) => {
            own.ended = Some(Ended {
                at: now,
                how: OperationOutcome::Failed,
                why: Some(error.to_string()),
            });
        }
    }
    own
}

/// Saves the answers into the newest saved state, whoever wrote it last.
async fn save_answers(
    pass: &Pass<'_>,
    answered: &[(String, OwnOperation)],
) -> Result<(), SaveError> {
    amend(pass, |state| {
        for (name, own) in answered {
            let Some(resource) = state.resources.get_mut(name) else {
                continue;
            };
            let mut known = resource.own_operations.iter_mut();
            // What a later sweep has found out about the operation stands.
            let known = known.find(|known| known.id == own.id && known.ended.is_none());
            if let Some(known) = known {
                known.accepted_at = own.accepted_at;
                known.ended = own.ended.clone();
            }
        }
    })
    .await
}

/// Waits until Azure has finished what was asked for, or the deadline passes.
async fn wait(pass: &Pass<'_>, accepted: Vec<(String, Accepted)>, report: &mut PassReport) {
    for (name, accepted) in accepted {
        match pass.context.arm.wait(&accepted, pass.deadline).await {
            Ok(status) if status.succeeded() => {}
            Ok(status) => {
                report.failed += 1;
                report
                    .problems
                    .push(format!("{name}: the operation ended as {status}"));
            }
            Err(error) => report
                .problems
                .push(format!("{name}: how it ended is not known: {error}")),
        }
    }
}
