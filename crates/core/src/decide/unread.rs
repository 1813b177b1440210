//! A list of jobs that does not come in full: what may run on the resource is not stopped, and its owner is told.

use super::case::Jobs;
use super::decision::Decision;
use crate::record::{Action, JobsUnread, Reason, ResourceState};
use chrono::{DateTime, TimeDelta, Utc};

/// Told no more often than this.
const EVERY: TimeDelta = TimeDelta::days(1);

/// Notes in the saved state whether the list of jobs is missing where a stop may be due, and gives the words for the owner,
/// where these are due.
pub fn unread_jobs(
    state: &mut ResourceState,
    jobs: &Jobs,
    decision: &Decision,
    now: DateTime<Utc>,
) -> Option<String> {
    let waits = matches!(
        decision.reason,
        Reason::JobsUnknown | Reason::EvidenceUnknown
    );
    match jobs {
        _ if decision.action == Action::Stop || decision.dry_run => state.jobs_unread = None,
        Jobs::Unknown { .. } if waits => return told(state, decision, now),
        // Something else delays the stop just now, and says nothing about the list.
        Jobs::Unknown { .. } => {}
        Jobs::NotAsked if waits || decision.reason == Reason::ActionPending => {}
        Jobs::NotAsked | Jobs::Known(_) => state.jobs_unread = None,
    }
    None
}

/// The words for the owner, where these are due.
fn told(state: &mut ResourceState, decision: &Decision, now: DateTime<Utc>) -> Option<String> {
    let known = state.jobs_unread;
    let told = known.filter(|known| now < known.told_at + EVERY);
    state.jobs_unread = Some(JobsUnread {
        since: known.map_or(now, |known| known.since),
        told_at: told.map_or(now, |known| known.told_at),
    });
    told.is_none().then(|| decision.text.clone())
}
