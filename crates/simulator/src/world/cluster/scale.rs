//! A cluster's settings are changed: by a call, by hand, or by Terraform, which makes the cluster anew.

use super::happening::ClusterHappening;
use crate::kinds::cluster::scale::NodeScale;
use crate::world::change::Changed;
use crate::world::happening::Happening;
use crate::world::operation::OperationStatus;
use crate::world::record::{By, What};
use crate::world::simulation::World;

/// How long a change of the settings takes; the nodes follow in their own time.
const UPDATES_IN_SECONDS: i64 = 20;

const SETTING: &str = "minNodeCount";

/// Why a change of a cluster's settings was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ClusterBusy {
    #[error("The compute is being updated; its settings cannot be changed now.")]
    Updating,
    #[error("The compute is resizing; its settings cannot be changed now.")]
    Resizing,
}

impl World {
    /// Begins a change of a cluster's settings; what comes back is its operation's id.
    ///
    /// # Errors
    /// It is being updated or resized.
    pub(crate) fn rescale(
        &mut self,
        cluster: usize,
        to: NodeScale,
        by: By,
    ) -> Result<String, ClusterBusy> {
        let own = &self.clusters[cluster];
        let busy = match (own.updating.is_some(), own.resizing) {
            (true, _) => Some(ClusterBusy::Updating),
            (_, true) => Some(ClusterBusy::Resizing),
            _ => None,
        };
        if let Some(busy) = busy {
            let code = "ComputeOperationInProgress".into();
            let setting = SETTING.into();
            self.note_cluster(cluster, What::ChangeRefused { setting, by, code });
            return Err(busy);
        }
        self.note_rescale(cluster, &to, by);
        let id = self.begin_change(Changed::Cluster(cluster), UPDATES_IN_SECONDS);
        let now = self.now;
        let own = &mut self.clusters[cluster];
        own.scale = to;
        own.modified_on = now;
        own.updating = Some(id.clone());
        own.version += 1;
        let at = now + chrono::TimeDelta::seconds(UPDATES_IN_SECONDS);
        let happening = ClusterHappening::Updated {
            cluster,
            change: id.clone(),
        };
        self.plan_at(at, Happening::Cluster(happening));
        Ok(id)
    }

    fn note_rescale(&mut self, cluster: usize, to: &NodeScale, by: By) {
        let what = What::Changed {
            setting: SETTING.into(),
            from: self.clusters[cluster].scale.min,
            to: to.min,
            by,
            during: self.jobs_on(cluster),
        };
        self.note_cluster(cluster, what);
    }

    pub(super) fn updated(&mut self, cluster: usize, change: &str) {
        self.end_change(change, OperationStatus::Succeeded);
        let own = &mut self.clusters[cluster];
        if own.updating.as_deref() == Some(change) {
            own.updating = None;
            self.balance(cluster);
        }
    }

    /// What Terraform does to a cluster whose settings differ from its file: it deletes it, jobs and all, and makes a
    /// new one.
    pub(crate) fn replace_cluster(&mut self, cluster: usize, to: NodeScale, by: By) {
        self.note_rescale(cluster, &to, by.clone());
        self.kill_cluster_jobs(cluster, &by);
        self.note_cluster(cluster, What::Replaced { by });
        let now = self.now;
        let own = &mut self.clusters[cluster];
        own.nodes.clear();
        own.scale = to;
        own.created_on = now;
        own.modified_on = now;
        if let Some(change) = own.updating.take() {
            self.end_change(&change, OperationStatus::Failed);
        }
        self.balance(cluster);
    }

    /// Terraform applies the fleet file's own values.
    pub(super) fn apply_cluster(&mut self, cluster: usize) {
        let spec = &self.clusters[cluster].spec;
        let idle_time = &spec.node_idle_time_before_scale_down;
        // The fleet's check has read them once already.
        let Ok(own) = NodeScale::new(spec.min_node_count, spec.max_node_count, idle_time) else {
            return;
        };
        if own != self.clusters[cluster].scale {
            let by = By::Person {
                name: "terraform".into(),
            };
            self.replace_cluster(cluster, own, by);
        }
    }
}
