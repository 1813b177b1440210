//! Jobs: submitted, run for their length, end, or are killed with their machine.

use super::record::{Act, By, What};
use super::{Happening, World};
use crate::simulator::fleet::State;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

/// A job of a workspace.
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
    pub started: Option<DateTime<Utc>>,
    pub ended: Option<DateTime<Utc>>,
    pub status: JobStatus,
    seconds: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobStatus {
    Queued,
    Running,
    Completed,
    Failed,
}

impl JobStatus {
    /// As Azure spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            JobStatus::Queued => "Queued",
            JobStatus::Running => "Running",
            JobStatus::Completed => "Completed",
            JobStatus::Failed => "Failed",
        }
    }
}

impl World {
    /// A planned job is submitted. Its owner lights the machine if it is out.
    pub(super) fn job_due(&mut self, person: usize, habit: usize, date: NaiveDate, minutes: u32) {
        let spec = &self.fleet.people[person].jobs[habit];
        let title = spec.name.clone();
        let Some(machine) = self.estate.machine(&spec.machine) else {
            return;
        };
        if self.machines[machine].deleted {
            return;
        }
        let name = format!("{title}-{}-{person}-{habit}", date.format("%Y%m%d"));
        self.submit(name, title, machine, Some(person), i64::from(minutes) * 60);
    }

    /// Submits a job from outside, for a length in seconds; gives its name.
    pub fn submit_job(&mut self, machine: usize, title: &str, seconds: i64) -> String {
        let name = format!("{title}-{}", self.jobs.len());
        self.submit(name.clone(), title.to_owned(), machine, None, seconds);
        name
    }

    fn submit(
        &mut self,
        name: String,
        title: String,
        machine: usize,
        person: Option<usize>,
        seconds: i64,
    ) {
        let job = self.jobs.len();
        let submitter = person.map_or_else(
            || "api".to_owned(),
            |one| self.fleet.people[one].name.clone(),
        );
        self.note(
            machine,
            What::JobSubmitted {
                job: name.clone(),
                person: submitter,
            },
        );
        self.jobs.push(Job {
            name,
            display_name: title,
            machine,
            person,
            submitted: self.now,
            started: None,
            ended: None,
            status: JobStatus::Queued,
            seconds: seconds.max(1),
        });
        let workspace = self.machines[machine].workspace;
        self.estate.workspaces[workspace].jobs.push(job);
        self.jobs_version += 1;
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

    pub(super) fn start_job(&mut self, job: usize) {
        let (machine, name) = (self.jobs[job].machine, self.jobs[job].name.clone());
        self.jobs[job].status = JobStatus::Running;
        self.jobs[job].started = Some(self.now);
        self.jobs_version += 1;
        self.machines[machine].running_jobs.push(job);
        self.touch(machine);
        self.note(machine, What::JobStarted { job: name });
        let end = self.now + TimeDelta::seconds(self.jobs[job].seconds);
        self.plan_at(end, Happening::JobEnd { job });
        self.activity_changed(machine);
    }

    pub(super) fn end_job(&mut self, job: usize) {
        if self.jobs[job].status != JobStatus::Running {
            return;
        }
        let machine = self.jobs[job].machine;
        self.close_job(job, JobStatus::Completed);
        self.machines[machine]
            .running_jobs
            .retain(|running| *running != job);
        self.touch(machine);
        let name = self.jobs[job].name.clone();
        self.note(machine, What::JobEnded { job: name });
        self.activity_changed(machine);
    }

    /// Everything that runs on the machine dies with it.
    pub(super) fn kill_jobs(&mut self, machine: usize, by: &By) {
        for job in std::mem::take(&mut self.machines[machine].running_jobs) {
            self.close_job(job, JobStatus::Failed);
            let name = self.jobs[job].name.clone();
            self.note(
                machine,
                What::JobKilled {
                    job: name,
                    by: by.clone(),
                },
            );
        }
    }

    fn close_job(&mut self, job: usize, status: JobStatus) {
        self.jobs[job].status = status;
        self.jobs[job].ended = Some(self.now);
        self.jobs_version += 1;
    }
}
