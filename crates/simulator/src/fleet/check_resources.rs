//! What a fleet's types cannot tell of resource groups' own resources and of computes that are attached to them.

use super::machine::Priority;
use super::organisation::{Fleet, ResourceGroupSpec, SubscriptionSpec};
use super::problem::{BadField, Problem, knows_size, name};
use crate::kinds::aks::spec::AksSpec;
use crate::kinds::attached::spec::AttachedSpec;
use crate::kinds::compute_type::ComputeType;
use std::collections::HashSet;

/// Checks the resources of a group, which lie at a path.
///
/// # Errors
/// The first field that is wrong.
pub(super) fn check_group(
    fleet: &Fleet,
    group: &ResourceGroupSpec,
    path: &str,
) -> Result<(), BadField> {
    let usual = group.usual_location();
    let mut vms = HashSet::new();
    for (place, vm) in group.virtual_machines.iter().enumerate() {
        let path = format!("{path}.virtualMachines[{place}]");
        name(&vm.name, &format!("{path}.name"), &mut vms)?;
        let location = vm.location.as_deref().unwrap_or(usual);
        machine(fleet, &vm.vm_size, vm.priority, location, &path)?;
        let own = vm.auto_shutdown.as_ref();
        if own.is_some_and(|own| own.daily().is_none()) {
            return Err(Problem::AutoShutdown.at(format!("{path}.autoShutdown")));
        }
    }
    let mut clusters = HashSet::new();
    for (place, cluster) in group.managed_clusters.iter().enumerate() {
        let path = format!("{path}.managedClusters[{place}]");
        name(&cluster.name, &format!("{path}.name"), &mut clusters)?;
        let location = cluster.location.as_deref().unwrap_or(usual);
        check_pools(fleet, cluster, location, &path)?;
    }
    let names = |list: &str, names: &mut dyn Iterator<Item = String>| {
        let mut taken = HashSet::new();
        names.enumerate().try_for_each(|(place, one)| {
            let path = format!("{path}.{list}[{place}].name");
            one.split('/').try_for_each(|part| {
                // Only the whole is unique: two Synapse workspaces may each have a pool of one name.
                name(part, &path, &mut HashSet::new())
            })?;
            name(&one.replace('/', ":"), &path, &mut taken)
        })
    };
    let pools = group.spark_pools.iter();
    names(
        "sparkPools",
        &mut pools.map(|pool| format!("{}/{}", pool.workspace, pool.name)),
    )?;
    let databricks = group.databricks.iter();
    names("databricks", &mut databricks.map(|one| one.name.clone()))?;
    let connected = group.connected_clusters.iter();
    names(
        "connectedClusters",
        &mut connected.map(|one| one.name.clone()),
    )
}

fn check_pools(
    fleet: &Fleet,
    cluster: &AksSpec,
    location: &str,
    path: &str,
) -> Result<(), BadField> {
    if cluster.pools.is_empty() {
        return Err(Problem::NoPool.at(format!("{path}.pools")));
    }
    let mut pools = HashSet::new();
    for (place, pool) in cluster.pools.iter().enumerate() {
        let path = format!("{path}.pools[{place}]");
        name(&pool.name, &format!("{path}.name"), &mut pools)?;
        machine(fleet, &pool.vm_size, pool.priority, location, &path)?;
    }
    for (place, pod) in cluster.pods.iter().enumerate() {
        let path = format!("{path}.pods[{place}]");
        for (field, text) in [("namespace", &pod.namespace), ("name", &pod.name)] {
            name(text, &format!("{path}.{field}"), &mut HashSet::new())?;
        }
    }
    Ok(())
}

fn machine(
    fleet: &Fleet,
    size: &str,
    priority: Priority,
    location: &str,
    path: &str,
) -> Result<(), BadField> {
    if priority == Priority::LowPriority {
        return Err(Problem::Priority.at(format!("{path}.priority")));
    }
    if !knows_size(fleet, size, location) {
        return Err(Problem::Size(size.to_owned()).at(format!("{path}.vmSize")));
    }
    Ok(())
}

/// Checks an attached compute of a subscription's workspace.
///
/// # Errors
/// The first field that is wrong.
pub(super) fn check_attached(
    spec: &AttachedSpec,
    subscription: &SubscriptionSpec,
    path: &str,
) -> Result<(), BadField> {
    if !spec.compute_type.is_attached() {
        return Err(Problem::NotAttached.at(format!("{path}.computeType")));
    }
    let Some(wanted) = &spec.resource else {
        return Ok(());
    };
    if spec.resource_id.is_some() {
        return Err(Problem::TwoResources.at(format!("{path}.resource")));
    }
    let mut groups = subscription.resource_groups.iter();
    let found = groups.any(|group| {
        let is = |name: &String| format!("{}/{name}", group.name).eq_ignore_ascii_case(wanted);
        behind(group, spec.compute_type).into_iter().any(is)
    });
    if found {
        Ok(())
    } else {
        Err(Problem::NoResource(wanted.clone()).at(format!("{path}.resource")))
    }
}

/// The names of what computes of a type can stand for in a group.
fn behind(group: &ResourceGroupSpec, kind: ComputeType) -> Vec<&String> {
    match kind {
        ComputeType::VirtualMachine => {
            let all = group.virtual_machines.iter();
            all.map(|one| &one.name).collect()
        }
        ComputeType::Kubernetes | ComputeType::Aks => {
            let connected = group.connected_clusters.iter().map(|one| &one.name);
            let managed = group.managed_clusters.iter().map(|one| &one.name);
            managed.chain(connected).collect()
        }
        ComputeType::SynapseSpark => group.spark_pools.iter().map(|one| &one.name).collect(),
        ComputeType::Databricks => group.databricks.iter().map(|one| &one.name).collect(),
        _ => Vec::new(),
    }
}
