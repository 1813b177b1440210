//! Jobs: submitted, run for their length, end, or are killed with their machine.

use super::record::{Act, By, What};
use super::status::JobStatus;
use super::uses::{UseKind, User};
use super::{Happening, World};
use crate::fleet::{Load, RunsIn, State};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

/// A job of a workspace, or a run outside Azure's jobs.
#[derive(Clone, Debug)]
pub struct Job {
    /// Unique in its workspace.
    pub name: String,
    pub display_name: String,
    /// Its machine's place in the world.
    pub machine: usize,
    /// Who submitted it, by place in the world; `None` for a caller of `/simulator/jobs`.
    pub person: Option<usize>,
    pub submitted: DateTime<Utc>,
    /// Since when it has had its machine.
    pub(super) begun: Option<DateTime<Utc>>,
    /// When it runs, or will.
    pub started: Option<DateTime<Utc>>,
    pub ended: Option<DateTime<Utc>>,
    /// Queued, running, or how it ended; [`World::shown`] tells more.
    pub status: JobStatus,
    /// The one status that it shows until it ends.
    pub(super) pinned: Option<JobStatus>,
    pub(in crate) runs_in: RunsIn,
    pub(in crate) load: Load,
    pub(super) seconds: i64,
}

impl Job {
    /// By what means it works.
    pub fn kind(&self) -> UseKind {
        self.runs_in.into()
    }

    /// Whether it loads its machine in the minute that begins at `at`.
    pub(in crate) fn loads(&self, at: DateTime<Utc>) -> bool {
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

impl World {
    /// A planned job is submitted. Its owner lights the machine if it is out.
    pub(super) fn job_due(&mut self, person: usize, habit: usize, date: NaiveDate, minutes: u32) {
        let spec = &self.fleet.people[person].jobs[habit];
        let wanted = NewJob {
            title: spec.name.clone(),
            seconds: i64::from(minutes) * 60,
            runs_in: spec.runs_in,
            load: spec.load,
            pinned: None,
        };
        let Some(machine) = self.estate.machine(&spec.machine) else {
            return;
        };
        if self.machines[machine].deleted {
            return;
        }
        let name = format!(
            "{}-{}-{person}-{habit}",
            wanted.title,
            date.format("%Y%m%d")
        );
        self.submit(name, wanted, machine, Some(person));
    }

    /// Submits a job (or begins another run) from outside; gives its name.
    pub fn submit_job(&mut self, machine: usize, wanted: NewJob) -> String {
        let name = format!("{}-{}", wanted.title, self.jobs.len());
        self.submit(name.clone(), wanted, machine, None);
        name
    }

    fn submit(&mut self, name: String, wanted: NewJob, machine: usize, person: Option<usize>) {
        let job = self.jobs.len();
        let submitter = person.map_or_else(
            || "api".to_owned(),
            |one| self.fleet.people[one].name.clone(),
        );
        let over = wanted.pinned.filter(|status| status.is_over());
        self.jobs.push(Job {
            name: name.clone(),
            display_name: wanted.title,
            machine,
            person,
            submitted: self.now,
            begun: None,
            started: None,
            ended: over.map(|_| self.now),
            status: wanted.pinned.unwrap_or(JobStatus::Queued),
            pinned: wanted.pinned,
            runs_in: wanted.runs_in,
            load: wanted.load,
            seconds: wanted.seconds.max(1),
        });
        let what = What::JobSubmitted {
            job: name,
            person: submitter,
        };
        self.note_job(job, what);
        if wanted.runs_in == RunsIn::Job {
            let workspace = self.machines[machine].workspace;
            self.estate.workspaces[workspace].jobs.push(job);
            self.jobs_version += 1;
        }
        if over.is_none() {
            self.bring(job, person);
        }
    }

    /// Gets a job onto its machine, now or when that runs.
    fn bring(&mut self, job: usize, person: Option<usize>) {
        let machine = self.jobs[job].machine;
        match self.machines[machine].state {
            State::Running | State::JobRunning => self.start_job(job),
            State::Stopped => {
                self.machines[machine].waiting_jobs.push(job);
                if let Some(person) = person {
                    let by = self.by_person(person);
                    // A refusal is in the record; the job waits for whoever lights the machine.
                    let _ = self.request(machine, Act::Start, by);
                }
            }
            _ => self.machines[machine].waiting_jobs.push(job),
        }
    }

    fn note_job(&mut self, job: usize, what: What) {
        let (machine, kind) = (self.jobs[job].machine, self.jobs[job].kind());
        self.note_use(machine, what, Some(kind));
    }

    pub(super) fn start_job(&mut self, job: usize) {
        let prepares = match self.jobs[job].runs_in {
            RunsIn::Job => self.fleet.jobs_prepare_seconds,
            RunsIn::Tmux | RunsIn::Notebook => 0,
        };
        let started = self.now + TimeDelta::seconds(prepares.into());
        let own = &mut self.jobs[job];
        if own.pinned.is_none() {
            own.status = JobStatus::Running;
        }
        own.begun = Some(self.now);
        own.started = Some(started);
        let (machine, name, kind, load) = (own.machine, own.name.clone(), own.kind(), own.load);
        let end = started + TimeDelta::seconds(own.seconds);
        self.jobs_version += 1;
        self.machines[machine].running_jobs.push(job);
        self.touch(machine);
        self.note_job(job, What::JobStarted { job: name });
        self.begin_use(machine, kind, User::Run(job), load);
        self.plan_at(end, Happening::JobEnd { job });
        self.activity_changed(machine);
        if kind == UseKind::Tmux {
            self.beacon_now(machine);
        }
    }

    pub(super) fn end_job(&mut self, job: usize) {
        if self.jobs[job].ended.is_some() {
            return;
        }
        let machine = self.jobs[job].machine;
        self.close_job(job, JobStatus::Completed);
        self.machines[machine]
            .running_jobs
            .retain(|running| *running != job);
        self.touch(machine);
        let name = self.jobs[job].name.clone();
        self.note_job(job, What::JobEnded { job: name });
        self.activity_changed(machine);
    }

    /// Everything that runs on the machine dies with it.
    pub(super) fn kill_jobs(&mut self, machine: usize, by: &By) {
        for job in std::mem::take(&mut self.machines[machine].running_jobs) {
            self.close_job(job, JobStatus::Failed);
            let what = What::JobKilled {
                job: self.jobs[job].name.clone(),
                by: by.clone(),
            };
            self.note_job(job, what);
        }
    }

    fn close_job(&mut self, job: usize, status: JobStatus) {
        self.jobs[job].status = status;
        self.jobs[job].ended = Some(self.now);
        self.jobs_version += 1;
        self.end_use(self.jobs[job].machine, User::Run(job));
    }
}
