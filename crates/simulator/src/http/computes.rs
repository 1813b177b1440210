//! Computes: one, and all of a workspace's.

use super::answer::Answer;
use super::attached_body::attached_body;
use super::call::Call;
use super::compute_body::compute_body;
use super::lookup::{Listed, listed_in, listed_of, workspace_of};
use super::pages::page_of_texts;
use super::scaled::cluster_body;
use super::stage::Stage;
use crate::kinds::instance::capacity;
use serde_json::Value;
use std::borrow::Cow;

/// A workspace's computes, in the fleet's order.
pub(super) fn list(call: &Call, stage: &mut Stage) -> Result<Answer, Answer> {
    let workspace = workspace_of(call, &stage.world)?;
    let own = listed_in(workspace, &stage.world);
    let quota = shows_quota(call);
    page_of_texts(call, stage, &own, |stage, listed, text| {
        text.push_str(&text_of(stage, listed, quota));
    })
}

/// One compute.
pub(super) fn get(call: &Call, stage: &mut Stage) -> Result<Answer, Answer> {
    let found = listed_of(call, &stage.world)?;
    let quota = shows_quota(call);
    Ok(Answer::text(text_of(stage, found, quota).into_owned()))
}

/// Whether the api-version asked for shows which instances give their cores up.
fn shows_quota(call: &Call) -> bool {
    let version = call.query("api-version").unwrap_or_default();
    version.eq_ignore_ascii_case(capacity::SHOWN_BY)
}

/// The compute's JSON, written again only when something in it has changed: a demo asks for it millions of times.
fn text_of(stage: &mut Stage, compute: Listed, quota: bool) -> Cow<'_, str> {
    let world = &stage.world;
    // Asked for once a day, that one is not kept.
    if let Listed::Instance(index) = compute
        && quota
    {
        return compute_body(world, index, true).to_string().into();
    }
    let (version, kept) = match compute {
        Listed::Instance(index) => (world.instances[index].version, &mut stage.bodies[index]),
        Listed::Cluster(index) => (
            world.clusters[index].version,
            &mut stage.cluster_bodies[index],
        ),
        Listed::Attached(index) => return attached_body(world, index).to_string().into(),
    };
    if kept.as_ref().is_none_or(|(written, _)| *written != version) {
        *kept = None;
    }
    let write = || -> Value {
        match compute {
            Listed::Cluster(index) => cluster_body(world, index),
            Listed::Instance(index) | Listed::Attached(index) => compute_body(world, index, false),
        }
    };
    let (_, text) = kept.get_or_insert_with(|| (version, write().to_string()));
    text.as_str().into()
}
