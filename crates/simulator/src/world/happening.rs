//! What is planned to happen.

use super::aks::happening::AksHappening;
use super::cluster::ClusterHappening;
use super::endpoint::EndpointHappening;
use super::foundry::happening::FoundryHappening;
use super::vm::happening::VmHappening;
use crate::kinds::instance::state::InstanceState;
use chrono::{DateTime, NaiveDate, Utc};

/// Something that will happen, with the places in the world of what it happens to.
#[derive(Clone, Debug)]
pub(super) enum Happening {
    Plan {
        person: usize,
        date: NaiveDate,
    },
    Arrive {
        person: usize,
        instance: usize,
    },
    Leave {
        person: usize,
        instance: usize,
        stops: bool,
    },
    React {
        instance: usize,
    },
    JobDue {
        person: usize,
        habit: usize,
        date: NaiveDate,
        minutes: u32,
    },
    JobEnd {
        job: usize,
    },
    Settle {
        operation: String,
    },
    /// An instance found between two states gets where it was going.
    Rest {
        instance: usize,
        state: InstanceState,
    },
    Native {
        instance: usize,
        schedule: usize,
    },
    Idle {
        instance: usize,
        epoch: u64,
    },
    /// The beacon samples: by its timer, or because somebody logged in.
    Beacon {
        instance: usize,
        boot: DateTime<Utc>,
        by_timer: bool,
    },
    Vm(VmHappening),
    /// A job on an attached compute has done its work.
    AttachedJobEnd {
        job: usize,
    },
    Aks(AksHappening),
    Cluster(ClusterHappening),
    Endpoint(EndpointHappening),
    Foundry(FoundryHappening),
}
