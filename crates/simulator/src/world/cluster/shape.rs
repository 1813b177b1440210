//! A cluster as it is now.

use crate::kinds::cluster::scale::NodeScale;
use crate::kinds::cluster::spec::ClusterSpec;
use crate::kinds::cluster::view::NodeCounts;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;

/// One cluster, with its nodes.
#[derive(Clone, Debug)]
pub(crate) struct Cluster {
    pub spec: ClusterSpec,
    /// Its workspace's place in the world.
    pub workspace: usize,
    /// Its ARM id.
    pub id: String,
    /// `workspace/cluster`.
    pub reference: String,
    pub tags: BTreeMap<String, String>,
    pub scale: NodeScale,
    pub created_on: DateTime<Utc>,
    pub modified_on: DateTime<Utc>,
    /// The change of its settings that is under way.
    pub updating: Option<String>,
    pub nodes: Vec<Node>,
    /// Jobs without nodes yet, by their place among the clusters' jobs, in order.
    pub waiting: Vec<usize>,
    pub target: u32,
    pub resizing: bool,
    /// Since when it is steady, or not.
    pub since: DateTime<Utc>,
    pub stuck: bool,
    pub no_capacity: bool,
    /// Its nodes' line of the bill.
    pub(super) line: usize,
    pub(super) nodes_made: u64,
    /// Counts up with every change that a caller could see.
    pub version: u64,
}

/// One node of a cluster.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// Unique in its cluster.
    pub number: u64,
    pub state: NodeState,
    /// Since when it is in that state.
    pub since: DateTime<Utc>,
}

/// What a node does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NodeState {
    Preparing,
    Idle,
    /// A job, by its place among the clusters' jobs.
    Running(usize),
    Unusable,
    Leaving,
}

impl NodeState {
    /// As `listNodes` spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            NodeState::Preparing => "preparing",
            NodeState::Idle => "idle",
            NodeState::Running(_) => "running",
            NodeState::Unusable => "unusable",
            NodeState::Leaving => "leaving",
        }
    }
}

impl Cluster {
    pub(super) fn new(
        spec: &ClusterSpec,
        scale: NodeScale,
        workspace: usize,
        (workspace_id, workspace_name): (&str, &str),
        now: DateTime<Utc>,
    ) -> Cluster {
        let created_on = spec.created_on.unwrap_or(now - TimeDelta::days(30));
        Cluster {
            workspace,
            id: format!("{workspace_id}/computes/{}", spec.name),
            reference: format!("{workspace_name}/{}", spec.name),
            tags: spec.tags.clone(),
            scale,
            created_on,
            modified_on: created_on,
            updating: None,
            nodes: Vec::new(),
            waiting: Vec::new(),
            target: 0,
            resizing: false,
            since: created_on,
            stuck: spec.stuck,
            no_capacity: spec.no_capacity,
            line: 0,
            nodes_made: 0,
            version: 0,
            spec: spec.clone(),
        }
    }

    /// How many nodes are in which state.
    pub fn counts(&self) -> NodeCounts {
        let mut counts = NodeCounts::default();
        for node in &self.nodes {
            let count = match node.state {
                NodeState::Preparing => &mut counts.preparing,
                NodeState::Idle => &mut counts.idle,
                NodeState::Running(_) => &mut counts.running,
                NodeState::Unusable => &mut counts.unusable,
                NodeState::Leaving => &mut counts.leaving,
            };
            *count += 1;
        }
        counts
    }

    /// As Azure spells it.
    pub fn provisioning(&self) -> &'static str {
        match self.updating {
            Some(_) => "Updating",
            None => "Succeeded",
        }
    }

    pub(super) fn node(&mut self, number: u64) -> Option<&mut Node> {
        self.nodes.iter_mut().find(|node| node.number == number)
    }
}
