//! One more look at machines, just before they are claimed.

use super::act::claim;
use super::evidence;
use super::intervals;
use super::look::Look;
use super::summary::Report;
use super::workspace::Pass;
use lamplighter_azure::AzureError;
use lamplighter_core::observe::Compute;
use lamplighter_core::decide::{Presence, Reason};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

/// More machines than this are read again by one list of the workspace instead of one by one.
const FEW: usize = 3;

/// Looks once more at each machine that is to be acted on, as a person may have been quicker, and claims it.
pub async fn confirm_and_claim(
    pass: &Pass<'_>,
    looks: &mut [Look],
    last_swept: Option<DateTime<Utc>>,
    report: &mut Report,
) {
    let due: Vec<&mut Look> = looks
        .iter_mut()
        .filter(|look| look.act_due().is_some())
        .collect();
    if !pass.place.tags_known {
        let why = "its resource group's tags could not be read";
        due.into_iter()
            .for_each(|look| look.hold_back(Reason::TagsUnknown, why));
        return;
    }
    let mut listed = list_again(pass, due.len()).await;
    let confirmed = due.into_iter().map(|look| {
        let known = listed.remove(&look.compute.name.to_lowercase());
        async move {
            let read = match known {
                Some(compute) => Ok(compute),
                None => get_again(pass, look).await,
            };
            hear_again(pass, look).await;
            take_in(pass, look, read, last_swept)
        }
    });
    let results = super::all(confirmed.collect(), pass.context.settings.concurrency).await;
    for (unreached, problem) in results {
        report.not_reached.extend(unreached);
        report.problems.extend(problem);
    }
    claim_all(pass, looks, report).await;
}

/// Claims what is still due, as far as so many machines may be stopped at once.
async fn claim_all(pass: &Pass<'_>, looks: &mut [Look], report: &mut Report) {
    for look in looks.iter_mut().filter(|look| look.act_due().is_some()) {
        match pass.brake.allows(look).await {
            Ok(true) => claim(pass, look),
            Ok(false) => look.hold_back(Reason::HeldBack, &pass.brake.words()),
            Err(error) => {
                let name = format!("{}/{}", pass.place.workspace.name, look.compute.name);
                report
                    .problems
                    .push(format!("{name}: not acted on: {error}"));
                look.hold_back(
                    Reason::HeldBack,
                    "how many were stopped could not be counted",
                );
            }
        }
    }
}

/// The workspace's computes by name, where that costs fewer calls; what it does not show is asked for by itself.
async fn list_again(pass: &Pass<'_>, due: usize) -> HashMap<String, Compute> {
    if due <= FEW {
        return HashMap::new();
    }
    let listing = pass
        .context
        .arm
        .computes(&pass.place.workspace, pass.deadline);
    let computes = listing.await.map(|listing| listing.items);
    let by_name = |compute: Compute| (compute.name.to_lowercase(), compute);
    computes
        .unwrap_or_default()
        .into_iter()
        .map(by_name)
        .collect()
}

/// Somebody may have logged in since the beacon was read.
async fn hear_again(pass: &Pass<'_>, look: &mut Look) {
    let limits = look.limits();
    if look.decision.reason == Reason::Idle
        && look.beacon == Presence::Present
        && let Some(limits) = limits
    {
        let now = pass.options.now;
        let finding =
            evidence::heard(pass.context, &look.compute, limits, now, pass.deadline).await;
        look.hear_again(finding);
    }
}

async fn get_again(pass: &Pass<'_>, look: &Look) -> Result<Compute, AzureError> {
    let (workspace, name) = (&pass.place.workspace, &look.compute.name);
    pass.context
        .arm
        .compute(workspace, name, pass.deadline)
        .await
}

/// Looks at the machine as it is now; says what came between: a place not reached, or a problem.
fn take_in(
    pass: &Pass<'_>,
    look: &mut Look,
    read: Result<Compute, AzureError>,
    last_swept: Option<DateTime<Utc>>,
) -> (Option<String>, Option<String>) {
    let name = format!("{}/{}", pass.place.workspace.name, look.compute.name);
    match read {
        Ok(compute) => {
            look.refresh(compute);
            intervals::settle(look, last_swept, pass.options.now);
            (None, None)
        }
        Err(error) if error.is_not_found() => {
            look.hold_back(Reason::NotConfirmed, "it was deleted meanwhile");
            (None, None)
        }
        Err(error) if error.is_deadline() => {
            look.hold_back(Reason::NotConfirmed, "the sweep's deadline has passed");
            (Some(name), None)
        }
        Err(error) => {
            look.hold_back(Reason::NotConfirmed, "it could not be read a second time");
            (None, Some(format!("{name}: not acted on: {error}")))
        }
    }
}
