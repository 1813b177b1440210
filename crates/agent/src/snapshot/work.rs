//! What beacons, metrics and jobs prove of one resource's work now, for somebody who asks about it. Nothing is written.

use crate::sweep::Context;
use crate::sweep::evidence::{Want, gather};
use crate::sweep::holds::{self, FoundHolds};
use crate::sweep::presence::BeaconList;
use crate::sweep::target::WorkspaceTarget;
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_core::decide::evidence::{self, Source};
use lamplighter_core::decide::{Finding, Presence, remember};
use lamplighter_core::kinds::Kind;
use lamplighter_core::observe::{Job, Workspace};
use lamplighter_core::policy::Limits;
use lamplighter_core::snapshot::SnapshotResource;
use tokio::time::Instant;

/// Every source's finding on a resource of a snapshot, as a sweep would ask for them. `length`: without work for so
/// long, it would be stopped.
pub async fn work(
    context: &Context,
    seen: &SnapshotResource,
    (length, limits): (TimeDelta, Limits),
    now: DateTime<Utc>,
) -> Vec<Finding> {
    let deadline = Instant::now() + context.settings.sweep_deadline;
    let target = WorkspaceTarget {
        workspace: Workspace {
            id: seen.workspace_id.clone(),
            subscription: part(&seen.workspace_id, 2),
            resource_group: seen.resource_group.clone(),
            name: seen.workspace.clone(),
            location: seen.location.clone(),
            tags: seen.workspace_tags.clone(),
            above: Default::default(),
        },
        resource_group_tags: seen.resource_group_tags.clone(),
        tags_known: seen.tags_known,
    };
    let compute = seen.compute();
    let beacon = BeaconList::read(context.beacons.as_ref(), deadline)
        .await
        .of(&compute);
    let want = Want {
        target: &target,
        compute: &compute,
        beacon,
        length,
        limits,
    };
    let gathered = gather(context, &[want], now, deadline).await;
    let mut findings: Vec<Finding> = gathered.into_iter().flatten().collect();
    let mut saved_state = seen.saved_state();
    remember(&mut saved_state, &compute, now);
    let since = saved_state.on_since().unwrap_or(now);
    let kind = Kind::of(&compute).known();
    if !kind.is_some_and(|kind| kind.jobs_delay()) {
        return findings;
    }
    let jobs = context
        .arm
        .jobs(&target.workspace, |_| true, deadline)
        .await;
    findings.push(match jobs {
        Ok(jobs) => {
            let here: Vec<&Job> = jobs.iter().filter(|job| job.is_on(&compute)).collect();
            evidence::jobs(&here, &mut saved_state.evidence, since, now)
        }
        Err(error) => Finding::unknown(Source::Jobs, error.to_string()),
    });
    findings
}

/// What people have asked for, of one resource of a snapshot.
pub async fn holds(context: &Context, seen: &SnapshotResource, now: DateTime<Utc>) -> FoundHolds {
    let deadline = Instant::now() + context.settings.sweep_deadline;
    let compute = seen.compute();
    let beacon = match context.beacons {
        // Whether it has one, its document tells.
        Some(_) => Presence::Unknown,
        None => Presence::Absent,
    };
    let of = (seen.workspace_id.as_str(), &compute, beacon);
    holds::found(context, of, now, deadline).await
}

/// A part of an ARM id, the empty one before the first slash being 0.
fn part(id: &str, index: usize) -> String {
    id.split('/').nth(index).unwrap_or_default().to_string()
}
