//! A job's status as Azure shows it: worked out when somebody asks.

use super::job::Job;
use super::job_status::JobStatus;
use super::operation::{Operation, OperationStatus};
use super::simulation::World;
use crate::kinds::instance::action::Action;
use chrono::{DateTime, TimeDelta, Utc};

/// What a job goes through before it runs; each takes a fifth of the time.
const BEFORE: [JobStatus; 5] = [
    JobStatus::NotStarted,
    JobStatus::Queued,
    JobStatus::Preparing,
    JobStatus::Provisioning,
    JobStatus::Starting,
];
/// A job that waits for an instance is `NotStarted` for so long.
const NOT_STARTED_SECONDS: i64 = 5;
/// A run's last tenth is `Finalizing`, and never more than this.
const FINALIZING_SECONDS: i64 = 30;

impl World {
    /// The status that Azure shows of a job now, and since when.
    pub fn shown(&self, job: &Job) -> (JobStatus, DateTime<Utc>) {
        match (job.begun, job.ended) {
            (_, Some(ended)) => (job.status, ended),
            _ if job.pinned.is_some() => (job.status, job.submitted),
            (Some(begun), _) => self.on_its_instance(job, begun),
            (None, _) => self.waiting(job),
        }
    }

    fn on_its_instance(&self, job: &Job, begun: DateTime<Utc>) -> (JobStatus, DateTime<Utc>) {
        let started = job.started.unwrap_or(begun);
        if self.now < started {
            return before(begun, started, self.now);
        }
        let last = (job.seconds / 10).min(FINALIZING_SECONDS);
        let finalizing = started + TimeDelta::seconds(job.seconds - last);
        if last > 0 && self.now >= finalizing {
            (JobStatus::Finalizing, finalizing)
        } else {
            (JobStatus::Running, started)
        }
    }

    /// Of a job whose instance does not run: it goes forward while the instance starts.
    fn waiting(&self, job: &Job) -> (JobStatus, DateTime<Utc>) {
        let queued = job.submitted + TimeDelta::seconds(NOT_STARTED_SECONDS);
        let starting = |operation: &&Operation| {
            operation.action == Action::Start && operation.status == OperationStatus::InProgress
        };
        let start = self.instances[job.instance]
            .operation
            .as_deref()
            .and_then(|id| self.operations.get(id))
            .filter(starting)
            .map(|operation| before(operation.began, operation.due, self.now));
        match start {
            Some((status, since))
                if !matches!(status, JobStatus::NotStarted | JobStatus::Queued) =>
            {
                (status, since.max(job.submitted))
            }
            _ if self.now < queued => (JobStatus::NotStarted, job.submitted),
            _ => (JobStatus::Queued, queued),
        }
    }
}

/// Which of the statuses before a run it is, on the way from one instant to another.
fn before(
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    now: DateTime<Utc>,
) -> (JobStatus, DateTime<Utc>) {
    let fifth = ((to - from).num_seconds() / 5).max(1);
    let done = ((now - from).num_seconds() / fifth).clamp(0, 4);
    // `clamp` keeps it within the five.
    let status = BEFORE
        .get(done as usize)
        .copied()
        .unwrap_or(JobStatus::Starting);
    (status, from + TimeDelta::seconds(done * fifth))
}
