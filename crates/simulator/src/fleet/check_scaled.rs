//! The same for what is scaled by a number: clusters, endpoints with their deployments, and autoscale settings.

use super::organisation::{Fleet, WorkspaceSpec, instance_key};
use super::problem::{BadField, Known, Problem, knows_size, name};
use crate::kinds::cluster::check::check as check_cluster;
use crate::kinds::endpoint::check::check as check_endpoint;
use crate::kinds::endpoint::spec::{EndpointCompute, EndpointSpec};
use crate::kinds::instance::check::SpecError;
use std::collections::HashSet;

fn unknown_size(size: &str, location: &str) -> Problem {
    Problem::Instance(SpecError::UnknownSize {
        size: size.to_owned(),
        location: location.to_owned(),
    })
}

/// Clusters share the names of their workspace's other computes.
pub(super) fn check_clusters(
    fleet: &Fleet,
    workspace: &WorkspaceSpec,
    path: &str,
    known: &mut Known,
    names: &mut HashSet<String>,
) -> Result<(), BadField> {
    let location = workspace.location.as_str();
    for (place, cluster) in workspace.clusters.iter().enumerate() {
        let path = format!("{path}.clusters[{place}]");
        name(&cluster.name, &format!("{path}.name"), names)?;
        if !knows_size(fleet, &cluster.vm_size, location) {
            return Err(unknown_size(&cluster.vm_size, location).at(format!("{path}.vmSize")));
        }
        check_cluster(cluster)
            .map_err(|(field, error)| Problem::from(error).at(format!("{path}.{field}")))?;
        let key = instance_key(&workspace.name, &cluster.name);
        *known.clusters.entry(key).or_default() += 1;
    }
    Ok(())
}

/// Online, batch and serverless endpoints, each with names of their own.
pub(super) fn check_endpoints(
    fleet: &Fleet,
    workspace: &WorkspaceSpec,
    path: &str,
    known: &mut Known,
) -> Result<(), BadField> {
    let mut names = HashSet::new();
    for (place, endpoint) in workspace.endpoints.iter().enumerate() {
        let path = format!("{path}.endpoints[{place}]");
        name(&endpoint.name, &format!("{path}.name"), &mut names)?;
        check_endpoint(endpoint)
            .map_err(|(field, error)| Problem::from(error).at(format!("{path}.{field}")))?;
        check_deployments(fleet, workspace, endpoint, &path, known)?;
    }
    let mut names = HashSet::new();
    for (place, endpoint) in workspace.batch_endpoints.iter().enumerate() {
        let path = format!("{path}.batchEndpoints[{place}]");
        name(&endpoint.name, &format!("{path}.name"), &mut names)?;
        let mut own = HashSet::new();
        for (place, deployment) in endpoint.deployments.iter().enumerate() {
            let path = format!("{path}.deployments[{place}].name");
            name(&deployment.name, &path, &mut own)?;
        }
    }
    let mut names = HashSet::new();
    for (place, endpoint) in workspace.serverless_endpoints.iter().enumerate() {
        let path = format!("{path}.serverlessEndpoints[{place}].name");
        name(&endpoint.name, &path, &mut names)?;
    }
    Ok(())
}

fn check_deployments(
    fleet: &Fleet,
    workspace: &WorkspaceSpec,
    endpoint: &EndpointSpec,
    path: &str,
    known: &mut Known,
) -> Result<(), BadField> {
    let (location, mut names) = (workspace.location.as_str(), HashSet::new());
    for (place, deployment) in endpoint.deployments.iter().enumerate() {
        let path = format!("{path}.deployments[{place}]");
        name(&deployment.name, &format!("{path}.name"), &mut names)?;
        let managed = endpoint.compute_type == EndpointCompute::Managed;
        let size = deployment.instance_type.as_str();
        if managed && !knows_size(fleet, size, location) {
            return Err(unknown_size(size, location).at(format!("{path}.instanceType")));
        }
        let key = format!("{}/{}/{}", workspace.name, endpoint.name, deployment.name);
        *known.deployments.entry(key.to_lowercase()).or_default() += 1;
    }
    Ok(())
}

/// Each setting scales a deployment that is there, and no two the same.
pub(super) fn check_autoscale(fleet: &Fleet, known: &Known) -> Result<(), BadField> {
    let mut taken = HashSet::new();
    for (s, subscription) in fleet.subscriptions.iter().enumerate() {
        for (g, group) in subscription.resource_groups.iter().enumerate() {
            let mut names = HashSet::new();
            for (a, setting) in group.autoscale_settings.iter().enumerate() {
                let path = format!("subscriptions[{s}].resourceGroups[{g}].autoscaleSettings[{a}]");
                name(&setting.name, &format!("{path}.name"), &mut names)?;
                if setting.minimum < 1 || setting.minimum > setting.maximum {
                    return Err(Problem::Range.at(format!("{path}.minimum")));
                }
                let (target, key) = (&setting.target, setting.target.to_lowercase());
                let path = format!("{path}.target");
                match known.deployments.get(&key) {
                    Some(1) => {}
                    Some(_) => return Err(Problem::Ambiguous(target.clone()).at(path)),
                    None => return Err(Problem::NoDeployment(target.clone()).at(path)),
                }
                if !taken.insert(key) {
                    return Err(Problem::TwoSettings(target.clone()).at(path));
                }
            }
        }
    }
    Ok(())
}
