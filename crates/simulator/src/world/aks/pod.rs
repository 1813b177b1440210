//! A pod beside the system's.

use chrono::{DateTime, TimeDelta, Utc};

/// One pod: from when until when it is wanted, and when it ran.
#[derive(Clone, Debug)]
pub(crate) struct Pod {
    pub namespace: String,
    pub name: String,
    /// Until when it is wanted; a deployment's is always.
    pub until: Option<DateTime<Utc>>,
    /// Since when it has run; `None` while it waits for a node.
    pub from: Option<DateTime<Utc>>,
    /// When it was over, whether it had run or not.
    pub to: Option<DateTime<Utc>>,
}

/// So long a pod that has done its work is still there.
const KEPT_MINUTES: i64 = 30;

impl Pod {
    pub fn waits(&self) -> bool {
        self.from.is_none() && self.to.is_none()
    }

    /// `namespace/name`.
    pub fn reference(&self) -> String {
        format!("{}/{}", self.namespace, self.name)
    }

    /// Its phase in the minute that begins at `at`; `None` where it is not there.
    pub fn phase(&self, at: DateTime<Utc>) -> Option<&'static str> {
        let from = self.from?;
        let over = self.to.filter(|to| *to <= at);
        match over {
            _ if from > at => None,
            None => Some("Running"),
            Some(to) if at < to + TimeDelta::minutes(KEPT_MINUTES) && self.until.is_some() => {
                Some("Succeeded")
            }
            Some(_) => None,
        }
    }
}
