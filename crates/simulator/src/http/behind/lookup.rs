//! What of these resources a path names.

use crate::http::answer::{Answer, error};
use crate::http::call::Call;
use crate::http::lookup::{group_of, scope};
use crate::world::behind::Target;
use crate::world::simulation::World;

/// The resource that the path begins with. Its id has eight segments, that of a pool ten.
pub(in crate::http) fn target_of(call: &Call, world: &World) -> Result<Target, Answer> {
    let group = group_of(call, world)?;
    let pool = call.lower.get(8).is_some_and(|part| part == "bigdatapools");
    let length = if pool { 10 } else { 8 };
    let id = format!(
        "/{}",
        call.segments[..length.min(call.segments.len())].join("/")
    );
    world.behind.with_id(&id).ok_or_else(|| {
        let name = call.segments[5..length.min(call.segments.len())].join("/");
        error(
            404,
            "ResourceNotFound",
            format!(
                "The Resource '{name}' under resource group '{}' was not found. For more details please go to \
                 https://aka.ms/ARMResourceNotFoundFix",
                world.estate.groups[group].name
            ),
        )
    })
}

/// The resources of the subscription, or of the group, that the path names.
pub(in crate::http) fn in_scope(
    call: &Call,
    world: &World,
    wanted: impl Fn(Target) -> bool,
) -> Result<Vec<Target>, Answer> {
    let lies_there = scope(call, world)?;
    let fits = |target: &Target| wanted(*target) && lies_there(world.behind.place(*target));
    Ok(world.behind.all().filter(fits).collect())
}
