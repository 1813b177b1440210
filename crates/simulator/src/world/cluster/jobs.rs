//! Jobs are sent to clusters, take nodes, run and end. Scaling loses none: they wait.

use super::happening::ClusterHappening;
use super::job::ClusterJob;
use super::shape::NodeState;
use crate::world::estate::JobPlace;
use crate::world::happening::Happening;
use crate::world::job_status::JobStatus;
use crate::world::record::{By, What};
use crate::world::simulation::World;
use chrono::TimeDelta;

impl World {
    /// Sends a job to a cluster; it takes so many nodes, as soon as they are there.
    pub(crate) fn send_job(
        &mut self,
        cluster: usize,
        (name, title): (String, &str),
        nodes: u32,
        seconds: i64,
        by: &str,
    ) {
        let most = self.clusters[cluster].scale.max.max(1);
        let job = self.cluster_jobs.len();
        self.cluster_jobs.push(ClusterJob {
            name: name.clone(),
            display_name: title.to_owned(),
            cluster,
            nodes: nodes.clamp(1, most),
            by: by.to_owned(),
            submitted: self.now,
            started: None,
            ended: None,
            status: JobStatus::Queued,
            seconds: seconds.max(1),
        });
        let workspace = self.clusters[cluster].workspace;
        let jobs = &mut self.estate.workspaces[workspace].jobs;
        jobs.push(JobPlace::Cluster(job));
        self.clusters[cluster].waiting.push(job);
        let person = by.to_owned();
        self.note_cluster(cluster, What::JobSubmitted { job: name, person });
        self.balance(cluster);
    }

    /// Gives idle nodes to the jobs that wait, in order.
    pub(super) fn hand_out_nodes(&mut self, cluster: usize) {
        for job in self.clusters[cluster].waiting.clone() {
            let wanted = self.cluster_jobs[job].nodes as usize;
            let now = self.now;
            let nodes = &mut self.clusters[cluster].nodes;
            let idle = nodes
                .iter_mut()
                .filter(|node| node.state == NodeState::Idle);
            let taken: Vec<_> = idle.take(wanted).collect();
            if taken.len() < wanted {
                // Nobody overtakes the first.
                return;
            }
            for node in taken {
                node.state = NodeState::Running(job);
                node.since = now;
            }
            self.clusters[cluster].waiting.retain(|one| *one != job);
            let own = &mut self.cluster_jobs[job];
            own.started = Some(now);
            own.status = JobStatus::Running;
            let (name, seconds) = (own.name.clone(), own.seconds);
            self.note_cluster(cluster, What::JobStarted { job: name });
            let at = now + TimeDelta::seconds(seconds);
            self.plan_at(at, Happening::Cluster(ClusterHappening::JobEnd { job }));
        }
    }

    pub(super) fn end_cluster_job(&mut self, job: usize) {
        if self.cluster_jobs[job].ended.is_some() {
            return;
        }
        let cluster = self.cluster_jobs[job].cluster;
        self.close_cluster_job(job, JobStatus::Completed);
        let name = self.cluster_jobs[job].name.clone();
        self.note_cluster(cluster, What::JobEnded { job: name });
        self.balance(cluster);
    }

    fn close_cluster_job(&mut self, job: usize, status: JobStatus) {
        let now = self.now;
        let own = &mut self.cluster_jobs[job];
        own.status = status;
        own.ended = Some(now);
        let cluster = own.cluster;
        for node in &mut self.clusters[cluster].nodes {
            if node.state == NodeState::Running(job) {
                node.state = NodeState::Idle;
                node.since = now;
            }
        }
    }

    /// The jobs that run on a cluster, by name.
    pub(crate) fn jobs_on(&self, cluster: usize) -> Vec<String> {
        let jobs = self.cluster_jobs.iter();
        jobs.filter(|job| job.cluster == cluster && job.started.is_some() && job.ended.is_none())
            .map(|job| job.name.clone())
            .collect()
    }

    /// Every job on the cluster dies with its nodes.
    pub(super) fn kill_cluster_jobs(&mut self, cluster: usize, by: &By) {
        let all = 0..self.cluster_jobs.len();
        let runs = |job: &usize| {
            let own = &self.cluster_jobs[*job];
            own.cluster == cluster && own.started.is_some() && own.ended.is_none()
        };
        for job in all.filter(runs).collect::<Vec<_>>() {
            self.close_cluster_job(job, JobStatus::Failed);
            let what = What::JobKilled {
                job: self.cluster_jobs[job].name.clone(),
                by: by.clone(),
            };
            self.note_cluster(cluster, what);
        }
    }
}
