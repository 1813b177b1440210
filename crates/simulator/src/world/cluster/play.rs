//! Clusters begin, and what is planned for them happens.

use super::happening::ClusterHappening;
use super::shape::Cluster;
use crate::fleet::machine::Priority;
use crate::kinds::cluster::scale::NodeScale;
use crate::world::happening::Happening;
use crate::world::metered::{Charge, Metered};
use crate::world::record::What;
use crate::world::simulation::World;
use chrono::NaiveDate;
use rust_decimal::Decimal;

/// What the load balancer of fifty nodes costs an hour: about 0.33 a day.
fn load_balancer() -> Charge {
    Charge::Flat {
        per_hour: Decimal::new(1375, 5),
    }
}

impl World {
    /// Lays out the fleet's clusters.
    pub(in crate::world) fn wake_clusters(&mut self) {
        let fleet = self.fleet.clone();
        for (place, (_, _, workspace)) in fleet.workspaces().enumerate() {
            for spec in &workspace.clusters {
                let idle_time = &spec.node_idle_time_before_scale_down;
                // The fleet's check has read them once already.
                let Ok(scale) = NodeScale::new(spec.min_node_count, spec.max_node_count, idle_time)
                else {
                    continue;
                };
                let of = (
                    self.estate.workspaces[place].id.clone(),
                    workspace.name.as_str(),
                );
                let mut cluster = Cluster::new(spec, scale, place, (&of.0, of.1), self.now);
                cluster.found_with(self.now);
                self.add_cluster(cluster);
            }
        }
    }

    fn add_cluster(&mut self, mut cluster: Cluster) {
        let index = self.clusters.len();
        let region = self.estate.workspaces[cluster.workspace].location.clone();
        let nodes = Charge::Machine {
            vm_size: cluster.spec.vm_size.clone(),
            os: cluster.spec.os_type,
            priority: match cluster.spec.vm_priority {
                Priority::Dedicated => Priority::Dedicated,
                Priority::LowPriority | Priority::Spot => Priority::LowPriority,
            },
        };
        let line = |what, charge| {
            let (id, name) = (&cluster.id, &cluster.reference);
            Metered::new(id, "cluster", name, what, &region, charge)
        };
        let there = cluster.counts().all();
        let balancers = cluster.scale.max.div_ceil(50).max(1);
        let (nodes, balancer) = (line("nodes", nodes), line("load balancer", load_balancer()));
        cluster.line = self.meter(nodes, there);
        self.meter(balancer.standing(), balancers);
        self.estate.add_cluster(index, &cluster);
        self.clusters.push(cluster);
        self.note_cluster(index, What::Counted { from: 0, to: there });
        self.balance(index);
        if let Some(daily) = self.clusters[index].spec.terraform.clone() {
            let date = daily.zone.0.date(self.start);
            self.plan_cluster_day(index, date);
        }
    }

    fn plan_cluster_day(&mut self, cluster: usize, date: NaiveDate) {
        let Some(daily) = self.clusters[cluster].spec.terraform.clone() else {
            return;
        };
        let name = format!("{}#terraform", self.clusters[cluster].reference);
        if let Some(at) = self.draw_daily(&daily, &name, date) {
            let apply = ClusterHappening::Apply { cluster };
            self.plan_at(at, Happening::Cluster(apply));
        }
        let (at, date) = next_day(&daily, date);
        let day = ClusterHappening::Day { cluster, date };
        self.plan_at(at, Happening::Cluster(day));
    }

    pub(in crate::world) fn play_cluster(&mut self, happening: ClusterHappening) {
        match happening {
            ClusterHappening::Booted { cluster, node } => self.booted(cluster, node),
            ClusterHappening::Left { cluster, node } => self.left(cluster, node),
            ClusterHappening::IdleOut { cluster } => self.balance(cluster),
            ClusterHappening::Updated { cluster, change } => self.updated(cluster, &change),
            ClusterHappening::JobEnd { job } => self.end_cluster_job(job),
            ClusterHappening::Day { cluster, date } => self.plan_cluster_day(cluster, date),
            ClusterHappening::Apply { cluster } => self.apply_cluster(cluster),
        }
    }

    /// The cluster of a fleet file's `workspace/cluster`, or of an ARM id; in any case.
    pub(crate) fn find_cluster(&self, name: &str) -> Option<usize> {
        self.clusters.iter().position(|cluster| {
            cluster.reference.eq_ignore_ascii_case(name) || cluster.id.eq_ignore_ascii_case(name)
        })
    }

    /// Sets whether a cluster is stuck, whether nodes can be had, and how many of its idle ones are unusable.
    pub(crate) fn condition_cluster(
        &mut self,
        cluster: usize,
        stuck: Option<bool>,
        no_capacity: Option<bool>,
        unusable: Option<u32>,
    ) {
        use super::shape::NodeState;
        let now = self.now;
        let own = &mut self.clusters[cluster];
        own.stuck = stuck.unwrap_or(own.stuck);
        own.no_capacity = no_capacity.unwrap_or(own.no_capacity);
        let mut more = unusable.unwrap_or(0).saturating_sub(own.counts().unusable);
        for node in &mut own.nodes {
            if more > 0 && node.state == NodeState::Idle {
                (node.state, node.since) = (NodeState::Unusable, now);
                more -= 1;
            }
        }
        self.balance(cluster);
    }
}

/// When the next day begins where something happens daily, and its date.
pub(in crate::world) fn next_day(
    daily: &crate::fleet::daily::Daily,
    date: NaiveDate,
) -> (chrono::DateTime<chrono::Utc>, NaiveDate) {
    let next = date + chrono::TimeDelta::days(1);
    (crate::civil::at_minute(daily.zone.0, next, 0), next)
}
