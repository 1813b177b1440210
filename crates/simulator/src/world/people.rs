//! People: they come, find their instances as they are, work, and leave.

use super::day_plan::plan;
use super::happening::Happening;
use super::simulation::World;
use super::usage::User;
use crate::civil::at_minute;
use crate::kinds::instance::action::Action;
use crate::kinds::instance::state::InstanceState;
use chrono::{NaiveDate, TimeDelta};

impl World {
    /// Plans a person's date, and when to plan the next.
    pub(super) fn plan_day(&mut self, person: usize, date: NaiveDate) {
        let spec = &self.fleet.people[person];
        let day = plan(self.fleet.seed, spec, date);
        let zone = spec.zone.0;
        let instances: Vec<Option<usize>> = day
            .needs
            .iter()
            .map(|need| self.estate.instance(&spec.instances[*need]))
            .collect();
        self.reactions[person] = day.reaction;
        if let Some((from, to)) = day.work
            && to > self.start
        {
            for instance in instances.into_iter().flatten() {
                self.plan_at(from, Happening::Arrive { person, instance });
                self.plan_at(
                    to,
                    Happening::Leave {
                        person,
                        instance,
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
            at_minute(zone, next, 0),
            Happening::Plan { person, date: next },
        );
    }

    /// Plans everybody's first days: the one before too, for those who work through the night.
    pub(super) fn wake_people(&mut self) {
        for person in 0..self.fleet.people.len() {
            let zone = self.fleet.people[person].zone.0;
            let today = zone.date(self.start);
            let yesterday = today - TimeDelta::days(1);
            let night = plan(self.fleet.seed, &self.fleet.people[person], yesterday);
            if night.work.is_some_and(|(_, to)| to > self.start) {
                self.plan_day(person, yesterday);
            } else {
                self.plan_day(person, today);
            }
        }
    }

    pub(super) fn arrive(&mut self, person: usize, instance: usize) {
        let found = &mut self.instances[instance];
        if found.deleted || found.wanted_by.contains(&person) {
            return;
        }
        found.wanted_by.push(person);
        match found.state {
            InstanceState::Running => self.begin_work(person, instance),
            InstanceState::Stopped => self.start_by_hand(person, instance),
            // Under way: they wait, and see what comes of it.
            _ => {}
        }
    }

    pub(super) fn leave(&mut self, person: usize, instance: usize, stops: bool) {
        let left = &mut self.instances[instance];
        let Some(at) = left.wanted_by.iter().position(|one| *one == person) else {
            return;
        };
        left.wanted_by.remove(at);
        if left.state != InstanceState::Running {
            return;
        }
        let alone = left.wanted_by.is_empty()
            && left.running_jobs.is_empty()
            && left.waiting_jobs.is_empty();
        self.note_work_ended(person, instance, false);
        self.end_use(instance, User::Person(person));
        self.activity_changed(instance);
        // Nobody careful stops an instance under a colleague or a job.
        if stops && alone {
            let by = self.by_person(person);
            // A refusal (a full disk) is in the record, and the person goes home all the same.
            let _ = self.request(instance, Action::Stop, by);
        }
    }

    /// Somebody notices that the instance they need is stopped.
    pub(super) fn react(&mut self, instance: usize) {
        let found = &self.instances[instance];
        if found.deleted || found.state != InstanceState::Stopped {
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
                let _ = self.request(instance, Action::Start, by);
            }
            _ => {}
        }
    }

    fn start_by_hand(&mut self, person: usize, instance: usize) {
        if self.fleet.people[person].starts {
            let by = self.by_person(person);
            let _ = self.request(instance, Action::Start, by);
        }
    }
}
