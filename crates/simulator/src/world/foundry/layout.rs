//! From a fleet to its accounts and what lies in them.

use super::container::{Container, Home};
use super::{Account, Cluster, Compute, Deployment, Foundry, Project};
use crate::fleet::organisation::Fleet;
use crate::kinds::foundry::body::ACCOUNT;
use crate::kinds::foundry::compute::ComputeSpec;
use crate::kinds::foundry::spec::{AccountSpec, ProjectSpec};
use crate::kinds::workbench::spec::WorkbenchSpec;
use crate::world::behind::place::Place;
use crate::world::estate::Estate;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

impl Foundry {
    /// Lays out a fleet, whose groups the estate has in the same order.
    pub(in crate::world) fn of(fleet: &Fleet, estate: &Estate, now: DateTime<Utc>) -> Foundry {
        let mut foundry = Foundry::default();
        let groups = fleet
            .subscriptions
            .iter()
            .flat_map(|subscription| &subscription.resource_groups);
        for (group, spec) in groups.enumerate() {
            for account in &spec.cognitive_accounts {
                let place = account_place(account, group, estate, now);
                foundry.add_account(account, place, now);
            }
        }
        foundry
    }

    fn add_account(&mut self, spec: &AccountSpec, place: Place, now: DateTime<Utc>) {
        let account = self.accounts.len();
        let compute_id = |name: &str| format!("{}/computes/{name}", place.id);
        let below = |kind: &str, name: &str, tags: &BTreeMap<String, String>| {
            inner(&place, &place.name, kind, name, tags)
        };
        let mut computes = Vec::new();
        for compute in &spec.computes {
            computes.push(match compute {
                ComputeSpec::Cluster(cluster) => {
                    let place = below("computes", &cluster.name, &cluster.tags);
                    let spec = cluster.clone();
                    self.clusters.push(Cluster { place, spec });
                    Compute::Cluster(self.clusters.len() - 1)
                }
                ComputeSpec::ContainerInstance(container) => {
                    let target = target(container, compute_id);
                    let place = below("computes", &container.name, &container.tags);
                    let home = Home::Account(account);
                    let own = Container::new(container, place, home, target, now);
                    self.containers.push(own);
                    Compute::Container(self.containers.len() - 1)
                }
            });
        }
        for deployment in &spec.managed_compute_deployments {
            let kind = "managedComputeDeployments";
            self.deployments.push(Deployment {
                place: below(kind, &deployment.name, &BTreeMap::new()),
                account,
                compute: deployment.compute.as_deref().map(compute_id),
                spec: deployment.clone(),
            });
        }
        for (number, project) in spec.projects.iter().enumerate() {
            let own = Project {
                place: below("projects", &project.name, &project.tags),
                account,
                is_default: number == 0,
            };
            self.add_project(own, project, &place.id, now);
        }
        self.accounts.push(Account {
            kind: spec.kind.clone(),
            computes,
            place,
        });
    }

    fn add_project(
        &mut self,
        project: Project,
        spec: &ProjectSpec,
        account_id: &str,
        now: DateTime<Utc>,
    ) {
        let home = Home::Project(self.projects.len());
        for workbench in &spec.workbenches {
            let target = target(workbench, |name| format!("{account_id}/computes/{name}"));
            let (under, kind) = (&project.place, "workbenches");
            let place = inner(
                under,
                &under.reference,
                kind,
                &workbench.name,
                &workbench.tags,
            );
            self.containers
                .push(Container::new(workbench, place, home, target, now));
        }
        self.projects.push(project);
    }
}

fn account_place(spec: &AccountSpec, group: usize, estate: &Estate, now: DateTime<Utc>) -> Place {
    let own = &estate.groups[group];
    let subscription = &estate.subscriptions[own.subscription].id;
    Place {
        id: format!(
            "/subscriptions/{subscription}/resourceGroups/{}/providers/{ACCOUNT}/{}",
            own.name, spec.name
        ),
        reference: format!("{}/{}", own.name, spec.name),
        name: spec.name.clone(),
        group,
        subscription: own.subscription,
        location: spec.location.as_ref().unwrap_or(&own.location).clone(),
        tags: spec.tags.clone(),
        modified: now,
    }
}

/// The place of what lies in another; `prefix` is how fleet files begin its name.
fn inner(
    under: &Place,
    prefix: &str,
    kind: &str,
    name: &str,
    tags: &BTreeMap<String, String>,
) -> Place {
    Place {
        id: format!("{}/{kind}/{name}", under.id),
        reference: format!("{prefix}/{name}"),
        name: name.to_owned(),
        tags: tags.clone(),
        ..under.clone()
    }
}

fn target(spec: &WorkbenchSpec, compute_id: impl Fn(&str) -> String) -> String {
    match spec.target.starts_with('/') {
        true => spec.target.clone(),
        false => compute_id(&spec.target),
    }
}
