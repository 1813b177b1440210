//! Operations of Azure Resource Manager on these resources are accepted, and end.

use super::operation::ArmOperation;
use super::target::Target;
use crate::ids::{guid, number_of};
use crate::world::operation::OperationStatus;
use crate::world::simulation::World;
use chrono::{DateTime, TimeDelta, Utc};
use fastrand::Rng;

/// What the ids of these operations are made of, beside the seed.
const IDS: u64 = 0xa7;

impl World {
    /// Keeps an operation for those who ask about it. It takes as long as the dice say, in seconds of this range.
    pub(in crate::world) fn begin_arm(
        &mut self,
        on: Target,
        (fewest, most): (u32, u32),
    ) -> (String, DateTime<Utc>) {
        self.behind.operations_begun += 1;
        let number = self.behind.operations_begun;
        let id = guid(self.fleet.seed, IDS, number);
        let name = number_of(&self.behind.place(on).id);
        let mut dice = Rng::with_seed(self.fleet.seed ^ name ^ number.rotate_left(32));
        let due = self.now + TimeDelta::seconds(dice.u32(fewest..=most).into());
        let operation = ArmOperation {
            id: id.clone(),
            on,
            began: self.now,
            due,
            status: OperationStatus::InProgress,
            error: None,
        };
        self.behind.operations.insert(id.clone(), operation);
        (id, due)
    }

    /// An operation ends: well, or with code and message.
    pub(in crate::world) fn end_arm(&mut self, id: &str, error: Option<(String, String)>) {
        if let Some(operation) = self.behind.operations.get_mut(id) {
            operation.status = match error {
                None => OperationStatus::Succeeded,
                Some(_) => OperationStatus::Failed,
            };
            operation.error = error;
        }
    }
}
