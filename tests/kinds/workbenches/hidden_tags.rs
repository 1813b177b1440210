//! An api-version that ceases to show a workbench's own tags: its owner is told, once for each time that this happens.

use super::super::support::heard;
use super::{fleet, workbench};
use crate::common::hook::{Answer, Hook};
use crate::common::world::{OFFICE, World};
use serde_json::{Value, json};

const OLDER: &str = "2026-07-15-preview";
const NEWEST: &str = "2026-09-15-preview";

async fn two() -> (World, Hook) {
    let hold = json!({"lamp-hold": "on until 2026-12-31 18:00", "lamp-notice": "off"});
    let both = json!([workbench("wb", hold), workbench("bare", json!({}))]);
    let project = json!({"lamp-schedule": OFFICE, "owner": "ana@example.org"});
    let (mut world, hook) = heard(fleet(both, project, json!({})), "instance,workbench").await;
    world.set("FOUNDRY_TAGS_STAND", "2d");
    (world, hook)
}

fn told(hook: &Hook) -> Vec<String> {
    let all = hook.accepted().into_iter();
    let hidden = all.filter(|body| body["eventType"] == "TagsNotShown");
    hidden
        .map(|body| body["text"].as_str().expect("a text").to_owned())
        .collect()
}

async fn sweep(world: &mut World, version: &str, time: &str) {
    world.set("FOUNDRY_API_VERSION", version);
    let printed = world.sweep(time).await;
    assert_eq!(printed.code, 0, "{}", printed.all());
}

#[tokio::test]
async fn its_owner_is_told_once_until_when_they_stand_and_what_to_write_where() {
    let (mut world, hook) = two().await;
    sweep(&mut world, OLDER, "23T12:00").await;
    assert_eq!(told(&hook), [] as [String; 0]);
    for time in ["23T12:05", "24T13:00"] {
        sweep(&mut world, NEWEST, time).await;
    }
    let said = "The own tags of wb are not shown any more: Azure's api-versions from 2026-09-15-preview on leave them \
        out. Those of Mon 23 Nov 12:00 UTC stand until Wed 25 Nov 12:00 UTC. After that, only what is written above it \
        counts. To keep what they say, write this on its project: lamp-hold.wb = on until 2026-12-31 18:00, \
        lamp-notice.wb = off";
    assert_eq!(told(&hook), [said]);
    let posts = hook.accepted();
    let own = posts
        .iter()
        .find(|body| body["eventType"] == "TagsNotShown");
    assert_eq!(
        own.map(|body| &body["owner"]),
        Some(&json!("ana@example.org"))
    );
    // Shown again, and lost again, that is another loss.
    sweep(&mut world, OLDER, "24T14:00").await;
    sweep(&mut world, NEWEST, "24T14:05").await;
    assert_eq!(told(&hook).len(), 2, "{:?}", told(&hook));
    let again = "Those of Tue 24 Nov 14:00 UTC stand until Thu 26 Nov 14:00 UTC";
    assert!(told(&hook)[1].contains(again), "{:?}", told(&hook));
}

#[tokio::test]
async fn what_no_channel_takes_is_owed_until_one_does_or_the_tags_are_shown_again() {
    let (mut world, hook) = two().await;
    sweep(&mut world, OLDER, "23T12:00").await;
    hook.next(&[Answer::Refuse(503)]);
    world.set("FOUNDRY_API_VERSION", NEWEST);
    assert_eq!(world.sweep("23T12:05").await.code, 1);
    assert_eq!(told(&hook).len(), 0);
    sweep(&mut world, NEWEST, "23T12:10").await;
    assert_eq!(told(&hook).len(), 1);
    sweep(&mut world, NEWEST, "23T12:15").await;
    assert_eq!(told(&hook).len(), 1);

    let (mut world, hook) = two().await;
    sweep(&mut world, OLDER, "23T12:00").await;
    hook.next(&[Answer::Refuse(503)]);
    world.set("FOUNDRY_API_VERSION", NEWEST);
    assert_eq!(world.sweep("23T12:05").await.code, 1);
    sweep(&mut world, OLDER, "23T12:10").await;
    assert_eq!(told(&hook), [] as [String; 0]);
}

#[tokio::test]
async fn nothing_is_told_of_what_was_said_elsewhere_or_is_only_observed() {
    let schedule = json!({"lamp-schedule": OFFICE});
    for (project, act_in) in [
        (json!({"lamp-schedule.wb": OFFICE}), "all"),
        (json!({}), "3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a09"),
    ] {
        let own = json!([workbench("wb", schedule.clone())]);
        let (mut world, hook) = heard(fleet(own, project, json!({})), "instance,workbench").await;
        world.set("ACT_IN", act_in);
        sweep(&mut world, OLDER, "23T12:00").await;
        sweep(&mut world, NEWEST, "23T12:05").await;
        let posts: Vec<Value> = hook.accepted();
        assert!(posts.is_empty(), "{act_in}: {posts:?}");
    }
}
