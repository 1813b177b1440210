//! Setting Azure's own idle timer, and saving what Azure answered.

use super::concurrent::all;
use super::decided::Decided;
use super::log;
use super::pass::Pass;
use super::record::{Recorded, append_all};
use super::report::PassReport;
use super::save::amend;
use lamplighter_azure::AzureError;
use lamplighter_core::record::{TimerAnswer, What};
use std::time::Duration;

/// A timer that was set, and Azure's answer.
struct Set<'a> {
    decided: &'a Decided,
    to: Duration,
    answer: Result<(), AzureError>,
}

/// Sets the timers that this pass has claimed.
pub async fn set_claimed(pass: &Pass<'_>, recorded: &[Recorded], report: &mut PassReport) {
    let claimed: Vec<(&Decided, Duration)> = recorded
        .iter()
        .filter_map(|one| Some((&one.decided, one.timer?)))
        .collect();
    if claimed.is_empty() {
        return;
    }
    let sends = claimed.into_iter().map(|(decided, to)| async move {
        let (workspace, name) = (&pass.target.workspace, &decided.observed.compute.name);
        let arm = &pass.context.arm;
        let asked = arm.set_idle_timer(workspace, name, to, pass.deadline);
        let answer = pass.unless_host_gone("set idle timer", asked).await;
        Set {
            decided,
            to,
            answer,
        }
    });
    let set = all(sends.collect(), pass.context.settings.concurrency).await;
    let now = pass.options.now;
    let records = set.iter().map(|one| {
        let why = one.answer.as_ref().err().map(AzureError::to_string);
        log::timer(pass, &one.decided.observed.resource, one.to, why.as_deref());
        let id = &one.decided.observed.resource.id;
        let what = What::Timer {
            to: one.to.as_secs(),
            accepted: why.is_none(),
            why,
        };
        let id = format!("timer:{id}:{}", now.to_rfc3339());
        one.decided.record(id, now, what)
    });
    let records: Vec<_> = records.collect();
    if let Err(error) = append_all(pass, &records).await {
        report.problems.push(format!(
            "the idle timers that were set could not be written down: {error}"
        ));
    }
    save_answers(pass, &set, report).await;
}

async fn save_answers(pass: &Pass<'_>, set: &[Set<'_>], report: &mut PassReport) {
    let saved = amend(pass, |state| {
        for one in set {
            state.change(one.decided.observed.key(), |resource| {
                let timer = resource.timer.as_mut();
                if let Some(timer) = timer.filter(|timer| timer.to == one.to.as_secs()) {
                    timer.answer = kept(&one.answer);
                }
            })?;
        }
        Ok(())
    });
    if let Err(error) = saved.await {
        report.problems.push(format!(
            "what became of idle timers could not be saved: {error}"
        ));
    }
}

/// A definite no is not asked for again within the day; what failed in passing is, once the claim is an hour old.
fn kept(answer: &Result<(), AzureError>) -> Option<TimerAnswer> {
    match answer {
        Ok(()) => Some(TimerAnswer::Accepted),
        Err(error) if error.is_transient() => None,
        Err(_) => Some(TimerAnswer::Refused),
    }
}
