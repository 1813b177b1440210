//! The log lines of a sweep, and its record.
//!
//! One line for each decision that is not plain "nothing to do", one for each act's answer, one summary.

use super::look::Look;
use super::round::Poison;
use super::summary::{ActLine, DecisionLine, Report, Summary};
use super::{Context, workspace::Pass};
use lamplighter_core::decide::{Action, Found, Outcome};
use lamplighter_core::record::{Record, What};
use crate::report::rollup;
use tracing::{error, info, warn};

fn decision(pass: &Pass<'_>, line: &DecisionLine) {
    if let Some(warning) = &line.warning {
        let (sweep, workspace) = (pass.sweep(), line.machine.workspace.as_str());
        let (compute, id) = (line.machine.compute.as_str(), line.machine.id.as_str());
        warn!(
            event = "warning",
            sweep, workspace, compute, id, "{warning}"
        );
    }
    if line.action == Action::Leave && line.reason.is_plain() && line.errors.is_empty() {
        return;
    }
    let next = line.next.map(|at| at.to_rfc3339()).unwrap_or_default();
    let errors = line.errors.iter();
    let errors: Vec<String> = errors
        .map(|error| format!("{}: {}", error.tag, error.in_one_line()))
        .collect();
    info!(
        event = "decision",
        sweep = pass.sweep(),
        workspace = line.machine.workspace,
        compute = line.machine.compute,
        id = line.machine.id,
        owner = line.machine.owner.as_deref().unwrap_or(""),
        state = line.state,
        action = %line.action,
        reason = %line.reason,
        dry_run = line.dry_run || pass.dry_run(),
        next,
        evidence = line.evidence.join("; "),
        tag_errors = errors.join(" | "),
        "{}",
        line.text
    );
}

/// Says every decision, and counts what the looks found.
pub fn decisions(pass: &Pass<'_>, looks: &mut [Look], report: &mut Report) {
    let now = pass.options.now;
    for look in looks.iter() {
        report.oddities.extend(
            look.compute
                .oddities
                .iter()
                .map(|o| format!("{}: {o}", look.machine.id)),
        );
        let line = DecisionLine {
            machine: look.machine.clone(),
            state: look.compute.state.to_string(),
            action: look.decision.action,
            reason: look.decision.reason,
            text: look.decision.text.clone(),
            dry_run: look.decision.dry_run,
            next: look.decision.next.map(|next| next.at),
            evidence: look.decision.evidence.clone(),
            warning: look.decision.warning.clone(),
            idle_timer: look.decision.timer.map(|to| to.as_secs()),
            errors: look.reading.errors.clone(),
        };
        decision(pass, &line);
        report.decisions.push(line);
        for found in &look.found {
            if let Found::Ended(act) = found {
                let how = act.ended.as_ref().map(|ended| ended.how);
                report.settled += usize::from(how == Some(Outcome::Settled));
                report.failed += usize::from(how == Some(Outcome::Failed));
            }
        }
        report.unsettled += usize::from(look.memory.last_act().is_some_and(|act| act.overdue(now)));
        report.saved += look.saved;
        if let Some(interval) = &look.memory.avoided {
            report.off_by_us += 1;
            let price = interval.price.as_ref().filter(|_| interval.earns_at(now));
            report.saving_per_hour += price.map(|price| price.amount).unwrap_or_default();
        }
    }
}

pub fn act(pass: &Pass<'_>, line: &ActLine) {
    let machine = &line.machine;
    let (sweep, act, id) = (pass.sweep(), line.id.as_str(), machine.id.as_str());
    let (workspace, compute) = (machine.workspace.as_str(), machine.compute.as_str());
    let look_again = line.look_again;
    match (&line.why, line.accepted) {
        (_, true) => {
            info!(event = "act", sweep, workspace, compute, id, act, action = %line.action, look_again, "accepted")
        }
        (why, false) => {
            let why = why.as_deref().unwrap_or("no reason given");
            warn!(event = "act", sweep, workspace, compute, id, act, action = %line.action, look_again, "refused: {why}");
        }
    }
}

/// Says what went wrong, or was odd.
pub fn troubles(summary: &Summary) {
    for problem in &summary.problems {
        warn!(event = "problem", sweep = summary.sweep, "{problem}");
    }
    for oddity in &summary.oddities {
        warn!(event = "oddity", sweep = summary.sweep, "{oddity}");
    }
    for place in &summary.not_reached {
        warn!(event = "not-reached", sweep = summary.sweep, "{place}");
    }
}

/// Says that the sweep goes on in other instances, one message for each workspace.
pub fn fan_out(summary: &Summary) {
    troubles(summary);
    info!(
        event = "fan-out",
        sweep = summary.sweep,
        subscriptions = summary.subscriptions,
        workspaces = summary.messages.len(),
        problems = summary.problems.len(),
        observed = summary.observed.len(),
        "{} workspaces left to the queue",
        summary.messages.len()
    );
}

/// Says how one workspace's pass went, of a round. `id`: the workspace's.
pub fn pass(summary: &Summary, id: &str) {
    troubles(summary);
    let workspace = id.rsplit('/').next().unwrap_or_default();
    info!(
        event = "pass",
        sweep = summary.sweep,
        workspace,
        id = id.to_lowercase(),
        machines = summary.machines,
        stops = summary.stops,
        starts = summary.starts,
        would_stop = summary.would_stop,
        would_start = summary.would_start,
        held_back = summary.held_back,
        waits = summary.waits,
        settled = summary.settled,
        failed = summary.failed,
        problems = summary.problems.len(),
        not_reached = summary.not_reached.len(),
        "{} machines: {} stops, {} starts",
        summary.machines,
        summary.stops,
        summary.starts
    );
}

/// Says that a message was given up.
pub fn poison(poison: &Poison) {
    let workspace = poison.workspace.as_deref().unwrap_or("");
    error!(event = "poison", workspace, "{}", poison.text);
}

/// Says how a sweep went, and what went wrong in it.
pub fn summary(summary: &Summary) {
    troubles(summary);
    round(summary);
}

/// Says how a sweep or a round went; of a round, what went wrong has been said where it did.
pub fn round(summary: &Summary) {
    let reasons = serde_json::to_string(&summary.reasons).unwrap_or_default();
    info!(
        event = "sweep",
        sweep = summary.sweep,
        dry_run = summary.dry_run,
        subscriptions = summary.subscriptions,
        workspaces = summary.workspaces,
        machines = summary.machines,
        stops = summary.stops,
        starts = summary.starts,
        would_stop = summary.would_stop,
        would_start = summary.would_start,
        held_back = summary.held_back,
        observed = summary.observed.len(),
        answered = summary.answered,
        waits = summary.waits,
        settled = summary.settled,
        unsettled = summary.unsettled,
        failed = summary.failed,
        unreadable = summary.unreadable,
        warnings = summary.warnings,
        not_reached = summary.not_reached.len(),
        problems = summary.problems.len(),
        oddities = summary.oddities.len(),
        off_by_us = summary.off_by_us,
        saved = %summary.saved.round_dp(2),
        saving_per_hour = %summary.saving_per_hour.round_dp(4),
        currency = summary.currency,
        reasons,
        "{} machines in {} workspaces: {} stops, {} starts, {} waiting, {} failed; saved {} {}, saving {} an hour",
        summary.machines,
        summary.workspaces,
        summary.stops,
        summary.starts,
        summary.waits,
        summary.failed,
        summary.saved.round_dp(2),
        summary.currency,
        summary.saving_per_hour.round_dp(2),
    );
}

/// Writes the sweep's own record where it did or found something. A quiet sweep is only logged, but for one an hour:
/// savings count no time in which nobody is known to have looked.
pub async fn record_summary(context: &Context, summary: &mut Summary) {
    let first = context.first_of_hour(summary.at);
    if first && let Err(why) = rollup::roll_up(&context.ledger, summary.at).await {
        warn!(
            event = "oddity",
            sweep = summary.sweep,
            "a past day could not be rolled up, so that reports take longer: {why}"
        );
    }
    let quiet = summary.is_quiet();
    // Of rounds, the one of the hour in which all were to tell shows who looked.
    let hourly = match summary.answered {
        Some(_) => !summary.only_news,
        None => first,
    };
    let id = match (quiet, hourly) {
        (true, false) => return,
        // Other processes may have written it before: whose it is does not matter.
        (true, true) => format!("sweep:hour:{}", summary.at.format("%Y%m%dT%H")),
        (false, _) => format!("sweep:{}", summary.sweep),
    };
    let Ok(value) = serde_json::to_value(&*summary) else {
        return;
    };
    let record = Record {
        id,
        at: summary.at,
        machine: None,
        what: What::Sweep { summary: value },
    };
    if let Err(why) = context.ledger.append(record.at, &record.id, &record).await {
        error!(
            event = "problem",
            sweep = summary.sweep,
            "the sweep's record was not written: {why}"
        );
        summary
            .problems
            .push(format!("the sweep's record was not written: {why}"));
    }
}
