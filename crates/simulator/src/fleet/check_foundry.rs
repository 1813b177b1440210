//! What a fleet's types cannot tell of accounts of Microsoft Foundry and of what lies in them.

use super::organisation::{Fleet, ResourceGroupSpec};
use super::problem::{BadField, Problem, knows_size, name};
use crate::kinds::foundry::check::check as check_account;
use crate::kinds::foundry::compute::ComputeSpec;
use crate::kinds::foundry::spec::AccountSpec;
use std::collections::HashSet;

/// Checks the accounts of a group, which lie at a path.
///
/// # Errors
/// The first field that is wrong.
pub(super) fn check_accounts(
    fleet: &Fleet,
    group: &ResourceGroupSpec,
    path: &str,
) -> Result<(), BadField> {
    let usual = group.usual_location();
    let mut accounts = HashSet::new();
    for (place, account) in group.cognitive_accounts.iter().enumerate() {
        let path = format!("{path}.cognitiveAccounts[{place}]");
        name(&account.name, &format!("{path}.name"), &mut accounts)?;
        let location = account.location.as_deref().unwrap_or(usual);
        if location.is_empty() || location.contains(char::is_whitespace) {
            return Err(Problem::Location.at(format!("{path}.location")));
        }
        check_names(account, &path)?;
        check_account(account)
            .map_err(|(field, error)| Problem::from(error).at(format!("{path}.{field}")))?;
        check_sizes(fleet, account, location, &path)?;
    }
    Ok(())
}

/// Names are unique among their like.
fn check_names(account: &AccountSpec, path: &str) -> Result<(), BadField> {
    let mut taken = HashSet::new();
    for (c, compute) in account.computes.iter().enumerate() {
        let path = format!("{path}.computes[{c}].name");
        name(compute.name(), &path, &mut taken)?;
    }
    let mut taken = HashSet::new();
    for (d, deployment) in account.managed_compute_deployments.iter().enumerate() {
        let path = format!("{path}.managedComputeDeployments[{d}].name");
        name(&deployment.name, &path, &mut taken)?;
    }
    let mut taken = HashSet::new();
    for (p, project) in account.projects.iter().enumerate() {
        let path = format!("{path}.projects[{p}]");
        name(&project.name, &format!("{path}.name"), &mut taken)?;
        let mut taken = HashSet::new();
        for (w, workbench) in project.workbenches.iter().enumerate() {
            let path = format!("{path}.workbenches[{w}].name");
            name(&workbench.name, &path, &mut taken)?;
        }
    }
    Ok(())
}

/// Every pool's size has a price, or is said to have none.
fn check_sizes(
    fleet: &Fleet,
    account: &AccountSpec,
    location: &str,
    path: &str,
) -> Result<(), BadField> {
    for (c, compute) in account.computes.iter().enumerate() {
        let ComputeSpec::Cluster(cluster) = compute else {
            continue;
        };
        for (p, pool) in cluster.pools.iter().enumerate() {
            let path = format!("{path}.computes[{c}].pools[{p}].instanceType");
            if !knows_size(fleet, &pool.instance_type, location) {
                return Err(Problem::Size(pool.instance_type.clone()).at(path));
            }
        }
    }
    Ok(())
}
