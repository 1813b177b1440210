//! The log lines of a sweep: one for each decision that is not plain "nothing to do", one for each action's answer, one
//! summary.

use super::decision_line::DecisionLine;
use super::error::SweepError;
use super::pass::Pass;
use super::poison::Poison;
use super::report::ActionLine;
use super::summary::Summary;
use crate::notify::{About, Notice, Outcome, Told};
use lamplighter_core::duration;
use lamplighter_core::record::{Action, Resource};
use std::time::Duration;
use tracing::{error, info, warn};

/// Logs that something about a resource does not work as it should.
pub fn warning(pass: &Pass<'_>, resource: &Resource, text: &str) {
    let (sweep, workspace) = (pass.sweep(), resource.workspace.as_str());
    let (name, id) = (resource.name.as_str(), resource.id.as_str());
    let owner = resource.owner.as_deref().unwrap_or("");
    warn!(
        event = "warning",
        sweep, workspace, name, id, owner, "{text}"
    );
}

/// Logs a decision, and what is to be warned of.
pub fn decision(pass: &Pass<'_>, line: &DecisionLine) {
    if let Some(warning) = &line.warning {
        self::warning(pass, &line.resource, warning);
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
        workspace = line.resource.workspace,
        name = line.resource.name,
        kind = %line.resource.kind,
        id = line.resource.id,
        owner = line.resource.owner.as_deref().unwrap_or(""),
        state = line.state,
        action = %line.action,
        reason = %line.reason,
        dry_run = line.dry_run || pass.options.dry_run,
        next,
        evidence = line.evidence.join("; "),
        tag_errors = errors.join(" | "),
        "{}",
        line.text
    );
}

/// Logs Azure's answer to an action.
pub fn action(pass: &Pass<'_>, line: &ActionLine) {
    let resource = &line.resource;
    let (sweep, operation) = (pass.sweep(), line.operation.as_str());
    let (workspace, name) = (resource.workspace.as_str(), resource.name.as_str());
    let (id, wrong_state, failed) = (resource.id.as_str(), line.wrong_state, line.failed);
    match (&line.why, line.accepted) {
        (_, true) => {
            info!(event = "action", sweep, workspace, name, id, operation, action = %line.action, wrong_state, failed, "accepted")
        }
        (why, false) => {
            let why = why.as_deref().unwrap_or("no reason given");
            warn!(event = "action", sweep, workspace, name, id, operation, action = %line.action, wrong_state, failed, "refused: {why}");
        }
    }
}

/// Logs that Azure's own idle timer was set, or why it was not.
pub fn timer(pass: &Pass<'_>, resource: &Resource, to: Duration, why: Option<&str>) {
    let (sweep, name) = (pass.sweep(), resource.name.as_str());
    let (workspace, to) = (resource.workspace.as_str(), duration::print(to));
    match why {
        None => info!(
            event = "timer",
            sweep, workspace, name, to, "Azure's idle timer set"
        ),
        Some(why) => warn!(
            event = "timer",
            sweep, workspace, name, to, "refused: {why}"
        ),
    }
}

/// Logs what an owner is told. `told`: what each channel made of it; none is set where it is empty.
pub fn notice(sweep: &str, notice: &Notice, to: Option<&str>, told: &[Told]) {
    let stop_at = match notice.about {
        About::StopAt(at) => at.to_rfc3339(),
        About::StopWaits | About::Happened(_) => String::new(),
    };
    let accepted = told.iter().filter(|told| told.outcome == Outcome::Accepted);
    let channels: Vec<&str> = accepted.map(|told| told.channel).collect();
    let resource = notice.resource.as_ref();
    info!(
        event = "notice",
        sweep,
        about = notice.about.word(),
        workspace = resource.map_or("", |resource| &resource.workspace),
        name = resource.map_or("", |resource| &resource.name),
        id = resource.map_or("", |resource| &resource.id),
        owner = to.unwrap_or(""),
        stop_at,
        channels = channels.join(" "),
        "{}",
        notice.in_full()
    );
}

/// Logs what went wrong, or was odd.
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

/// Logs that the sweep goes on in other instances, its workspaces in as many messages.
pub fn fan_out(summary: &Summary) {
    troubles(summary);
    let (workspaces, messages) = (summary.left_to_queue(), summary.messages.len());
    info!(
        event = "fan-out",
        sweep = summary.sweep,
        subscriptions = summary.subscriptions,
        workspaces,
        messages,
        problems = summary.problems.len(),
        observed = summary.observed.len(),
        "{workspaces} workspaces left to the queue in {messages} messages"
    );
}

/// Logs that workspaces of a message go back to the queue.
pub fn handed_out(summary: &Summary, (workspaces, messages): (usize, usize), why: &str) {
    info!(
        event = "handed-out",
        sweep = summary.sweep,
        workspaces,
        messages,
        "{workspaces} workspaces are handed out again in {messages} new messages: {why}"
    );
}

/// Logs that the pass over one workspace of a message failed.
pub fn pass_failed(summary: &Summary, id: &str, error: &SweepError) {
    let workspace = id.rsplit('/').next().unwrap_or_default();
    warn!(
        event = "pass-failed",
        sweep = summary.sweep,
        workspace,
        id = id.to_lowercase(),
        "the pass over {workspace} failed, and is handed out again by itself: {error}"
    );
}

/// Logs how one workspace's pass went, of a round. `id`: the workspace's.
pub fn pass(summary: &Summary, id: &str) {
    troubles(summary);
    let workspace = id.rsplit('/').next().unwrap_or_default();
    info!(
        event = "pass",
        sweep = summary.sweep,
        workspace,
        id = id.to_lowercase(),
        resources = summary.resources,
        stops = summary.stops,
        starts = summary.starts,
        would_stop = summary.would_stop,
        would_start = summary.would_start,
        stop_limited = summary.stop_limited,
        waits = summary.waits,
        settled = summary.settled,
        failed = summary.failed,
        problems = summary.problems.len(),
        not_reached = summary.not_reached.len(),
        "{} resources: {} stops, {} starts",
        summary.resources,
        summary.stops,
        summary.starts
    );
}

/// Logs that a message was given up.
pub fn poison(poison: &Poison) {
    let workspace = poison.workspace.as_deref().unwrap_or("");
    error!(event = "poison", workspace, "{}", poison.text);
}

/// Logs how a sweep went, and what went wrong in it.
pub fn summary(summary: &Summary) {
    troubles(summary);
    round(summary);
}

/// Logs how a sweep or a round went; of a round, what went wrong has been logged where it did.
pub fn round(summary: &Summary) {
    let reasons = serde_json::to_string(&summary.reasons).unwrap_or_default();
    info!(
        event = "sweep",
        sweep = summary.sweep,
        dry_run = summary.dry_run,
        subscriptions = summary.subscriptions,
        workspaces = summary.workspaces,
        resources = summary.resources,
        stops = summary.stops,
        starts = summary.starts,
        would_stop = summary.would_stop,
        would_start = summary.would_start,
        stop_limited = summary.stop_limited,
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
        off_by_lamplighter = summary.off_by_lamplighter,
        saved = %summary.saved.round_dp(2),
        saving_per_hour = %summary.saving_per_hour.round_dp(4),
        currency = summary.currency,
        reasons,
        "{} resources in {} workspaces: {} stops, {} starts, {} waiting, {} failed; saved {} {}, saving {} an hour",
        summary.resources,
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

/// That an instance's terminals show nothing of a notice: its owner has it otherwise.
pub fn not_shown(pass: &Pass<'_>, beacon: &str, why: &str) {
    info!(
        event = "not-shown",
        sweep = pass.sweep(),
        beacon,
        "the terminals show nothing of the notice: {why}"
    );
}
