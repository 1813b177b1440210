//! Resource groups.

use super::answer::Answer;
use super::call::Call;
use super::filter::Filter;
use super::lookup::{group_of, subscription_of};
use super::pages::page;
use super::resources::{chooses, filter_of};
use super::stage::Stage;
use crate::world::estate::Group;
use crate::world::simulation::World;
use axum::http::Method;
use serde_json::{Value, json};

fn group_body(world: &World, group: &Group) -> Value {
    let subscription = &world.estate.subscriptions[group.subscription].id;
    json!({
        "id": format!("/subscriptions/{subscription}/resourceGroups/{}", group.name),
        "name": group.name,
        "type": "Microsoft.Resources/resourceGroups",
        "location": group.location,
        "tags": group.tags,
        "properties": {"provisioningState": "Succeeded"},
    })
}

/// Those of a subscription.
pub(super) fn list(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let subscription = subscription_of(call, &stage.world)?;
    let filter = filter_of(call)?;
    let own: Vec<&Group> = stage
        .world
        .estate
        .groups
        .iter()
        .filter(|group| group.subscription == subscription)
        .filter(|group| {
            let chosen = |filter: &Filter| {
                chooses(filter, &group.tags, |field| match field {
                    "name" => Some(group.name.clone()),
                    "location" => Some(group.location.clone()),
                    _ => None,
                })
            };
            filter.as_ref().is_none_or(chosen)
        })
        .collect();
    page(call, stage.page_size, &own, |group| {
        group_body(&stage.world, group)
    })
}

/// One resource group; a HEAD asks only whether it is there.
pub(super) fn get(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let index = group_of(call, &stage.world)?;
    if call.method == Method::HEAD {
        return Ok(Answer::empty(204));
    }
    Ok(Answer::json(&group_body(
        &stage.world,
        &stage.world.estate.groups[index],
    )))
}
