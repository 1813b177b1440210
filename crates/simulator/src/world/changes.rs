//! Changes of a value begin, and end.

use super::change::{Change, Changed};
use super::operation::OperationStatus;
use super::simulation::World;
use crate::ids::guid;
use chrono::TimeDelta;

/// What the ids of changes are made of, beside the seed.
const IDS: u64 = 0xc4;

impl World {
    /// Begins a change that takes so many seconds; what comes back is its id.
    pub(super) fn begin_change(&mut self, on: Changed, seconds: i64) -> String {
        self.changes_begun += 1;
        let guid = |part: u64| guid(self.fleet.seed, IDS, self.changes_begun * 2 + part);
        let id = match on {
            Changed::Cluster(_) => guid(0),
            Changed::Deployment(_) => format!("oe:{}:{}", guid(0), guid(1)),
        };
        let change = Change {
            id: id.clone(),
            on,
            began: self.now,
            due: self.now + TimeDelta::seconds(seconds.max(1)),
            status: OperationStatus::InProgress,
        };
        self.changes.insert(id.clone(), change);
        id
    }

    /// The change with an id, in any case.
    pub(crate) fn change(&self, id: &str) -> Option<&Change> {
        self.changes.get(&id.to_lowercase())
    }

    pub(super) fn end_change(&mut self, id: &str, status: OperationStatus) {
        if let Some(change) = self.changes.get_mut(id) {
            change.status = status;
        }
    }
}
