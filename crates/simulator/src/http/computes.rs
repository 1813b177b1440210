//! Computes: one, and all of a workspace's.

use super::answer::Answer;
use super::attached_body::attached_body;
use super::call::Call;
use super::compute_body::compute_body;
use super::lookup::{Listed, listed_in, listed_of, workspace_of};
use super::pages::page_of_texts;
use super::stage::Stage;

/// A workspace's computes, in the fleet's order.
pub(super) fn list(call: &Call, stage: &mut Stage) -> Result<Answer, Answer> {
    let workspace = workspace_of(call, &stage.world)?;
    let own = listed_in(workspace, &stage.world);
    page_of_texts(call, stage, &own, write)
}

/// One compute.
pub(super) fn get(call: &Call, stage: &mut Stage) -> Result<Answer, Answer> {
    let found = listed_of(call, &stage.world)?;
    let mut text = String::new();
    write(stage, found, &mut text);
    Ok(Answer::text(text))
}

fn write(stage: &mut Stage, listed: Listed, text: &mut String) {
    match listed {
        Listed::Instance(index) => text.push_str(text_of(stage, index)),
        Listed::Attached(index) => text.push_str(&attached_body(&stage.world, index).to_string()),
    }
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
