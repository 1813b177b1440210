//! Everything that one decision is made from.

use super::evidence::Evidence;
use super::held::held;
use crate::observe::{Compute, Job};
use crate::policy::{Held, Mode, Reading};
use crate::record::{PersonalHold, ResourceState};
use crate::schedule::wall;
use crate::tz::Tz;
use chrono::{DateTime, TimeDelta, Utc};

/// What is known of the jobs on a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Jobs {
    /// Not looked up: so far nothing depended on it.
    NotAsked,
    /// All active jobs on the resource.
    Known(Vec<Job>),
    /// Their list did not come in full. `accepted`: Azure says that Lamplighter has no right to read it, and the platform
    /// has said that stops by schedule are made all the same.
    Unknown { why: String, accepted: bool },
}

/// Whether a resource has a beacon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    Absent,
    Present,
    /// The beacons could not be listed.
    Unknown,
}

/// Everything that one decision looks at.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    pub reading: &'a Reading,
    pub compute: &'a Compute,
    pub jobs: &'a Jobs,
    pub evidence: &'a Evidence,
    pub beacon: Presence,
    pub saved_state: &'a ResourceState,
    /// `LEASE`: how long a start by hand outside windows stands.
    pub lease: TimeDelta,
    /// `START_AHEAD`: a start begins so much before its edge at most; zero: never before it.
    pub start_ahead: TimeDelta,
    /// `NOTICE_REQUIRED`: how much longer a stop waits where nobody could be told of it; zero: no longer.
    pub notice_required: TimeDelta,
    pub now: DateTime<Utc>,
}

impl Case<'_> {
    /// `lamp-mode`, or the usual one.
    pub(super) fn mode(&self) -> Mode {
        let mode = self.reading.policy.mode.as_ref();
        mode.map(|mode| mode.value).unwrap_or_default()
    }

    /// `lamp-hold`, with its instants.
    pub(super) fn hold(&self) -> Option<Held> {
        held(&self.reading.policy, self.saved_state, self.now)
    }

    /// What a person has asked for, as saved state has it; it may be over.
    pub(super) fn personal_hold(&self) -> Option<&PersonalHold> {
        self.saved_state.personal_hold.as_ref()
    }

    /// An instant as the owner reads it: in the schedule's zone, or else the platform's.
    pub(super) fn local(&self, at: DateTime<Utc>) -> String {
        wall::shown(at, self.reading.policy.zone.unwrap_or(Tz::UTC))
    }
}
