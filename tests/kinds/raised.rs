//! A number that somebody sets below the day's stands until the next edge, and is overruled by it: the window's beginning
//! brings `lamp-warm`, or what was there before.

use super::support::{
    capacity, cluster, estate, explanation, heard, intervals, nodes, sweep_through, with, world,
};
use crate::common::hook::Hook;
use crate::common::world::{OFFICE, World, at};
use lamplighter_core::record::{IntervalKind, OwnOperation, What};
use serde_json::{Value, json};

fn tags(more: Value) -> Value {
    let own = json!({"lamp-schedule": OFFICE, "owner": "ana@example.org"});
    json!({"minNodeCount": 4, "tags": with(own, more)})
}

async fn sets(world: &World, time: &str, nodes: u32) {
    world.simulator.advance_to(at(time));
    let scale = json!({"on": "w/train", "minNodeCount": nodes, "by": "ana"});
    world.post("scale", scale).await;
}

/// Our starts, oldest first.
async fn starts(world: &World) -> Vec<OwnOperation> {
    let records = world.records().await;
    let asked = records.into_iter().filter_map(|record| match record.what {
        What::Action { operation } => Some(operation),
        _ => None,
    });
    let mut starts: Vec<OwnOperation> = asked
        .filter(|own| own.power == lamplighter_core::schedule::Power::On)
        .collect();
    starts.sort_by_key(|own| own.requested_at);
    starts
}

#[tokio::test]
async fn what_somebody_set_at_night_is_overruled_when_the_window_begins() {
    // With the tag, and without it by what was there before the night.
    for more in [json!({"lamp-warm": "4"}), json!({})] {
        let world = world(cluster(tags(more)), "cluster").await;
        sweep_through(&world, "23T18:55", "23T19:10").await;
        sets(&world, "24T05:00", 2).await;
        sweep_through(&world, "24T05:05", "24T05:15").await;
        // Its lease reaches into the window, and until then nothing touches it.
        let before = world.sweep("24T07:55").await;
        assert_eq!(before.reason("train"), Some("lease"), "{}", before.all());
        let edge = world.sweep("24T08:00").await;
        assert_eq!(
            (edge.count("starts"), edge.reason("train")),
            (1, Some("schedule-on")),
            "{}",
            edge.all()
        );
        assert!(explanation(&edge, "train").contains("and then with 4"));
        sweep_through(&world, "24T08:05", "24T08:20").await;
        assert_eq!(nodes(&world).await, (4, 4));
        let started = starts(&world).await;
        assert_eq!(started.len(), 1, "it is raised once");
        assert_eq!((started[0].from, started[0].value), (Some(2), Some(4)));
        // Two of the four would not be there without us: they count against what is saved.
        let unused: Vec<u32> = intervals(&world)
            .await
            .iter()
            .filter(|one| one.kind == IntervalKind::Unused)
            .map(|one| one.count)
            .collect();
        assert_eq!(unused, [2]);
        // The next night nobody has a word, and the day after it has four again.
        sweep_through(&world, "24T18:55", "24T19:10").await;
        assert_eq!(nodes(&world).await, (0, 0));
        world.sweep("25T08:00").await;
        assert_eq!(nodes(&world).await.0, 4);
    }
}

#[tokio::test]
async fn what_somebody_sets_in_a_window_stands_until_its_end() {
    let world = world(cluster(tags(json!({"lamp-warm": "4"}))), "cluster").await;
    world.sweep("23T12:00").await;
    sets(&world, "23T13:00", 2).await;
    sweep_through(&world, "23T13:05", "23T14:00").await;
    assert_eq!(nodes(&world).await.0, 2, "her word stands");
    assert_eq!(world.posts(), 0);
    sweep_through(&world, "23T18:55", "23T19:10").await;
    assert_eq!(nodes(&world).await, (0, 0));
    world.sweep("24T08:00").await;
    assert_eq!(nodes(&world).await.0, 4, "the tag says so");
}

#[tokio::test]
async fn without_the_tag_what_somebody_set_by_day_is_what_comes_back() {
    let world = world(cluster(tags(json!({}))), "cluster").await;
    sweep_through(&world, "23T18:55", "23T19:10").await;
    world.sweep("24T08:00").await;
    world.sweep("24T08:10").await;
    sets(&world, "24T13:00", 2).await;
    sweep_through(&world, "24T13:05", "24T13:10").await;
    // The next window's beginning finds it kept on by nobody's doing of the night: what she set is the day's number now.
    sweep_through(&world, "24T18:55", "24T19:10").await;
    world.sweep("25T08:00").await;
    assert_eq!(nodes(&world).await.0, 2);
    assert_eq!(world.sweep("25T08:10").await.count("starts"), 0);
}

#[tokio::test]
async fn enforce_brings_the_number_back_at_once_and_stop_only_never() {
    let modes = [("enforce", 4), ("stop-only", 2)];
    for (mode, expected) in modes {
        let tags = tags(json!({"lamp-warm": "4", "lamp-mode": mode}));
        let world = world(cluster(tags), "cluster").await;
        world.sweep("23T12:00").await;
        sets(&world, "23T13:00", 2).await;
        sweep_through(&world, "23T13:05", "23T13:20").await;
        assert_eq!(nodes(&world).await.0, expected, "{mode}");
    }
}

#[tokio::test]
async fn a_deployment_is_raised_before_its_window_begins_and_its_owner_hears_where_the_quota_is_gone()
 {
    let own = json!({
        "name": "blue", "instanceType": "Standard_F4s_v2", "capacity": 4, "scalesIn": "15m",
        "tags": {"lamp-schedule": OFFICE, "lamp-warm": "4", "owner": "ana@example.org"},
    });
    let fleet = estate(
        &json!({"endpoints": [{"name": "score", "deployments": [own]}]}),
        &json!({}),
    );
    let (world, hook) = heard(fleet, "deployment").await;
    sweep_through(&world, "23T18:55", "23T19:25").await;
    assert_eq!(capacity(&world).await.0, 1);
    world.simulator.advance_to(at("24T05:00"));
    let scale = json!({"on": "w/score/blue", "capacity": 2, "by": "ana"});
    world.post("scale", scale).await;
    sweep_through(&world, "24T05:05", "24T05:20").await;
    let gone = json!({"on": "w/score/blue", "quotaGone": true});
    world.post("condition", gone).await;
    world.simulator.advance_to(at("24T07:45"));
    let first = world.sweep_with(&[]).await;
    assert_eq!(capacity(&world).await.0, 2, "{}", first.all());
    for minutes in [50, 55] {
        world.simulator.advance_to(at(&format!("24T07:{minutes}")));
        world.sweep_with(&[]).await;
    }
    let failed = of(&hook, "StartFailed");
    assert_eq!(failed.len(), 1, "{failed:?}");
    assert!(
        failed[0].contains("Not enough quota available"),
        "{failed:?}"
    );
    let there = json!({"on": "w/score/blue", "quotaGone": false});
    world.post("condition", there).await;
    sweep_through(&world, "24T08:00", "24T08:25").await;
    assert_eq!(capacity(&world).await, (4, "Succeeded".to_owned()));
    assert_eq!(of(&hook, "StartWorked").len(), 1);
}

/// What owners were told of this event.
fn of(hook: &Hook, kind: &str) -> Vec<String> {
    let heard = hook.accepted();
    let own = heard.iter().filter(|body| body["eventType"] == kind);
    own.map(|body| body["text"].as_str().expect("a text").to_owned())
        .collect()
}

#[tokio::test]
async fn whose_number_is_lost_hears_of_it_at_once_and_when_it_is_back() {
    let (world, hook) = heard(cluster(tags(json!({}))), "cluster").await;
    sweep_through(&world, "23T18:55", "23T19:10").await;
    std::fs::remove_dir_all(world.ledger.join("state")).expect("removed");
    world.sweep("23T22:00").await;
    assert_eq!(of(&hook, "StartFailed"), [] as [String; 0]);
    sweep_through(&world, "24T08:00", "24T08:30").await;
    let told = of(&hook, "StartFailed");
    assert_eq!(told.len(), 1, "once: {told:?}");
    for words in [
        "train is not brought back",
        "what it was before is not known",
        "lamp-warm",
    ] {
        assert!(told[0].contains(words), "{words}: {}", told[0]);
    }
    let own = json!({"lamp-schedule": OFFICE, "owner": "ana@example.org", "lamp-warm": "4"});
    world
        .post("tags", json!({"on": "w/train", "tags": own}))
        .await;
    sweep_through(&world, "24T08:35", "24T08:45").await;
    assert_eq!(nodes(&world).await.0, 4);
    assert_eq!(of(&hook, "StartWorked").len(), 1);
}

#[tokio::test]
async fn whose_restore_fails_hears_of_it_at_once() {
    let own = json!({
        "name": "blue", "instanceType": "Standard_F4s_v2", "capacity": 3, "scalesIn": "15m",
        "tags": {"lamp-schedule": OFFICE, "owner": "ana@example.org"},
    });
    let endpoints = json!({"endpoints": [{"name": "score", "deployments": [own]}]});
    let (world, hook) = heard(estate(&endpoints, &json!({})), "deployment").await;
    sweep_through(&world, "23T18:55", "23T19:25").await;
    let fails = json!({"on": "w/score/blue", "failScales": 1});
    world.post("condition", fails).await;
    // That a change failed is what these sweeps exit with.
    for minutes in (0..50).step_by(5) {
        let now = at("24T07:40") + chrono::TimeDelta::minutes(minutes);
        world.simulator.advance_to(now);
        world.sweep_with(&[]).await;
    }
    let told = of(&hook, "StartFailed");
    assert_eq!(told.len(), 1, "{told:?}");
    for words in ["score/blue could not be brought back", "Failed"] {
        assert!(told[0].contains(words), "{words}: {}", told[0]);
    }
}
