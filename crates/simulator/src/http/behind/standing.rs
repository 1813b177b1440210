//! What is read: managed clusters, Spark pools, Databricks workspaces, connected clusters.

use super::body::body;
use super::calls::Kind;
use super::lookup::{in_scope, target_of};
use crate::http::answer::{Answer, error, not_found};
use crate::http::call::Call;
use crate::http::pages::page;
use crate::http::stage::Stage;
use crate::world::behind::Target;
use serde_json::Value;
use std::collections::BTreeMap;

fn is(kind: Kind, target: Target) -> bool {
    match target {
        Target::Vm(_) => false,
        Target::Aks(_) => kind == Kind::Aks,
        Target::Pool(_) => kind == Kind::Pool,
        Target::Databricks(_) => kind == Kind::Databricks,
        Target::Connected(_) => kind == Kind::Connected,
    }
}

/// All of a kind in a subscription or a group; the pools of one Synapse workspace.
pub(super) fn list(kind: Kind, call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let world = &stage.world;
    let mut own = in_scope(call, world, |target| is(kind, target))?;
    if kind == Kind::Pool {
        let parent = call.lower.get(7).map_or("", String::as_str);
        own.retain(|target| match target {
            Target::Pool(pool) => {
                let workspace = &world.behind.pools[*pool].spec.workspace;
                workspace.eq_ignore_ascii_case(parent)
            }
            _ => false,
        });
    }
    page(call, stage.page_size, &own, |target| body(world, *target))
}

/// One of them.
pub(super) fn get(kind: Kind, call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let world = &stage.world;
    let target = target_of(call, world)?;
    if is(kind, target) {
        Ok(Answer::json(&body(world, target)))
    } else {
        Err(not_found(&call.path))
    }
}

/// A PATCH of a Spark pool takes tags, and nothing else of it.
pub(super) fn tag_pool(call: &Call, stage: &mut Stage) -> Result<Answer, Answer> {
    let target = target_of(call, &stage.world)?;
    let wrong = || {
        error(
            400,
            "ValidationFailed",
            "A PATCH of a Spark pool takes an object of tags only.",
        )
    };
    let sent: Value = serde_json::from_slice(&call.body).map_err(|_| wrong())?;
    let only_tags = sent
        .as_object()
        .is_some_and(|fields| fields.keys().all(|field| field == "tags"));
    let tags: BTreeMap<String, String> =
        serde_json::from_value(sent["tags"].clone()).map_err(|_| wrong())?;
    if !only_tags {
        return Err(wrong());
    }
    let id = stage.world.behind.place(target).id.clone();
    stage.world.set_tags(&id, tags);
    Ok(Answer::json(&body(&stage.world, target)))
}
