//! Uses begin and end.

use super::job::Job;
use super::simulation::World;
use super::usage::{AtWork, Use, UseKind, User};
use crate::fleet::load::Load;

impl World {
    pub(super) fn begin_use(&mut self, instance: usize, kind: UseKind, user: User, load: Load) {
        let from = self.now;
        self.instances[instance].uses.push(Use {
            from,
            to: None,
            kind,
            user,
            load,
        });
    }

    pub(super) fn end_use(&mut self, instance: usize, user: User) {
        let now = self.now;
        let uses = &mut self.instances[instance].uses;
        let open = |one: &&mut Use| one.to.is_none() && one.user == user;
        if let Some(found) = uses.iter_mut().rev().find(open) {
            found.to = Some(now);
        }
    }

    pub(super) fn end_all_uses(&mut self, instance: usize) {
        let now = self.now;
        let open = |one: &&mut Use| one.to.is_none();
        for one in self.instances[instance].uses.iter_mut().filter(open) {
            one.to = Some(now);
        }
    }

    /// What is at work on an instance now.
    pub(super) fn at_work(&self, instance: usize) -> Vec<AtWork> {
        self.instances[instance]
            .uses
            .iter()
            .filter(|one| one.to.is_none())
            .map(|one| AtWork {
                kind: one.kind,
                who: self.user_name(one.user).to_owned(),
                run: matches!(one.user, User::Run(_)),
            })
            .collect()
    }

    pub(crate) fn user_name(&self, user: User) -> &str {
        match user {
            User::Person(person) => &self.fleet.people[person].name,
            User::Run(run) => &self.jobs[run].name,
        }
    }

    /// The run that a use is, if it is one.
    pub(crate) fn run_of(&self, user: User) -> Option<&Job> {
        match user {
            User::Person(_) => None,
            User::Run(run) => Some(&self.jobs[run]),
        }
    }
}
