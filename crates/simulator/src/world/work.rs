//! People's work begins, ends, and is missed.

use super::happening::Happening;
use super::record::{By, What};
use super::simulation::World;
use super::usage::{UseKind, User};
use chrono::TimeDelta;

impl World {
    pub(super) fn begin_work(&mut self, person: usize, instance: usize) {
        let name = self.fleet.people[person].name.clone();
        let kind = self.kind_of(person);
        self.note_use(instance, What::WorkBegan { person: name }, Some(kind));
        let load = self.fleet.people[person].load;
        self.begin_use(instance, kind, User::Person(person), load);
        self.activity_changed(instance);
        if matches!(kind, UseKind::Ssh | UseKind::Terminal | UseKind::Tmux) {
            self.beacon_now(instance);
        }
    }

    pub(super) fn note_work_ended(&mut self, person: usize, instance: usize, interrupted: bool) {
        let what = What::WorkEnded {
            person: self.fleet.people[person].name.clone(),
            interrupted,
        };
        self.note_use(instance, what, Some(self.kind_of(person)));
    }

    /// Plans that those who need the instance notice that it is stopped.
    pub(super) fn plan_reaction(&mut self, instance: usize) {
        let found = &self.instances[instance];
        let job_owner = found
            .waiting_jobs
            .first()
            .and_then(|job| self.jobs[*job].person);
        let first = job_owner.or_else(|| found.wanted_by.first().copied());
        if let Some(person) = first {
            let at = self.now + TimeDelta::minutes(self.reactions[person]);
            self.plan_at(at, Happening::React { instance });
        }
    }

    pub(super) fn by_person(&self, person: usize) -> By {
        By::Person {
            name: self.fleet.people[person].name.clone(),
        }
    }
}
