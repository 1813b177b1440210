//! A workbench is started, stopped and restarted: by a call, by a person, by Azure.

use super::happening::FoundryHappening;
use super::operation::{ComputeOperation, ComputeOperationStatus};
use crate::fleet::length::LengthRange;
use crate::ids::{guid, number_of};
use crate::kinds::workbench::calls::WorkbenchCall;
use crate::kinds::workbench::refusal::WorkbenchRefusal;
use crate::kinds::workbench::rules::{Accepted, allow};
use crate::kinds::workbench::spec::ErrorSpec;
use crate::kinds::workbench::state::WorkbenchState;
use crate::world::happening::Happening;
use crate::world::record::{By, What};
use crate::world::simulation::World;
use chrono::TimeDelta;
use fastrand::Rng;

/// What the ids of these operations are made of, beside the seed.
const IDS: u64 = 0xf0;

impl World {
    /// Asks for another state. What comes back is the operation's id; `None` where it is so already.
    ///
    /// # Errors
    /// The workbench does not allow it, or has no quota; the refusal is in the record.
    pub(crate) fn ask_container(
        &mut self,
        container: usize,
        call: WorkbenchCall,
        by: By,
    ) -> Result<Option<String>, WorkbenchRefusal> {
        match allow(call, self.foundry.containers[container].condition()) {
            Ok(Accepted::NothingToDo) => Ok(None),
            Ok(Accepted::Begins) => Ok(Some(self.begin_container(container, call, by))),
            Err(refusal) => {
                let code = refusal.code().to_owned();
                let call = call.as_str().to_owned();
                self.note_container(container, What::PowerRefused { call, by, code });
                Err(refusal)
            }
        }
    }

    fn begin_container(&mut self, container: usize, call: WorkbenchCall, by: By) -> String {
        self.foundry.operations_begun += 1;
        let number = self.foundry.operations_begun;
        let id = guid(self.fleet.seed, IDS, number);
        let due = self.now + TimeDelta::minutes(self.container_takes(container, call, number));
        let operation = ComputeOperation {
            id: id.clone(),
            on: container,
            began: self.now,
            due,
            status: ComputeOperationStatus::InProgress,
            error: None,
        };
        self.foundry.operations.insert(id.clone(), operation);
        let requested = What::PowerRequested {
            call: call.as_str().to_owned(),
            by,
            operation: id.clone(),
            during: self.on_container(container),
        };
        self.note_container(container, requested);
        let own = &mut self.foundry.containers[container];
        own.operation = Some((id.clone(), own.state));
        own.errors.clear();
        self.set_container(container, call.passing());
        let settle = FoundryHappening::Settle {
            container,
            call,
            operation: id.clone(),
        };
        self.plan_at(due, Happening::Foundry(settle));
        id
    }

    /// Minutes, drawn from the seed.
    fn container_takes(&self, container: usize, call: WorkbenchCall, number: u64) -> i64 {
        let own = &self.foundry.containers[container];
        let name = number_of(&own.place.id);
        let mut dice = Rng::with_seed(self.fleet.seed ^ name ^ number.rotate_left(32));
        let mut draw = |range: LengthRange| i64::from(dice.u32(range.from..=range.to));
        match call {
            WorkbenchCall::Start => draw(own.spec.start_takes),
            WorkbenchCall::Stop => draw(own.spec.stop_takes),
            WorkbenchCall::Restart => draw(own.spec.stop_takes) + draw(own.spec.start_takes),
        }
    }

    pub(super) fn settle_container(
        &mut self,
        container: usize,
        call: WorkbenchCall,
        operation: &str,
    ) {
        let own = &mut self.foundry.containers[container];
        if !own.exists || own.operation.as_ref().is_none_or(|(id, _)| id != operation) {
            return;
        }
        own.operation = None;
        if call == WorkbenchCall::Start && own.starts_to_fail > 0 {
            own.starts_to_fail -= 1;
            let code = own.fails_with.clone();
            let message = format!("The start of '{}' failed: {code}.", own.place.name);
            let error = ErrorSpec {
                code: code.clone(),
                message,
            };
            own.errors.push(error.clone());
            self.end_container_operation(operation, ComputeOperationStatus::Failed, Some(error));
            let call = call.as_str().to_owned();
            self.note_container(container, What::PowerFailed { call, code });
            self.set_container(container, WorkbenchState::Stopped);
            return;
        }
        self.end_container_operation(operation, ComputeOperationStatus::Succeeded, None);
        self.set_container(container, call.leads_to());
    }

    fn end_container_operation(
        &mut self,
        id: &str,
        status: ComputeOperationStatus,
        error: Option<ErrorSpec>,
    ) {
        let now = self.now;
        if let Some(operation) = self.foundry.operations.get_mut(id) {
            operation.status = status;
            operation.due = now;
            operation.error = error;
        }
    }

    /// The operation under way is canceled, and it is as it was before. False where there is none.
    pub(crate) fn cancel_container(&mut self, container: usize) -> bool {
        let Some((id, before)) = self.foundry.containers[container].operation.take() else {
            return false;
        };
        self.end_container_operation(&id, ComputeOperationStatus::Canceled, None);
        self.set_container(container, before);
        true
    }

    /// It is deleted, whoever is on it.
    pub(crate) fn delete_container(&mut self, container: usize, by: By) {
        self.cancel_container(container);
        self.set_container(container, WorkbenchState::Deleting);
        let own = &mut self.foundry.containers[container];
        own.exists = false;
        self.note_container(container, What::Deleted { by });
    }

    /// It is in another state from now on; whoever is on it or waits for it notices.
    pub(super) fn set_container(&mut self, container: usize, to: WorkbenchState) {
        let now = self.now;
        let own = &mut self.foundry.containers[container];
        let from = own.state;
        own.state = to;
        own.older_state = None;
        own.turns += 1;
        own.touch(now);
        let (ran, runs) = (
            from == WorkbenchState::Running,
            to == WorkbenchState::Running,
        );
        if ran
            && !runs
            && let Some((_, end @ None)) = own.ran.last_mut()
        {
            *end = Some(now);
        }
        if runs && !ran {
            own.ran.push((now, None));
        }
        let what = What::Power {
            from: Some(from.as_str().to_owned()),
            to: to.as_str().to_owned(),
        };
        self.note_container(container, what);
        if ran && !runs {
            self.interrupt_on_container(container);
        }
        match to {
            WorkbenchState::Running => self.let_in_container(container),
            WorkbenchState::Stopped => self.plan_container_reaction(container),
            _ => {}
        }
        self.watch_container(container);
    }
}
