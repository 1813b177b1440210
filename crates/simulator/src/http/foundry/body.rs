//! From the world to the JSON of these.

use crate::http::compute_body::lay_over;
use crate::kinds::foundry::body as kind;
use crate::kinds::foundry::body::Envelope;
use crate::kinds::foundry::version::Version;
use crate::kinds::workbench::body::{WorkbenchView, workbench};
use crate::world::behind::place::Place;
use crate::world::foundry::Compute;
use crate::world::foundry::container::{Container, Home};
use crate::world::simulation::World;
use chrono::TimeDelta;
use serde_json::Value;

fn envelope<'a>(world: &'a World, place: &'a Place) -> Envelope<'a> {
    Envelope {
        id: &place.id,
        name: &place.name,
        location: &place.location,
        tags: &place.tags,
        tenant: &world.estate.subscriptions[place.subscription].tenant_id,
        created_on: world.start() - TimeDelta::days(90),
    }
}

/// An account.
pub(super) fn account_body(world: &World, account: usize) -> Value {
    let own = &world.foundry.accounts[account];
    kind::account(&envelope(world, &own.place), &own.kind)
}

/// A project.
pub(super) fn project_body(world: &World, project: usize) -> Value {
    let own = &world.foundry.projects[project];
    kind::project(&envelope(world, &own.place), own.is_default)
}

/// A managed compute deployment.
pub(super) fn deployment_body(world: &World, deployment: usize) -> Value {
    let own = &world.foundry.deployments[deployment];
    let compute = own.compute.as_deref();
    kind::deployment(&envelope(world, &own.place), &own.spec, compute)
}

/// A compute of an account.
pub(super) fn compute_body(world: &World, compute: Compute, version: Version) -> Value {
    match compute {
        Compute::Cluster(cluster) => {
            let own = &world.foundry.clusters[cluster];
            kind::pools(&envelope(world, &own.place), &own.spec, version)
        }
        Compute::Container(container) => container_body(world, container, version),
    }
}

/// A workbench, or a container instance.
pub(super) fn container_body(world: &World, container: usize, version: Version) -> Value {
    let own = &world.foundry.containers[container];
    let view = view(world, own);
    let mut whole = match own.home {
        Home::Project(_) => workbench(&view, version),
        Home::Account(_) => kind::container(&view, version),
    };
    if let Some(overlay) = &own.spec.overlay {
        lay_over(&mut whole, overlay);
    }
    whole
}

fn view<'a>(world: &'a World, own: &'a Container) -> WorkbenchView<'a> {
    let place = &own.place;
    WorkbenchView {
        id: &place.id,
        spec: &own.spec,
        state: own.state,
        older_state: own.older_state,
        shows_status: own.shows_status,
        idle_time: own.idle_setting.as_deref(),
        errors: &own.errors,
        target: &own.target,
        location: &place.location,
        tenant: &world.estate.subscriptions[place.subscription].tenant_id,
        created_on: own.created_on,
        version: own.version,
        tags: &place.tags,
    }
}
