//! Taking a snapshot: everything is read as a sweep reads it, and nothing is acted on or written.

use super::place;
use super::prices::price_all;
use super::scope::{Scope, Wanted, wanted};
use crate::sweep::beside::Beside;
use crate::sweep::discover::discover;
use crate::sweep::standing::standing;
use crate::sweep::target::WorkspaceTarget;
use crate::sweep::{Context, SweepError, all, attached, jobs, least, own_tags, pods};
use chrono::{DateTime, Utc};
use lamplighter_core::decide::{recall, remember};
use lamplighter_core::kinds::{self, Kind, rest};
use lamplighter_core::observe::{Compute, Job};
use lamplighter_core::policy::Defaults;
use lamplighter_core::record::{Least, ResourceState, WorkspaceState};
use lamplighter_core::schedule::Power;
use lamplighter_core::snapshot::{
    JobsProblem, Snapshot, SnapshotOperation, SnapshotResource, VERSION,
};
use tokio::time::Instant;

/// How much of each resource is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Depth {
    /// All that a decision depends on, and what it would be worth.
    Whole,
    /// What its tags say depends on neither jobs nor pods, and costs nothing.
    Tags,
}

/// Takes a snapshot, within the settings' deadline. What cannot be read stands in its problems.
///
/// # Errors
/// No subscription could be read, or what the scope names was not found.
pub async fn take(
    context: &Context,
    now: DateTime<Utc>,
    scope: &Scope,
) -> Result<Snapshot, SweepError> {
    take_as(context, now, scope, Depth::Whole).await
}

/// The same for somebody who only looks at what tags say: without jobs, pods and prices.
///
/// # Errors
/// As [`take`].
pub async fn take_tags(
    context: &Context,
    now: DateTime<Utc>,
    scope: &Scope,
) -> Result<Snapshot, SweepError> {
    take_as(context, now, scope, Depth::Tags).await
}

async fn take_as(
    context: &Context,
    now: DateTime<Utc>,
    scope: &Scope,
    depth: Depth,
) -> Result<Snapshot, SweepError> {
    let deadline = Instant::now() + context.settings.sweep_deadline;
    let wanted = wanted(scope)?;
    let (targets, mut problems) = match &wanted.workspace {
        Some(id) => {
            let (target, problems) = place::one(context, id, deadline).await?;
            (vec![target], problems)
        }
        None => {
            let found = discover(context, deadline).await?;
            (found.workspaces, found.problems)
        }
    };
    let mut resources = Vec::new();
    let shared = Beside::of_each(&targets);
    let reads = targets.iter().map(|target| {
        let beside = shared.get(&Beside::key(target));
        observe(context, (target, beside), (&wanted, depth), now, deadline)
    });
    let mut unread = None;
    for (found, troubles) in all(reads.collect(), context.settings.concurrency).await {
        resources.extend(found);
        unread = unread.or_else(|| troubles.first().cloned());
        problems.extend(troubles);
    }
    problems.sort();
    if let Some(id) = wanted.id
        && wanted.resource.is_some()
        && resources.is_empty()
    {
        let why = match unread {
            Some(problem) => format!("not everything could be read; the first error: {problem}"),
            None => "it does not exist, or the identity may not read it".into(),
        };
        return Err(SweepError::NotFound { id, why });
    }
    // Attached to two workspaces, it is one thing: what the one remembers that decides about it counts.
    let key = |one: &SnapshotResource| {
        let since = one.first_seen.unwrap_or(DateTime::<Utc>::MAX_UTC);
        (one.id.to_lowercase(), since)
    };
    resources.sort_by_cached_key(key);
    resources.dedup_by(|a, b| a.id.eq_ignore_ascii_case(&b.id));
    if depth == Depth::Whole {
        price_all(context, &mut resources, now, deadline).await;
    }
    Ok(Snapshot {
        version: VERSION,
        taken_at: now,
        resources,
        problems,
    })
}

/// One workspace's resources as far as they are wanted, and what could not be read.
async fn observe(
    context: &Context,
    (target, beside): (&WorkspaceTarget, Option<&Beside>),
    (wanted, depth): (&Wanted, Depth),
    now: DateTime<Utc>,
    deadline: Instant,
) -> (Vec<SnapshotResource>, Vec<String>) {
    let name = format!("workspace {}", target.workspace.name);
    let mut problems = Vec::new();
    let listing = match context.arm.computes(&target.workspace, deadline).await {
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
    let found = standing(
        context,
        &target.workspace,
        listing.items,
        (None, beside),
        deadline,
    )
    .await;
    let troubles = found.problems.iter();
    problems.extend(troubles.map(|trouble| format!("{name}: {trouble}")));
    let mut computes = found.computes;
    if let Some(id) = &wanted.resource {
        let by = |own: &str| own.eq_ignore_ascii_case(id);
        let attached = |found: &Compute| found.by_kind.attached_as.iter().any(|own| by(own));
        computes.retain(|found| by(&found.id) || attached(found));
    }
    let loaded = context.ledger.load::<WorkspaceState>(&target.workspace.id);
    let state = match loaded.await {
        Ok((state, _)) => state,
        Err(error) => {
            problems.push(format!(
                "{name}: its saved state could not be read: {error}"
            ));
            WorkspaceState::default()
        }
    };
    let held = |one: &&mut Compute| depth == Depth::Whole && is_running_cluster(one);
    for compute in computes.iter_mut().filter(held) {
        let held = pods::held_by(context, compute, now, deadline).await;
        let own = compute.by_kind.no_stop.take();
        compute.by_kind.no_stop = own.or(held);
    }
    for compute in &mut computes {
        let known = state.resources.get(&compute.id.to_lowercase());
        let known = known.and_then(|state| state.least);
        note_least(context, compute, (wanted, known), now, deadline).await;
    }
    for compute in &mut computes {
        let known = state.resources.get(&compute.id.to_lowercase());
        let mut known = known.cloned().unwrap_or_default();
        own_tags::take_in((context, target), compute, &mut known, now);
    }
    let jobs = match depth {
        Depth::Whole => jobs_of(context, target, &computes, deadline).await,
        Depth::Tags => None,
    };
    // Where they could not be read, that stands with each resource that may have some, and spoils nothing else.
    let resources = computes.into_iter().map(|mut compute| {
        settle(&mut compute, target, &context.settings.defaults);
        let state = state.resources.get(&compute.id.to_lowercase());
        if let Some(state) = state {
            recall(&mut compute, state);
        }
        let state = state.map(|state| with_observation(state, &compute, now));
        let jobs = jobs_on(&compute, jobs.as_ref());
        snapshot_resource(target, compute, state.unwrap_or_default(), jobs)
    });
    (resources.collect(), problems)
}

/// Notes the least number of instances that Azure lets a deployment have: asked for where somebody asks about this very one.
async fn note_least(
    context: &Context,
    compute: &mut Compute,
    (wanted, known): (&Wanted, Option<Least>),
    now: DateTime<Utc>,
    deadline: Instant,
) {
    if Kind::named(compute.compute_type.as_deref()) != Kind::Deployment {
        return;
    }
    let asked = match wanted.resource {
        Some(_) => least::ask(context, compute, now, deadline).await.value,
        None => None,
    };
    if let Some(least) = asked.or(known.and_then(|known| known.value)) {
        kinds::with_least(compute, least);
    }
}

/// Gives what scales the state that its value means by its policy, as a sweep does.
fn settle(compute: &mut Compute, target: &WorkspaceTarget, defaults: &Defaults) {
    let (workspace, group) = (&target.workspace.tags, &target.resource_group_tags);
    if let Some(kind) = Kind::named(compute.compute_type.as_deref()).known() {
        let reading = kinds::reading(compute, workspace, group, defaults);
        kinds::settle(compute, reading.policy.floor_of(kind.target()));
    }
}

type AllJobs = Result<Vec<Job>, JobsProblem>;

/// Whether it is one that pods may keep from being stopped.
fn is_running_cluster(compute: &Compute) -> bool {
    Kind::of(compute) == Kind::Aks && rest(compute) == Some(Power::On)
}

/// The jobs of the workspace, and of others that have attached one of its resources; asked for only where one is on.
async fn jobs_of(
    context: &Context,
    target: &WorkspaceTarget,
    computes: &[Compute],
    deadline: Instant,
) -> Option<AllJobs> {
    if !computes.iter().any(wants_jobs) {
        return None;
    }
    let attached = attached::names(computes.iter().filter(|compute| wants_jobs(compute)));
    let read = jobs::everywhere(context, &target.workspace, &attached, |_| true, deadline).await;
    Some(read.map_err(|unread| JobsProblem {
        why: unread.why,
        accepted: unread.accepted,
    }))
}

fn wants_jobs(compute: &Compute) -> bool {
    let kind = Kind::of(compute).known();
    kind.is_some_and(|kind| kind.jobs_delay()) && rest(compute) == Some(Power::On)
}

/// What is saved of an instance, with this observation taken in; of other kinds just what is saved.
fn with_observation(state: &ResourceState, compute: &Compute, now: DateTime<Utc>) -> ResourceState {
    let mut state = state.clone();
    if Kind::of(compute).known().is_some() {
        remember(&mut state, compute, now);
    }
    state
}

/// The names of the active jobs on one resource, or why they are not known; neither where they are not wanted.
fn jobs_on(
    compute: &Compute,
    jobs: Option<&AllJobs>,
) -> (Option<Vec<String>>, Option<JobsProblem>) {
    match jobs.filter(|_| wants_jobs(compute)) {
        None => (None, None),
        Some(Err(problem)) => (None, Some(problem.clone())),
        Some(Ok(jobs)) => {
            let here = jobs
                .iter()
                .filter(|job| job.is_active() && job.is_on(compute));
            (Some(here.map(|job| job.name.clone()).collect()), None)
        }
    }
}

fn snapshot_resource(
    target: &WorkspaceTarget,
    compute: Compute,
    state: ResourceState,
    (jobs, jobs_problem): (Option<Vec<String>>, Option<JobsProblem>),
) -> SnapshotResource {
    let own_operations = state.own_operations.iter().map(SnapshotOperation::from);
    SnapshotResource {
        workspace: target.workspace.name.clone(),
        workspace_id: target.workspace.id.clone(),
        resource_group: target.workspace.resource_group.clone(),
        workspace_tags: target.workspace.tags.clone(),
        resource_group_tags: target.resource_group_tags.clone(),
        tags_known: target.tags_known,
        jobs,
        jobs_problem,
        first_seen: state.first_seen,
        changing: state.changing,
        external: state.external,
        own_operations: own_operations.collect(),
        parked: state.parked,
        number: state.number,
        refused: state.refused,
        hold_stopped: state.hold_stopped,
        hold_seen: state.hold_seen,
        personal_hold: state.personal_hold,
        work: state.evidence,
        stopped_when_idle: state.stopped_when_idle,
        timer: state.timer,
        identity: compute.identity,
        custom_applications: compute.custom_applications,
        notice: state.notice.map(|given| (given.cause, given.given_at)),
        notices_before: state.notices_before,
        owed: state.owed,
        starts_took: state.starts_took,
        quota_seen: state.quota_seen,
        unused_starts: state.unused_starts,
        price_per_hour: None,
        while_parked: Vec::new(),
        id: compute.id,
        name: compute.name,
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
        by_kind: compute.by_kind,
        errors: compute.errors,
        oddities: compute.oddities,
    }
}
