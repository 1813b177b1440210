//! Starting, stopping and restarting: asked for, under way, done.

use super::happening::Happening;
use super::operation::{Operation, OperationStatus};
use super::record::{By, What};
use super::simulation::World;
use crate::ids::guid;
use crate::kinds::instance::action::Action;
use crate::kinds::instance::capacity;
use crate::kinds::instance::last_operation::LastOperation;
use crate::kinds::instance::refusal::Refusal;
use crate::kinds::instance::state::InstanceState;
use chrono::TimeDelta;

/// What the ids of operations are made of, beside the seed.
const IDS: u64 = 0x0b;

impl World {
    /// Asks for an operation; it is under way when this returns, and its id is the answer.
    ///
    /// # Errors
    /// The instance's state or kind does not allow it, as Azure would tell; the refusal is in the record.
    pub fn request(&mut self, instance: usize, action: Action, by: By) -> Result<String, Refusal> {
        let found = &self.instances[instance];
        if let Err(refusal) = found.compute_type().allow(action, found.condition()) {
            self.note(
                instance,
                What::Refused {
                    action,
                    by,
                    code: refusal.code().into(),
                },
            );
            return Err(refusal);
        }
        Ok(self.begin(instance, action, by))
    }

    /// Begins an operation that is allowed.
    fn begin(&mut self, instance: usize, action: Action, by: By) -> String {
        self.operations_begun += 1;
        let id = guid(self.fleet.seed, IDS, self.operations_begun);
        self.note(
            instance,
            What::Requested {
                action,
                by: by.clone(),
                operation: id.clone(),
                during: self.at_work(instance),
            },
        );
        let found = &mut self.instances[instance];
        let seconds = if action == Action::Start && found.starts_to_fail > 0 {
            capacity::GIVES_UP_AFTER_SECONDS
        } else {
            self.timing.of(action)
        };
        found.operation = Some(id.clone());
        found.last_operation = LastOperation::begun(action, self.now, by.trigger());
        let ran = found.state.runs();
        self.set_state(instance, action.passing());
        if ran {
            self.interrupt(instance, &by);
        }
        self.follow(instance, action, id.clone(), seconds);
        id
    }

    /// Keeps an operation for those who ask about it, and plans its end.
    fn follow(&mut self, instance: usize, action: Action, id: String, seconds: i64) {
        let due = self.now + TimeDelta::seconds(seconds.max(1));
        let status = OperationStatus::InProgress;
        let operation = Operation {
            id: id.clone(),
            instance,
            action,
            began: self.now,
            due,
            status,
        };
        self.operations.insert(id.clone(), operation);
        self.plan_at(due, Happening::Settle { operation: id });
    }

    /// The instance goes away under people and jobs.
    fn interrupt(&mut self, instance: usize, by: &By) {
        self.kill_jobs(instance, by);
        for person in self.instances[instance].wanted_by.clone() {
            self.note_work_ended(person, instance, true);
        }
        self.end_all_uses(instance);
        self.activity_changed(instance);
    }

    /// An operation ends.
    pub(super) fn settle(&mut self, id: &str) {
        let Some(operation) = self.operations.get_mut(id) else {
            return;
        };
        let (instance, action) = (operation.instance, operation.action);
        let found = &mut self.instances[instance];
        let fails = action == Action::Start && found.starts_to_fail > 0;
        operation.status = if fails {
            OperationStatus::Failed
        } else {
            OperationStatus::Succeeded
        };
        if found.deleted {
            return;
        }
        found.operation = None;
        found.last_operation.end(fails);
        if fails {
            found.starts_to_fail -= 1;
            let code = capacity::CODE.into();
            self.note(instance, What::OperationFailed { action, code });
        }
        self.come_to_rest(
            instance,
            if fails {
                InstanceState::Stopped
            } else {
                action.leads_to()
            },
        );
    }

    /// An instance that was between two states gets where it was going, and those who waited for it begin.
    pub(super) fn come_to_rest(&mut self, instance: usize, state: InstanceState) {
        self.set_state(instance, state);
        if state == InstanceState::Running {
            self.instances[instance].idle_since = self.now;
            for person in self.instances[instance].wanted_by.clone() {
                self.begin_work(person, instance);
            }
            for job in std::mem::take(&mut self.instances[instance].waiting_jobs) {
                self.start_job(job);
            }
            self.activity_changed(instance);
            self.begin_beacon(instance);
        } else {
            self.plan_reaction(instance);
        }
    }

    /// Deletes an instance, jobs and all.
    pub fn delete(&mut self, instance: usize, by: By) {
        if self.instances[instance].deleted {
            return;
        }
        self.kill_jobs(instance, &by);
        self.end_all_uses(instance);
        self.set_state(instance, InstanceState::Deleting);
        let gone = &mut self.instances[instance];
        gone.deleted = true;
        gone.idle_epoch += 1;
        gone.wanted_by.clear();
        gone.waiting_jobs.clear();
        self.note(instance, What::Deleted { by });
    }
}
