//! Microsoft Foundry, living: workbenches and container instances are started and stopped, people come and go, and
//! Azure's idle timer fires; what they lie in stands.
//!
//! `power` changes them, `people` come for them, `idle` watches, `hands` set what no plan has, and `play` is where time
//! passes.

pub(crate) mod container;
pub(crate) mod hands;
pub(crate) mod happening;
mod idle;
mod layout;
pub(crate) mod operation;
mod people;
mod play;
mod power;

use super::behind::place::Place;
use crate::kinds::foundry::compute::PoolsSpec;
use crate::kinds::foundry::spec::ManagedDeploymentSpec;
use container::{Container, Home};
use operation::ComputeOperation;
use std::collections::HashMap;

/// Everything of Microsoft Foundry; each in the fleet's order.
#[derive(Debug, Default)]
pub(crate) struct Foundry {
    pub accounts: Vec<Account>,
    pub projects: Vec<Project>,
    /// Workbenches and container instances.
    pub containers: Vec<Container>,
    pub clusters: Vec<Cluster>,
    pub deployments: Vec<Deployment>,
    /// By id.
    pub operations: HashMap<String, ComputeOperation>,
    pub(super) operations_begun: u64,
}

/// An account.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub place: Place,
    pub kind: String,
    pub computes: Vec<Compute>,
}

/// A compute of an account, by place in the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compute {
    Cluster(usize),
    Container(usize),
}

/// A project of an account.
#[derive(Clone, Debug)]
pub(crate) struct Project {
    pub place: Place,
    pub account: usize,
    /// The first of its account.
    pub is_default: bool,
}

/// A compute of pools.
#[derive(Clone, Debug)]
pub(crate) struct Cluster {
    pub place: Place,
    pub spec: PoolsSpec,
}

/// A managed compute deployment.
#[derive(Clone, Debug)]
pub(crate) struct Deployment {
    pub place: Place,
    pub account: usize,
    pub spec: ManagedDeploymentSpec,
    /// The ARM id of the compute that it runs on.
    pub compute: Option<String>,
}

impl Foundry {
    /// The workbenches of a project that are there.
    pub fn workbenches(&self, project: usize) -> Vec<usize> {
        let all = self.containers.iter().enumerate();
        all.filter(|(_, one)| one.exists && one.home == Home::Project(project))
            .map(|(place, _)| place)
            .collect()
    }

    /// The computes of an account that are there.
    pub fn computes(&self, account: usize) -> Vec<Compute> {
        let own = self.accounts[account].computes.iter().copied();
        own.filter(|compute| match compute {
            Compute::Cluster(_) => true,
            Compute::Container(container) => self.containers[*container].exists,
        })
        .collect()
    }

    /// The place of a compute in Azure.
    pub fn compute_place(&self, compute: Compute) -> &Place {
        match compute {
            Compute::Cluster(cluster) => &self.clusters[cluster].place,
            Compute::Container(container) => &self.containers[container].place,
        }
    }
}
