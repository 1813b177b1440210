//! What was at work on a machine, and when: the truth behind metrics, beacons and forgotten hours.

use super::World;
use super::job::Job;
use crate::fleet::{Load, RunsIn, WorksIn};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// By what means somebody or something works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UseKind {
    Notebook,
    Terminal,
    VsCode,
    Ssh,
    Tmux,
    /// One of Azure's jobs.
    Job,
}

impl UseKind {
    /// Whether Azure's idle timer sees it.
    pub fn is_seen_by_azure(self) -> bool {
        !matches!(self, UseKind::Ssh | UseKind::Tmux)
    }
}

impl From<WorksIn> for UseKind {
    fn from(works_in: WorksIn) -> UseKind {
        match works_in {
            WorksIn::Notebook => UseKind::Notebook,
            WorksIn::Terminal => UseKind::Terminal,
            WorksIn::VsCode => UseKind::VsCode,
            WorksIn::Ssh => UseKind::Ssh,
            WorksIn::Tmux => UseKind::Tmux,
        }
    }
}

impl From<RunsIn> for UseKind {
    fn from(runs_in: RunsIn) -> UseKind {
        match runs_in {
            RunsIn::Job => UseKind::Job,
            RunsIn::Tmux => UseKind::Tmux,
            RunsIn::Notebook => UseKind::Notebook,
        }
    }
}

/// Who uses it, by place in the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate) enum User {
    Person(usize),
    Run(usize),
}

/// One stretch of use; `to` is exclusive, and absent while it goes on.
#[derive(Clone, Debug)]
pub(in crate) struct Use {
    pub from: DateTime<Utc>,
    pub to: Option<DateTime<Utc>>,
    pub kind: UseKind,
    pub user: User,
    pub load: Load,
}

impl Use {
    /// Whether any of it lies in `from..to`.
    pub fn touches(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> bool {
        self.from < to && self.to.is_none_or(|end| end > from)
    }
}

/// What was at work at an instant, as the record tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AtWork {
    pub kind: UseKind,
    /// The person's name, or the run's.
    pub who: String,
    /// A run rather than a person.
    pub run: bool,
}

impl World {
    pub(super) fn begin_use(&mut self, machine: usize, kind: UseKind, user: User, load: Load) {
        let from = self.now;
        self.machines[machine].uses.push(Use {
            from,
            to: None,
            kind,
            user,
            load,
        });
    }

    pub(super) fn end_use(&mut self, machine: usize, user: User) {
        let now = self.now;
        let uses = &mut self.machines[machine].uses;
        let open = |one: &&mut Use| one.to.is_none() && one.user == user;
        if let Some(found) = uses.iter_mut().rev().find(open) {
            found.to = Some(now);
        }
    }

    pub(super) fn end_all_uses(&mut self, machine: usize) {
        let now = self.now;
        let open = |one: &&mut Use| one.to.is_none();
        for one in self.machines[machine].uses.iter_mut().filter(open) {
            one.to = Some(now);
        }
    }

    /// What is at work on a machine now.
    pub(super) fn at_work(&self, machine: usize) -> Vec<AtWork> {
        self.machines[machine]
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

    pub(in crate) fn user_name(&self, user: User) -> &str {
        match user {
            User::Person(person) => &self.fleet.people[person].name,
            User::Run(run) => &self.jobs[run].name,
        }
    }

    /// The run that a use is, if it is one.
    pub(in crate) fn run_of(&self, user: User) -> Option<&Job> {
        match user {
            User::Person(_) => None,
            User::Run(run) => Some(&self.jobs[run]),
        }
    }
}
