//! A fleet for measuring.

use crate::fleet::organisation::{
    DEFAULT_TENANT, Fleet, ResourceGroupSpec, SubscriptionSpec, WorkspaceSpec,
};
use crate::kinds::instance::spec::InstanceSpec;
use crate::kinds::instance::state::InstanceState;
use std::collections::BTreeMap;

/// A fleet of like instances: every second one runs, all have office hours in Lisbon. It has `workspaces` of them,
/// `ml-0000` onwards, each with instances `ci-000` onwards, and no people. They lie in that many subscriptions, as ARM's
/// token buckets are per subscription.
pub fn uniform_fleet(
    workspaces: usize,
    instances_per_workspace: usize,
    subscriptions: usize,
) -> Fleet {
    let all: Vec<usize> = (0..workspaces).collect();
    let each = workspaces.div_ceil(subscriptions.max(1)).max(1);
    let subscriptions = all
        .chunks(each)
        .enumerate()
        .map(|(index, chunk)| SubscriptionSpec {
            id: format!("00000000-0000-4000-8000-{:012}", index + 1),
            name: format!("Uniform {}", index + 1),
            tenant_id: DEFAULT_TENANT.into(),
            unregistered: Vec::new(),
            resource_groups: vec![ResourceGroupSpec {
                name: format!("rg-ml-{index:02}"),
                location: Some("westeurope".into()),
                tags: tag("cost-centre", "4711"),
                workspaces: chunk
                    .iter()
                    .map(|index| workspace(*index, instances_per_workspace))
                    .collect(),
                ..ResourceGroupSpec::default()
            }],
        })
        .collect();
    Fleet {
        subscriptions,
        ..Fleet::empty()
    }
}

fn tag(name: &str, value: &str) -> BTreeMap<String, String> {
    BTreeMap::from([(name.to_owned(), value.to_owned())])
}

fn workspace(index: usize, instances: usize) -> WorkspaceSpec {
    WorkspaceSpec {
        name: format!("ml-{index:04}"),
        location: "westeurope".into(),
        tags: tag("lamp-schedule", "Mon-Fri 08:00-19:00 Europe/Lisbon"),
        instances: (0..instances).map(instance).collect(),
        ..WorkspaceSpec::default()
    }
}

fn instance(index: usize) -> InstanceSpec {
    InstanceSpec {
        state: if index.is_multiple_of(2) {
            InstanceState::Running
        } else {
            InstanceState::Stopped
        },
        created_by: Some(format!("user{index:03}@example.org")),
        ..InstanceSpec::new(&format!("ci-{index:03}"), "Standard_DS3_v2")
    }
}
