//! What in the world a path names.

use crate::http::answer::{Answer, not_found};
use crate::http::call::Call;
use crate::http::lookup::{group_of, workspace_of};
use crate::world::estate::PROVIDER;
use crate::world::record::By;
use crate::world::simulation::World;

/// The caller, for the record.
pub(super) fn caller(call: &Call) -> By {
    By::Api {
        principal: call.principal.clone(),
    }
}

fn named(call: &Call, place: usize) -> &str {
    call.segments.get(place).map_or("", String::as_str)
}

/// The place of the endpoint that the path names.
pub(super) fn endpoint_of(call: &Call, world: &World) -> Result<usize, Answer> {
    let workspace = &world.estate.workspaces[workspace_of(call, world)?];
    let name = named(call, 9);
    let mut own = workspace.endpoints.iter().copied();
    own.find(|index| world.endpoints[*index].spec.name.eq_ignore_ascii_case(name))
        .ok_or_else(|| not_found(&format!("{PROVIDER}/workspaces/onlineEndpoints/{name}")))
}

/// The place of the deployment that the path names.
pub(super) fn deployment_of(call: &Call, world: &World) -> Result<usize, Answer> {
    let endpoint = endpoint_of(call, world)?;
    let name = named(call, 11);
    world.deployment_of(endpoint, name).ok_or_else(|| {
        not_found(&format!(
            "{PROVIDER}/workspaces/onlineEndpoints/deployments/{name}"
        ))
    })
}

/// The place of the autoscale setting that the path names.
pub(super) fn setting_of(call: &Call, world: &World) -> Result<usize, Answer> {
    let group = group_of(call, world)?;
    let name = named(call, 7);
    let mut all = world.autoscales.iter();
    all.position(|setting| setting.group == group && setting.spec.name.eq_ignore_ascii_case(name))
        .ok_or_else(|| not_found(&format!("Microsoft.Insights/autoscalesettings/{name}")))
}
