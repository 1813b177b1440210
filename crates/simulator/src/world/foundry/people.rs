//! People come to a workbench, find it as it is, work, and leave.

use super::happening::FoundryHappening;
use crate::fleet::load::Load;
use crate::kinds::workbench::calls::WorkbenchCall;
use crate::kinds::workbench::state::WorkbenchState;
use crate::world::happening::Happening;
use crate::world::record::{By, What};
use crate::world::simulation::World;
use crate::world::vm::session::Session;
use chrono::{DateTime, TimeDelta, Utc};

/// Minutes until somebody notices that it was stopped under them.
const NOTICES_AFTER: i64 = 5;

impl World {
    /// Somebody whose hour has come.
    pub(super) fn come_to_container(&mut self, container: usize, habit: usize, minutes: u32) {
        let own = &self.foundry.containers[container];
        if own.exists {
            let who = own.spec.uses[habit].who.clone();
            let until = self.now + TimeDelta::minutes(minutes.into());
            self.want_container(container, who, until, Some(habit));
        }
    }

    /// Somebody wants it until an instant: they begin, or they wait and perhaps start it.
    pub(crate) fn want_container(
        &mut self,
        container: usize,
        who: String,
        until: DateTime<Utc>,
        habit: Option<usize>,
    ) {
        self.expect_on_container(
            container,
            Session {
                who: who.clone(),
                until,
                from: None,
                to: None,
                load: Load::default(),
                habit,
            },
        );
        if self.foundry.containers[container].state == WorkbenchState::Running {
            self.let_in_container(container);
            self.watch_container(container);
        } else {
            self.note_container(container, What::Waits { who });
            self.start_container_if_somebody_would(container);
        }
    }

    fn expect_on_container(&mut self, container: usize, session: Session) {
        let until = session.until;
        let own = &mut self.foundry.containers[container].sessions;
        own.push(session);
        let session = own.len() - 1;
        let leave = FoundryHappening::Leave { container, session };
        self.plan_at(until, Happening::Foundry(leave));
    }

    /// Everybody who waits begins: it runs.
    pub(super) fn let_in_container(&mut self, container: usize) {
        let now = self.now;
        let mut began = Vec::new();
        for session in &mut self.foundry.containers[container].sessions {
            if session.waits() && session.until > now {
                session.from = Some(now);
                began.push(session.who.clone());
            }
        }
        for person in began {
            self.note_container(container, What::WorkBegan { person });
        }
    }

    /// It goes away under whoever is on it: they want it back.
    pub(super) fn interrupt_on_container(&mut self, container: usize) {
        let now = self.now;
        let mut again = Vec::new();
        for session in &mut self.foundry.containers[container].sessions {
            if session.from.is_some() && session.to.is_none() {
                session.to = Some(now);
                again.push(session.clone());
            }
        }
        for session in again {
            let ended = What::WorkEnded {
                person: session.who.clone(),
                interrupted: true,
            };
            self.note_container(container, ended);
            let (from, to) = (None, None);
            self.expect_on_container(
                container,
                Session {
                    from,
                    to,
                    ..session
                },
            );
        }
    }

    pub(super) fn leave_container(&mut self, container: usize, session: usize) {
        let now = self.now;
        let own = &mut self.foundry.containers[container];
        let left = &mut own.sessions[session];
        if left.to.is_some() {
            return;
        }
        left.to = Some(now);
        let (began, habit, person) = (left.from.is_some(), left.habit, left.who.clone());
        if !began {
            return;
        }
        let stops = habit.is_some_and(|habit| own.spec.uses[habit].stops);
        let ended = What::WorkEnded {
            person: person.clone(),
            interrupted: false,
        };
        self.note_container(container, ended);
        let alone = self.foundry.containers[container]
            .at_work(now)
            .next()
            .is_none();
        if stops && alone {
            let by = By::Person { name: person };
            // A refusal is in the record, and the person goes home all the same.
            drop(self.ask_container(container, WorkbenchCall::Stop, by));
        }
        self.watch_container(container);
    }

    /// When it has come to rest without power, whoever waits for it will notice.
    pub(super) fn plan_container_reaction(&mut self, container: usize) {
        let own = &self.foundry.containers[container];
        if own.sessions.iter().any(Session::waits) {
            let at = self.now + TimeDelta::minutes(NOTICES_AFTER);
            let react = FoundryHappening::React { container };
            self.plan_at(at, Happening::Foundry(react));
        }
    }

    pub(super) fn start_container_if_somebody_would(&mut self, container: usize) {
        let own = &self.foundry.containers[container];
        if !own.exists || own.state != WorkbenchState::Stopped {
            return;
        }
        let starts = |session: &&Session| {
            let habit = session.habit.map(|habit| &own.spec.uses[habit]);
            session.waits() && habit.is_some_and(|habit| habit.starts)
        };
        if let Some(session) = own.sessions.iter().find(starts) {
            let by = By::Person {
                name: session.who.clone(),
            };
            if self
                .ask_container(container, WorkbenchCall::Start, by)
                .is_err()
            {
                self.plan_container_reaction(container);
            }
        }
    }

    /// Who is on it now, by name.
    pub(crate) fn on_container(&self, container: usize) -> Vec<String> {
        let own = &self.foundry.containers[container];
        let sessions = own.at_work(self.now);
        sessions.map(|session| session.who.clone()).collect()
    }
}
