//! `lamplighter explain ID`: a resource in Azure, which is read and nothing else.

use super::args::Args;
use super::live_text::{BACK, Explained};
use super::text;
use super::time::{instant, zone};
use crate::cli::given::{is_id, not_found};
use crate::cli::{CliResult, block_on, complain, lease, print};
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_agent::ledger::Ledger;
use lamplighter_agent::settings::{Settings, subscription_of};
use lamplighter_agent::snapshot::{self, Scope};
use lamplighter_agent::sweep::Context;
use lamplighter_core::decide::{
    Case, Decision, Evidence, Finding, Presence, decide, remember, take_holds,
};
use lamplighter_core::explain;
use lamplighter_core::kinds::Kind;
use lamplighter_core::policy::{Idle, Limits, Reading};
use lamplighter_core::record::{Action, Reason, Record, What};
use lamplighter_core::replay::{Standing, stand};
use lamplighter_core::snapshot::SnapshotResource;
use std::fmt::Write;
use std::process::ExitCode;

/// The future is played at this pace, as a sweep's.
const STEP: TimeDelta = TimeDelta::minutes(5);
/// No question goes further ahead.
const AHEAD: TimeDelta = TimeDelta::days(366);

pub fn run(settings: Settings, id: &str, args: &Args) -> CliResult {
    let now = args.now.unwrap_or_else(Utc::now);
    let found = block_on(find(settings, id, args.at.as_deref(), now))??;
    let reading = &found.reading;
    let desired = explain::desired(reading, found.at);
    let answer = match args.json {
        true => text::json(&explain::Explanation {
            personal_hold: found.resource.personal_hold.as_ref(),
            while_parked: &found.resource.while_parked,
            ..explain::explanation(Some(&found.resource.id), reading, &desired, &found.decision)
        })?,
        false => {
            let defaults = &found.context.settings.defaults;
            let resource = &found.resource;
            let mut out = found.stale();
            let _ = writeln!(
                out,
                "{}/{}\n{}",
                resource.workspace, resource.name, resource.id
            );
            out.push_str(&text::schedule(&desired, reading, defaults, found.at));
            found.print_to(&mut out, zone(reading, defaults));
            out + &text::policy(reading) + &text::time_zones()
        }
    };
    print(&answer)?;
    // The text has them already.
    for problem in found.problems.iter().filter(|_| args.json) {
        complain(problem);
    }
    let unread = !reading.errors.is_empty() || !found.problems.is_empty();
    Ok(ExitCode::from(u8::from(unread)))
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
    let mut resource = seen(&context, id, now, &mut problems).await?;
    let reading = resource.reading(&context.settings.defaults);
    problems.extend(take_in_holds(&context, &mut resource, &reading, now).await);
    let at = match at {
        Some(text) => instant(text, zone(&reading, &context.settings.defaults))?,
        None => now,
    };
    if at > now + AHEAD {
        return Err(format!("--at is more than {} days ahead", AHEAD.num_days()));
    }
    // As a sweep decides it, where the platform keeps Lamplighter from acting.
    let mut governed = reading.clone();
    let observed_by = observed_by(&context, &resource);
    if observed_by.is_some() {
        governed.observed(context.settings.safety.observed_by());
    }
    let (decision, standing) = decided(&context, &resource, &governed, now, at);
    let mut decision = match standing {
        None => with_evidence(&context, &resource, &governed, (now, at), decision).await,
        Some(_) => decision,
    };
    decision.evidence.extend(observed_by.map(str::to_owned));
    let recorded = match at < now {
        true => recorded(&context.ledger, &resource.id, at).await?,
        false => None,
    };
    let last_sweep = context.ledger.last_sweep().await;
    let last_sweep = last_sweep.unwrap_or_else(|error| {
        problems.push(error.to_string());
        None
    });
    Ok(Explained {
        last_sweep,
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

/// The resource as Azure and the ledger show it.
async fn seen(
    context: &Context,
    id: &str,
    now: DateTime<Utc>,
    problems: &mut Vec<String>,
) -> Result<SnapshotResource, String> {
    let id = match is_id(id) {
        true => id.to_owned(),
        false => {
            let found = snapshot::find(context, id).await;
            let found = found.map_err(|error| not_found(id, &error))?;
            problems.extend(found.problems);
            found.id
        }
    };
    let scope = Scope::Resource(id.clone());
    let taken = snapshot::take(context, now, &scope).await;
    let taken = taken.map_err(|error| error.to_string())?;
    problems.extend(taken.problems);
    let resource = taken.resources.into_iter().next();
    resource.ok_or_else(|| format!("{id} was not found"))
}

/// Takes in what people have asked for, as the sweep does that would stop the resource; or why that is not known.
async fn take_in_holds(
    context: &Context,
    resource: &mut SnapshotResource,
    reading: &Reading,
    now: DateTime<Utc>,
) -> Option<String> {
    let found = snapshot::holds(context, resource, now).await;
    let (compute, mut state) = (resource.compute(), resource.saved_state());
    let (of, limit) = ((&compute, &reading.policy), context.settings.hold_limit());
    take_holds(&mut state, of, &found.found, limit, now);
    resource.personal_hold = state.personal_hold;
    // Whoever keeps it on is there.
    resource.unused_starts = state.unused_starts;
    let unread = found.unread?;
    Some(format!(
        "whether somebody keeps it on could not be read: {unread}"
    ))
}

/// What keeps Lamplighter from acting on this resource, where that is the platform's word.
fn observed_by(context: &Context, resource: &SnapshotResource) -> Option<&'static str> {
    let safety = &context.settings.safety;
    let places = [&resource.id, &resource.workspace_id].map(|id| subscription_of(id));
    let [own, workspace] = places.map(|place| safety.acts_in(place));
    (!own || !workspace).then_some(match (safety.observe, own) {
        (true, _) => "LAMPLIGHTER_MODE=observe: nothing is acted on",
        (false, false) => "ACT_IN does not name its subscription: nothing is acted on",
        (false, true) => "ACT_IN does not name its workspace's subscription: nothing is acted on",
    })
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
        None => judge(&context.settings, resource, reading, at, None),
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
    let decision = judge(&context.settings, resource, reading, at, Some(findings));
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
    settings: &Settings,
    resource: &SnapshotResource,
    reading: &Reading,
    now: DateTime<Utc>,
    findings: Option<Vec<Finding>>,
) -> Decision {
    let (compute, mut saved_state) = (resource.compute(), resource.saved_state());
    remember(&mut saved_state, &compute, now);
    // Whoever asks is told, whatever was told today.
    if let Some(changing) = &mut saved_state.changing {
        changing.told_at = None;
    }
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
        lease: lease(settings),
        start_ahead: settings.start_ahead(),
        notice_required: settings.notice_required(),
        now,
    })
}

/// The decision that was in force at `at`, as the ledger has it.
async fn recorded(ledger: &Ledger, id: &str, at: DateTime<Utc>) -> Result<Option<Record>, String> {
    let id = id.to_lowercase();
    let mut last: Option<Record> = None;
    let take = |record: Record| {
        let here = record
            .resource
            .as_ref()
            .is_some_and(|resource| resource.id == id);
        let order = |of: &Record| (record.at, &record.id) >= (of.at, &of.id);
        if here && matches!(record.what, What::Decision { .. }) && last.as_ref().is_none_or(order) {
            last = Some(record);
        }
    };
    let read = ledger.each_record(at - BACK, at + TimeDelta::seconds(1), take);
    read.await.map_err(|error| error.to_string())?;
    Ok(last)
}
