//! Azure Machine Learning's jobs on attached computes begin, wait and end.

use super::job::AttachedJob;
use super::target::Target;
use crate::kinds::vm::power::Power;
use crate::world::estate::JobPlace;
use crate::world::happening::Happening;
use crate::world::job_status::JobStatus;
use crate::world::record::{By, What};
use crate::world::simulation::World;
use chrono::TimeDelta;

impl World {
    /// Sends a job to an attached compute; gives its name. It waits for a virtual machine that does not run, and fails on
    /// a cluster that does not.
    pub(crate) fn send_attached(&mut self, attached: usize, title: &str, seconds: i64) -> String {
        let job = self.behind.jobs.len();
        let name = format!("{title}-a{job}");
        self.behind.jobs.push(AttachedJob {
            name: name.clone(),
            title: title.to_owned(),
            attached,
            submitted: self.now,
            started: None,
            ended: None,
            status: JobStatus::Queued,
            seconds: seconds.max(1),
        });
        let workspace = self.behind.attached[attached].workspace;
        let jobs = &mut self.estate.workspaces[workspace].jobs;
        jobs.push(JobPlace::Attached(job));
        let person = "api".to_owned();
        let job_name = name.clone();
        self.note_attached_job(
            job,
            What::JobSubmitted {
                job: job_name,
                person,
            },
        );
        let target = self.behind.attached[attached].target;
        if target.is_none_or(|target| self.takes_jobs(target)) {
            self.start_attached_job(job);
            return name;
        }
        self.note_attached_job(job, What::Waits { who: name.clone() });
        if matches!(target, Some(Target::Aks(_))) {
            self.close_attached_job(job, JobStatus::Failed);
        }
        name
    }

    fn takes_jobs(&self, target: Target) -> bool {
        match target {
            Target::Vm(vm) => self.behind.vms[vm].power == Power::Running,
            Target::Aks(cluster) => self.behind.clusters[cluster].runs(),
            _ => true,
        }
    }

    fn start_attached_job(&mut self, job: usize) {
        let own = &mut self.behind.jobs[job];
        own.started = Some(self.now);
        own.status = JobStatus::Running;
        let (name, seconds) = (own.name.clone(), own.seconds);
        self.note_attached_job(job, What::JobStarted { job: name });
        let at = self.now + TimeDelta::seconds(seconds);
        self.plan_at(at, Happening::AttachedJobEnd { job });
    }

    pub(in crate::world) fn end_attached_job(&mut self, job: usize) {
        if self.behind.jobs[job].ended.is_none() {
            self.close_attached_job(job, JobStatus::Completed);
            let name = self.behind.jobs[job].name.clone();
            self.note_attached_job(job, What::JobEnded { job: name });
        }
    }

    fn close_attached_job(&mut self, job: usize, status: JobStatus) {
        let own = &mut self.behind.jobs[job];
        own.ended = Some(self.now);
        own.status = status;
    }

    /// The jobs on a resource, by whichever of its computes, that have begun or not.
    fn jobs_on_resource(&self, target: Target, begun: bool) -> Vec<usize> {
        let jobs = self.behind.jobs.iter().enumerate();
        let own = jobs.filter(|(_, job)| {
            self.behind.attached[job.attached].target == Some(target)
                && job.ended.is_none()
                && job.started.is_some() == begun
        });
        own.map(|(job, _)| job).collect()
    }

    /// The jobs that wait for a resource begin: it runs.
    pub(in crate::world) fn start_jobs_on(&mut self, target: Target) {
        for job in self.jobs_on_resource(target, false) {
            self.start_attached_job(job);
        }
    }

    /// A resource goes away under its jobs.
    pub(in crate::world) fn kill_jobs_on(&mut self, target: Target, by: &By) {
        for job in self.jobs_on_resource(target, true) {
            self.close_attached_job(job, JobStatus::Failed);
            let what = What::JobKilled {
                job: self.behind.jobs[job].name.clone(),
                by: by.clone(),
            };
            self.note_attached_job(job, what);
        }
    }

    fn note_attached_job(&mut self, job: usize, what: What) {
        let own = &self.behind.attached[self.behind.jobs[job].attached];
        self.note_other(own.id.clone(), own.reference.clone(), what);
    }
}
