//! Act: what is due is claimed, looked at once more and sent to Azure, before anything else is asked or written; then
//! Azure's answers are written down and saved.

use super::claim::{self, Claim, Claimed, Left, claim};
use super::concurrent::all;
use super::confirm::{Confirmed, FRESH, confirm};
use super::decided::{Decided, Done, KnownJobs};
use super::holds::KnownHolds;
use super::intervals::{Settled, action};
use super::pass::Pass;
use super::record::append_all;
use super::report::{ActionLine, PassReport};
use super::save::amend;
use super::{log, refused};
use crate::ledger::{SaveError, StateDocument, Version};
use lamplighter_azure::{Accepted, AzureError, ErrorKind};
use lamplighter_core::kinds::ResourceKind;
use lamplighter_core::observe::Compute;
use lamplighter_core::record::{
    Action, Ended, OperationOutcome, OwnOperation, Reason, Refused, What,
};
use lamplighter_core::schedule::Power;
use std::collections::{HashMap, VecDeque};
use std::time::Duration;
use tokio::time::Instant;

/// An action that Azure has put off more often is left to the next sweep.
const MOST_PUT_OFF: u32 = 5;

/// What a pass has done about the resources of its workspace on which something was due.
#[derive(Default)]
pub struct Acted {
    /// By key of their saved state.
    done: HashMap<String, Done>,
    /// As the last look showed them, by id in lower case.
    computes: HashMap<String, Compute>,
    /// What Azure has accepted, by the resource's name.
    accepted: Vec<(String, Accepted)>,
}

impl Acted {
    /// The computes of a list, as far as a later look showed them otherwise.
    pub fn refresh(&mut self, computes: &mut [Compute]) {
        for compute in computes {
            if let Some(newer) = self.computes.remove(&compute.id.to_lowercase()) {
                *compute = newer;
            }
        }
    }

    /// A later decision of the same pass, with what was done already in its place. Nothing is done twice.
    pub fn over(&self, decided: Decided) -> Decided {
        match self.done.get(decided.observed.key()) {
            Some(done) => decided.with_done(done),
            None if decided.action_due().is_some() => {
                let why = "another sweep has written its saved state meanwhile";
                decided.left_instead(Reason::NotConfirmed, why)
            }
            None => decided,
        }
    }

    /// Whether nothing was due.
    pub fn is_empty(&self) -> bool {
        self.done.is_empty()
    }

    /// Takes in what was done about others.
    pub fn join(&mut self, others: Acted) {
        self.done.extend(others.done);
        self.computes.extend(others.computes);
        self.accepted.extend(others.accepted);
    }

    fn keep(&mut self, decided: Decided) {
        let key = decided.observed.key().to_owned();
        let compute = decided.observed.compute.clone();
        self.computes.insert(decided.observed.lower_id(), compute);
        self.done.insert(key, decided.looked());
    }
}

/// An action that was sent, and Azure's answer.
struct Sent {
    decided: Decided,
    claim: Claim,
    answer: Result<Accepted, AzureError>,
    at: Instant,
}

/// Does what is due. `known`: the jobs and holds of the workspace; what the last look shows of them is kept there.
/// `state`: taken where a claim is saved upon it.
///
/// # Errors
/// The claims could not be saved, so nothing was sent; see [`claim::save`].
pub async fn act(
    pass: &Pass<'_>,
    due: Vec<Settled>,
    state: &mut Option<(StateDocument, Version)>,
    known: (&mut KnownJobs, &mut KnownHolds),
    report: &mut PassReport,
) -> Result<Acted, SaveError> {
    let (mut acted, mut claimed) = (Acted::default(), Vec::with_capacity(due.len()));
    for one in due {
        if pass.is_over() {
            report.not_reached.push(one.decided.name());
            let (reason, why) = (Reason::NotConfirmed, pass.why_over().into());
            let key = one.decided.observed.key().to_owned();
            acted.done.insert(key, Done::Left { reason, why });
            continue;
        }
        match claim(pass, one, report).await {
            Ok(one) => claimed.push(one),
            Err(Left { key, reason, why }) => {
                acted.done.insert(key, Done::Left { reason, why });
            }
        }
    }
    let Some(state) = state.take_if(|_| !claimed.is_empty()) else {
        return Ok(acted);
    };
    claim::save(pass, state, &claimed).await?;
    let (sent, not) = look_and_send(pass, claimed, known, report).await;
    keep_answers(pass, &sent, &not, report).await;
    for one in sent {
        let name = one.decided.observed.resource.name.clone();
        acted
            .accepted
            .extend(one.answer.ok().map(|yes| (name, yes)));
        acted.keep(one.decided);
    }
    not.into_iter().for_each(|one| acted.keep(one.decided));
    Ok(acted)
}

/// Looks at what is claimed and sends what is still due, few at a time: whatever had to wait for its turn is looked at anew.
async fn look_and_send(
    pass: &Pass<'_>,
    claimed: Vec<Claimed>,
    (jobs, holds): (&mut KnownJobs, &mut KnownHolds),
    report: &mut PassReport,
) -> (Vec<Sent>, Vec<Confirmed>) {
    let claimed = claimed.into_iter();
    let mut waiting: VecDeque<(Decided, Claim)> = claimed
        .map(|one| (one.settled.decided, one.claim))
        .collect();
    let (mut sent, mut not) = (Vec::new(), Vec::new());
    while !waiting.is_empty() {
        let few = waiting.len().min(pass.context.settings.concurrency);
        let confirmed = confirm(pass, waiting.drain(..few).collect(), (jobs, holds), report).await;
        let (due, others): (Vec<_>, Vec<_>) = confirmed.into_iter().partition(|one| one.due);
        not.extend(others);
        let mut pause = Duration::ZERO;
        for mut one in send_all(pass, due).await {
            match one.again(pass) {
                Some(wait) => {
                    pause = pause.max(wait);
                    one.claim.put_off += u32::from(one.is_put_off());
                    waiting.push_back((one.decided, one.claim));
                }
                None if one.never_left() => not.push(one.left(report)),
                None => sent.push(one),
            }
        }
        tokio::time::sleep(pause).await;
    }
    (sent, not)
}

async fn send_all(pass: &Pass<'_>, due: Vec<Confirmed>) -> Vec<Sent> {
    let begin_by = Instant::now() + FRESH;
    let sends = due.into_iter().filter_map(|one| {
        let Confirmed { decided, claim, .. } = one;
        // Nothing of a kind without calls is ever claimed.
        let kind = decided.observed.resource.kind.known()?;
        Some(async move {
            let answer = send(pass, kind, (&decided, &claim), begin_by).await;
            Sent {
                decided,
                claim,
                answer,
                at: Instant::now(),
            }
        })
    });
    all(sends.collect(), pass.context.settings.concurrency).await
}

impl Sent {
    /// How long to wait before it is looked at and sent once more: only its turn did not come in time, and there still is
    /// time for another.
    fn again(&self, pass: &Pass<'_>) -> Option<Duration> {
        let wait = self.answer.as_ref().err()?.worth_again()?;
        let until = self.claim.send_until.min(pass.deadline);
        let in_time = Instant::now().checked_add(wait)? + FRESH < until;
        (in_time && self.claim.put_off < MOST_PUT_OFF).then_some(wait)
    }

    /// Whether it has not gone out at all, for want of time or of a host.
    fn never_left(&self) -> bool {
        let error = self.answer.as_ref().err();
        error.is_some_and(|error| {
            let too_late = error.is_deadline() || error.kind() == ErrorKind::NotBegun;
            too_late && error.status().is_none() && !error.is_perhaps_done()
        })
    }

    /// Left to the next sweep, and its claim with it.
    fn left(self, report: &mut PassReport) -> Confirmed {
        report.not_reached.push(self.decided.name());
        let why = "there was no time left to ask for it";
        Confirmed {
            decided: self.decided.left_instead(Reason::NotConfirmed, why),
            due: false,
            claim: self.claim,
        }
    }

    /// Whether Azure itself told to come back later.
    fn is_put_off(&self) -> bool {
        let error = self.answer.as_ref().err();
        error.is_some_and(|error| error.status().is_some())
    }
}

async fn send(
    pass: &Pass<'_>,
    kind: &dyn ResourceKind,
    (decided, claim): (&Decided, &Claim),
    begin_by: Instant,
) -> Result<Accepted, AzureError> {
    let (workspace, compute) = (&pass.target.workspace, &decided.observed.compute);
    let to = claim.own.value;
    let call = match claim.own.power {
        Power::On => kind.start(workspace, compute, to),
        Power::Off => kind.stop(workspace, compute, to),
    };
    let until = claim.send_until.min(pass.deadline);
    let begin_by = begin_by.min(until);
    let asked = pass.context.arm.action_by(&call, begin_by, until);
    pass.unless_host_gone(call.name, asked).await
}

/// An answer as it is saved.
struct Answered<'a> {
    /// The resource's key.
    key: &'a str,
    own: OwnOperation,
    /// What Azure now goes on refusing; `None` where it does not, or gave no clear answer.
    refused: Option<Refused>,
}

/// Logs, records and saves what Azure answered, and takes back the claims that were not sent.
async fn keep_answers(pass: &Pass<'_>, sent: &[Sent], not: &[Confirmed], report: &mut PassReport) {
    let (now, mut records, mut answered) = (pass.options.now, Vec::new(), Vec::new());
    for one in sent {
        let in_a_row = refused_in_a_row(pass, one);
        let line = action_line(one, in_a_row.as_ref());
        log::action(pass, &line);
        let what = What::Answer {
            operation: one.claim.own.id.clone(),
            power: one.claim.own.power,
            accepted: line.accepted,
            passing: !line.accepted && !line.failed,
            why: line.why.clone(),
        };
        let (sent_id, answer_id) = (
            format!("action:{}", one.claim.own.id),
            format!("answer:{}", one.claim.own.id),
        );
        records.push(one.decided.record(sent_id, now, action(&one.claim.own)));
        records.push(one.decided.record(answer_id, now, what));
        answered.push(Answered {
            key: one.decided.observed.key(),
            own: with_answer(pass, one, line.why.clone()),
            refused: in_a_row,
        });
        report.actions.push(line);
    }
    if let Err(error) = append_all(pass, &records).await {
        report.problems.push(format!(
            "Azure's answers could not be written down: {error}"
        ));
    }
    if let Err(error) = save_answers(pass, &answered, not).await {
        report
            .problems
            .push(format!("Azure's answers could not be saved: {error}"));
    }
}

/// The refusals in a row, where this answer is one.
fn refused_in_a_row(pass: &Pass<'_>, sent: &Sent) -> Option<Refused> {
    let error = sent.answer.as_ref().err()?;
    refused::in_a_row(pass, &sent.decided.observed.state, &sent.claim.own, error)
}

fn action_line(sent: &Sent, in_a_row: Option<&Refused>) -> ActionLine {
    let error = sent.answer.as_ref().err();
    ActionLine {
        operation: sent.claim.own.id.clone(),
        resource: sent.decided.observed.resource.clone(),
        action: match sent.claim.own.power {
            Power::On => Action::Start,
            Power::Off => Action::Stop,
        },
        accepted: error.is_none(),
        failed: error.is_some_and(|error| refused::is_failure(error, in_a_row)),
        wrong_state: error.is_some_and(AzureError::is_wrong_state),
        why: error.map(|error| refused::why(error, in_a_row)),
    }
}

/// The operation as Azure's answer leaves it. Where it is unknown whether the request arrived, the claim stands until
/// it runs out, and a later sweep tells.
fn with_answer(pass: &Pass<'_>, sent: &Sent, why: Option<String>) -> OwnOperation {
    let mut own = sent.claim.own.clone();
    match &sent.answer {
        Ok(_) => own.accepted_at = Some(pass.clock.moment(sent.at)),
        Err(error) if error.is_perhaps_done() => {}
        Err(_) => {
            own.ended = Some(Ended {
                at: pass.options.now,
                how: OperationOutcome::Failed,
                why,
            });
        }
    }
    own
}

/// Saves the answers into the newest saved state, whoever wrote it last.
async fn save_answers(
    pass: &Pass<'_>,
    answered: &[Answered<'_>],
    not: &[Confirmed],
) -> Result<(), SaveError> {
    amend(pass, |state| {
        for Answered { key, own, refused } in answered {
            state.change(key, |resource| {
                let mut known = resource.own_operations.iter_mut();
                // What a later sweep has found out about the operation stands.
                let known = known.find(|known| known.id == own.id && known.ended.is_none());
                if let Some(known) = known {
                    known.accepted_at = own.accepted_at;
                    known.ended = own.ended.clone();
                    // No clear answer says nothing about earlier refusals.
                    if own.accepted_at.is_some() || refused.is_some() {
                        resource.refused = refused.clone();
                    }
                }
            })?;
        }
        for one in not {
            state.change(one.decided.observed.key(), |resource| {
                let taken_back = |own: &OwnOperation| own.id == one.claim.own.id;
                resource.own_operations.retain(|own| !taken_back(own));
            })?;
        }
        Ok(())
    })
    .await
}

/// Waits until Azure has finished what was asked for, or the deadline passes.
pub async fn wait(pass: &Pass<'_>, acted: Acted, report: &mut PassReport) {
    for (name, accepted) in acted.accepted {
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
