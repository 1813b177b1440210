//! What a fleet's types cannot tell: names are unique, references lead somewhere, values are Azure's.

use super::check_foundry::check_accounts;
use super::check_resources::{check_attached, check_group};
use super::check_scaled::{check_autoscale, check_clusters, check_endpoints};
use super::organisation::{Fleet, WorkspaceSpec, instance_key};
use super::person::Person;
use super::problem::{BadField, Count, Known, Problem, knows_size, name};
use crate::clock::END_OF_TIME;
use crate::kinds::instance::check::check as check_instance;
use crate::world::estate::PROVIDER;
use chrono::DateTime;
use std::collections::HashSet;

/// Checks a whole fleet.
///
/// # Errors
/// The first field that is wrong.
pub(super) fn check(fleet: &Fleet) -> Result<(), BadField> {
    check_top_level(fleet)?;
    let known = check_subscriptions(fleet)?;
    let mut people = HashSet::new();
    for (p, person) in fleet.people.iter().enumerate() {
        let path = format!("people[{p}]");
        name(&person.name, &format!("{path}.name"), &mut people)?;
        check_person(person, &path, &known)?;
    }
    Ok(())
}

fn check_top_level(fleet: &Fleet) -> Result<(), BadField> {
    if fleet.subscriptions.is_empty() {
        return Err(Problem::NoSubscription.at("subscriptions"));
    }
    let times = DateTime::UNIX_EPOCH..END_OF_TIME;
    if fleet.start.is_some_and(|start| !times.contains(&start)) {
        return Err(Problem::Start.at("start"));
    }
    if !(1..=86_400).contains(&fleet.beacon_seconds) {
        return Err(Problem::BeaconSeconds.at("beaconSeconds"));
    }
    Ok(())
}

fn check_subscriptions(fleet: &Fleet) -> Result<Known, BadField> {
    let mut known = Known::default();
    let mut subscriptions = HashSet::new();
    for (s, subscription) in fleet.subscriptions.iter().enumerate() {
        let path = format!("subscriptions[{s}]");
        name(&subscription.id, &format!("{path}.id"), &mut subscriptions)?;
        let unregistered = subscription.unregistered.iter();
        let mut unregistered = unregistered.filter(|name| name.eq_ignore_ascii_case(PROVIDER));
        let mut groups_with = subscription.resource_groups.iter();
        if unregistered.next().is_some() && groups_with.any(|group| !group.workspaces.is_empty()) {
            return Err(Problem::Registered.at(format!("{path}.unregistered")));
        }
        let mut groups = HashSet::new();
        for (g, group) in subscription.resource_groups.iter().enumerate() {
            let path = format!("{path}.resourceGroups[{g}]");
            name(&group.name, &format!("{path}.name"), &mut groups)?;
            check_group(fleet, group, &path)?;
            check_accounts(fleet, group, &path)?;
            let mut workspaces = HashSet::new();
            for (w, workspace) in group.workspaces.iter().enumerate() {
                let path = format!("{path}.workspaces[{w}]");
                name(&workspace.name, &format!("{path}.name"), &mut workspaces)?;
                check_workspace(fleet, workspace, &path, &mut known)?;
                for (a, attached) in workspace.attached.iter().enumerate() {
                    let path = format!("{path}.attached[{a}]");
                    check_attached(attached, subscription, &path)?;
                }
                let others = group.workspaces.iter().enumerate();
                let mut others = others.filter(|(other, _)| *other != w).map(|(_, one)| one);
                if let Some(hub) = &workspace.hub
                    && !others.any(|other| other.name.eq_ignore_ascii_case(hub))
                {
                    return Err(Problem::NoHub(hub.clone()).at(format!("{path}.hub")));
                }
            }
        }
    }
    check_autoscale(fleet, &known)?;
    Ok(known)
}

fn check_workspace(
    fleet: &Fleet,
    workspace: &WorkspaceSpec,
    path: &str,
    known: &mut Known,
) -> Result<(), BadField> {
    let location = workspace.location.as_str();
    if location.is_empty() || location.contains(char::is_whitespace) {
        return Err(Problem::Location.at(format!("{path}.location")));
    }
    let mut names = HashSet::new();
    for (i, instance) in workspace.instances.iter().enumerate() {
        let path = format!("{path}.instances[{i}]");
        name(&instance.name, &format!("{path}.name"), &mut names)?;
        check_instance(instance, location, |size| knows_size(fleet, size, location))
            .map_err(|(field, error)| Problem::from(error).at(format!("{path}.{field}")))?;
        let key = instance_key(&workspace.name, &instance.name);
        *known.instances.entry(key).or_default() += 1;
    }
    for (a, attached) in workspace.attached.iter().enumerate() {
        let path = format!("{path}.attached[{a}].name");
        name(&attached.name, &path, &mut names)?;
    }
    check_clusters(fleet, workspace, path, known, &mut names)?;
    check_endpoints(fleet, workspace, path, known)
}

fn check_person(person: &Person, path: &str, known: &Known) -> Result<(), BadField> {
    let missing = match (person.arrives, person.leaves) {
        (Some(_), None) => Some("leaves"),
        (None, Some(_)) => Some("arrives"),
        _ => None,
    };
    if let Some(missing) = missing {
        return Err(Problem::HalfADay { missing }.at(path));
    }
    let mut used = HashSet::new();
    for (index, instance) in person.instances.iter().enumerate() {
        let path = format!("{path}.instances[{index}]");
        reference(instance, &path, &known.instances)?;
        if !used.insert(instance.to_lowercase()) {
            return Err(Problem::Twice(instance.clone()).at(path));
        }
    }
    for (index, job) in person.jobs.iter().enumerate() {
        let path = format!("{path}.jobs[{index}].instance");
        let key = job.instance.to_lowercase();
        let all = match known.clusters.contains_key(&key) {
            true => &known.clusters,
            false => &known.instances,
        };
        reference(&job.instance, &path, all)?;
    }
    Ok(())
}

fn reference(instance: &str, path: &str, instances: &Count) -> Result<(), BadField> {
    match instances.get(&instance.to_lowercase()) {
        Some(1) => Ok(()),
        Some(_) => Err(Problem::Ambiguous(instance.to_owned()).at(path)),
        None => Err(Problem::Unknown(instance.to_owned()).at(path)),
    }
}
