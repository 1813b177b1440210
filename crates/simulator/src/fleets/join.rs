//! Two fleets of one organisation, joined.

use crate::fleet::organisation::{Fleet, ResourceGroupSpec, SubscriptionSpec};

impl Fleet {
    /// This fleet with what another adds to it: what has the same name is one.
    pub(in crate::fleets) fn joined(mut self, other: Fleet) -> Fleet {
        for subscription in other.subscriptions {
            let mut known = self.subscriptions.iter_mut();
            match known.find(|one| one.id.eq_ignore_ascii_case(&subscription.id)) {
                Some(known) => join_groups(known, subscription.resource_groups),
                None => self.subscriptions.push(subscription),
            }
        }
        self.people.extend(other.people);
        self.prices.extend(other.prices);
        self
    }
}

fn join_groups(into: &mut SubscriptionSpec, groups: Vec<ResourceGroupSpec>) {
    for group in groups {
        let mut known = into.resource_groups.iter_mut();
        let Some(known) = known.find(|one| one.name.eq_ignore_ascii_case(&group.name)) else {
            into.resource_groups.push(group);
            continue;
        };
        for workspace in group.workspaces {
            let mut own = known.workspaces.iter_mut();
            match own.find(|one| one.name.eq_ignore_ascii_case(&workspace.name)) {
                Some(own) => {
                    own.instances.extend(workspace.instances);
                    own.attached.extend(workspace.attached);
                    own.clusters.extend(workspace.clusters);
                    own.endpoints.extend(workspace.endpoints);
                    own.batch_endpoints.extend(workspace.batch_endpoints);
                    own.serverless_endpoints
                        .extend(workspace.serverless_endpoints);
                }
                None => known.workspaces.push(workspace),
            }
        }
        known.autoscale_settings.extend(group.autoscale_settings);
        known.virtual_machines.extend(group.virtual_machines);
        known.managed_clusters.extend(group.managed_clusters);
        known.spark_pools.extend(group.spark_pools);
        known.databricks.extend(group.databricks);
        known.connected_clusters.extend(group.connected_clusters);
        known.cognitive_accounts.extend(group.cognitive_accounts);
    }
}
