//! The tags of one resource, and what else a check of them needs.

use crate::decide::Presence;
use crate::observe::NativeSchedule;
use crate::policy::Reading;
use crate::tz::Tz;
use chrono::{DateTime, TimeDelta, Utc};

/// What is checked.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    pub reading: &'a Reading,
    /// `DEFAULT_ZONE`: where a hold is read if no schedule names a zone.
    pub zone: Tz,
    /// The resource's Azure region, such as `westeurope`.
    pub region: Option<&'a str>,
    /// Azure's own schedules of the resource.
    pub native: &'a [NativeSchedule],
    /// Whether it has a beacon.
    pub beacon: Presence,
    /// How long a manual start outside windows stands.
    pub lease: TimeDelta,
    pub now: DateTime<Utc>,
}
