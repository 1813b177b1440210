//! Jobs of a workspace, and runs outside Azure's jobs.

use super::job_status::JobStatus;
use super::usage::UseKind;
use crate::fleet::load::Load;
use crate::fleet::person::RunsIn;
use chrono::{DateTime, TimeDelta, Utc};

/// A job of a workspace, or a run outside Azure's jobs.
#[derive(Clone, Debug)]
pub struct Job {
    /// Unique in its workspace.
    pub name: String,
    pub display_name: String,
    /// Its instance's place in the world.
    pub instance: usize,
    /// Who submitted it, by place in the world; `None` for a caller of `/simulator/jobs`.
    pub person: Option<usize>,
    pub submitted: DateTime<Utc>,
    /// Since when it has had its instance.
    pub(super) begun: Option<DateTime<Utc>>,
    /// When it runs, or will.
    pub started: Option<DateTime<Utc>>,
    pub ended: Option<DateTime<Utc>>,
    /// Queued, running, or how it ended; [`super::simulation::World::shown`] tells more.
    pub status: JobStatus,
    /// The one status that it shows until it ends.
    pub(super) pinned: Option<JobStatus>,
    pub(crate) runs_in: RunsIn,
    pub(crate) load: Load,
    pub(super) seconds: i64,
}

impl Job {
    /// By what means it works.
    pub fn kind(&self) -> UseKind {
        self.runs_in.into()
    }

    /// Whether it loads its instance in the minute that begins at `at`.
    pub(crate) fn loads(&self, at: DateTime<Utc>) -> bool {
        let end = at + TimeDelta::minutes(1);
        self.pinned.is_none_or(JobStatus::works)
            && self.started.is_some_and(|started| started < end)
            && self.ended.is_none_or(|ended| ended > at)
    }
}

/// What is to be run.
#[derive(Clone, Debug)]
pub struct NewJob {
    pub title: String,
    pub seconds: i64,
    pub runs_in: RunsIn,
    pub load: Load,
    /// The one status that it shows until it ends; of one that is over, from the beginning.
    pub pinned: Option<JobStatus>,
}
