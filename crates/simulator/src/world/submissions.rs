//! Jobs are submitted, by people's habits or from outside.

use super::estate::JobPlace;
use super::job::{Job, NewJob};
use super::job_status::JobStatus;
use super::record::What;
use super::simulation::World;
use crate::fleet::person::RunsIn;
use crate::kinds::instance::action::Action;
use crate::kinds::instance::state::InstanceState;
use chrono::NaiveDate;

impl World {
    /// A planned job is submitted. Its owner starts the instance if it is stopped.
    pub(super) fn job_due(&mut self, person: usize, habit: usize, date: NaiveDate, minutes: u32) {
        let spec = &self.fleet.people[person].jobs[habit];
        let wanted = NewJob {
            title: spec.name.clone(),
            seconds: i64::from(minutes) * 60,
            runs_in: spec.runs_in,
            load: spec.load,
            pinned: None,
        };
        let name = format!("{}-{}-{person}-{habit}", spec.name, date.format("%Y%m%d"));
        let Some(instance) = self.estate.instance(&spec.instance) else {
            let (nodes, title) = (spec.nodes, spec.name.clone());
            if let Some(cluster) = self.find_cluster(&spec.instance) {
                let by = self.fleet.people[person].name.clone();
                self.send_job(cluster, (name, &title), nodes, wanted.seconds, &by);
            }
            return;
        };
        if self.instances[instance].deleted {
            return;
        }
        self.submit(name, wanted, instance, Some(person));
    }

    /// Submits a job (or begins another run) from outside; gives its name.
    pub fn submit_job(&mut self, instance: usize, wanted: NewJob) -> String {
        let name = format!("{}-{}", wanted.title, self.jobs.len());
        self.submit(name.clone(), wanted, instance, None);
        name
    }

    fn submit(&mut self, name: String, wanted: NewJob, instance: usize, person: Option<usize>) {
        let job = self.jobs.len();
        let submitter = person.map_or_else(
            || "api".to_owned(),
            |one| self.fleet.people[one].name.clone(),
        );
        let over = wanted.pinned.filter(|status| status.is_over());
        self.jobs.push(Job {
            name: name.clone(),
            display_name: wanted.title,
            instance,
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
            let workspace = self.instances[instance].workspace;
            self.estate.workspaces[workspace]
                .jobs
                .push(JobPlace::Instance(job));
        }
        if over.is_none() {
            self.bring(job, person);
        }
    }

    /// Gets a job onto its instance, now or when that runs.
    fn bring(&mut self, job: usize, person: Option<usize>) {
        let instance = self.jobs[job].instance;
        match self.instances[instance].state {
            InstanceState::Running | InstanceState::JobRunning => self.start_job(job),
            InstanceState::Stopped => {
                self.instances[instance].waiting_jobs.push(job);
                if let Some(person) = person {
                    let by = self.by_person(person);
                    // A refusal is in the record; the job waits for whoever starts the instance.
                    let _ = self.request(instance, Action::Start, by);
                }
            }
            _ => self.instances[instance].waiting_jobs.push(job),
        }
    }
}
