//! Somebody's stay on a virtual machine.

use crate::fleet::load::Load;
use chrono::{DateTime, Utc};

/// From when until when somebody wants it, and when they had it.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub who: String,
    /// Until when they want it.
    pub until: DateTime<Utc>,
    /// Since when they have been on it; `None` while they wait.
    pub from: Option<DateTime<Utc>>,
    /// When it was over, whether they had begun or not.
    pub to: Option<DateTime<Utc>>,
    pub load: Load,
    /// The habit of the machine's that it is of, if it is of any.
    pub habit: Option<usize>,
}

impl Session {
    pub fn waits(&self) -> bool {
        self.from.is_none() && self.to.is_none()
    }

    /// Whether somebody is on the machine at an instant.
    pub fn is_on(&self, at: DateTime<Utc>) -> bool {
        self.from.is_some_and(|from| from <= at) && self.to.is_none_or(|to| to > at)
    }
}
