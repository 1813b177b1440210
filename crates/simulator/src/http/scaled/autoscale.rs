//! Autoscale settings, as Azure Monitor gives them.

use super::lookup::{caller, setting_of};
use super::route::ScaledRoute;
use crate::http::answer::{Answer, error};
use crate::http::call::Call;
use crate::http::lookup::{group_of, subscription_of};
use crate::http::pages::page;
use crate::http::stage::Stage;
use crate::kinds::autoscale::body;
use crate::world::endpoint::Autoscale;
use crate::world::simulation::World;
use serde_json::{Value, json};

/// A setting as Azure gives it.
pub(super) fn setting_body(world: &World, setting: &Autoscale) -> Value {
    let target = &world.deployments[setting.deployment];
    json!({
        "id": setting.id,
        "name": setting.spec.name,
        "type": "Microsoft.Insights/autoscaleSettings",
        "location": world.estate.groups[setting.group].location,
        "tags": setting.spec.tags,
        "properties": body::properties(
            &setting.spec.name,
            &target.id,
            setting.enabled,
            (setting.minimum, setting.maximum),
            setting.spec.requests_per_instance,
        ),
    })
}

/// Those of a subscription or of one of its groups.
pub(super) fn list(route: ScaledRoute, call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let world = &stage.world;
    let subscription = subscription_of(call, world)?;
    let group = match route {
        ScaledRoute::GroupAutoscaleSettings => Some(group_of(call, world)?),
        _ => None,
    };
    let own: Vec<&Autoscale> = world
        .autoscales
        .iter()
        .filter(|setting| world.estate.groups[setting.group].subscription == subscription)
        .filter(|setting| group.is_none_or(|group| setting.group == group))
        .collect();
    page(call, stage.page_size, &own, |setting| {
        setting_body(world, setting)
    })
}

/// One setting.
pub(super) fn get(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let index = setting_of(call, &stage.world)?;
    let setting = &stage.world.autoscales[index];
    Ok(Answer::json(&setting_body(&stage.world, setting)))
}

/// `PATCH`: `properties.enabled`, and the range of its one profile.
pub(super) fn patch(call: &Call, stage: &mut Stage) -> Result<Answer, Answer> {
    let index = setting_of(call, &stage.world)?;
    let bad = |wrong: String| error(400, "BadRequest", wrong);
    let body: Value = serde_json::from_slice(&call.body).map_err(|wrong| bad(wrong.to_string()))?;
    let properties = &body["properties"];
    let enabled = match &properties["enabled"] {
        Value::Null => None,
        given => Some(
            given
                .as_bool()
                .ok_or_else(|| bad("enabled is true or false.".into()))?,
        ),
    };
    let capacity = &properties["profiles"][0]["capacity"];
    let count = |name: &str| match &capacity[name] {
        Value::Null => Ok(None),
        given => given
            .as_str()
            .and_then(|text| text.parse::<u32>().ok())
            .map(Some)
            .ok_or_else(|| bad(format!("{name} is a number as text."))),
    };
    let range = (count("minimum")?, count("maximum")?);
    stage
        .world
        .set_autoscale(index, enabled, range, caller(call));
    get(call, stage)
}
