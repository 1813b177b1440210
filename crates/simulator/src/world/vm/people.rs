//! People come to a virtual machine, find it as it is, work, and leave.

use super::happening::VmHappening;
use super::session::Session;
use crate::fleet::load::Load;
use crate::kinds::vm::calls::VmCall;
use crate::kinds::vm::power::Power;
use crate::kinds::vm::spec::Leaves;
use crate::world::behind::Target;
use crate::world::happening::Happening;
use crate::world::record::{By, What};
use crate::world::simulation::World;
use crate::world::usage::UseKind;
use chrono::{DateTime, TimeDelta, Utc};

/// Minutes until somebody notices that it was stopped under them.
const NOTICES_AFTER: i64 = 5;

impl World {
    /// Somebody whose hour has come.
    pub(super) fn come_to_vm(&mut self, vm: usize, habit: usize, minutes: u32) {
        let own = &self.behind.vms[vm];
        if !own.exists {
            return;
        }
        let habit_of = &own.spec.uses[habit];
        let (who, load) = (habit_of.who.clone(), habit_of.load);
        let until = self.now + TimeDelta::minutes(minutes.into());
        self.want_vm(vm, who, load, until, Some(habit));
    }

    /// Somebody wants a virtual machine until an instant: they begin, or they wait and perhaps start it.
    pub(crate) fn want_vm(
        &mut self,
        vm: usize,
        who: String,
        load: Load,
        until: DateTime<Utc>,
        habit: Option<usize>,
    ) {
        let own = &mut self.behind.vms[vm];
        let session = own.sessions.len();
        own.sessions.push(Session {
            who: who.clone(),
            until,
            from: None,
            to: None,
            load,
            habit,
        });
        self.plan_at(until, Happening::Vm(VmHappening::Leave { vm, session }));
        if self.behind.vms[vm].power == Power::Running {
            self.let_in(vm);
        } else {
            self.note_behind(Target::Vm(vm), What::Waits { who });
            self.start_if_somebody_would(vm);
        }
    }

    /// Everybody who waits begins: it runs.
    pub(super) fn let_in(&mut self, vm: usize) {
        let now = self.now;
        let mut began = Vec::new();
        for session in &mut self.behind.vms[vm].sessions {
            if session.waits() && session.until > now {
                session.from = Some(now);
                began.push(session.who.clone());
            }
        }
        for person in began {
            let what = What::WorkBegan { person };
            self.note_behind_as(Target::Vm(vm), what, Some(UseKind::Ssh));
        }
    }

    /// It goes away under whoever is on it: they want it back.
    pub(super) fn interrupt_sessions(&mut self, vm: usize) {
        let now = self.now;
        let own = &mut self.behind.vms[vm];
        let mut again = Vec::new();
        for session in &mut own.sessions {
            if session.from.is_some() && session.to.is_none() {
                session.to = Some(now);
                again.push(session.clone());
            }
        }
        for session in again {
            let person = session.who.clone();
            let interrupted = true;
            let what = What::WorkEnded {
                person,
                interrupted,
            };
            self.note_behind_as(Target::Vm(vm), what, Some(UseKind::Ssh));
            let own = &mut self.behind.vms[vm];
            let place = own.sessions.len();
            own.sessions.push(Session {
                from: None,
                to: None,
                ..session.clone()
            });
            let leave = VmHappening::Leave { vm, session: place };
            self.plan_at(session.until, Happening::Vm(leave));
        }
    }

    pub(super) fn leave_vm(&mut self, vm: usize, session: usize) {
        let now = self.now;
        let own = &mut self.behind.vms[vm];
        let left = &mut own.sessions[session];
        if left.to.is_some() {
            return;
        }
        left.to = Some(now);
        let (began, habit, person) = (left.from.is_some(), left.habit, left.who.clone());
        if !began {
            return;
        }
        let what = What::WorkEnded {
            person: person.clone(),
            interrupted: false,
        };
        self.note_behind_as(Target::Vm(vm), what, Some(UseKind::Ssh));
        let own = &self.behind.vms[vm];
        let how = habit.map(|habit| own.spec.uses[habit].leaves);
        if own.at_work(now).next().is_some() || own.power != Power::Running {
            return;
        }
        let by = By::Person { name: person };
        // A refusal is in the record, and the person goes home all the same.
        match how.unwrap_or_default() {
            Leaves::Running => {}
            Leaves::Shutdown => drop(self.shut_down(vm, by)),
            Leaves::Deallocated => drop(self.ask_vm(vm, VmCall::Deallocate, by)),
        }
    }

    /// When it has come to rest without power, whoever waits for it will notice.
    pub(super) fn plan_vm_reaction(&mut self, vm: usize) {
        if self.behind.vms[vm].sessions.iter().any(Session::waits) {
            let at = self.now + TimeDelta::minutes(NOTICES_AFTER);
            self.plan_at(at, Happening::Vm(VmHappening::React { vm }));
        }
    }

    pub(super) fn start_if_somebody_would(&mut self, vm: usize) {
        let own = &self.behind.vms[vm];
        let rests = matches!(own.power, Power::Stopped | Power::Deallocated);
        if !own.exists || !rests || own.operation.is_some() {
            return;
        }
        let starts = |session: &Session| {
            session
                .habit
                .is_some_and(|habit| own.spec.uses[habit].starts)
        };
        let mut sessions = own.sessions.iter();
        let starter = sessions.find(|session| session.waits() && starts(session));
        if let Some(session) = starter {
            let name = session.who.clone();
            if self.ask_vm(vm, VmCall::Start, By::Person { name }).is_err() {
                self.plan_vm_reaction(vm);
            }
        }
    }

    /// Who is on it now, by name.
    pub(crate) fn on_vm(&self, vm: usize) -> Vec<String> {
        let own = &self.behind.vms[vm];
        own.at_work(self.now)
            .map(|session| session.who.clone())
            .collect()
    }
}
