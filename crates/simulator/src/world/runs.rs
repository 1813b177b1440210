//! Jobs and other runs on an instance: they begin, run for their length, end, or are killed with it.

use super::happening::Happening;
use super::job_status::JobStatus;
use super::record::{By, What};
use super::simulation::World;
use super::usage::{UseKind, User};
use crate::fleet::person::RunsIn;
use chrono::TimeDelta;

impl World {
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
        let (instance, name, kind, load) = (own.instance, own.name.clone(), own.kind(), own.load);
        let end = started + TimeDelta::seconds(own.seconds);
        self.instances[instance].running_jobs.push(job);
        self.touch(instance);
        self.note_job(job, What::JobStarted { job: name });
        self.begin_use(instance, kind, User::Run(job), load);
        self.plan_at(end, Happening::JobEnd { job });
        self.activity_changed(instance);
        if kind == UseKind::Tmux {
            self.beacon_now(instance);
        }
    }

    pub(super) fn end_job(&mut self, job: usize) {
        if self.jobs[job].ended.is_some() {
            return;
        }
        let instance = self.jobs[job].instance;
        self.close_job(job, JobStatus::Completed);
        self.instances[instance]
            .running_jobs
            .retain(|running| *running != job);
        self.touch(instance);
        let name = self.jobs[job].name.clone();
        self.note_job(job, What::JobEnded { job: name });
        self.activity_changed(instance);
    }

    /// Everything that runs on the instance dies with it.
    pub(super) fn kill_jobs(&mut self, instance: usize, by: &By) {
        for job in std::mem::take(&mut self.instances[instance].running_jobs) {
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
        self.end_use(self.jobs[job].instance, User::Run(job));
    }

    pub(super) fn note_job(&mut self, job: usize, what: What) {
        let (instance, kind) = (self.jobs[job].instance, self.jobs[job].kind());
        self.note_use(instance, what, Some(kind));
    }
}
