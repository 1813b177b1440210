//! `/simulator/…`: the clock, faults, hands, and what truly happened. No sign-in, and no part of Azure.

use super::answer::Answer;
use super::call::Call;
use super::faults::Fault;
use super::{Shared, Stage, lock, uses};
use crate::fleet::{Load, RunsIn};
use crate::world::{Act, By, Job, JobStatus, NewJob, UseKind, World};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Answers a call below `/simulator`.
pub(super) fn answer(shared: &Shared, call: &Call) -> Answer {
    let lower: Vec<&str> = call.lower.iter().map(String::as_str).collect();
    let answered = match (call.method.as_str(), &lower[1..]) {
        ("GET", ["clock"]) => Ok(clock(shared)),
        ("POST", ["clock"]) => move_clock(shared, call),
        ("GET", ["faults"]) => Ok(Answer::json(&lock(&shared.faults).all())),
        ("POST", ["faults"]) => add_faults(shared, call),
        ("DELETE", ["faults"]) => {
            lock(&shared.faults).clear();
            Ok(Answer::empty(204))
        }
        ("GET", ["calls"]) => Ok(Answer::json(&lock(&shared.calls).report())),
        ("DELETE", ["calls"]) => {
            lock(&shared.calls).reset();
            Ok(Answer::empty(204))
        }
        ("GET", ["record"]) => record(shared, call),
        ("GET", ["bill"]) => Ok(Answer::json(&shared.stage().world.bill())),
        ("GET", ["use"]) => Ok(uses::answer(&shared.stage().world)),
        ("GET", ["machines"]) => Ok(machines(&shared.stage().world)),
        ("POST", ["act"]) => act(shared, call),
        ("POST", ["jobs"]) => job(shared, call),
        ("POST", ["tags"]) => tags(shared, call),
        _ => Err((
            404,
            format!(
                "there is nothing at {} {}; docs/simulator.md lists what is",
                call.method, call.path
            ),
        )),
    };
    answered.unwrap_or_else(|(status, message)| {
        Answer::json(&json!({"error": message})).with_status(status)
    })
}

type Refused = (u16, String);

fn read<T: DeserializeOwned>(call: &Call) -> Result<T, Refused> {
    serde_json::from_slice(&call.body).map_err(|error| (400, error.to_string()))
}

fn clock(shared: &Shared) -> Answer {
    let clock = lock(&shared.clock);
    Answer::json(
        &json!({"now": clock.now(), "manual": clock.speed().is_none(), "speed": clock.speed()}),
    )
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Move {
    now: Option<DateTime<Utc>>,
    advance_seconds: Option<u32>,
}

fn move_clock(shared: &Shared, call: &Call) -> Result<Answer, Refused> {
    let wanted: Move = read(call)?;
    {
        let mut clock = lock(&shared.clock);
        let to = match (wanted.now, wanted.advance_seconds) {
            (Some(now), None) => now,
            (None, Some(seconds)) => clock.now() + TimeDelta::seconds(seconds.into()),
            _ => return Err((400, "expected either now or advanceSeconds".into())),
        };
        clock.set(to).map_err(|message| (400, message))?;
    }
    // Play up to there now, so that the next call finds everything done.
    drop(shared.stage());
    Ok(clock(shared))
}

fn add_faults(shared: &Shared, call: &Call) -> Result<Answer, Refused> {
    let one_or_many: Value = read(call)?;
    let many = if one_or_many.is_array() {
        one_or_many
    } else {
        json!([one_or_many])
    };
    let faults: Vec<Fault> =
        serde_json::from_value(many).map_err(|error| (400, error.to_string()))?;
    if faults.iter().any(|fault| {
        fault
            .status
            .is_some_and(|status| !(200..600).contains(&status))
    }) {
        return Err((400, "a status is 200 to 599".into()));
    }
    lock(&shared.faults).add(faults);
    Ok(Answer::json(&lock(&shared.faults).all()))
}

/// The record, from the place `?from=N` on.
fn record(shared: &Shared, call: &Call) -> Result<Answer, Refused> {
    let from = match call.query("from") {
        None => 0,
        Some(text) => text
            .parse::<usize>()
            .map_err(|_| (400, "from is a number".to_owned()))?,
    };
    let stage = shared.stage();
    let events = stage.world.record();
    Ok(Answer::json(&json!({
        "now": stage.world.now(), "next": events.len(), "events": &events[from.min(events.len())..],
    })))
}

fn machines(world: &World) -> Answer {
    let one = |(index, machine): (usize, &crate::world::Machine)| {
        let running =
            |job: &&Job| job.machine == index && job.started.is_some() && job.ended.is_none();
        let (jobs, runs): (Vec<&Job>, Vec<&Job>) = world
            .jobs
            .iter()
            .filter(running)
            .partition(|job| job.kind() == UseKind::Job);
        let names = |jobs: &[&Job]| jobs.iter().map(|job| job.name.clone()).collect::<Vec<_>>();
        json!({
            "machine": machine.reference,
            "id": machine.id,
            "state": world.state(index).as_str(),
            "inUse": machine.is_in_use(),
            "jobs": names(&jobs),
            "runs": names(&runs),
            "idleTimeBeforeShutdown": machine.idle_setting,
        })
    };
    let all: Vec<Value> = world
        .machines
        .iter()
        .enumerate()
        .filter(|(_, machine)| machine.exists())
        .map(one)
        .collect();
    Answer::json(&json!({"now": world.now(), "machines": all}))
}

fn find(stage: &Stage, name: &str) -> Result<usize, Refused> {
    stage.world.find(name).ok_or_else(|| {
        (
            404,
            format!("no machine is named \"{name}\"; expected workspace/machine or an ARM id"),
        )
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Hand {
    machine: String,
    /// `start`, `stop`, `restart` or `delete`.
    act: String,
    #[serde(default = "somebody")]
    by: String,
}

fn somebody() -> String {
    "somebody".into()
}

/// A person's hand, outside of any plan.
fn act(shared: &Shared, call: &Call) -> Result<Answer, Refused> {
    let hand: Hand = read(call)?;
    let mut stage = shared.stage();
    let machine = find(&stage, &hand.machine)?;
    let by = By::Person { name: hand.by };
    let act = match hand.act.to_ascii_lowercase().as_str() {
        "start" => Act::Start,
        "stop" => Act::Stop,
        "restart" => Act::Restart,
        "delete" => {
            stage.world.delete(machine, by);
            return Ok(Answer::json(&json!({"operation": null})));
        }
        other => {
            return Err((
                400,
                format!("\"{other}\" is not an act; expected start, stop, restart or delete"),
            ));
        }
    };
    match stage.world.request(machine, act, by) {
        Ok(operation) => Ok(Answer::json(&json!({"operation": operation}))),
        Err(refusal) => Err((409, refusal.code().to_owned())),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct WantedJob {
    machine: String,
    #[serde(default = "train")]
    name: String,
    lasts_seconds: u32,
    /// The one status that it shows.
    status: Option<JobStatus>,
    #[serde(default)]
    runs_in: RunsIn,
    #[serde(default)]
    load: Load,
}

fn train() -> String {
    "train".into()
}

fn job(shared: &Shared, call: &Call) -> Result<Answer, Refused> {
    let wanted: WantedJob = read(call)?;
    let mut stage = shared.stage();
    let machine = find(&stage, &wanted.machine)?;
    let new = NewJob {
        title: wanted.name,
        seconds: wanted.lasts_seconds.into(),
        runs_in: wanted.runs_in,
        load: wanted.load,
        pinned: wanted.status,
    };
    let name = stage.world.submit_job(machine, new);
    Ok(Answer::json(&json!({"job": name})))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewTags {
    /// `workspace/machine`, or an ARM id of a machine, a workspace or a resource group.
    on: String,
    tags: BTreeMap<String, String>,
}

/// Replaces the tags of a machine, a workspace or a resource group.
fn tags(shared: &Shared, call: &Call) -> Result<Answer, Refused> {
    let wanted: NewTags = read(call)?;
    let mut stage = shared.stage();
    if stage.world.set_tags(&wanted.on, wanted.tags) {
        Ok(Answer::empty(204))
    } else {
        Err((404, format!("nothing with tags is named \"{}\"", wanted.on)))
    }
}
