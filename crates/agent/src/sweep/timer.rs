//! Setting Azure's own idle timer, and remembering what Azure said.

use super::act::amend;
use super::look::Look;
use super::summary::Report;
use super::workspace::{Pass, append_all};
use lamplighter_azure::AzureError;
use lamplighter_core::decide::{TimerAnswer, TimerSet};
use lamplighter_core::duration;
use lamplighter_core::record::What;
use std::time::Duration;
use tracing::{info, warn};

/// Writes what is about to be set into the look's memory, to be saved before it is sent: so that two sweeps at once,
/// or one that is killed, do not begin a machine's idle clock again and again.
pub fn claim(pass: &Pass<'_>, look: &mut Look) {
    let due = look
        .decision
        .timer
        .filter(|_| !look.decision.dry_run && pass.place.tags_known && look.claim.is_none());
    look.timer = due;
    if let Some(to) = due {
        let shown = look.compute.idle_time_before_shutdown;
        let shown = shown.map(|shown| shown.as_secs());
        // What shows is what we set ourselves, or somebody else's.
        let ours = look.memory.timer.as_ref();
        let ours = ours.filter(|set| shown.is_none_or(|shown| shown == set.to));
        look.memory.timer = Some(TimerSet {
            to: to.as_secs(),
            before: ours.map_or(shown, |set| set.before),
            at: pass.options.now,
            answer: None,
        });
    }
}

/// Sets the timers that this pass has claimed.
pub async fn set_claimed(pass: &Pass<'_>, looks: &[Look], report: &mut Report) {
    let claimed: Vec<(&Look, Duration)> = looks
        .iter()
        .filter_map(|look| Some((look, look.timer?)))
        .collect();
    if claimed.is_empty() {
        return;
    }
    let sends = claimed.iter().map(|(look, to)| async {
        let (workspace, name) = (&pass.place.workspace, look.compute.name.as_str());
        let arm = &pass.context.arm;
        let answer = arm
            .set_idle_timer(workspace, name, *to, pass.deadline)
            .await;
        (*look, *to, answer)
    });
    let answers = super::all(sends.collect(), pass.context.settings.concurrency).await;
    let mut records = Vec::new();
    for (look, to, answer) in &answers {
        let why = answer.as_ref().err().map(AzureError::to_string);
        say(pass, look, *to, why.as_deref());
        let id = format!(
            "timer:{}:{}",
            look.machine.id,
            pass.options.now.to_rfc3339()
        );
        let what = What::Timer {
            to: to.as_secs(),
            accepted: why.is_none(),
            why,
        };
        records.push(look.record(id, pass.options.now, what));
    }
    if let Err(error) = append_all(pass, &records).await {
        report.problems.push(format!(
            "the idle timers that were set could not be written down: {error}"
        ));
    }
    let saved = amend(pass, |memory| {
        for (look, to, answer) in &answers {
            let machine = memory.machines.get_mut(&look.compute.name.to_lowercase());
            let set = machine.and_then(|machine| machine.timer.as_mut());
            if let Some(set) = set.filter(|set| set.to == to.as_secs()) {
                set.answer = answered(answer);
            }
        }
    });
    if let Err(error) = saved.await {
        report.problems.push(format!(
            "what became of idle timers could not be remembered: {error}"
        ));
    }
}

/// A definite no is not asked for again within the day; what failed in passing is, once the claim is an hour old.
fn answered(answer: &Result<(), AzureError>) -> Option<TimerAnswer> {
    match answer {
        Ok(()) => Some(TimerAnswer::Accepted),
        Err(error) if error.is_transient() => None,
        Err(_) => Some(TimerAnswer::Refused),
    }
}

fn say(pass: &Pass<'_>, look: &Look, to: Duration, why: Option<&str>) {
    let (sweep, compute) = (pass.sweep(), look.machine.compute.as_str());
    let (workspace, to) = (look.machine.workspace.as_str(), duration::print(to));
    match why {
        None => info!(
            event = "timer",
            sweep, workspace, compute, to, "Azure's idle timer set"
        ),
        Some(why) => warn!(
            event = "timer",
            sweep, workspace, compute, to, "refused: {why}"
        ),
    }
}
