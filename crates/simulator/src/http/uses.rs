//! `/simulator/use`: when somebody or something was at work on each machine, and when it ran at all.

use super::answer::Answer;
use crate::world::{Machine, Use, User, World};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

pub(super) fn answer(world: &World) -> Answer {
    let machines: Vec<Value> = world
        .machines
        .iter()
        .map(|machine| {
            let uses = machine.uses.iter().map(|one| stretch(world, one));
            let ran = machine.ran.iter().map(
                |(from, to)| json!({"from": from, "to": to.unwrap_or(world.now()), "open": to.is_none()}),
            );
            json!({
                "machine": machine.reference,
                "id": machine.id,
                "uses": uses.collect::<Vec<_>>(),
                "usedSeconds": used_seconds(machine, world.now()),
                "ran": ran.collect::<Vec<_>>(),
            })
        })
        .collect();
    Answer::json(&json!({"now": world.now(), "machines": machines}))
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
fn used_seconds(machine: &Machine, now: DateTime<Utc>) -> i64 {
    let (mut sum, mut until) = (0, DateTime::<Utc>::MIN_UTC);
    // They are in order of their beginning.
    for one in &machine.uses {
        let (from, to) = (one.from.max(until), one.to.unwrap_or(now));
        if to > from {
            sum += (to - from).num_seconds();
            until = to;
        }
    }
    sum
}
