//! What beacons, metrics and jobs say of one machine's work now, for somebody who asks about it. Nothing is written.

use super::Seen;
use lamplighter_core::observe::{Job, Workspace};
use lamplighter_core::decide::evidence::{self, Source};
use lamplighter_core::decide::{Finding, remember};
use lamplighter_core::policy::Limits;
use crate::sweep::Context;
use crate::sweep::discover::Place;
use crate::sweep::evidence::{Beaconed, Want, gather};
use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;

/// Every source's word on a machine of a snapshot, as a sweep would ask for them. `length`: without work for so long,
/// it would be put out.
pub async fn work(
    context: &Context,
    seen: &Seen,
    (length, limits): (TimeDelta, Limits),
    now: DateTime<Utc>,
) -> Vec<Finding> {
    let deadline = Instant::now() + context.settings.sweep_deadline;
    let place = Place {
        workspace: Workspace {
            id: seen.workspace_id.clone(),
            subscription: part(&seen.workspace_id, 2),
            resource_group: seen.resource_group.clone(),
            name: seen.workspace.clone(),
            location: seen.location.clone(),
            tags: seen.workspace_tags.clone(),
        },
        resource_group_tags: seen.resource_group_tags.clone(),
        tags_known: seen.tags_known,
    };
    let compute = seen.compute();
    let beacon = Beaconed::list(context, deadline).await.of(&compute);
    let want = Want {
        place: &place,
        compute: &compute,
        beacon,
        length,
        limits,
    };
    let gathered = gather(context, &[want], now, deadline).await;
    let mut findings: Vec<Finding> = gathered.into_iter().flatten().collect();
    let mut memory = seen.memory();
    remember(&mut memory, &compute, now);
    let since = memory.on_since().unwrap_or(now);
    let jobs = context.arm.jobs(&place.workspace, deadline).await;
    findings.push(match jobs {
        Ok(jobs) => {
            let here: Vec<&Job> = jobs.iter().filter(|job| job.is_on(&compute)).collect();
            evidence::jobs(&here, &mut memory.evidence, since, now)
        }
        Err(error) => Finding::unknown(Source::Jobs, error.to_string()),
    });
    findings
}

/// A part of an ARM id, the empty one before the first slash being 0.
fn part(id: &str, index: usize) -> String {
    id.split('/').nth(index).unwrap_or_default().to_string()
}
