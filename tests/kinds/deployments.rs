//! Managed online deployments: down to their floor outside the schedule's windows, and back in time.

use super::support::{
    capacity, estate, explain, explanation, figures, heard, in_sum, intervals, money, warnings,
    with, world,
};
use crate::common::world::{OFFICE, Printed, World, at};
use chrono::TimeDelta;
use lamplighter_core::record::IntervalKind;
use rust_decimal::Decimal;
use serde_json::{Value, json};

const KINDS: &str = "instance,deployment";

/// An endpoint `score` with a deployment `blue` of three instances, on in office hours.
fn deployment(more: Value) -> Value {
    deployment_in(more, &json!({}), &json!({}))
}

fn deployment_in(more: Value, endpoint: &Value, group: &Value) -> Value {
    let own = json!({
        "name": "blue", "instanceType": "Standard_F4s_v2", "capacity": 3, "scalesIn": "15m",
        "tags": {"lamp-schedule": OFFICE, "owner": "ana@example.org"},
    });
    let deployments = json!([with(own, more)]);
    let endpoint = with(
        json!({"name": "score", "createdBy": "ana@example.org", "deployments": deployments}),
        endpoint.clone(),
    );
    estate(&json!({"endpoints": [endpoint]}), group)
}

fn tags(more: Value) -> Value {
    json!({"tags": with(json!({"lamp-schedule": OFFICE, "owner": "ana@example.org"}), more)})
}

async fn sweep_through(world: &World, from: &str, to: &str) -> Vec<Printed> {
    let (mut now, to) = (at(from), at(to));
    let mut all = Vec::new();
    while now <= to {
        world.simulator.advance_to(now);
        all.push(world.sweep_with(&[]).await);
        now += TimeDelta::minutes(5);
    }
    all
}

fn reasons(all: &[Printed]) -> Vec<&str> {
    all.iter()
        .filter_map(|one| one.reason("score/blue"))
        .collect()
}

async fn capacity_at(world: &World, time: &str) -> (u64, String) {
    world.simulator.advance_to(at(time));
    capacity(world).await
}

fn succeeded(capacity: u64) -> (u64, String) {
    (capacity, "Succeeded".to_owned())
}

#[tokio::test]
async fn it_goes_to_one_for_the_night_and_is_back_before_the_window_begins() {
    let (world, hook) = heard(deployment(json!({})), KINDS).await;
    let day = world.sweep("23T18:45").await;
    assert_eq!(
        (day.code, day.count("stops"), day.count("resources")),
        (0, 0, 1),
        "{}",
        day.all()
    );
    let stop = world.sweep("23T19:00").await;
    assert_eq!(
        (stop.count("stops"), stop.reason("score/blue")),
        (1, Some("schedule-off")),
        "{}",
        stop.all()
    );
    assert_eq!(capacity(&world).await, (1, "Scaling".into()));
    let wait = world.sweep("23T19:05").await;
    assert_eq!(wait.count("stops"), 0);
    let settled = world.sweep("23T19:20").await;
    assert_eq!(
        (
            settled.count("settled"),
            settled.summary()["saving_per_hour"].as_str()
        ),
        (1, Some("0.4")),
        "{}",
        settled.all()
    );
    let told: Vec<String> = hook.accepted().iter().map(Value::to_string).collect();
    let told = told.join("\n");
    for words in [
        "score/blue was brought down to 1 at Mon 23 Nov 19:00 UTC",
        "az ml online-deployment update --name blue --endpoint-name score",
        "--set instance_count=3",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    for hour in 20..24 {
        world.sweep(&format!("23T{hour}:00")).await;
    }
    for hour in 0..8 {
        world.sweep(&format!("24T{hour:02}:00")).await;
    }
    // It takes a quarter of an hour, and is reported to take up to 18 minutes.
    sweep_through(&world, "24T07:30", "24T08:00").await;
    assert_eq!(capacity_at(&world, "24T08:00").await, succeeded(3));
    sweep_through(&world, "24T08:05", "24T08:10").await;
    let opened = intervals(&world).await;
    assert_eq!(opened.len(), 1, "{opened:?}");
    assert_eq!(
        (opened[0].kind, opened[0].count),
        (IntervalKind::Avoided, 2)
    );
    let figures = figures(&world).await;
    // From 19:20, when it was seen through, to 07:45, when it was asked for again: two at 0.20.
    assert_eq!(
        figures["saved_seconds"],
        2 * (12 * 60 + 25) * 60,
        "{figures}"
    );
    assert_eq!(money(&figures["saved"]).round_dp(2), Decimal::new(497, 2));
    let printed = explain(&world, "score/blue").await;
    assert!(
        printed.stdout.contains("decision: leave (as-desired)"),
        "{}",
        printed.all()
    );
}

#[tokio::test]
async fn what_azures_autoscale_governs_is_left_alone_also_where_it_comes_late() {
    let group = json!({"autoscaleSettings": [{
        "name": "a", "target": "w/score/blue", "enabled": true, "minimum": 3, "maximum": 5,
    }]});
    let world = world(deployment_in(json!({}), &json!({}), &group), KINDS).await;
    world.sweep("23T18:55").await;
    let held = world.sweep("23T19:00").await;
    assert_eq!(
        (held.count("stops"), held.reason("score/blue")),
        (0, Some("guarded")),
        "{}",
        held.all()
    );
    assert!(explanation(&held, "score/blue").contains("autoscale"));
    assert_eq!(world.posts(), 0);
    // Without it, it is scaled.
    world
        .post("autoscale", json!({"on": "a", "enabled": false}))
        .await;
    assert_eq!(world.sweep("23T19:05").await.count("stops"), 1);
    world.sweep("23T19:25").await;
    world
        .post("autoscale", json!({"on": "a", "enabled": true}))
        .await;
    // Azure has brought it back, which is its own word.
    let printed = world.sweep("23T19:50").await;
    assert_eq!((printed.count("stops"), capacity(&world).await.0), (0, 3));
}

#[tokio::test]
async fn requests_within_its_idle_time_hold_the_stop() {
    let world = world(deployment(tags(json!({"lamp-idle": "1h"}))), KINDS).await;
    world.simulator.advance_to(at("23T18:30"));
    let asked = json!({"on": "w/score", "by": "shop", "perMinute": 5, "lastsSeconds": 3_600});
    world.post("requests", asked).await;
    let held = sweep_through(&world, "23T18:55", "23T19:10").await;
    let last = held.last().expect("a sweep");
    assert_eq!(
        (
            last.count("stops"),
            last.count("waits"),
            last.reason("score/blue")
        ),
        (0, 1, Some("at-work")),
        "{}",
        last.all()
    );
    assert!(explanation(last, "score/blue").contains("requests have come within lamp-idle"));
    let later = sweep_through(&world, "23T20:00", "23T20:25").await;
    assert!(
        later.iter().all(|one| one.count("stops") == 0),
        "{:?}",
        reasons(&later)
    );
    let later = sweep_through(&world, "23T20:30", "23T20:50").await;
    let stops: u64 = later.iter().map(|one| one.count("stops")).sum();
    assert_eq!(stops, 1, "{:?}", reasons(&later));
}

#[tokio::test]
async fn while_it_changes_it_is_left_alone() {
    let world = world(deployment(json!({})), KINDS).await;
    world.sweep("23T18:55").await;
    for state in ["Updating", "Scaling"] {
        world
            .post("condition", json!({"on": "w/score/blue", "state": state}))
            .await;
        let printed = world.sweep_with(&[]).await;
        world
            .simulator
            .advance_to(world.simulator.now() + TimeDelta::minutes(5));
        let later = world.sweep_with(&[]).await;
        assert_eq!(
            (later.count("stops"), in_sum(&later)),
            (0, r#"{"in-transition":1}"#),
            "{state}: {}{}",
            printed.all(),
            later.all()
        );
    }
    assert_eq!(world.posts(), 0);
    world
        .post(
            "condition",
            json!({"on": "w/score/blue", "state": "Succeeded"}),
        )
        .await;
    assert_eq!(world.sweep("23T19:20").await.count("stops"), 1);
}

#[tokio::test]
async fn quota_that_is_gone_in_the_morning_is_told_with_azures_words() {
    let (world, hook) = heard(deployment(json!({})), KINDS).await;
    sweep_through(&world, "23T18:55", "23T19:25").await;
    world
        .post(
            "condition",
            json!({"on": "w/score/blue", "quotaGone": true}),
        )
        .await;
    let all = sweep_through(&world, "24T07:40", "24T08:05").await;
    let failed: u64 = all.iter().map(|one| one.count("failed")).sum();
    assert!(failed > 0, "{}", all.last().expect("a sweep").all());
    let told: Vec<Value> = hook.accepted();
    let told: Vec<&Value> = told
        .iter()
        .filter(|body| body["eventType"] == "StartFailed")
        .collect();
    assert_eq!(told.len(), 1, "{}", all.last().expect("a sweep").all());
    let text = told[0]["text"].as_str().expect("a text");
    assert!(
        text.contains("Not enough quota available for Standard_F4s_v2"),
        "{text}"
    );
    // And when there is quota again, it comes back, and that is told.
    world
        .post(
            "condition",
            json!({"on": "w/score/blue", "quotaGone": false}),
        )
        .await;
    sweep_through(&world, "24T08:10", "24T08:40").await;
    assert_eq!(capacity(&world).await, succeeded(3));
    let worked = hook
        .accepted()
        .iter()
        .filter(|body| body["eventType"] == "StartWorked")
        .count();
    assert_eq!(worked, 1);
}

#[tokio::test]
async fn a_change_that_fails_is_told_at_once_and_not_tried_again() {
    let world = world(deployment(json!({})), KINDS).await;
    world.sweep("23T18:55").await;
    world
        .post("condition", json!({"on": "w/score/blue", "failScales": 1}))
        .await;
    let all = sweep_through(&world, "23T19:00", "23T19:40").await;
    let stops: u64 = all.iter().map(|one| one.count("stops")).sum();
    assert_eq!(stops, 1);
    let warned: Vec<String> = all.iter().flat_map(warnings).collect();
    assert_eq!(warned.len(), 1, "{}", all.last().expect("a sweep").all());
    for words in ["it has been Failed since", "Lamplighter's change to 1"] {
        assert!(warned[0].contains(words), "{words}: {}", warned[0]);
    }
    assert_eq!(intervals(&world).await, [], "nothing is gone");
    assert_eq!(capacity(&world).await.1, "Failed");
}

#[tokio::test]
async fn tags_of_its_endpoint_and_addressed_ones_of_its_workspace_govern_it() {
    let none = json!({"tags": {}});
    let by_endpoint = json!({"tags": {"lamp-schedule": OFFICE}});
    let addressed = json!({"tags": {"lamp-schedule.blue": OFFICE, "lamp-floor": "2"}});
    for (endpoint, floor) in [(by_endpoint, 1), (addressed, 2)] {
        let world = world(deployment_in(none.clone(), &endpoint, &json!({})), KINDS).await;
        sweep_through(&world, "23T18:55", "23T19:20").await;
        assert_eq!(capacity(&world).await, succeeded(floor), "{endpoint}");
    }
    for (tag, to) in [
        ("lamp-schedule.score.blue", 1),
        ("lamp-schedule.score", 1),
        ("lamp-schedule.green", 3),
        ("lamp-schedule", 3),
    ] {
        let mut fleet = deployment(none.clone());
        let workspace = &mut fleet["subscriptions"][0]["resourceGroups"][0]["workspaces"][0];
        workspace["tags"] = json!({tag: OFFICE});
        let world = world(fleet, KINDS).await;
        sweep_through(&world, "23T18:55", "23T19:20").await;
        assert_eq!(capacity(&world).await, succeeded(to), "{tag}");
    }
}

#[tokio::test]
async fn a_floor_of_nothing_is_refused_and_nothing_is_done() {
    let world = world(deployment(tags(json!({"lamp-floor": "0"}))), KINDS).await;
    world.sweep("23T18:55").await;
    let printed = world.sweep("23T19:00").await;
    assert_eq!(
        (printed.count("stops"), printed.reason("score/blue")),
        (0, Some("unreadable-tag")),
        "{}",
        printed.all()
    );
    assert!(printed.all().contains("Azure keeps at least one instance"));
    assert_eq!(world.posts(), 0);
}

#[tokio::test]
async fn where_kinds_does_not_name_it_no_call_is_made_and_who_asks_is_told() {
    let world = world(deployment(json!({})), "instance").await;
    world.sweep("23T18:55").await;
    let printed = world.sweep("23T19:00").await;
    assert_eq!((printed.count("resources"), world.posts()), (0, 0));
    let calls = serde_json::to_string(&world.simulator.calls()).expect("JSON");
    assert!(!calls.to_lowercase().contains("onlineendpoints"), "{calls}");
    let printed = explain(&world, "score/blue").await;
    assert!(
        printed.stdout.contains(
            "it is shown only: its tags ask for more, and KINDS does not name deployment"
        ),
        "{}",
        printed.all()
    );
}

#[tokio::test]
async fn somebodys_own_number_stands_until_its_lease_ends_and_loses_no_other() {
    let world = world(deployment(json!({})), KINDS).await;
    sweep_through(&world, "23T18:55", "23T19:25").await;
    world.simulator.advance_to(at("23T21:00"));
    world
        .post(
            "scale",
            json!({"on": "w/score/blue", "capacity": 2, "by": "ana"}),
        )
        .await;
    let all = sweep_through(&world, "23T21:05", "23T21:30").await;
    assert_eq!(reasons(&all).last(), Some(&"lease"));
    let opened = intervals(&world).await;
    assert_eq!(opened.len(), 1, "{opened:?}");
    let ended = sweep_through(&world, "24T01:10", "24T01:50").await;
    assert!(
        reasons(&ended).contains(&"lease-ended"),
        "{:?}",
        reasons(&ended)
    );
    assert_eq!(capacity(&world).await, succeeded(1));
    // One is gone by us then: two would be there.
    let counts: Vec<u32> = intervals(&world)
        .await
        .iter()
        .map(|one| one.count)
        .collect();
    assert_eq!(counts, [2, 1]);
    sweep_through(&world, "24T07:40", "24T08:10").await;
    assert_eq!(capacity(&world).await, succeeded(3), "as before the night");
}
