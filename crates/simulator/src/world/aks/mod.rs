//! Managed Kubernetes clusters, living: they are stopped and started, and pods run on them.
//!
//! `power` changes what they are, `pods` run, and `play` is where time passes.

pub(crate) mod happening;
mod play;
pub(crate) mod pod;
mod pods;
mod power;

use super::behind::place::Place;
use super::instance::Stretch;
use crate::kinds::aks::body::AksView;
use crate::kinds::aks::rules::Condition;
use crate::kinds::aks::spec::{AksSpec, PoolSpec};
use crate::kinds::aks::state::{AksPower, Progress};
use chrono::{DateTime, Utc};
use pod::Pod;

/// One managed cluster as it is now.
#[derive(Clone, Debug)]
pub(crate) struct Aks {
    pub place: Place,
    pub spec: AksSpec,
    pub power: AksPower,
    pub progress: Progress,
    /// When the last stop began.
    pub(super) stop_began: Option<DateTime<Utc>>,
    /// The operation under way.
    pub(super) operation: Option<String>,
    /// Counts up with each change by somebody else, so that an older one's end is void.
    pub(super) updates: u64,
    pub(super) starts_to_fail: u32,
    /// Every pod beside the system's that ever was, in the order of their coming.
    pub pods: Vec<Pod>,
    /// When it ran; the last stretch has no end while it runs.
    pub ran: Vec<Stretch>,
    /// The lines of its bill that count the nodes of each pool.
    pub(super) lines: Vec<usize>,
}

impl Aks {
    pub(super) fn new(spec: &AksSpec, place: Place) -> Aks {
        Aks {
            power: spec.state,
            progress: spec.provisioning_state.unwrap_or_default(),
            stop_began: None,
            operation: None,
            updates: 0,
            starts_to_fail: spec.fail_starts,
            pods: Vec::new(),
            ran: Vec::new(),
            lines: Vec::new(),
            spec: spec.clone(),
            place,
        }
    }

    /// What decides whether a call is accepted now.
    pub(super) fn condition(&self) -> Condition {
        Condition {
            power: self.power,
            progress: self.progress,
            stop_began: self.stop_began,
        }
    }

    /// As its answer shows it.
    pub fn view<'a>(&'a self, group: &'a str) -> AksView<'a> {
        AksView {
            spec: &self.spec,
            id: &self.place.id,
            group,
            location: &self.place.location,
            power: self.power,
            progress: self.progress,
        }
    }

    /// Whether pods can run on it.
    pub fn runs(&self) -> bool {
        self.power == AksPower::Running && self.progress != Progress::Stopping
    }

    /// Whether Azure charges for its nodes.
    pub(super) fn has_nodes(&self) -> bool {
        self.power == AksPower::Running || self.progress == Progress::Starting
    }

    /// How many nodes its pools have while it runs.
    pub fn nodes(&self) -> u32 {
        self.spec.pools.iter().map(PoolSpec::nodes).sum()
    }
}
