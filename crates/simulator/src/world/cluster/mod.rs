//! Compute clusters: their settings, the nodes that come and go, and the jobs on them.

pub(super) mod job;
mod jobs;
mod nodes;
mod play;
mod scale;
mod shape;

pub(crate) use job::ClusterJob;
pub(super) use play::{ClusterHappening, next_day};
pub(crate) use scale::ClusterBusy;
pub(crate) use shape::{Cluster, Node, NodeState};
