//! `lamplighter explain ID`: a resource in Azure, which is read and nothing else.

use super::args::Args;
use super::text::{self, on_or_off};
use super::time::{instant, zone};
use crate::cli::{CliResult, block_on, lease, print};
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_agent::ledger::Ledger;
use lamplighter_agent::settings::Settings;
use lamplighter_agent::snapshot::{self, Scope};
use lamplighter_agent::sweep::Context;
use lamplighter_core::decide::{Case, Decision, Evidence, Finding, Presence, decide, remember};
use lamplighter_core::kinds::Kind;
use lamplighter_core::policy::{Defaults, Idle, Layers, Limits, Reading, read};
use lamplighter_core::record::{
    Action, ExternalOperation, OperationOutcome, OwnOperation, Reason, Record, What,
};
use lamplighter_core::replay::{Standing, stand};
use lamplighter_core::schedule::{Power, wall};
use lamplighter_core::snapshot::SnapshotResource;
use lamplighter_core::tz::Tz;
use lamplighter_core::{duration, explain};
use std::fmt::Write;
use std::process::ExitCode;

/// The future is played at this pace, as a sweep's.
const STEP: TimeDelta = TimeDelta::minutes(5);
/// For an instant of the past, the ledger is searched this far back: a decision is written only when it changes.
const BACK: TimeDelta = TimeDelta::days(14);
/// No question goes further ahead.
const AHEAD: TimeDelta = TimeDelta::days(366);

pub fn run(settings: Settings, id: &str, args: &Args) -> CliResult {
    let now = args.now.unwrap_or_else(Utc::now);
    let found = block_on(find(settings, id, args.at.as_deref(), now))??;
    let reading = &found.reading;
    let desired = explain::desired(reading, found.at);
    let answer = match args.json {
        true => text::json(&explain::explanation(
            Some(&found.resource.id),
            reading,
            &desired,
            &found.decision,
        ))?,
        false => {
            let defaults = &found.context.settings.defaults;
            let mut out = format!("{}\n", found.resource.id);
            out.push_str(&text::schedule(&desired, reading, defaults, found.at));
            found.print_to(&mut out, zone(reading, defaults));
            out + &text::policy(reading) + &text::time_zones()
        }
    };
    print(&answer)?;
    for problem in &found.problems {
        eprintln!("lamplighter: {problem}");
    }
    let unread = !reading.errors.is_empty() || !found.problems.is_empty();
    Ok(ExitCode::from(u8::from(unread)))
}

/// A resource at an instant.
struct Explained {
    context: Context,
    resource: SnapshotResource,
    reading: Reading,
    now: DateTime<Utc>,
    at: DateTime<Utc>,
    decision: Decision,
    /// Where `at` is not now.
    standing: Option<Standing>,
    /// What the ledger says was decided by then; only of the past.
    recorded: Option<Record>,
    problems: Vec<String>,
}

async fn find(
    settings: Settings,
    id: &str,
    at: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Explained, String> {
    let context = Context::open_to_read(settings)
        .await
        .map_err(|error| error.to_string())?;
    let (context, mut problems) = context.with_calendars(now).await;
    let scope = Scope::Compute(id.to_string());
    let taken = snapshot::take(&context, now, &scope).await;
    let taken = taken.map_err(|error| error.to_string())?;
    problems.extend(taken.problems);
    let resource = taken.resources.into_iter().next();
    let resource = resource.ok_or_else(|| format!("{id} was not found"))?;
    let reading = reading(&resource, &context.settings.defaults);
    let at = match at {
        Some(text) => instant(text, zone(&reading, &context.settings.defaults))?,
        None => now,
    };
    if at > now + AHEAD {
        return Err(format!("--at is more than {} days ahead", AHEAD.num_days()));
    }
    let (decision, standing) = decided(&context, &resource, &reading, now, at);
    let mut decision = match standing {
        None => with_evidence(&context, &resource, &reading, (now, at), decision).await,
        Some(_) => decision,
    };
    observed(&context, &resource, &mut decision);
    let recorded = match at < now {
        true => recorded(&context.ledger, &resource.id, at).await?,
        false => None,
    };
    Ok(Explained {
        context,
        resource,
        reading,
        now,
        at,
        decision,
        standing,
        recorded,
        problems,
    })
}

/// Notes it where the platform keeps Lamplighter from acting on this resource.
fn observed(context: &Context, resource: &SnapshotResource, decision: &mut Decision) {
    let safety = &context.settings.safety;
    let subscription = resource.id.split('/').nth(2).unwrap_or_default();
    if !safety.acts_in(subscription) {
        decision.dry_run = true;
        decision.evidence.push(match safety.observe {
            true => "LAMPLIGHTER_MODE=observe: nothing is acted on".to_owned(),
            false => "ACT_IN does not name its subscription: nothing is acted on".to_owned(),
        });
    }
}

/// What is decided at `at`, and where that is not now, how the resource stands then.
fn decided(
    context: &Context,
    resource: &SnapshotResource,
    reading: &Reading,
    now: DateTime<Utc>,
    at: DateTime<Utc>,
) -> (Decision, Option<Standing>) {
    let lease = lease(&context.settings);
    let standing = match at == now {
        true => None,
        false => stand(resource, reading, now, at, (STEP, lease)),
    };
    let decision = match &standing {
        Some(standing) => standing.decision.clone(),
        None => judge(resource, reading, at, lease, None),
    };
    (unless_unread(resource, decision), standing)
}

/// `lamp-idle`, where it is a length of time.
fn idle_rule(reading: &Reading) -> Option<(TimeDelta, Limits)> {
    match reading.policy.idle.as_ref()?.value {
        Idle::Off => None,
        Idle::After { length, limits } => Some((TimeDelta::from_std(length).ok()?, limits)),
    }
}

/// The decision once evidence has been asked for, where it depends on that.
async fn with_evidence(
    context: &Context,
    resource: &SnapshotResource,
    reading: &Reading,
    (now, at): (DateTime<Utc>, DateTime<Utc>),
    decision: Decision,
) -> Decision {
    let idle = idle_rule(reading).filter(|_| decision.asks_evidence);
    let Some(idle) = idle else {
        return decision;
    };
    let findings = snapshot::work(context, resource, idle, now).await;
    let lease = lease(&context.settings);
    let decision = judge(resource, reading, at, lease, Some(findings));
    unless_unread(resource, decision)
}

/// As in a sweep: what a layer that could not be read may hold is not known.
fn unless_unread(resource: &SnapshotResource, decision: Decision) -> Decision {
    let acts = matches!(decision.action, Action::Stop | Action::Start) && !decision.dry_run;
    match acts && !resource.tags_known {
        true => decision.left_instead(
            Reason::TagsUnknown,
            "its resource group's tags could not be read",
        ),
        false => decision,
    }
}

/// As a sweep would decide that observes the resource now.
fn judge(
    resource: &SnapshotResource,
    reading: &Reading,
    now: DateTime<Utc>,
    lease: TimeDelta,
    findings: Option<Vec<Finding>>,
) -> Decision {
    let (compute, mut saved_state) = (resource.compute(), resource.saved_state());
    remember(&mut saved_state, &compute, now);
    if let Some(findings) = &findings {
        saved_state.evidence.take_in(&Kind::of(&compute), findings);
    }
    decide(&Case {
        reading,
        compute: &compute,
        jobs: &resource.jobs(),
        evidence: &findings.map_or(Evidence::NotAsked, Evidence::Asked),
        beacon: Presence::Absent,
        saved_state: &saved_state,
        lease,
        now,
    })
}

/// The decision that was in force at `at`, as the ledger has it.
async fn recorded(ledger: &Ledger, id: &str, at: DateTime<Utc>) -> Result<Option<Record>, String> {
    let id = id.to_lowercase();
    let read = ledger
        .records::<Record>(at - BACK, at + TimeDelta::seconds(1))
        .await
        .map_err(|error| error.to_string())?;
    let mut decisions = read.records.into_iter().filter(|record| {
        let here = record
            .resource
            .as_ref()
            .is_some_and(|resource| resource.id == id);
        here && matches!(record.what, What::Decision { .. })
    });
    Ok(decisions.next_back())
}

impl Explained {
    fn print_to(&self, out: &mut String, zone: Tz) {
        self.print_state(out);
        let decision = &self.decision;
        let dry = if decision.dry_run { ", dry run" } else { "" };
        let _ = writeln!(
            out,
            "decision: {} ({}{dry}): {}",
            decision.action, decision.reason, decision.text
        );
        for evidence in &decision.evidence {
            let _ = writeln!(out, "evidence: {evidence}");
        }
        if let Some(warning) = &decision.warning {
            let _ = writeln!(out, "warning: {warning}");
        }
        if let Some(to) = decision.timer {
            let to = duration::print(to);
            let _ = writeln!(
                out,
                "Azure's idle timer: to be set to {to} by the next sweep"
            );
        }
        self.print_recorded(out, zone);
        self.print_last(out, zone);
        if let Some(next) = decision.next {
            let what = next.desired.map_or("decided anew", on_or_off);
            let at = wall::shown(next.at, zone);
            let _ = writeln!(out, "next change: {what} at {at}");
        }
    }

    fn print_state(&self, out: &mut String) {
        let _ = match &self.standing {
            None => writeln!(out, "state: {}", self.resource.state),
            Some(standing) if self.at > self.now => writeln!(
                out,
                "state then: {}, if nobody touches it until then (now {})",
                on_or_off(standing.power),
                self.resource.state
            ),
            Some(standing) => writeln!(
                out,
                "state then: {}, by what is known now of its starts and stops",
                on_or_off(standing.power)
            ),
        };
    }

    /// What the ledger has of an instant of the past.
    fn print_recorded(&self, out: &mut String, zone: Tz) {
        if let Some(Record {
            at,
            what:
                What::Decision {
                    action,
                    reason,
                    text,
                    ..
                },
            ..
        }) = &self.recorded
        {
            let since = wall::shown(*at, zone);
            let _ = writeln!(
                out,
                "in the ledger, since {since}: {action} ({reason}): {text}"
            );
        } else if self.at < self.now {
            let days = BACK.num_days();
            let _ = writeln!(
                out,
                "in the ledger: no decision about it in the {days} days before"
            );
        }
    }

    /// Who else started or stopped it last, and what Lamplighter did last.
    fn print_last(&self, out: &mut String, zone: Tz) {
        let external = match &self.standing {
            Some(standing) => standing.external.as_ref(),
            None => self.resource.external.as_ref(),
        };
        let _ = match external {
            Some(external) => writeln!(
                out,
                "last start or stop by somebody else: {}",
                external_text(external, zone)
            ),
            None => writeln!(out, "last start or stop by somebody else: none known"),
        };
        let own = self.resource.own_operations.iter();
        let mut own = own.map(|own| own.operation());
        if let Some(own) = own.rfind(|own| own.requested_at <= self.at) {
            let _ = writeln!(out, "Lamplighter's last action: {}", own_text(&own, zone));
        }
    }
}

fn external_text(external: &ExternalOperation, zone: Tz) -> String {
    let by = external.trigger.as_deref();
    let by = by
        .map(|by| format!(", triggered by {by}"))
        .unwrap_or_default();
    format!(
        "{} at {}{by}",
        external.operation,
        wall::shown(external.at, zone)
    )
}

fn own_text(own: &OwnOperation, zone: Tz) -> String {
    let verb = match own.power {
        Power::On => "start",
        Power::Off => "stop",
    };
    let how = match own.ended.as_ref().map(|ended| ended.how) {
        Some(OperationOutcome::Settled) => "settled",
        Some(OperationOutcome::Failed) => "failed",
        Some(OperationOutcome::Overtaken) => "overtaken by somebody else",
        None => "not settled yet",
    };
    format!(
        "{verb} ({}) asked for at {}, {how}",
        own.reason,
        wall::shown(own.requested_at, zone)
    )
}

/// What the tags of a live resource say.
fn reading(resource: &SnapshotResource, defaults: &Defaults) -> Reading {
    let layers = Layers {
        compute_name: &resource.name,
        compute: &resource.tags,
        workspace: &resource.workspace_tags,
        resource_group: &resource.resource_group_tags,
    };
    read(&layers, defaults)
}
