//! Computes: one, and all of a workspace's.

use super::answer::Answer;
use super::call::Call;
use super::compute_body::compute_body;
use super::lookup::{compute_of, workspace_of};
use super::pages::page_of_texts;
use super::scaled::{cluster_body, is_cluster};
use super::stage::Stage;

/// A compute, by its place among those of its sort.
#[derive(Clone, Copy)]
enum Listed {
    Instance(usize),
    Cluster(usize),
}

/// A workspace's computes, in the fleet's order.
pub(super) fn list(call: &Call, stage: &mut Stage) -> Result<Answer, Answer> {
    let world = &stage.world;
    let workspace = &world.estate.workspaces[workspace_of(call, world)?];
    let instances = workspace.instances.iter().copied();
    let own: Vec<Listed> = instances
        .filter(|index| world.instances[*index].exists())
        .map(Listed::Instance)
        .chain(workspace.clusters.iter().copied().map(Listed::Cluster))
        .collect();
    page_of_texts(call, stage, &own, |stage, listed, text| {
        text.push_str(text_of(stage, listed));
    })
}

/// One compute.
pub(super) fn get(call: &Call, stage: &mut Stage) -> Result<Answer, Answer> {
    let found = match is_cluster(call, &stage.world) {
        Some(cluster) => Listed::Cluster(cluster),
        None => Listed::Instance(compute_of(call, &stage.world)?),
    };
    Ok(Answer::text(text_of(stage, found).to_owned()))
}

/// The compute's JSON, written again only when something in it has changed: a demo asks for it millions of times.
fn text_of(stage: &mut Stage, compute: Listed) -> &str {
    let world = &stage.world;
    let (version, kept) = match compute {
        Listed::Instance(index) => (world.instances[index].version, &mut stage.bodies[index]),
        Listed::Cluster(index) => (
            world.clusters[index].version,
            &mut stage.cluster_bodies[index],
        ),
    };
    if kept.as_ref().is_none_or(|(written, _)| *written != version) {
        *kept = None;
    }
    let write = || match compute {
        Listed::Instance(index) => compute_body(world, index),
        Listed::Cluster(index) => cluster_body(world, index),
    };
    &kept.get_or_insert_with(|| (version, write().to_string())).1
}
