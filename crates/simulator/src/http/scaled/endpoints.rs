//! Online endpoints: one, and all of a workspace's.

use super::endpoint_body::endpoint_body;
use super::lookup::endpoint_of;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::lookup::workspace_of;
use crate::http::pages::page;
use crate::http::stage::Stage;

/// A workspace's, in the fleet's order; `name` and `computeType` choose.
pub(super) fn list(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let world = &stage.world;
    let workspace = &world.estate.workspaces[workspace_of(call, world)?];
    let asked = |name: &str, own: &str| {
        let wanted = call.query(name).filter(|wanted| !wanted.is_empty());
        wanted.is_none_or(|wanted| wanted.eq_ignore_ascii_case(own))
    };
    let own: Vec<usize> = workspace
        .endpoints
        .iter()
        .copied()
        .filter(|index| {
            let spec = &world.endpoints[*index].spec;
            asked("name", &spec.name) && asked("computeType", spec.compute_type.as_str())
        })
        .collect();
    page(call, stage.page_size, &own, |index| {
        endpoint_body(world, *index)
    })
}

/// One endpoint.
pub(super) fn get(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let index = endpoint_of(call, &stage.world)?;
    Ok(Answer::json(&endpoint_body(&stage.world, index)))
}
