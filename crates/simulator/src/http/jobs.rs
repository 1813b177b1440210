//! Jobs of a workspace, newest first.

use super::answer::{Answer, not_found};
use super::call::Call;
use super::lookup::workspace_of;
use super::pages::page_of_texts;
use super::stage::Stage;
use crate::fleet::visible::ComputeNamedBy;
use crate::stamps;
use crate::world::estate::PROVIDER;
use crate::world::job::Job;
use crate::world::simulation::World;
use serde_json::{Value, json};

/// A workspace's jobs, newest first.
pub(super) fn list(call: &Call, stage: &mut Stage) -> Result<Answer, Answer> {
    let workspace = workspace_of(call, &stage.world)?;
    let newest_first: Vec<usize> = match call.query("listViewType") {
        // Nothing here is ever archived.
        Some(view) if view.eq_ignore_ascii_case("ArchivedOnly") => Vec::new(),
        _ => stage.world.estate.workspaces[workspace]
            .jobs
            .iter()
            .rev()
            .copied()
            .collect(),
    };
    page_of_texts(call, stage, &newest_first, |stage, job, page| {
        page.push_str(text_of(stage, job));
    })
}

/// The job's JSON, written again only when its status, which is all that changes, has changed.
fn text_of(stage: &mut Stage, job: usize) -> &str {
    if stage.job_bodies.len() <= job {
        stage.job_bodies.resize(stage.world.jobs.len(), None);
    }
    let world = &stage.world;
    let status = world.shown(&world.jobs[job]);
    let kept = &mut stage.job_bodies[job];
    if kept.as_ref().is_none_or(|(written, _)| *written != status) {
        *kept = None;
    }
    &kept
        .get_or_insert_with(|| (status, body(world, &world.jobs[job]).to_string()))
        .1
}

/// One job.
pub(super) fn get(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let workspace = &stage.world.estate.workspaces[workspace_of(call, &stage.world)?];
    let name = call.segments.get(9).map_or("", String::as_str);
    let found = workspace
        .jobs
        .iter()
        .map(|job| &stage.world.jobs[*job])
        .find(|job| job.name.eq_ignore_ascii_case(name));
    found
        .map(|job| Answer::json(&body(&stage.world, job)))
        .ok_or_else(|| not_found(&format!("jobs/{name}")))
}

fn body(world: &World, job: &Job) -> Value {
    let workspace = &world.estate.workspaces[world.instances[job.instance].workspace];
    let person = job
        .person
        .map(|person| world.fleet.people[person].name.as_str());
    let (status, since) = world.shown(job);
    let instance = &world.instances[job.instance];
    let compute = match world.fleet.compute_named_by {
        ComputeNamedBy::Id => &instance.id,
        ComputeNamedBy::Name => &instance.spec.name,
    };
    json!({
        "id": format!("{}/jobs/{}", workspace.id, job.name),
        "name": job.name,
        "type": format!("{PROVIDER}/workspaces/jobs"),
        "systemData": {
            "createdAt": stamps::long(job.submitted), "createdBy": person.unwrap_or("api"), "createdByType": "User",
            "lastModifiedAt": stamps::long(since),
        },
        "properties": {
            "jobType": "Command",
            "displayName": job.display_name,
            "status": status.as_str(),
            "computeId": compute,
            "experimentName": "simulated",
            "description": null,
            "tags": {},
            "properties": {},
            "isArchived": false,
            "command": "python train.py",
            "environmentId": "azureml://registries/azureml/environments/sklearn-1.5/labels/latest",
            "inputs": {},
            "outputs": {},
            "services": {},
            "resources": {"instanceCount": 1},
        },
    })
}
