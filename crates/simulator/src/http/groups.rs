//! Resource groups.

use super::answer::Answer;
use super::call::Call;
use super::lookup::{group_of, subscription_of};
use super::pages::page;
use super::stage::Stage;
use crate::world::estate::Group;
use crate::world::simulation::World;
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
    let own: Vec<&Group> = stage
        .world
        .estate
        .groups
        .iter()
        .filter(|group| group.subscription == subscription)
        .collect();
    page(call, stage.page_size, &own, |group| {
        group_body(&stage.world, group)
    })
}

/// One resource group.
pub(super) fn get(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let index = group_of(call, &stage.world)?;
    Ok(Answer::json(&group_body(
        &stage.world,
        &stage.world.estate.groups[index],
    )))
}
