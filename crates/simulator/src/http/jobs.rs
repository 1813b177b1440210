//! Jobs of a workspace, newest first.

use super::answer::{Answer, not_found};
use super::call::Call;
use super::lookup::workspace_of;
use super::pages::page_of_texts;
use super::stage::Stage;
use crate::fleet::visible::ComputeNamedBy;
use crate::stamps;
use crate::world::estate::JobPlace;
use crate::world::estate::PROVIDER;
use crate::world::job_status::JobStatus;
use crate::world::simulation::World;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use std::borrow::Cow;

/// A workspace's jobs, newest first.
pub(super) fn list(call: &Call, stage: &mut Stage) -> Result<Answer, Answer> {
    let workspace = workspace_of(call, &stage.world)?;
    let newest_first: Vec<JobPlace> = match call.query("listViewType") {
        // Nothing here is ever archived.
        Some(view) if view.eq_ignore_ascii_case("ArchivedOnly") => Vec::new(),
        _ => stage.world.estate.workspaces[workspace]
            .jobs
            .iter()
            .rev()
            .copied()
            .collect(),
    };
    page_of_texts(call, stage, &newest_first, |stage, job, text| {
        text.push_str(&text_of(stage, job));
    })
}

/// The job's JSON, written again only when its status, which is all that changes, has changed.
fn text_of(stage: &mut Stage, job: JobPlace) -> Cow<'_, str> {
    let world = &stage.world;
    let (status, all, index) = match job {
        JobPlace::Instance(job) => {
            stage.job_bodies.resize(world.jobs.len(), None);
            (world.shown(&world.jobs[job]), &mut stage.job_bodies, job)
        }
        // Those on attached computes are few.
        JobPlace::Attached(_) => return body(world, job).to_string().into(),
        JobPlace::Cluster(job) => {
            stage
                .cluster_job_bodies
                .resize(world.cluster_jobs.len(), None);
            let shown = world.cluster_jobs[job].shown(world.now());
            (shown, &mut stage.cluster_job_bodies, job)
        }
    };
    let kept = &mut all[index];
    if kept.as_ref().is_none_or(|(written, _)| *written != status) {
        *kept = None;
    }
    let (_, text) = kept.get_or_insert_with(|| (status, body(world, job).to_string()));
    text.as_str().into()
}

/// One job.
pub(super) fn get(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let world = &stage.world;
    let workspace = &world.estate.workspaces[workspace_of(call, world)?];
    let name = call.segments.get(9).map_or("", String::as_str);
    let named = |job: &&JobPlace| {
        let own = match **job {
            JobPlace::Instance(job) => &world.jobs[job].name,
            JobPlace::Cluster(job) => &world.cluster_jobs[job].name,
            JobPlace::Attached(job) => &world.behind.jobs[job].name,
        };
        own.eq_ignore_ascii_case(name)
    };
    let found = workspace.jobs.iter().find(named);
    found
        .map(|job| Answer::json(&body(world, *job)))
        .ok_or_else(|| not_found(&format!("jobs/{name}")))
}

/// What of a job its JSON is made of.
struct JobView<'a> {
    name: &'a str,
    title: &'a str,
    submitted: DateTime<Utc>,
    by: &'a str,
    shown: (JobStatus, DateTime<Utc>),
    workspace: usize,
    /// Its compute's ARM id and name.
    compute: (&'a str, &'a str),
    nodes: u32,
}

fn view(world: &World, job: JobPlace) -> JobView<'_> {
    match job {
        JobPlace::Instance(index) => {
            let job = &world.jobs[index];
            let instance = &world.instances[job.instance];
            let person = job
                .person
                .map(|person| world.fleet.people[person].name.as_str());
            JobView {
                name: &job.name,
                title: &job.display_name,
                submitted: job.submitted,
                by: person.unwrap_or("api"),
                shown: world.shown(job),
                workspace: instance.workspace,
                compute: (&instance.id, &instance.spec.name),
                nodes: 1,
            }
        }
        JobPlace::Attached(index) => {
            let job = &world.behind.jobs[index];
            let attached = &world.behind.attached[job.attached];
            JobView {
                name: &job.name,
                title: &job.title,
                submitted: job.submitted,
                by: "api",
                shown: job.shown(),
                workspace: attached.workspace,
                compute: (&attached.id, &attached.spec.name),
                nodes: 1,
            }
        }
        JobPlace::Cluster(index) => {
            let job = &world.cluster_jobs[index];
            let cluster = &world.clusters[job.cluster];
            JobView {
                name: &job.name,
                title: &job.display_name,
                submitted: job.submitted,
                by: &job.by,
                shown: job.shown(world.now()),
                workspace: cluster.workspace,
                compute: (&cluster.id, &cluster.spec.name),
                nodes: job.nodes,
            }
        }
    }
}

fn body(world: &World, job: JobPlace) -> Value {
    let job = view(world, job);
    let workspace = &world.estate.workspaces[job.workspace];
    let (status, since) = job.shown;
    let compute = match world.fleet.compute_named_by {
        ComputeNamedBy::Id => job.compute.0,
        ComputeNamedBy::Name => job.compute.1,
    };
    json!({
        "id": format!("{}/jobs/{}", workspace.id, job.name),
        "name": job.name,
        "type": format!("{PROVIDER}/workspaces/jobs"),
        "systemData": {
            "createdAt": stamps::long(job.submitted), "createdBy": job.by, "createdByType": "User",
            "lastModifiedAt": stamps::long(since),
        },
        "properties": {
            "jobType": "Command",
            "displayName": job.title,
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
            "resources": {"instanceCount": job.nodes},
        },
    })
}
