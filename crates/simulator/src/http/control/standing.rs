//! How things stand, and the record of what truly happened.

use super::error::ControlError;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::shared::Shared;
use crate::world::instance::Instance;
use crate::world::job::Job;
use crate::world::simulation::World;
use crate::world::usage::UseKind;
use serde_json::{Value, json};

/// The record, from the place `?from=N` on.
pub(super) fn record(shared: &Shared, call: &Call) -> Result<Answer, ControlError> {
    let from = match call.query("from") {
        None => 0,
        Some(text) => text.parse::<usize>().map_err(|_| ControlError::From)?,
    };
    let stage = shared.stage();
    let events = stage.world.record();
    Ok(Answer::json(&json!({
        "now": stage.world.now(), "next": events.len(), "events": &events[from.min(events.len())..],
    })))
}

/// Each instance's state, whether a person is there, and what runs.
pub(super) fn instances(world: &World) -> Answer {
    let one = |(index, instance): (usize, &Instance)| {
        let running =
            |job: &&Job| job.instance == index && job.started.is_some() && job.ended.is_none();
        let (jobs, runs): (Vec<&Job>, Vec<&Job>) = world
            .jobs
            .iter()
            .filter(running)
            .partition(|job| job.kind() == UseKind::Job);
        let names = |jobs: &[&Job]| jobs.iter().map(|job| job.name.clone()).collect::<Vec<_>>();
        json!({
            "instance": instance.reference,
            "id": instance.id,
            "state": world.state(index).as_str(),
            "inUse": instance.is_in_use(),
            "jobs": names(&jobs),
            "runs": names(&runs),
            "idleTimeBeforeShutdown": instance.idle_setting,
        })
    };
    let all: Vec<Value> = world
        .instances
        .iter()
        .enumerate()
        .filter(|(_, instance)| instance.exists())
        .map(one)
        .collect();
    Answer::json(&json!({"now": world.now(), "instances": all}))
}
