//! Computes: one, and all of a workspace's.

use super::answer::Answer;
use super::call::Call;
use super::compute_body::compute_body;
use super::lookup::{compute_of, workspace_of};
use super::pages::page_of_texts;
use super::stage::Stage;

/// A workspace's computes, in the fleet's order.
pub(super) fn list(call: &Call, stage: &mut Stage) -> Result<Answer, Answer> {
    let workspace = workspace_of(call, &stage.world)?;
    let own: Vec<usize> = stage.world.estate.workspaces[workspace]
        .instances
        .iter()
        .copied()
        .filter(|index| stage.world.instances[*index].exists())
        .collect();
    page_of_texts(call, stage, &own, text_of)
}

/// One compute.
pub(super) fn get(call: &Call, stage: &mut Stage) -> Result<Answer, Answer> {
    let index = compute_of(call, &stage.world)?;
    Ok(Answer::text(text_of(stage, index).to_owned()))
}

/// The compute's JSON, written again only when something in it has changed: a demo asks for it millions of times.
fn text_of(stage: &mut Stage, index: usize) -> &str {
    let version = stage.world.instances[index].version;
    let kept = &mut stage.bodies[index];
    if kept.as_ref().is_none_or(|(written, _)| *written != version) {
        *kept = None;
    }
    let world = &stage.world;
    &kept
        .get_or_insert_with(|| (version, compute_body(world, index).to_string()))
        .1
}
