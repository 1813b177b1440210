//! People: they come, find their machines as they are, work, and leave.

use super::plan::plan;
use super::record::{Act, By, What};
use super::uses::{UseKind, User};
use super::{Happening, World};
use crate::fleet::State;
use chrono::{NaiveDate, TimeDelta};

impl World {
    /// Plans a person's date, and when to plan the next.
    pub(super) fn plan_day(&mut self, person: usize, date: NaiveDate) {
        let spec = &self.fleet.people[person];
        let day = plan(self.fleet.seed, spec, date);
        let zone = spec.zone.0;
        let machines: Vec<Option<usize>> = day
            .needs
            .iter()
            .map(|need| self.estate.machine(&spec.machines[*need]))
            .collect();
        self.reactions[person] = day.reaction;
        if let Some((from, to)) = day.work
            && to > self.start
        {
            for machine in machines.into_iter().flatten() {
                self.plan_at(from, Happening::Arrive { person, machine });
                self.plan_at(
                    to,
                    Happening::Leave {
                        person,
                        machine,
                        stops: day.stops,
                    },
                );
            }
        }
        for (habit, at, minutes) in day.jobs {
            if at >= self.start {
                self.plan_at(
                    at,
                    Happening::JobDue {
                        person,
                        habit,
                        date,
                        minutes,
                    },
                );
            }
        }
        let next = date + TimeDelta::days(1);
        self.plan_at(
            super::civil::at_minute(zone, next, 0),
            Happening::Plan { person, date: next },
        );
    }

    /// Plans everybody's first days: the one before too, for those who work through the night.
    pub(super) fn wake_people(&mut self) {
        for person in 0..self.fleet.people.len() {
            let zone = self.fleet.people[person].zone.0;
            let today = self.start.with_timezone(&zone).date_naive();
            let yesterday = today - TimeDelta::days(1);
            let night = plan(self.fleet.seed, &self.fleet.people[person], yesterday);
            if night.work.is_some_and(|(_, to)| to > self.start) {
                self.plan_day(person, yesterday);
            } else {
                self.plan_day(person, today);
            }
        }
    }

    pub(super) fn arrive(&mut self, person: usize, machine: usize) {
        let found = &mut self.machines[machine];
        if found.deleted || found.wanted_by.contains(&person) {
            return;
        }
        found.wanted_by.push(person);
        match found.state {
            State::Running => self.begin_work(person, machine),
            State::Stopped => self.start_by_hand(person, machine),
            // Under way: they wait, and see what comes of it.
            _ => {}
        }
    }

    pub(super) fn leave(&mut self, person: usize, machine: usize, stops: bool) {
        let left = &mut self.machines[machine];
        let Some(at) = left.wanted_by.iter().position(|one| *one == person) else {
            return;
        };
        left.wanted_by.remove(at);
        if left.state != State::Running {
            return;
        }
        let alone = left.wanted_by.is_empty()
            && left.running_jobs.is_empty()
            && left.waiting_jobs.is_empty();
        self.note_work_ended(person, machine, false);
        self.end_use(machine, User::Person(person));
        self.activity_changed(machine);
        // Nobody careful stops a machine under a colleague or a job.
        if stops && alone {
            let by = self.by_person(person);
            // A refusal (a full disk) is in the record, and the person goes home all the same.
            let _ = self.request(machine, Act::Stop, by);
        }
    }

    pub(super) fn begin_work(&mut self, person: usize, machine: usize) {
        let name = self.fleet.people[person].name.clone();
        let kind = self.kind_of(person);
        self.note_use(machine, What::WorkBegan { person: name }, Some(kind));
        let load = self.fleet.people[person].load;
        self.begin_use(machine, kind, User::Person(person), load);
        self.activity_changed(machine);
        if matches!(kind, UseKind::Ssh | UseKind::Terminal | UseKind::Tmux) {
            self.beacon_now(machine);
        }
    }

    pub(super) fn note_work_ended(&mut self, person: usize, machine: usize, interrupted: bool) {
        let what = What::WorkEnded {
            person: self.fleet.people[person].name.clone(),
            interrupted,
        };
        self.note_use(machine, what, Some(self.kind_of(person)));
    }

    fn kind_of(&self, person: usize) -> UseKind {
        self.fleet.people[person].works_in.into()
    }

    /// Somebody notices that the machine they need is out.
    pub(super) fn react(&mut self, machine: usize) {
        let found = &self.machines[machine];
        if found.deleted || found.state != State::Stopped {
            return;
        }
        let starter = found
            .wanted_by
            .iter()
            .copied()
            .find(|one| self.fleet.people[*one].starts);
        let owner = found.waiting_jobs.first().map(|job| self.jobs[*job].person);
        match (owner, starter) {
            (Some(Some(person)), _) | (_, Some(person)) => {
                let by = self.by_person(person);
                let _ = self.request(machine, Act::Start, by);
            }
            _ => {}
        }
    }

    /// Plans that those who need the machine notice that it is out.
    pub(super) fn plan_reaction(&mut self, machine: usize) {
        let found = &self.machines[machine];
        let job_owner = found
            .waiting_jobs
            .first()
            .and_then(|job| self.jobs[*job].person);
        let first = job_owner.or_else(|| found.wanted_by.first().copied());
        if let Some(person) = first {
            let at = self.now + TimeDelta::minutes(self.reactions[person]);
            self.plan_at(at, Happening::React { machine });
        }
    }

    fn start_by_hand(&mut self, person: usize, machine: usize) {
        if self.fleet.people[person].starts {
            let by = self.by_person(person);
            let _ = self.request(machine, Act::Start, by);
        }
    }

    pub(super) fn by_person(&self, person: usize) -> By {
        By::Person {
            name: self.fleet.people[person].name.clone(),
        }
    }

    /// Whether anything that Azure's idle timer sees is active.
    pub(super) fn is_seen_active(&self, machine: usize) -> bool {
        let found = &self.machines[machine];
        found.spec.custom_application.is_some()
            || found
                .running_jobs
                .iter()
                .any(|job| self.jobs[*job].kind().is_seen_by_azure())
            || found
                .wanted_by
                .iter()
                .any(|person| self.kind_of(*person).is_seen_by_azure())
    }
}
