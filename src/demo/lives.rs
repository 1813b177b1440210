//! Whose life the demo's record tells: every resource that tags may govern, with what its tags say.

use chrono::TimeDelta;
use lamplighter_core::observe::Tags;
use lamplighter_core::policy::{Defaults, Endpoint, Layers, Reading, Subject, Target, read_for};
use lamplighter_simulator::Fleet;
use lamplighter_simulator::fleet::{
    AccountSpec, AksPower, ComputeSpec, Power, ResourceGroupSpec, WorkbenchSpec, WorkbenchState,
    WorkspaceSpec,
};
use std::collections::BTreeMap;

/// `START_AHEAD` as the demo leaves it.
const AHEAD: TimeDelta = TimeDelta::minutes(15);
/// A deployment is reported to take so long, and what takes longer than `START_AHEAD` may begin twice as early.
const SCALING_TAKES: TimeDelta = TimeDelta::minutes(18);

/// A resource that tags may govern.
pub struct Governed {
    /// As the record calls it.
    pub name: String,
    pub reading: Reading,
    /// Of one that scales: the number at which it counts as off.
    pub floor: Option<u32>,
    /// Whether the world found it on; `None` for an instance, of which the record and Azure tell.
    pub found_on: Option<bool>,
    /// How long before a window a start of it begins at most.
    pub ahead: TimeDelta,
    /// Azure's own autoscale sees to it.
    pub autoscaled: bool,
}

/// What the tags of something say.
struct Layered<'a> {
    defaults: &'a Defaults,
    workspace: Tags,
    resource_group: Tags,
}

fn tags(tags: &BTreeMap<String, String>) -> Tags {
    Tags::from_iter(tags.clone())
}

impl Layered<'_> {
    fn read(&self, subject: &Subject<'_>, name: &str, own: &BTreeMap<String, String>) -> Reading {
        let layers = Layers {
            compute_name: name,
            compute: &tags(own),
            workspace: &self.workspace,
            resource_group: &self.resource_group,
        };
        read_for(subject, &layers, self.defaults)
    }
}

/// Every one of a fleet.
pub fn governed(fleet: &Fleet, defaults: &Defaults) -> Vec<Governed> {
    let mut all = Vec::new();
    for (_, group, workspace) in fleet.workspaces() {
        let layers = Layered {
            defaults,
            workspace: tags(&workspace.tags),
            resource_group: tags(&group.tags),
        };
        of_workspace(&layers, workspace, &mut all);
        deployments(&layers, (group, workspace), &mut all);
    }
    let groups = fleet.subscriptions.iter();
    for group in groups.flat_map(|one| &one.resource_groups) {
        attached(defaults, group, &mut all);
        for account in &group.cognitive_accounts {
            workbenches(defaults, (group, account), &mut all);
        }
    }
    all
}

fn of_workspace(layers: &Layered<'_>, workspace: &WorkspaceSpec, all: &mut Vec<Governed>) {
    let subject = |target| Subject {
        target,
        ..Subject::default()
    };
    for one in &workspace.instances {
        all.push(Governed {
            name: format!("{}/{}", workspace.name, one.name),
            reading: layers.read(&subject(Target::Instance), &one.name, &one.tags),
            floor: None,
            found_on: None,
            ahead: AHEAD,
            autoscaled: false,
        });
    }
    for one in &workspace.clusters {
        let reading = layers.read(&subject(Target::Cluster), &one.name, &one.tags);
        let floor = reading.policy.floor_of(Target::Cluster);
        all.push(Governed {
            name: format!("{}/{}", workspace.name, one.name),
            found_on: Some(one.min_node_count > floor),
            floor: Some(floor),
            reading,
            ahead: AHEAD,
            autoscaled: false,
        });
    }
}

fn deployments(
    layers: &Layered<'_>,
    (group, workspace): (&ResourceGroupSpec, &WorkspaceSpec),
    all: &mut Vec<Governed>,
) {
    for endpoint in &workspace.endpoints {
        let above = tags(&endpoint.tags);
        let subject = Subject {
            target: Target::Deployment,
            endpoint: Some(Endpoint {
                name: &endpoint.name,
                tags: &above,
            }),
            ..Subject::default()
        };
        for one in &endpoint.deployments {
            let name = format!("{}/{}/{}", workspace.name, endpoint.name, one.name);
            let reading = layers.read(&subject, &one.name, &one.tags);
            let floor = reading.policy.floor_of(Target::Deployment);
            let mut settings = group.autoscale_settings.iter();
            all.push(Governed {
                ahead: SCALING_TAKES * 2,
                autoscaled: settings.any(|setting| setting.enabled && setting.target == name),
                found_on: Some(one.capacity > floor),
                floor: Some(floor),
                name,
                reading,
            });
        }
    }
}

fn attached(defaults: &Defaults, group: &ResourceGroupSpec, all: &mut Vec<Governed>) {
    let layers = Layered {
        defaults,
        workspace: Tags::new(),
        resource_group: Tags::new(),
    };
    let none = Tags::new();
    let subject = |target| Subject {
        target,
        attached: Some(&none),
        ..Subject::default()
    };
    let mut add = |target, name: &str, own: &BTreeMap<String, String>, found_on| {
        all.push(Governed {
            name: format!("{}/{name}", group.name),
            reading: layers.read(&subject(target), name, own),
            floor: None,
            found_on: Some(found_on),
            ahead: AHEAD,
            autoscaled: false,
        });
    };
    for one in &group.virtual_machines {
        let runs = one.state == Power::Running;
        add(Target::Vm, &one.name, &one.tags, runs);
    }
    for one in &group.managed_clusters {
        let runs = one.state == AksPower::Running;
        add(Target::Aks, &one.name, &one.tags, runs);
    }
}

/// Workbenches by their project's tags and their account's, container instances by their account's. The demo's api-version
/// shows no tags of their own, so that its fleet has only such as are looked for before a stop: holds.
fn workbenches(
    defaults: &Defaults,
    (group, account): (&ResourceGroupSpec, &AccountSpec),
    all: &mut Vec<Governed>,
) {
    let above = tags(&account.tags);
    let mut add = |place: &str, project: Option<&Tags>, one: &WorkbenchSpec| {
        let layers = Layered {
            defaults,
            workspace: project.unwrap_or(&above).clone(),
            resource_group: tags(&group.tags),
        };
        let subject = Subject {
            target: Target::Workbench,
            account: project.map(|_| &above),
            ..Subject::default()
        };
        all.push(Governed {
            name: format!("{place}/{}", one.name),
            reading: layers.read(&subject, &one.name, &one.tags),
            floor: None,
            found_on: Some(one.state == WorkbenchState::Running),
            ahead: AHEAD,
            autoscaled: false,
        });
    };
    for project in &account.projects {
        let place = format!("{}/{}", account.name, project.name);
        for one in &project.workbenches {
            add(&place, Some(&tags(&project.tags)), one);
        }
    }
    for compute in &account.computes {
        if let ComputeSpec::ContainerInstance(one) = compute {
            add(&account.name, None, one);
        }
    }
}
