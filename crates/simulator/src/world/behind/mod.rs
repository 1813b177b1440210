//! The resources behind attached computes: what they have in common, and how they are found.
//!
//! What lives of them stands in `vm` and `aks` beside this folder.

pub(crate) mod attached;
pub(crate) mod hands;
pub(crate) mod job;
mod jobs;
mod layout;
pub(crate) mod operation;
mod operations;
pub(crate) mod place;
mod target;

use super::aks::Aks;
use super::vm::Vm;
use crate::kinds::standing::spec::{ConnectedClusterSpec, DatabricksSpec, SparkPoolSpec};
use attached::Attached;
use job::AttachedJob;
use operation::ArmOperation;
use place::Place;
use std::collections::HashMap;

pub(crate) use target::Target;

/// What stands behind attached computes, and these themselves; each in the fleet's order.
#[derive(Debug, Default)]
pub(crate) struct Behind {
    pub attached: Vec<Attached>,
    pub vms: Vec<Vm>,
    pub clusters: Vec<Aks>,
    pub pools: Vec<Standing<SparkPoolSpec>>,
    pub databricks: Vec<Standing<DatabricksSpec>>,
    pub connected: Vec<Standing<ConnectedClusterSpec>>,
    /// Jobs on attached computes, in order of submission.
    pub jobs: Vec<AttachedJob>,
    /// By id.
    pub operations: HashMap<String, ArmOperation>,
    pub(super) operations_begun: u64,
    /// By ARM id in lower case.
    by_id: HashMap<String, Target>,
}

/// A resource that is read, and that nobody stops.
#[derive(Clone, Debug)]
pub(crate) struct Standing<S> {
    pub place: Place,
    pub spec: S,
}

impl Behind {
    /// The resource with an ARM id, in any case.
    pub fn with_id(&self, id: &str) -> Option<Target> {
        let found = self.by_id.get(&id.to_lowercase()).copied()?;
        self.exists(found).then_some(found)
    }

    /// The resource that a fleet file calls `group/name`, in any case; the first of that name.
    pub fn named(&self, name: &str) -> Option<Target> {
        self.all()
            .find(|target| self.place(*target).reference.eq_ignore_ascii_case(name))
    }

    /// The attached compute that a fleet file calls `workspace/compute`, or with an ARM id; in any case.
    pub fn attached_named(&self, name: &str) -> Option<usize> {
        self.attached.iter().position(|one| {
            one.reference.eq_ignore_ascii_case(name) || one.id.eq_ignore_ascii_case(name)
        })
    }

    /// Every resource that exists, kind by kind.
    pub fn all(&self) -> impl Iterator<Item = Target> {
        let of = |count: usize, target: fn(usize) -> Target| (0..count).map(target);
        of(self.vms.len(), Target::Vm)
            .chain(of(self.clusters.len(), Target::Aks))
            .chain(of(self.pools.len(), Target::Pool))
            .chain(of(self.databricks.len(), Target::Databricks))
            .chain(of(self.connected.len(), Target::Connected))
            .filter(|target| self.exists(*target))
    }

    /// Where a resource is, and what is written on it.
    pub fn place(&self, target: Target) -> &Place {
        match target {
            Target::Vm(vm) => &self.vms[vm].place,
            Target::Aks(cluster) => &self.clusters[cluster].place,
            Target::Pool(pool) => &self.pools[pool].place,
            Target::Databricks(workspace) => &self.databricks[workspace].place,
            Target::Connected(cluster) => &self.connected[cluster].place,
        }
    }

    pub fn place_mut(&mut self, target: Target) -> &mut Place {
        match target {
            Target::Vm(vm) => &mut self.vms[vm].place,
            Target::Aks(cluster) => &mut self.clusters[cluster].place,
            Target::Pool(pool) => &mut self.pools[pool].place,
            Target::Databricks(workspace) => &mut self.databricks[workspace].place,
            Target::Connected(cluster) => &mut self.connected[cluster].place,
        }
    }

    fn exists(&self, target: Target) -> bool {
        match target {
            Target::Vm(vm) => self.vms[vm].exists,
            _ => true,
        }
    }
}
