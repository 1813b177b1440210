//! `/simulator/use`: when somebody or something was at work on each instance, and when it ran at all.

use crate::http::answer::Answer;
use crate::world::instance::Instance;
use crate::world::simulation::World;
use crate::world::usage::{Use, User};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// All instances with their uses.
pub(super) fn answer(world: &World) -> Answer {
    let instances: Vec<Value> = world
        .instances
        .iter()
        .map(|instance| {
            let uses = instance.uses.iter().map(|one| stretch(world, one));
            let ran = instance.ran.iter().map(
                |(from, to)| json!({"from": from, "to": to.unwrap_or(world.now()), "open": to.is_none()}),
            );
            json!({
                "instance": instance.reference,
                "id": instance.id,
                "uses": uses.collect::<Vec<_>>(),
                "usedSeconds": used_seconds(instance, world.now()),
                "ran": ran.collect::<Vec<_>>(),
            })
        })
        .collect();
    Answer::json(&json!({"now": world.now(), "instances": instances}))
}

fn stretch(world: &World, one: &Use) -> Value {
    json!({
        "from": one.from,
        "to": one.to.unwrap_or(world.now()),
        "open": one.to.is_none(),
        "kind": one.kind,
        "who": world.user_name(one.user),
        "run": matches!(one.user, User::Run(_)),
        "load": one.load,
    })
}

/// Seconds in which anything was at work; what overlaps counts once.
fn used_seconds(instance: &Instance, now: DateTime<Utc>) -> i64 {
    let (mut sum, mut until) = (0, DateTime::<Utc>::MIN_UTC);
    // They are in order of their beginning.
    for one in &instance.uses {
        let (from, to) = (one.from.max(until), one.to.unwrap_or(now));
        if to > from {
            sum += (to - from).num_seconds();
            until = to;
        }
    }
    sum
}
