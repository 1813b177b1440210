//! What of a compute its JSON is made of.

use super::last_operation::LastOperation;
use super::schedule::NativeSchedule;
use super::state::InstanceState;
use chrono::{DateTime, Utc};

/// A compute as its answer shows it, whatever world it lives in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct InstanceView<'a> {
    /// Its ARM id.
    pub id: &'a str,
    pub name: &'a str,
    pub vm_size: &'a str,
    /// Its workspace's region.
    pub location: &'a str,
    pub tenant_id: &'a str,
    pub created_by: Option<&'a str>,
    pub created_on: DateTime<Utc>,
    pub state: InstanceState,
    pub last_operation: &'a LastOperation,
    pub schedules: &'a [NativeSchedule],
    /// What its schedules' ids are made of: the fleet's seed and the compute's place in the world.
    pub schedules_from: (u64, usize),
    /// `idleTimeBeforeShutdown` as it was given.
    pub idle_time: Option<&'a str>,
    /// False: without `idleTimeBeforeShutdown`, as older api-versions answer.
    pub shows_idle_timer: bool,
    /// False: the timer cannot fire for want of rights.
    pub idle_timer_fires: bool,
    /// Whether a stop gives its cores up.
    pub releases_quota: Option<bool>,
    /// The api-version asked for shows that.
    pub shows_quota: bool,
    /// The name of a custom application.
    pub custom_application: Option<&'a str>,
}
