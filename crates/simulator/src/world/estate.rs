//! What of Azure a fleet holds, flattened, and how its parts are found by name.

use super::cluster::Cluster;
use super::instance::Instance;
use crate::fleet::organisation::{Fleet, ResourceGroupSpec, WorkspaceSpec, instance_key};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, HashMap};

/// The resource provider of workspaces and computes.
pub const PROVIDER: &str = "Microsoft.MachineLearningServices";

/// A subscription.
#[derive(Clone, Debug)]
pub struct Subscription {
    pub id: String,
    pub name: String,
    pub tenant_id: String,
    /// Resource providers that are not registered in it.
    pub unregistered: Vec<String>,
}

/// A resource group.
#[derive(Clone, Debug)]
pub struct Group {
    /// Its subscription's place in the world.
    pub subscription: usize,
    pub name: String,
    pub location: String,
    pub tags: BTreeMap<String, String>,
}

/// A workspace.
#[derive(Clone, Debug)]
pub struct Workspace {
    pub subscription: usize,
    pub group: usize,
    pub id: String,
    pub name: String,
    pub location: String,
    pub tags: BTreeMap<String, String>,
    /// The workspace whose computes it shows beside its own.
    pub hub: Option<usize>,
    /// Whether another shows its computes.
    pub is_hub: bool,
    /// Places in the world, in the fleet's order.
    pub instances: Vec<usize>,
    /// In order of submission.
    pub(crate) jobs: Vec<JobPlace>,
    /// Places in the world, in the fleet's order.
    pub(crate) clusters: Vec<usize>,
    pub(crate) endpoints: Vec<usize>,
}

/// A job, by its place among those on instances, on clusters or on attached computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JobPlace {
    Instance(usize),
    Cluster(usize),
    Attached(usize),
}

/// Subscriptions, groups and workspaces, in the fleet's order.
#[derive(Clone, Debug, Default)]
pub struct Estate {
    pub subscriptions: Vec<Subscription>,
    pub groups: Vec<Group>,
    pub workspaces: Vec<Workspace>,
    /// By `workspace/instance` in lower case; what stands there twice leads to the first.
    by_reference: HashMap<String, usize>,
    /// By ARM id in lower case.
    workspace_by_id: HashMap<String, usize>,
    instance_by_id: HashMap<String, usize>,
}

impl Estate {
    /// Lays out a fleet; the instances come beside, in the order of their places.
    pub(super) fn of(fleet: &Fleet, now: DateTime<Utc>) -> (Estate, Vec<Instance>) {
        let mut estate = Estate::default();
        let mut instances = Vec::new();
        for (s, subscription) in fleet.subscriptions.iter().enumerate() {
            estate.subscriptions.push(Subscription {
                id: subscription.id.clone(),
                name: subscription.name.clone(),
                tenant_id: subscription.tenant_id.clone(),
                unregistered: subscription.unregistered.clone(),
            });
            for group in &subscription.resource_groups {
                let g = estate.groups.len();
                estate.groups.push(Group {
                    subscription: s,
                    name: group.name.clone(),
                    location: group.usual_location().to_owned(),
                    tags: group.tags.clone(),
                });
                for workspace in &group.workspaces {
                    let id = format!(
                        "/subscriptions/{}/resourceGroups/{}/providers/{PROVIDER}/workspaces/{}",
                        subscription.id, group.name, workspace.name
                    );
                    estate.add_workspace(id, s, g, workspace, now, &mut instances);
                }
                estate.join_hubs(g, group);
            }
        }
        (estate, instances)
    }

    /// The projects of a group, whose workspaces are the last, find their hubs.
    fn join_hubs(&mut self, group: usize, spec: &ResourceGroupSpec) {
        let first = self.workspaces.len() - spec.workspaces.len();
        for (place, workspace) in spec.workspaces.iter().enumerate() {
            let hub = workspace.hub.as_deref().and_then(|hub| {
                self.workspaces
                    .iter()
                    .position(|one| one.group == group && one.name.eq_ignore_ascii_case(hub))
            });
            self.workspaces[first + place].hub = hub;
            if let Some(hub) = hub {
                self.workspaces[hub].is_hub = true;
            }
        }
    }

    fn add_workspace(
        &mut self,
        id: String,
        subscription: usize,
        group: usize,
        workspace: &WorkspaceSpec,
        now: DateTime<Utc>,
        instances: &mut Vec<Instance>,
    ) {
        let place = self.workspaces.len();
        let mut own = Vec::with_capacity(workspace.instances.len());
        for instance in &workspace.instances {
            let index = instances.len();
            own.push(index);
            self.by_reference
                .entry(instance_key(&workspace.name, &instance.name))
                .or_insert(index);
            let instance = Instance::new(instance, place, &id, &workspace.name, now);
            self.instance_by_id
                .insert(instance.id.to_lowercase(), index);
            instances.push(instance);
        }
        self.workspace_by_id.insert(id.to_lowercase(), place);
        self.workspaces.push(Workspace {
            subscription,
            group,
            id,
            name: workspace.name.clone(),
            location: workspace.location.clone(),
            tags: workspace.tags.clone(),
            hub: None,
            is_hub: false,
            instances: own,
            jobs: Vec::new(),
            clusters: Vec::new(),
            endpoints: Vec::new(),
        });
    }

    /// Puts a cluster into its workspace.
    pub(super) fn add_cluster(&mut self, index: usize, cluster: &Cluster) {
        self.workspaces[cluster.workspace].clusters.push(index);
    }

    /// The instance that a fleet file calls `workspace/instance`, in any case.
    pub fn instance(&self, reference: &str) -> Option<usize> {
        self.by_reference.get(&reference.to_lowercase()).copied()
    }

    /// The instance with an ARM id, in any case.
    pub fn instance_with_id(&self, id: &str) -> Option<usize> {
        self.instance_by_id.get(&id.to_lowercase()).copied()
    }

    /// The workspace with an ARM id, in any case.
    pub fn workspace_with_id(&self, id: &str) -> Option<usize> {
        self.workspace_by_id.get(&id.to_lowercase()).copied()
    }

    /// The subscription with an id, in any case.
    pub fn subscription(&self, id: &str) -> Option<usize> {
        self.subscriptions
            .iter()
            .position(|known| known.id.eq_ignore_ascii_case(id))
    }

    /// The resource group of a subscription, in any case.
    pub fn group(&self, subscription: usize, name: &str) -> Option<usize> {
        self.groups.iter().position(|known| {
            known.subscription == subscription && known.name.eq_ignore_ascii_case(name)
        })
    }

    /// Replaces the tags of the workspace or resource group with an ARM id; false where there is none.
    pub(super) fn set_tags(&mut self, id: &str, tags: BTreeMap<String, String>) -> bool {
        if let Some(workspace) = self.workspace_with_id(id) {
            self.workspaces[workspace].tags = tags;
            return true;
        }
        let parts: Vec<&str> = id.trim_matches('/').split('/').collect();
        let [_, subscription, kind, group] = parts[..] else {
            return false;
        };
        let found = self
            .subscription(subscription)
            .and_then(|place| self.group(place, group));
        match found.filter(|_| kind.eq_ignore_ascii_case("resourceGroups")) {
            Some(group) => {
                self.groups[group].tags = tags;
                true
            }
            None => false,
        }
    }
}
