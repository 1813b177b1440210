//! From a fleet to the resources behind its attached computes.

use super::attached::Attached;
use super::place::Place;
use super::{Behind, Standing};
use crate::fleet::organisation::{Fleet, ResourceGroupSpec};
use crate::kinds::attached::spec::AttachedSpec;
use crate::world::aks::Aks;
use crate::world::estate::Estate;
use crate::world::vm::Vm;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// The group that is laid out.
#[derive(Clone, Copy)]
struct Here<'a> {
    estate: &'a Estate,
    group: usize,
    now: DateTime<Utc>,
}

impl Behind {
    /// Lays out a fleet, whose groups and workspaces the estate has in the same order.
    pub(in crate::world) fn of(fleet: &Fleet, estate: &Estate, now: DateTime<Utc>) -> Behind {
        let mut behind = Behind::default();
        let groups = fleet
            .subscriptions
            .iter()
            .flat_map(|subscription| &subscription.resource_groups);
        for (group, spec) in groups.enumerate() {
            behind.add_group(spec, Here { estate, group, now });
        }
        for target in behind.all().collect::<Vec<_>>() {
            let id = behind.place(target).id.to_lowercase();
            behind.by_id.entry(id).or_insert(target);
        }
        for (workspace, (_, _, spec)) in fleet.workspaces().enumerate() {
            for attached in &spec.attached {
                let one = behind.attach(attached, workspace, estate);
                behind.attached.push(one);
            }
        }
        behind
    }

    fn add_group(&mut self, spec: &ResourceGroupSpec, here: Here<'_>) {
        for vm in &spec.virtual_machines {
            let kind = "Microsoft.Compute/virtualMachines";
            let place = here.place(kind, &vm.name, vm.location.as_ref(), &vm.tags);
            self.vms.push(Vm::new(vm, place));
        }
        for cluster in &spec.managed_clusters {
            let kind = "Microsoft.ContainerService/managedClusters";
            let place = here.place(
                kind,
                &cluster.name,
                cluster.location.as_ref(),
                &cluster.tags,
            );
            self.clusters.push(Aks::new(cluster, place));
        }
        for pool in &spec.spark_pools {
            let kind = format!(
                "Microsoft.Synapse/workspaces/{}/bigDataPools",
                pool.workspace
            );
            let place = here.place(&kind, &pool.name, pool.location.as_ref(), &pool.tags);
            let spec = pool.clone();
            self.pools.push(Standing { place, spec });
        }
        for workspace in &spec.databricks {
            let (name, location) = (&workspace.name, workspace.location.as_ref());
            let kind = "Microsoft.Databricks/workspaces";
            let place = here.place(kind, name, location, &workspace.tags);
            let spec = workspace.clone();
            self.databricks.push(Standing { place, spec });
        }
        for cluster in &spec.connected_clusters {
            let (name, location) = (&cluster.name, cluster.location.as_ref());
            let kind = "Microsoft.Kubernetes/connectedClusters";
            let place = here.place(kind, name, location, &cluster.tags);
            let spec = cluster.clone();
            self.connected.push(Standing { place, spec });
        }
    }

    fn attach(&self, spec: &AttachedSpec, workspace: usize, estate: &Estate) -> Attached {
        let own = &estate.workspaces[workspace];
        // The fleet's check has found every reference once already.
        let named = spec.resource.as_deref().and_then(|name| {
            let mut all = self.all();
            all.find(|target| {
                let place = self.place(*target);
                place.subscription == own.subscription && place.reference.eq_ignore_ascii_case(name)
            })
        });
        let resource_id = spec
            .resource_id
            .clone()
            .or_else(|| named.map(|target| self.place(target).id.clone()));
        Attached {
            workspace,
            id: format!("{}/computes/{}", own.id, spec.name),
            reference: format!("{}/{}", own.name, spec.name),
            tags: spec.tags.clone(),
            target: named.or_else(|| self.with_id(resource_id.as_deref()?)),
            resource_id,
            spec: spec.clone(),
        }
    }
}

impl Here<'_> {
    fn place(
        &self,
        kind: &str,
        name: &str,
        location: Option<&String>,
        tags: &BTreeMap<String, String>,
    ) -> Place {
        let group = &self.estate.groups[self.group];
        let subscription = &self.estate.subscriptions[group.subscription].id;
        Place {
            id: format!(
                "/subscriptions/{subscription}/resourceGroups/{}/providers/{kind}/{name}",
                group.name
            ),
            reference: format!("{}/{name}", group.name),
            name: name.to_owned(),
            group: self.group,
            subscription: group.subscription,
            location: location.unwrap_or(&group.location).clone(),
            tags: tags.clone(),
            modified: self.now,
        }
    }
}
