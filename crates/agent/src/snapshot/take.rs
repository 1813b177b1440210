//! Taking a snapshot: everything is read as a sweep reads it, and nothing is acted on or written.

use super::{JobsProblem, OwnAct, Price, Seen, Snapshot, VERSION};
use lamplighter_core::observe::Compute;
use lamplighter_core::decide::{MachineMemory, WorkspaceMemory, remember, rest};
use crate::pricing;
use lamplighter_core::schedule::Power;
use crate::sweep::discover::{Place, discover};
use crate::sweep::{Context, SweepError, all};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// All prices together take no longer than this: a machine without one loses its money only.
const PRICES_WITHIN: Duration = Duration::from_secs(60);

/// What of the fleet is looked at; ids are ARM ids, compared without case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    Everything,
    Workspace(String),
    Compute(String),
}

/// A scope, taken apart.
#[derive(Debug, Default)]
struct Wanted {
    /// Lower case, without a slash at the end.
    id: Option<String>,
    workspace: Option<String>,
    compute: Option<String>,
}

/// Takes a snapshot, within the settings' deadline. What cannot be read stands in its problems.
///
/// # Errors
/// No subscription could be read, or what the scope names was not seen.
pub async fn take(
    context: &Context,
    now: DateTime<Utc>,
    scope: &Scope,
) -> Result<Snapshot, SweepError> {
    let deadline = Instant::now() + context.settings.sweep_deadline;
    let wanted = wanted(scope)?;
    let found = discover(&narrowed(context, &wanted), deadline).await?;
    let mut problems = found.problems;
    let (mut machines, mut any) = (Vec::new(), false);
    let places = found.workspaces.iter().filter(|place| {
        let here = |id: &String| *id == place.workspace.id.to_lowercase();
        wanted.workspace.as_ref().is_none_or(here)
    });
    let looks = places.map(|place| look(context, place, &wanted, now, deadline));
    for (seen, troubles) in all(looks.collect(), context.settings.concurrency).await {
        any = true;
        machines.extend(seen);
        problems.extend(troubles);
    }
    problems.sort();
    if let Some(id) = wanted.id
        && (!any || wanted.compute.is_some() && machines.is_empty())
    {
        let why = match problems.first() {
            Some(problem) => format!("not everything could be read; the first said: {problem}"),
            None => "it does not exist, or the identity may not read it".into(),
        };
        return Err(SweepError::NotSeen { id, why });
    }
    price_all(context, &mut machines, now, deadline).await;
    machines.sort_by_cached_key(|seen| seen.id.to_lowercase());
    Ok(Snapshot {
        version: VERSION,
        taken_at: now,
        machines,
        problems,
    })
}

fn wanted(scope: &Scope) -> Result<Wanted, SweepError> {
    let (id, of_compute) = match scope {
        Scope::Everything => return Ok(Wanted::default()),
        Scope::Workspace(id) => (id, false),
        Scope::Compute(id) => (id, true),
    };
    let lower = id.trim_end_matches('/').to_lowercase();
    let (workspace, compute) = match lower.split_once("/computes/") {
        Some((workspace, compute)) => (workspace, Some(compute.to_string())),
        None => (lower.as_str(), None),
    };
    // The empty part before the first slash, then pairs of a kind and a name.
    let parts: Vec<&str> = workspace.split('/').collect();
    let is_workspace = parts.len() == 9 && parts[1] == "subscriptions" && parts[7] == "workspaces";
    if !is_workspace || compute.is_some() != of_compute {
        let shape = if of_compute { "/computes/…" } else { "" };
        let why = format!(
            "it is not an ARM id such as /subscriptions/…/resourceGroups/…/providers/\
             Microsoft.MachineLearningServices/workspaces/…{shape}"
        );
        return Err(SweepError::NotSeen {
            id: id.clone(),
            why,
        });
    }
    Ok(Wanted {
        workspace: Some(workspace.to_string()),
        compute,
        id: Some(lower),
    })
}

/// A context that looks only at the subscription of what is wanted, unless the settings leave that one out.
fn narrowed(context: &Context, wanted: &Wanted) -> Context {
    let mut context = context.clone();
    let subscription = wanted
        .workspace
        .as_ref()
        .and_then(|id| id.split('/').nth(2));
    if let Some(subscription) = subscription {
        let named = &context.settings.subscriptions;
        if named.is_empty() || named.iter().any(|id| id == subscription) {
            let mut settings = (*context.settings).clone();
            settings.subscriptions = vec![subscription.to_string()];
            context.settings = Arc::new(settings);
        }
    }
    context
}

/// One workspace's machines as far as they are wanted, and what could not be read.
async fn look(
    context: &Context,
    place: &Place,
    wanted: &Wanted,
    now: DateTime<Utc>,
    deadline: Instant,
) -> (Vec<Seen>, Vec<String>) {
    let name = format!("workspace {}", place.workspace.name);
    let mut problems = Vec::new();
    let listing = match context.arm.computes(&place.workspace, deadline).await {
        Ok(listing) => listing,
        Err(error) => {
            problems.push(format!("{name}: its computes could not be read: {error}"));
            return (Vec::new(), problems);
        }
    };
    problems.extend(listing.oddities.iter().map(|odd| format!("{name}: {odd}")));
    problems.extend(
        listing
            .incomplete
            .map(|error| format!("{name}: its list of computes was cut short: {error}")),
    );
    let mut computes = listing.items;
    if let Some(compute) = &wanted.compute {
        computes.retain(|found| found.name.to_lowercase() == *compute);
    }
    let loaded = context.ledger.load::<WorkspaceMemory>(&place.workspace.id);
    let memory = match loaded.await {
        Ok((memory, _)) => memory,
        Err(error) => {
            problems.push(format!("{name}: its memory could not be read: {error}"));
            WorkspaceMemory::default()
        }
    };
    let jobs = jobs(context, place, &computes, deadline).await;
    // That they could not be read stands with each machine that may have some; it spoils nothing else.
    let seen = computes.into_iter().map(|compute| {
        let memory = memory.machines.get(&compute.name.to_lowercase()).cloned();
        seen(place, compute, memory, jobs.as_ref(), now)
    });
    (seen.collect(), problems)
}

type AllJobs = Result<Vec<lamplighter_core::observe::Job>, JobsProblem>;

/// The workspace's jobs; asked for only where one of the machines is an instance that is on.
async fn jobs(
    context: &Context,
    place: &Place,
    computes: &[Compute],
    deadline: Instant,
) -> Option<AllJobs> {
    if !computes.iter().any(wants_jobs) {
        return None;
    }
    let asked = context.arm.jobs(&place.workspace, deadline).await;
    Some(asked.map_err(|error| JobsProblem {
        why: error.to_string(),
        passing: error.is_transient(),
    }))
}

fn is_instance(compute_type: Option<&str>) -> bool {
    compute_type == Some("ComputeInstance")
}

fn wants_jobs(compute: &Compute) -> bool {
    is_instance(compute.compute_type.as_deref()) && rest(&compute.state) == Some(Power::On)
}

fn seen(
    place: &Place,
    compute: Compute,
    memory: Option<MachineMemory>,
    jobs: Option<&AllJobs>,
    now: DateTime<Utc>,
) -> Seen {
    let memory = memory.map(|mut memory| {
        if is_instance(compute.compute_type.as_deref()) {
            remember(&mut memory, &compute, now);
        }
        memory
    });
    let jobs = jobs.filter(|_| wants_jobs(&compute));
    let names = |jobs: &Vec<lamplighter_core::observe::Job>| {
        let here = jobs
            .iter()
            .filter(|job| job.is_active() && job.is_on(&compute));
        here.map(|job| job.name.clone()).collect()
    };
    let memory = memory.unwrap_or_default();
    Seen {
        workspace: place.workspace.name.clone(),
        workspace_id: place.workspace.id.clone(),
        resource_group: place.workspace.resource_group.clone(),
        workspace_tags: place.workspace.tags.clone(),
        resource_group_tags: place.resource_group_tags.clone(),
        tags_known: place.tags_known,
        jobs: jobs.and_then(|jobs| jobs.as_ref().ok()).map(names),
        jobs_problem: jobs.and_then(|jobs| jobs.as_ref().err()).cloned(),
        first_seen: memory.first_seen,
        word: memory.word,
        own_acts: memory.acts.iter().map(OwnAct::from).collect(),
        hold_put_out: memory.hold_put_out,
        work: memory.evidence,
        put_out: memory.put_out,
        timer: memory.timer,
        identity: compute.identity,
        custom_applications: compute.custom_applications,
        notice: memory.notice.map(|given| (given.cause, given.given_at)),
        price_per_hour: None,
        id: compute.id,
        compute: compute.name,
        location: compute.location,
        vm_size: compute.vm_size,
        compute_type: compute.compute_type,
        provisioning_state: compute.provisioning_state,
        state: compute.state,
        last_operation: compute.last_operation.map(Into::into),
        created_on: compute.created_on,
        created_by: compute.created_by,
        idle_time_before_shutdown: compute.idle_time_before_shutdown,
        tags: compute.tags,
        native_schedules: compute.schedules,
        oddities: compute.oddities,
    }
}

/// Gives the instances their prices, each size of each region being asked for once.
async fn price_all(
    context: &Context,
    machines: &mut [Seen],
    now: DateTime<Utc>,
    deadline: Instant,
) {
    let until = deadline.min(Instant::now() + PRICES_WITHIN);
    let subscription = |seen: &Seen| seen.id.split('/').nth(2).map(str::to_string);
    let key = |seen: &Seen| {
        let place = (seen.vm_size.clone()?, seen.location.clone()?);
        Some((place.0, place.1, subscription(seen)?))
    };
    let instances = machines
        .iter()
        .filter(|seen| is_instance(seen.compute_type.as_deref()));
    let keys: BTreeSet<(String, String, String)> = instances.filter_map(key).collect();
    let asked = keys.into_iter().map(|key| async move {
        let wanted = pricing::Wanted {
            subscription: Some(&key.2),
            size: &key.0,
            region: &key.1,
        };
        let price = context.pricing.price(wanted, now, until).await;
        (key, price)
    });
    let mut prices = BTreeMap::new();
    for (key, quote) in all(asked.collect(), context.settings.concurrency).await {
        match quote {
            Ok(price) => {
                let price = Price {
                    amount: price.amount,
                    currency: price.currency,
                    source: price.source,
                };
                prices.insert(key, price);
            }
            Err(problem) => {
                let (size, region, _) = key;
                tracing::warn!(
                    event = "price",
                    size,
                    region,
                    "no price, so hours only: {problem}"
                );
            }
        }
    }
    for seen in machines
        .iter_mut()
        .filter(|seen| is_instance(seen.compute_type.as_deref()))
    {
        seen.price_per_hour = key(seen).and_then(|key| prices.get(&key).cloned());
    }
}
