//! Pods run on a cluster while it does.

use super::happening::AksHappening;
use super::pod::Pod;
use crate::world::behind::Target;
use crate::world::happening::Happening;
use crate::world::record::{By, What};
use crate::world::simulation::World;
use chrono::{DateTime, TimeDelta, Utc};

impl World {
    pub(super) fn pod_due(&mut self, cluster: usize, pod: usize, minutes: u32) {
        let spec = &self.behind.clusters[cluster].spec.pods[pod];
        let (namespace, name) = (spec.namespace.clone(), spec.name.clone());
        let until = self.now + TimeDelta::minutes(minutes.into());
        self.want_pod(cluster, namespace, name, Some(until));
    }

    /// A pod is wanted until an instant, or always: it runs, or waits until the cluster does.
    pub(crate) fn want_pod(
        &mut self,
        cluster: usize,
        namespace: String,
        name: String,
        until: Option<DateTime<Utc>>,
    ) {
        let own = &mut self.behind.clusters[cluster];
        let pod = own.pods.len();
        let wanted = Pod {
            namespace,
            name,
            until,
            from: None,
            to: None,
        };
        let who = wanted.reference();
        let runs = own.runs();
        own.pods.push(wanted);
        if let Some(until) = until {
            let end = AksHappening::PodEnd { cluster, pod };
            self.plan_at(until, Happening::Aks(end));
        }
        if runs {
            self.schedule_pods(cluster);
        } else {
            self.note_behind(Target::Aks(cluster), What::Waits { who });
        }
    }

    /// Every pod that waits begins.
    pub(super) fn schedule_pods(&mut self, cluster: usize) {
        let now = self.now;
        let mut began = Vec::new();
        for pod in &mut self.behind.clusters[cluster].pods {
            if pod.waits() && pod.until.is_none_or(|until| until > now) {
                pod.from = Some(now);
                began.push(pod.reference());
            }
        }
        for pod in began {
            self.note_behind(Target::Aks(cluster), What::PodStarted { pod });
        }
    }

    pub(super) fn end_pod(&mut self, cluster: usize, pod: usize) {
        let now = self.now;
        let ended = &mut self.behind.clusters[cluster].pods[pod];
        if ended.to.is_some() {
            return;
        }
        ended.to = Some(now);
        if ended.from.is_some() {
            let pod = ended.reference();
            self.note_behind(Target::Aks(cluster), What::PodEnded { pod });
        }
    }

    /// The cluster stops under its pods. What a deployment keeps comes back with it; what was to end by itself is lost.
    pub(super) fn kill_pods(&mut self, cluster: usize, by: &By) {
        let now = self.now;
        let pods = &mut self.behind.clusters[cluster].pods;
        let mut killed = Vec::new();
        for pod in pods.iter_mut() {
            if pod.from.is_some() && pod.to.is_none() {
                pod.to = Some(now);
                killed.push(pod.clone());
            }
        }
        pods.extend(
            killed
                .iter()
                .filter(|pod| pod.until.is_none())
                .map(|pod| Pod {
                    from: None,
                    to: None,
                    ..pod.clone()
                }),
        );
        for pod in killed {
            let what = What::PodKilled {
                pod: pod.reference(),
                by: by.clone(),
            };
            self.note_behind(Target::Aks(cluster), what);
        }
    }

    /// What runs on it now beside the system's pods, as `namespace/name`.
    pub(crate) fn on_aks(&self, cluster: usize) -> Vec<String> {
        self.behind.clusters[cluster]
            .pods
            .iter()
            .filter(|pod| pod.from.is_some() && pod.to.is_none())
            .map(Pod::reference)
            .collect()
    }
}
