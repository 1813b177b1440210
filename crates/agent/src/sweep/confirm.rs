//! Confirm: what is to be acted on is read once more, as a person may have been quicker, and claimed.

use super::concurrent::all;
use super::decided::Decided;
use super::evidence;
use super::intervals::Settled;
use super::pass::Pass;
use super::report::PassReport;
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_azure::AzureError;
use lamplighter_core::decide::Presence;
use lamplighter_core::observe::Compute;
use lamplighter_core::record::{Action, OwnOperation, Reason};
use lamplighter_core::schedule::Power;
use std::collections::HashMap;

/// More resources than this are read again by one list of the workspace instead of one by one.
const FEW: usize = 3;
/// How long a claim keeps other sweeps from sending the same action. It outlasts the time within which it is sent
/// (`act.rs`) by more than two instances' clocks differ.
const CLAIM: TimeDelta = TimeDelta::minutes(5);

/// A resource of which is certain whether it is acted on now.
pub struct Confirmed {
    pub settled: Settled,
    /// The action that this sweep has claimed; it stands in the saved state too, to be written before it is sent.
    pub claim: Option<OwnOperation>,
}

/// Reads what is due once more, and claims what still is.
pub async fn confirm(
    pass: &Pass<'_>,
    settled: Vec<Settled>,
    last_swept: Option<DateTime<Utc>>,
    report: &mut PassReport,
) -> Vec<Confirmed> {
    let due = settled.iter().filter(|one| is_due(one)).count();
    let mut listed = match pass.target.tags_known {
        true => list_again(pass, due).await,
        false => HashMap::new(),
    };
    let checks = settled.into_iter().enumerate().map(|(index, settled)| {
        let known = listed.remove(&settled.decided.observed.lower_name());
        async move { (index, check(pass, settled, known, last_swept).await) }
    });
    let concurrency = pass.context.settings.concurrency;
    let mut checked = all(checks.collect(), concurrency).await;
    checked.sort_unstable_by_key(|(index, _)| *index);
    let mut confirmed = Vec::with_capacity(checked.len());
    for (_, check) in checked {
        report.not_reached.extend(check.unreached);
        report.problems.extend(check.problem);
        confirmed.push(claim(pass, check.settled, report).await);
    }
    confirmed
}

fn is_due(settled: &Settled) -> bool {
    settled.decided.action_due().is_some()
}

/// What a second reading came to, and what stood in its way.
struct Check {
    settled: Settled,
    /// The resource that the deadline did not allow to be read again.
    unreached: Option<String>,
    problem: Option<String>,
}

impl Check {
    fn of(settled: Settled) -> Check {
        Check {
            settled,
            unreached: None,
            problem: None,
        }
    }
}

async fn check(
    pass: &Pass<'_>,
    settled: Settled,
    known: Option<Compute>,
    last_swept: Option<DateTime<Utc>>,
) -> Check {
    if !is_due(&settled) {
        return Check::of(settled);
    }
    if !pass.target.tags_known {
        let why = "its resource group's tags could not be read";
        return Check::of(left(settled, Reason::TagsUnknown, why));
    }
    let read = match known {
        Some(compute) => Ok(compute),
        None => read_again(pass, &settled).await,
    };
    let settled = read_beacon_again(pass, settled).await;
    match read {
        Ok(compute) => Check::of(settled.again(compute, last_swept, pass.options.now)),
        Err(error) => unconfirmed(settled, &error),
    }
}

fn left(settled: Settled, reason: Reason, why: &str) -> Settled {
    Settled {
        decided: settled.decided.left_instead(reason, why),
        ..settled
    }
}

/// Leaves alone what could not be read a second time.
fn unconfirmed(settled: Settled, error: &AzureError) -> Check {
    let name = settled.decided.name();
    let (why, unreached, problem) = match () {
        () if error.is_not_found() => ("it was deleted meanwhile", None, None),
        () if error.is_deadline() => ("the sweep's deadline has passed", Some(name), None),
        () => (
            "it could not be read a second time",
            None,
            Some(format!("{name}: not acted on: {error}")),
        ),
    };
    Check {
        settled: left(settled, Reason::NotConfirmed, why),
        unreached,
        problem,
    }
}

/// The workspace's computes by name, where that costs fewer calls; what it does not show is asked for by itself.
async fn list_again(pass: &Pass<'_>, due: usize) -> HashMap<String, Compute> {
    if due <= FEW {
        return HashMap::new();
    }
    let arm = &pass.context.arm;
    let listing = arm.computes(&pass.target.workspace, pass.deadline).await;
    let computes = listing.map(|listing| listing.items).unwrap_or_default();
    let by_name = |compute: Compute| (compute.name.to_lowercase(), compute);
    computes.into_iter().map(by_name).collect()
}

async fn read_again(pass: &Pass<'_>, settled: &Settled) -> Result<Compute, AzureError> {
    let name = &settled.decided.observed.compute.name;
    let arm = &pass.context.arm;
    arm.compute(&pass.target.workspace, name, pass.deadline)
        .await
}

/// Somebody may have logged in since the beacon was read.
async fn read_beacon_again(pass: &Pass<'_>, settled: Settled) -> Settled {
    let decided = &settled.decided;
    let by_beacon =
        decided.decision.reason == Reason::Idle && decided.observed.beacon == Presence::Present;
    let Some(limits) = decided.limits().filter(|_| by_beacon) else {
        return settled;
    };
    let (context, now) = (pass.context, pass.options.now);
    let compute = &decided.observed.compute;
    let finding = evidence::of_beacon(context, compute, limits, now, pass.deadline).await;
    Settled {
        decided: settled.decided.with_beacon(finding),
        ..settled
    }
}

/// Claims what is still due, as far as so many resources may be stopped at once.
async fn claim(pass: &Pass<'_>, mut settled: Settled, report: &mut PassReport) -> Confirmed {
    if !is_due(&settled) {
        return Confirmed {
            settled,
            claim: None,
        };
    }
    let id = &settled.decided.observed.resource.id;
    let claim = match pass.stop_limit.allows(id, &settled.decided.decision).await {
        Ok(true) => operation(pass, &settled.decided),
        Ok(false) => {
            let why = pass.stop_limit.explanation();
            settled = left(settled, Reason::StopLimit, &why);
            None
        }
        Err(error) => {
            let name = settled.decided.name();
            report
                .problems
                .push(format!("{name}: not acted on: {error}"));
            let why = "how many were stopped could not be counted";
            settled = left(settled, Reason::StopLimit, why);
            None
        }
    };
    if let Some(own) = &claim {
        let state = &mut settled.decided.observed.state;
        state.push_operation(own.clone());
    }
    Confirmed { settled, claim }
}

/// The operation that the decision demands.
fn operation(pass: &Pass<'_>, decided: &Decided) -> Option<OwnOperation> {
    let now = pass.options.now;
    let (power, verb) = match decided.action_due()? {
        Action::Stop => (Power::Off, "stop"),
        Action::Start => (Power::On, "start"),
        Action::Wait | Action::Leave => return None,
    };
    let (state, decision) = (&decided.observed.state, &decided.decision);
    let id = &decided.observed.resource.id;
    // A start that ends an avoided interval which still earns brings back what ran anyway.
    let avoided = state.avoided.as_ref();
    let ran_anyway = avoided.is_some_and(|interval| interval.earns_at(now));
    let unneeded = state.unneeded_start();
    let unneeded = unneeded.filter(|_| decision.reason == Reason::Idle);
    Some(OwnOperation {
        id: format!("{id}:{verb}:{}", now.format("%Y%m%dT%H%M%S%3fZ")),
        power,
        reason: decision.reason,
        cause: decision.cause.unwrap_or(now),
        requested_at: now,
        claimed_until: now + CLAIM,
        extra: power == Power::On && !ran_anyway,
        unneeded_start: unneeded.map(|start| start.id.clone()),
        accepted_at: None,
        ended: None,
    })
}
