//! People's hands, outside of any plan: actions, jobs and tags.

use super::error::ControlError;
use super::names;
use crate::fleet::load::Load;
use crate::fleet::person::RunsIn;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::shared::Shared;
use crate::kinds::instance::action::Action;
use crate::world::job::NewJob;
use crate::world::job_status::JobStatus;
use crate::world::record::By;
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeMap;

/// What somebody does to an instance.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Hand {
    instance: String,
    /// `start`, `stop`, `restart` or `delete`.
    action: String,
    #[serde(default = "somebody")]
    by: String,
}

fn somebody() -> String {
    "somebody".into()
}

/// Starts, stops, restarts or deletes an instance by hand.
pub(super) fn act(shared: &Shared, call: &Call) -> Result<Answer, ControlError> {
    let hand: Hand = serde_json::from_slice(&call.body)?;
    let mut stage = shared.stage();
    let instance = names::instance(&stage.world, &hand.instance)?;
    let by = By::Person { name: hand.by };
    let action = match hand.action.to_ascii_lowercase().as_str() {
        "start" => Action::Start,
        "stop" => Action::Stop,
        "restart" => Action::Restart,
        "delete" => {
            stage.world.delete(instance, by);
            return Ok(Answer::json(&json!({"operation": null})));
        }
        other => return Err(ControlError::NoAction(other.to_owned())),
    };
    let operation = stage
        .world
        .request(instance, action, by)
        .map_err(ControlError::Refused)?;
    Ok(Answer::json(&json!({"operation": operation})))
}

/// A job, or another run.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct WantedJob {
    /// `workspace/instance` or `workspace/cluster`.
    instance: String,
    /// Of a cluster.
    #[serde(default = "one")]
    nodes: u32,
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

fn one() -> u32 {
    1
}

/// Submits a job, or begins another run.
pub(super) fn submit(shared: &Shared, call: &Call) -> Result<Answer, ControlError> {
    let wanted: WantedJob = serde_json::from_slice(&call.body)?;
    let mut stage = shared.stage();
    if let Some(cluster) = stage.world.find_cluster(&wanted.instance) {
        let world = &mut stage.world;
        let name = format!("{}-c{}", wanted.name, world.cluster_jobs.len());
        let (of, seconds) = (
            (name.clone(), wanted.name.as_str()),
            wanted.lasts_seconds.into(),
        );
        world.send_job(cluster, of, wanted.nodes, seconds, "api");
        return Ok(Answer::json(&json!({"job": name})));
    }
    if let Some(attached) = stage.world.behind.attached_named(&wanted.instance) {
        let seconds = wanted.lasts_seconds.into();
        let name = stage.world.send_attached(attached, &wanted.name, seconds);
        return Ok(Answer::json(&json!({"job": name})));
    }
    let instance = names::instance(&stage.world, &wanted.instance)?;
    let new = NewJob {
        title: wanted.name,
        seconds: wanted.lasts_seconds.into(),
        runs_in: wanted.runs_in,
        load: wanted.load,
        pinned: wanted.status,
    };
    let name = stage.world.submit_job(instance, new);
    Ok(Answer::json(&json!({"job": name})))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewTags {
    /// `workspace/instance`, or an ARM id of an instance, a workspace or a resource group.
    on: String,
    tags: BTreeMap<String, String>,
}

/// Replaces the tags of an instance, a workspace or a resource group.
pub(super) fn tag(shared: &Shared, call: &Call) -> Result<Answer, ControlError> {
    let wanted: NewTags = serde_json::from_slice(&call.body)?;
    let mut stage = shared.stage();
    if stage.world.set_tags(&wanted.on, wanted.tags) {
        Ok(Answer::empty(204))
    } else {
        Err(ControlError::NoTags(wanted.on))
    }
}
