//! Nodes come and go: as many as jobs want, never fewer than the least nor more than the most, and an idle one leaves
//! only when it has been idle for as long as the settings say.

use super::happening::ClusterHappening;
use super::shape::{Cluster, Node, NodeState};
use crate::world::happening::Happening;
use crate::world::load::dice;
use crate::world::record::What;
use crate::world::simulation::World;
use chrono::{DateTime, TimeDelta, Utc};

/// How long a node takes to be gone.
const LEAVES_IN_SECONDS: i64 = 60;

impl World {
    /// Something about a cluster has changed: jobs get nodes, nodes are asked for, and idle ones are sent away.
    pub(super) fn balance(&mut self, cluster: usize) {
        self.hand_out_nodes(cluster);
        let target = self.wanted(cluster);
        self.clusters[cluster].target = target;
        if !self.clusters[cluster].stuck {
            self.grow(cluster, target);
            self.shrink(cluster, target);
        }
        self.shown_anew(cluster);
    }

    /// How many nodes there should be.
    fn wanted(&self, cluster: usize) -> u32 {
        let own = &self.clusters[cluster];
        let counts = own.counts();
        let queued: u32 = own
            .waiting
            .iter()
            .map(|job| self.cluster_jobs[*job].nodes)
            .sum();
        let needed = counts.running + queued;
        let needed = if needed > 0 {
            needed + counts.unusable
        } else {
            0
        };
        own.scale
            .min
            .max(needed)
            .min(own.scale.max.max(counts.running))
    }

    fn grow(&mut self, cluster: usize, target: u32) {
        let staying = self.clusters[cluster].staying();
        if self.clusters[cluster].no_capacity {
            return;
        }
        for _ in staying..target {
            let seed = self.fleet.seed;
            let now = self.now;
            let own = &mut self.clusters[cluster];
            own.nodes_made += 1;
            let node = own.nodes_made;
            let range = own.spec.boots_in;
            let (from, to) = (i64::from(range.from) * 60, i64::from(range.to) * 60);
            let seconds = dice(seed ^ 0xb007, &own.reference, node as i64).i64(from..=to);
            own.nodes.push(Node {
                number: node,
                state: NodeState::Preparing,
                since: now,
            });
            let at = now + TimeDelta::seconds(seconds);
            let booted = ClusterHappening::Booted { cluster, node };
            self.plan_at(at, Happening::Cluster(booted));
        }
    }

    fn shrink(&mut self, cluster: usize, target: u32) {
        let own = &self.clusters[cluster];
        let mut spare = own.staying().saturating_sub(target);
        let idle_time = TimeDelta::seconds(own.scale.idle_seconds);
        // What cannot be used goes first, then whoever has been idle longest.
        let mut leavers: Vec<(bool, DateTime<Utc>, u64)> = own
            .nodes
            .iter()
            .filter(|node| matches!(node.state, NodeState::Idle | NodeState::Unusable))
            .map(|node| (node.state == NodeState::Idle, node.since, node.number))
            .collect();
        leavers.sort();
        for (idle, since, node) in leavers {
            if spare == 0 {
                return;
            }
            spare -= 1;
            let due = if idle { since + idle_time } else { self.now };
            if due <= self.now {
                self.send_away(cluster, node);
            } else {
                let happening = ClusterHappening::IdleOut { cluster };
                self.plan_at(due, Happening::Cluster(happening));
            }
        }
    }

    fn send_away(&mut self, cluster: usize, node: u64) {
        let now = self.now;
        if let Some(found) = self.clusters[cluster].node(node) {
            found.state = NodeState::Leaving;
            found.since = now;
            let at = now + TimeDelta::seconds(LEAVES_IN_SECONDS);
            let left = ClusterHappening::Left { cluster, node };
            self.plan_at(at, Happening::Cluster(left));
        }
    }

    pub(super) fn booted(&mut self, cluster: usize, node: u64) {
        let now = self.now;
        if let Some(found) = self.clusters[cluster].node(node)
            && found.state == NodeState::Preparing
        {
            found.state = NodeState::Idle;
            found.since = now;
            self.balance(cluster);
        }
    }

    pub(super) fn left(&mut self, cluster: usize, node: u64) {
        let own = &mut self.clusters[cluster];
        own.nodes
            .retain(|found| found.number != node || found.state != NodeState::Leaving);
        self.balance(cluster);
    }

    /// Keeps the bill and the record, and what callers see, in step.
    fn shown_anew(&mut self, cluster: usize) {
        let now = self.now;
        let own = &mut self.clusters[cluster];
        let counts = own.counts();
        let short = own.no_capacity && !own.spec.gives_up && own.staying() < own.target;
        let resizing = own.stuck || short || counts.preparing > 0 || counts.leaving > 0;
        if resizing != own.resizing {
            own.resizing = resizing;
            own.since = now;
        }
        own.version += 1;
        let (line, to) = (own.line, counts.all());
        let from = self.metered[line].present();
        if from != to {
            self.count(line, to);
            self.note_cluster(cluster, What::Counted { from, to });
        }
    }

    pub(super) fn note_cluster(&mut self, cluster: usize, what: What) {
        let own = &self.clusters[cluster];
        let (id, name) = (own.id.clone(), own.reference.clone());
        self.note_other(id, name, what);
    }
}

impl Cluster {
    /// Nodes that are not on their way out.
    fn staying(&self) -> u32 {
        let counts = self.counts();
        counts.all() - counts.leaving
    }

    /// The nodes that the world finds, at an instant.
    pub(super) fn found_with(&mut self, now: DateTime<Utc>) {
        let nodes = self.spec.nodes.unwrap_or(self.spec.min_node_count);
        for place in 0..nodes {
            self.nodes_made += 1;
            let unusable = place < self.spec.unusable_nodes;
            self.nodes.push(Node {
                number: self.nodes_made,
                state: if unusable {
                    NodeState::Unusable
                } else {
                    NodeState::Idle
                },
                since: now,
            });
        }
    }
}
