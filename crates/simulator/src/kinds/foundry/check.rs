//! What the types of a fleet file's account cannot tell, beside names and sizes.

use super::compute::{ComputeSpec, PoolsSpec};
use super::spec::AccountSpec;
use crate::fleet::machine::Priority;
use crate::kinds::workbench::check::{WorkbenchError, check as check_workbench};

/// What is wrong with an account of a fleet file.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AccountError {
    #[error(transparent)]
    Workbench(#[from] WorkbenchError),
    #[error("a compute of pools has at least one pool")]
    NoPool,
    #[error("expected Regular or Spot")]
    Priority,
    #[error("no compute of this account is named \"{0}\"")]
    NoCompute(String),
}

/// Checks an account.
///
/// # Errors
/// The first thing that is wrong, with its field as a path from the account.
pub(crate) fn check(spec: &AccountSpec) -> Result<(), (String, AccountError)> {
    let pools = |compute: &ComputeSpec| matches!(compute, ComputeSpec::Cluster(_));
    let has = |name: &str| {
        let mut own = spec.computes.iter().filter(|one| pools(one));
        own.any(|one| one.name().eq_ignore_ascii_case(name))
    };
    for (c, compute) in spec.computes.iter().enumerate() {
        let path = format!("computes[{c}]");
        match compute {
            ComputeSpec::Cluster(cluster) => check_pools(cluster, &path)?,
            ComputeSpec::ContainerInstance(container) => check_workbench(container, has)
                .map_err(|(field, error)| (format!("{path}.{field}"), AccountError::from(error)))?,
        }
    }
    for (p, project) in spec.projects.iter().enumerate() {
        for (w, workbench) in project.workbenches.iter().enumerate() {
            let path = format!("projects[{p}].workbenches[{w}]");
            check_workbench(workbench, has)
                .map_err(|(field, error)| (format!("{path}.{field}"), AccountError::from(error)))?;
        }
    }
    for (d, deployment) in spec.managed_compute_deployments.iter().enumerate() {
        if let Some(name) = deployment.compute.as_deref().filter(|name| !has(name)) {
            let path = format!("managedComputeDeployments[{d}].compute");
            return Err((path, AccountError::NoCompute(name.to_owned())));
        }
    }
    Ok(())
}

fn check_pools(cluster: &PoolsSpec, path: &str) -> Result<(), (String, AccountError)> {
    if cluster.pools.is_empty() {
        return Err((format!("{path}.pools"), AccountError::NoPool));
    }
    let low = |pool: &super::compute::PoolSpec| pool.vm_priority == Priority::LowPriority;
    match cluster.pools.iter().position(low) {
        Some(place) => {
            let path = format!("{path}.pools[{place}].vmPriority");
            Err((path, AccountError::Priority))
        }
        None => Ok(()),
    }
}
