//! Hands on workbenches and container instances, and how they stand.

use super::error::ControlError;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::shared::Shared;
use crate::kinds::workbench::calls::WorkbenchCall;
use crate::world::foundry::container::Container;
use crate::world::foundry::hands::Setting;
use crate::world::record::By;
use crate::world::simulation::World;
use serde_json::{Value, json};

/// What somebody does to one: an action of Azure's, `cancel` of what is under way, or `delete`. The answer is the
/// operation's id, if there is one.
pub(super) fn power(
    world: &mut World,
    container: usize,
    action: &str,
    by: By,
) -> Result<Option<String>, ControlError> {
    let lower = action.to_ascii_lowercase();
    match (WorkbenchCall::of(&lower), lower.as_str()) {
        (Some(asked), _) => world
            .ask_container(container, asked, by)
            .map_err(|refusal| ControlError::RefusedWith(refusal.code())),
        (None, "cancel") => match world.cancel_container(container) {
            true => Ok(None),
            false => Err(ControlError::NotNow(action.to_owned())),
        },
        (None, "delete") => {
            world.delete_container(container, by);
            Ok(None)
        }
        _ => Err(ControlError::NoPower(action.to_owned())),
    }
}

/// Sets something about one: `on`, and a [`Setting`].
pub(super) fn set(shared: &Shared, call: &Call) -> Result<Answer, ControlError> {
    let mut wanted: Value = serde_json::from_slice(&call.body)?;
    let fields = wanted.as_object_mut();
    let on = fields
        .and_then(|fields| fields.remove("on"))
        .unwrap_or_default();
    let setting: Setting = serde_json::from_value(wanted)?;
    let mut stage = shared.stage();
    let name = on.as_str().unwrap_or_default();
    let container = stage.world.find_container(name);
    let container = container.ok_or_else(|| ControlError::NoWorkbench(name.to_owned()))?;
    match stage.world.set_about_container(container, setting) {
        true => Ok(Answer::empty(204)),
        false => Err(ControlError::IdleTime),
    }
}

/// Each with its state, who is on it or waits for it, when it ran, and who was on it when.
pub(super) fn standing(world: &World) -> Answer {
    let one = |own: &Container| {
        let waiting = own.sessions.iter().filter(|session| session.waits());
        let on = own.at_work(world.now());
        let begun = own.sessions.iter().filter_map(|session| {
            let to = session.to.unwrap_or(world.now());
            let from = session.from?;
            Some(json!({"who": session.who, "from": from, "to": to, "open": session.to.is_none()}))
        });
        let ran = own.ran.iter().map(
            |(from, to)| json!({"from": from, "to": to.unwrap_or(world.now()), "open": to.is_none()}),
        );
        json!({
            "workbench": own.place.reference,
            "id": own.place.id,
            "state": own.state.as_str(),
            "tags": own.place.tags,
            "on": on.map(|session| session.who.as_str()).collect::<Vec<_>>(),
            "waiting": waiting.map(|session| session.who.as_str()).collect::<Vec<_>>(),
            "ran": ran.collect::<Vec<_>>(),
            "uses": begun.collect::<Vec<_>>(),
            "idleTimeBeforeShutdown": own.idle_setting,
        })
    };
    let all = world.foundry.containers.iter().filter(|own| own.exists);
    let all: Vec<Value> = all.map(one).collect();
    Answer::json(&json!({"now": world.now(), "workbenches": all}))
}
