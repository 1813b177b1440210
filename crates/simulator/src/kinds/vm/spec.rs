//! A virtual machine of a fleet file.

use super::power::Power;
use crate::civil::Tz;
use crate::fleet::habit::Hours;
use crate::fleet::load::Load;
use crate::fleet::machine::{Os, Priority};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A virtual machine as the world finds it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VmSpec {
    pub name: String,
    pub vm_size: String,
    /// The group's where absent.
    #[serde(default)]
    pub location: Option<String>,
    /// Its own, which are not those of the computes that it is attached as.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    #[serde(default)]
    pub os_type: Os,
    /// `Regular` or `Spot`.
    #[serde(default)]
    pub priority: Priority,
    /// What becomes of a spot machine that is evicted.
    #[serde(default)]
    pub eviction_policy: Eviction,
    /// When Azure takes a spot machine away.
    #[serde(default)]
    pub evictions: Vec<DateTime<Utc>>,
    /// Its system lies on the host's own disk, so that it cannot be deallocated.
    #[serde(default)]
    pub ephemeral_os_disk: bool,
    #[serde(default)]
    pub hibernation_enabled: bool,
    /// The zone that it is pinned to.
    #[serde(default)]
    pub availability_zone: Option<u8>,
    /// GiB of its premium disks, the system's first. An ephemeral one costs nothing.
    #[serde(default = "one_disk")]
    pub disks_gb: Vec<u32>,
    /// The power in which the world finds it.
    #[serde(default)]
    pub state: Power,
    /// So many starts come to nothing for lack of capacity.
    #[serde(default)]
    pub fail_starts: u32,
    /// Azure's code for it.
    #[serde(default)]
    pub fails_with: CapacityCode,
    /// True: a start is refused, as the subscription has no quota for its cores left.
    #[serde(default)]
    pub no_quota: bool,
    /// True: lists with `statusOnly` leave its power out, as Azure does now and then.
    #[serde(default)]
    pub hides_power_in_lists: bool,
    /// Azure's own auto-shutdown of it.
    #[serde(default)]
    pub auto_shutdown: Option<AutoShutdown>,
    /// Who works on it.
    #[serde(default)]
    pub uses: Vec<VmHabit>,
}

fn one_disk() -> Vec<u32> {
    vec![64]
}

/// A schedule that deallocates a machine at the same time of every day.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AutoShutdown {
    /// Four digits of the clock, such as 1930.
    pub time: String,
    /// As Windows calls it.
    #[serde(default = "utc")]
    pub time_zone: String,
    /// False: it is there, and does nothing.
    #[serde(default = "yes")]
    pub enabled: bool,
}

impl AutoShutdown {
    /// The zone, and minutes after its midnight; `None` where it is no time or no zone.
    pub(crate) fn daily(&self) -> Option<(Tz, u32)> {
        let digits = self.time.len() == 4 && self.time.bytes().all(|byte| byte.is_ascii_digit());
        let (hour, minute) = self.time.split_at_checked(2).filter(|_| digits)?;
        let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
        let zone = Tz::windows(&self.time_zone)?;
        (hour < 24 && minute < 60).then_some((zone, hour * 60 + minute))
    }
}

fn utc() -> String {
    "UTC".into()
}

/// What becomes of a spot machine that is evicted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Eviction {
    #[default]
    Deallocate,
    Delete,
}

/// Why Azure finds no room for a machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum CapacityCode {
    #[default]
    AllocationFailed,
    ZonalAllocationFailed,
    OverconstrainedAllocationRequest,
    OverconstrainedZonalAllocationRequest,
    /// Told at once, where the others are told by the operation.
    SkuNotAvailable,
}

impl CapacityCode {
    /// As Azure spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            CapacityCode::AllocationFailed => "AllocationFailed",
            CapacityCode::ZonalAllocationFailed => "ZonalAllocationFailed",
            CapacityCode::OverconstrainedAllocationRequest => "OverconstrainedAllocationRequest",
            CapacityCode::OverconstrainedZonalAllocationRequest => {
                "OverconstrainedZonalAllocationRequest"
            }
            CapacityCode::SkuNotAvailable => "SkuNotAvailable",
        }
    }
}

/// Somebody's regular work on a virtual machine, over SSH or RDP: nothing but its load shows it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VmHabit {
    pub who: String,
    pub hours: Hours,
    #[serde(default)]
    pub load: Load,
    /// Whether they start it where they find it stopped; else they wait.
    #[serde(default = "yes")]
    pub starts: bool,
    #[serde(default)]
    pub leaves: Leaves,
}

fn yes() -> bool {
    true
}

/// How somebody leaves a virtual machine, if nobody else is on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Leaves {
    #[default]
    Running,
    /// By the system's own shutdown: stopped, and still billed.
    Shutdown,
    Deallocated,
}
