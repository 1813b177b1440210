//! A list of jobs that does not come in full: what may run on the resource is not stopped, and its owner is told.

use super::case::Jobs;
use super::decision::Decision;
use crate::record::{Action, JobsUnread, ResourceState};
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
    let unread = matches!(jobs, Jobs::Unknown { .. });
    if !unread || decision.action == Action::Stop || decision.dry_run {
        state.jobs_unread = None;
        return None;
    }
    let known = state.jobs_unread;
    let told = known.filter(|known| now < known.told_at + EVERY);
    state.jobs_unread = Some(JobsUnread {
        since: known.map_or(now, |known| known.since),
        told_at: told.map_or(now, |known| known.told_at),
    });
    told.is_none().then(|| decision.text.clone())
}
