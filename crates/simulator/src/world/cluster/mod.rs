//! Compute clusters: their settings, the nodes that come and go, and the jobs on them.

mod happening;
pub(super) mod job;
mod jobs;
mod nodes;
mod play;
mod scale;
mod shape;

pub(super) use happening::ClusterHappening;
pub(crate) use job::ClusterJob;
pub(super) use play::next_day;
pub(crate) use scale::ClusterBusy;
pub(crate) use shape::{Cluster, Node, NodeState};
