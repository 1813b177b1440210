//! Jobs of a workspace, newest first.

use super::Stage;
use super::answer::{Answer, not_found};
use super::arm::{page, workspace_of};
use super::call::Call;
use super::computes::long_time;
use crate::simulator::world::{Job, Workspace, World};
use serde_json::{Value, json};

pub(super) fn list(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let workspace = &stage.world.estate.workspaces[workspace_of(call, &stage.world)?];
    let newest_first: Vec<usize> = match call.query("listViewType") {
        // Nothing here is ever archived.
        Some(view) if view.eq_ignore_ascii_case("ArchivedOnly") => Vec::new(),
        _ => workspace.jobs.iter().rev().copied().collect(),
    };
    page(call, stage.page_size, &newest_first, |job| {
        body(&stage.world, workspace, &stage.world.jobs[*job])
    })
}

pub(super) fn one(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let workspace = &stage.world.estate.workspaces[workspace_of(call, &stage.world)?];
    let name = call.segments.get(9).map_or("", String::as_str);
    let found = workspace
        .jobs
        .iter()
        .map(|job| &stage.world.jobs[*job])
        .find(|job| job.name.eq_ignore_ascii_case(name));
    found
        .map(|job| Answer::json(&body(&stage.world, workspace, job)))
        .ok_or_else(|| not_found(&format!("jobs/{name}")))
}

fn body(world: &World, workspace: &Workspace, job: &Job) -> Value {
    let person = job
        .person
        .map(|person| world.fleet.people[person].name.as_str());
    json!({
        "id": format!("{}/jobs/{}", workspace.id, job.name),
        "name": job.name,
        "type": "Microsoft.MachineLearningServices/workspaces/jobs",
        "systemData": {
            "createdAt": long_time(job.submitted), "createdBy": person.unwrap_or("api"), "createdByType": "User",
        },
        "properties": {
            "jobType": "Command",
            "displayName": job.display_name,
            "status": job.status.as_str(),
            "computeId": world.machines[job.machine].id,
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
