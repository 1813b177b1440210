//! Starting, stopping and restarting: asked, under way, done.

use super::record::{Act, By, What};
use super::{Happening, World};
use crate::fleet::State;
use chrono::{DateTime, TimeDelta, Utc};

/// A long-running operation.
#[derive(Clone, Debug)]
pub struct Operation {
    pub id: String,
    pub machine: usize,
    pub act: Act,
    pub began: DateTime<Utc>,
    /// When it ends; `ended` says whether it has.
    pub due: DateTime<Utc>,
    pub status: OperationStatus,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperationStatus {
    InProgress,
    Succeeded,
    Failed,
}

impl OperationStatus {
    /// As Azure spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            OperationStatus::InProgress => "InProgress",
            OperationStatus::Succeeded => "Succeeded",
            OperationStatus::Failed => "Failed",
        }
    }
}

/// Why a request was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Another operation is under way.
    Busy(State),
    /// A start of what is not stopped.
    NotStopped(State),
    /// A stop or restart of what does not run.
    NotRunning(State),
    DiskFull,
    /// Not a compute instance.
    WrongKind,
}

impl Refusal {
    /// Azure's error code.
    pub fn code(self) -> &'static str {
        match self {
            Refusal::Busy(_) => "ComputeOperationInProgress",
            Refusal::NotStopped(_) => "StartComputeInstanceOnlyAllowedInStoppedState",
            Refusal::NotRunning(_) => "StopComputeInstanceOnlyAllowedInRunningState",
            Refusal::DiskFull => "StopComputeNotAllowed",
            Refusal::WrongKind => "OperationNotSupportedForComputeType",
        }
    }
}

/// A start that finds no capacity gives up after this.
const NO_CAPACITY_AFTER_SECONDS: i64 = 60;

impl World {
    /// Asks for an operation; it is under way when this returns, and its id is the answer.
    ///
    /// # Errors
    /// The machine's state or kind does not allow it, as Azure would say; the refusal is in the record.
    pub fn request(&mut self, machine: usize, act: Act, by: By) -> Result<String, Refusal> {
        if let Err(refusal) = self.allowed(machine, act) {
            self.note(
                machine,
                What::Refused {
                    act,
                    by,
                    code: refusal.code().into(),
                },
            );
            return Err(refusal);
        }
        Ok(self.begin(machine, act, by))
    }

    /// Begins an operation that is allowed.
    fn begin(&mut self, machine: usize, act: Act, by: By) -> String {
        self.operations_begun += 1;
        let id = super::guid(self.fleet.seed, 0x0b, self.operations_begun);
        self.note(
            machine,
            What::Requested {
                act,
                by: by.clone(),
                operation: id.clone(),
                during: self.at_work(machine),
            },
        );
        let (state, seconds) = match act {
            Act::Start if self.machines[machine].starts_to_fail > 0 => {
                (State::Starting, NO_CAPACITY_AFTER_SECONDS)
            }
            Act::Start => (State::Starting, self.timing.start_seconds),
            Act::Stop => (State::Stopping, self.timing.stop_seconds),
            Act::Restart => (State::Restarting, self.timing.restart_seconds),
        };
        let found = &mut self.machines[machine];
        found.operation = Some(id.clone());
        found.last_operation = super::machine::LastOperation {
            name: act.as_str().into(),
            time: self.now,
            status: Some("InProgress".into()),
            trigger: Some(by.trigger().into()),
        };
        let was_running = matches!(found.state, State::Running | State::JobRunning);
        self.set_state(machine, state);
        if was_running {
            self.interrupt(machine, &by);
        }
        self.follow(machine, act, id.clone(), seconds);
        id
    }

    /// Keeps an operation for those who ask about it, and plans its end.
    fn follow(&mut self, machine: usize, act: Act, id: String, seconds: i64) {
        let due = self.now + TimeDelta::seconds(seconds.max(1));
        let status = OperationStatus::InProgress;
        let operation = Operation {
            id: id.clone(),
            machine,
            act,
            began: self.now,
            due,
            status,
        };
        self.operations.insert(id.clone(), operation);
        self.plan_at(due, Happening::Settle { operation: id });
    }

    fn allowed(&self, machine: usize, act: Act) -> Result<(), Refusal> {
        let found = &self.machines[machine];
        if !found.is_instance() {
            return Err(Refusal::WrongKind);
        }
        match (act, found.state) {
            (Act::Start, State::Stopped) | (Act::Restart, State::Running | State::JobRunning) => {
                Ok(())
            }
            (Act::Stop, State::Running | State::JobRunning) if found.spec.disk_full => {
                Err(Refusal::DiskFull)
            }
            (Act::Stop, State::Running | State::JobRunning) => Ok(()),
            (_, state) if found.operation.is_some() || is_passing(state) => {
                Err(Refusal::Busy(state))
            }
            (Act::Start, state) => Err(Refusal::NotStopped(state)),
            (_, state) => Err(Refusal::NotRunning(state)),
        }
    }

    /// The machine goes away under people and jobs.
    fn interrupt(&mut self, machine: usize, by: &By) {
        self.kill_jobs(machine, by);
        for person in self.machines[machine].wanted_by.clone() {
            self.note_work_ended(person, machine, true);
        }
        self.end_all_uses(machine);
        self.activity_changed(machine);
    }

    /// An operation ends.
    pub(super) fn settle(&mut self, id: &str) {
        let Some(operation) = self.operations.get_mut(id) else {
            return;
        };
        let (machine, act) = (operation.machine, operation.act);
        let found = &mut self.machines[machine];
        let fails = act == Act::Start && found.starts_to_fail > 0;
        operation.status = if fails {
            OperationStatus::Failed
        } else {
            OperationStatus::Succeeded
        };
        if found.deleted {
            return;
        }
        found.operation = None;
        found.last_operation.status = Some(if fails { "StartFailed" } else { "Succeeded" }.into());
        if fails {
            found.starts_to_fail -= 1;
            self.note(
                machine,
                What::OperationFailed {
                    act,
                    code: "ComputeInstanceStartFailed".into(),
                },
            );
        }
        self.come_to_rest(
            machine,
            if fails || act == Act::Stop {
                State::Stopped
            } else {
                State::Running
            },
        );
    }

    /// A machine that the world found between two states gets where it was going.
    pub(super) fn come_to_rest(&mut self, machine: usize, state: State) {
        self.set_state(machine, state);
        if state == State::Running {
            self.machines[machine].idle_since = self.now;
            for person in self.machines[machine].wanted_by.clone() {
                self.begin_work(person, machine);
            }
            for job in std::mem::take(&mut self.machines[machine].waiting_jobs) {
                self.start_job(job);
            }
            self.activity_changed(machine);
            self.begin_beacon(machine);
        } else {
            self.plan_reaction(machine);
        }
    }

    /// Deletes a machine, jobs and all.
    pub fn delete(&mut self, machine: usize, by: By) {
        if self.machines[machine].deleted {
            return;
        }
        self.kill_jobs(machine, &by);
        self.end_all_uses(machine);
        self.set_state(machine, State::Deleting);
        let gone = &mut self.machines[machine];
        gone.deleted = true;
        gone.idle_epoch += 1;
        gone.wanted_by.clear();
        gone.waiting_jobs.clear();
        self.note(machine, What::Deleted { by });
    }

    /// A native schedule fires: what is already so stays so.
    pub(super) fn fire_native(&mut self, machine: usize, schedule: usize) {
        let found = &self.machines[machine];
        if found.deleted {
            return;
        }
        let act = if found.spec.schedules[schedule].action == "Start" {
            Act::Start
        } else {
            Act::Stop
        };
        let wanted = match act {
            Act::Start => found.state == State::Stopped,
            _ => matches!(found.state, State::Running | State::JobRunning),
        };
        if wanted {
            let _ = self.request(machine, act, By::NativeSchedule);
        }
        self.plan_native(machine, schedule);
    }

    /// Puts a native schedule's next firing on the clock.
    pub(super) fn plan_native(&mut self, machine: usize, schedule: usize) {
        let spec = &self.machines[machine].spec.schedules[schedule];
        if spec.status != "Enabled" {
            return;
        }
        // The fleet's check has understood every schedule once already.
        if let Ok(trigger) = super::native::Trigger::of(spec)
            && let Some(at) = trigger.next(self.now)
        {
            self.plan_at(at, Happening::Native { machine, schedule });
        }
    }
}

/// Whether a state ends by itself.
fn is_passing(state: State) -> bool {
    matches!(
        state,
        State::Starting
            | State::Stopping
            | State::Restarting
            | State::Creating
            | State::Deleting
            | State::Resizing
            | State::SettingUp
            | State::UserSettingUp
    )
}
