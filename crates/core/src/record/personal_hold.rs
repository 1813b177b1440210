//! A person's hold: what somebody has asked for by one act, without a tag: to keep a resource on for some hours.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// A resource is kept on until an instant. It starts nothing, stops nothing, and ends by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonalHold {
    /// The end.
    pub until: DateTime<Utc>,
    /// When this run of holds began, one following the other without a stop between them: what is kept on at most is
    /// counted from here.
    pub since: DateTime<Utc>,
    /// When it was asked for.
    pub at: DateTime<Utc>,
    pub door: Door,
    /// Who asked, where the door knows that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// By which way somebody asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Door {
    /// On the resource itself, through its beacon.
    Instance,
    /// By the signed link of a notice.
    Link,
    /// On the page, signed in.
    SignedIn,
    /// By a message on the queue `holds`.
    Queue,
}

impl Door {
    /// As it goes on after "kept on until 21:00 ".
    pub fn words(self) -> &'static str {
        match self {
            Door::Instance => "on the instance itself",
            Door::Link => "by the link of a notice",
            Door::SignedIn => "by somebody who signed in",
            Door::Queue => "by a message on the queue",
        }
    }
}

impl PersonalHold {
    /// The same, no longer than `limit` from the beginning of its run.
    pub fn within(mut self, limit: TimeDelta) -> PersonalHold {
        let last = self.since.checked_add_signed(limit);
        self.until = last.map_or(self.until, |last| last.min(self.until));
        self
    }

    /// Whose it is, as it goes on after "held on until 21:00 ".
    pub fn whose(&self) -> String {
        let door = self.door.words();
        match (&self.by, self.door) {
            (Some(by), Door::SignedIn) => format!("by {by}, who signed in"),
            (Some(by), _) => format!("by {by}, {door}"),
            (None, Door::Instance) => format!("by its owner, {door}"),
            (None, _) => door.to_owned(),
        }
    }

    pub fn is_in_force(&self, now: DateTime<Utc>) -> bool {
        now < self.until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hold_ends_with_the_limit_of_its_run() {
        let at: DateTime<Utc> = "2026-11-23T18:50:00Z".parse().expect("a time");
        let end = |since: i64, hours: i64, limit: TimeDelta| {
            let hold = PersonalHold {
                until: at + TimeDelta::hours(hours),
                since: at - TimeDelta::hours(since),
                at,
                door: Door::Link,
                by: None,
            };
            (hold.within(limit).until - at).num_hours()
        };
        let limit = TimeDelta::hours(12);
        assert_eq!(end(0, 2, limit), 2);
        assert_eq!(end(0, 20, limit), 12);
        assert_eq!(end(10, 20, limit), 2);
        assert_eq!(end(24, 20, limit), -12);
        assert_eq!(end(0, 2, TimeDelta::MAX), 2);
    }
}
