//! What sweeps saw of the use of a resource on one UTC day.

use super::operation::is_by_itself;
use super::{ExternalOperation, FIRST_OBSERVATION, Quiet};
use crate::kinds::evidence::Source;
use crate::schedule::Power;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// More starts and stops, or times with and without work, than this are not told apart: a day's record stays small.
const MOST: usize = 48;
/// Work that is seen again within this is taken to have lasted meanwhile: evidence comes once an hour.
const LASTS: TimeDelta = TimeDelta::hours(2);

/// A day of a resource. What nothing in it tells of is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UseDay {
    pub day: NaiveDate,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<PowerChange>,
    /// When somebody worked on it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub work: Vec<Worked>,
    /// When nobody did, as far as that is proved; the first may begin on the day before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub quiet: Vec<Quiet>,
    /// The highest load of a GPU in any sample of the day, in thousandths of all of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gpu_load: Option<u32>,
    /// The same of its processors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_load: Option<u32>,
}

/// A start or stop, and whose it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PowerChange {
    pub at: DateTime<Utc>,
    pub power: Power,
    pub by: ChangedBy,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangedBy {
    Lamplighter,
    Person,
    /// Its own idle timer, or a schedule of its own.
    Azure,
    /// Azure does not say.
    Unknown,
}

impl ChangedBy {
    /// Whose an operation was that was not ours.
    pub fn of(external: &ExternalOperation) -> ChangedBy {
        match external.operation == FIRST_OBSERVATION {
            true => ChangedBy::Unknown,
            false if external.is_azures_own() => ChangedBy::Azure,
            false => ChangedBy::Person,
        }
    }

    /// The same by what Azure names as the trigger alone: who asks, by hand or by a program, is `User` to Azure.
    pub fn by_trigger(trigger: Option<&str>) -> ChangedBy {
        match trigger {
            Some(trigger) if is_by_itself(trigger) => ChangedBy::Azure,
            Some(trigger) if trigger.eq_ignore_ascii_case("User") => ChangedBy::Person,
            _ => ChangedBy::Unknown,
        }
    }
}

/// A time with work, and what showed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Worked {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    pub source: Source,
}

impl UseDay {
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.work.is_empty() && self.quiet.is_empty()
    }

    pub fn changed(&mut self, change: PowerChange) {
        if self.changes.len() < MOST && !self.changes.contains(&change) {
            self.changes.push(change);
        }
    }

    /// Somebody worked on it between these.
    pub fn worked(&mut self, worked: Worked) {
        let full = self.work.len() >= MOST;
        let quiet = self.quiet.last().map(|quiet| quiet.to);
        let last = self.work.last_mut().filter(|last| {
            let without_break = quiet.is_none_or(|quiet| quiet <= last.to);
            let near = worked.from <= last.to + LASTS;
            full || last.source == worked.source && near && without_break
        });
        match last {
            Some(last) => last.to = last.to.max(worked.to),
            None => self.work.push(worked),
        }
    }

    /// It is proved that nobody worked on it between these. Of too many such times the later ones are left unknown.
    pub fn rested(&mut self, quiet: Quiet) {
        let room = self.quiet.len() < MOST;
        match self.quiet.last_mut().filter(|last| quiet.from <= last.to) {
            Some(last) => last.to = last.to.max(quiet.to),
            None if room => self.quiet.push(quiet),
            None => {}
        }
    }
}

/// What saved state holds of a resource's use: the day that is not over yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UseSeen {
    pub today: UseDay,
    /// Since when Azure has shown a job on it, while it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_since: Option<DateTime<Utc>>,
    /// When evidence of work last came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence_at: Option<DateTime<Utc>>,
    /// Azure's own idle timer, in seconds; `None`: it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle_timer: Option<u64>,
    /// A policy governs it.
    pub governed: bool,
    /// Its `lamp-idle`, as the tag has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle: Option<String>,
}
