//! What the owner of a deployment hears where it does not come back in the morning.

use super::support::{capacity, estate, heard, with};
use crate::common::hook::Hook;
use crate::common::world::{OFFICE, World, at};
use chrono::TimeDelta;
use serde_json::{Value, json};

const KINDS: &str = "instance,deployment";

/// An endpoint `score` with a deployment `blue`, on in office hours.
fn deployment(more: Value, group: &Value) -> Value {
    let own = json!({
        "name": "blue", "instanceType": "Standard_F4s_v2", "capacity": 3, "scalesIn": "15m",
        "tags": {"lamp-schedule": OFFICE, "lamp-notice": "off", "owner": "ana@example.org"},
    });
    let deployments = json!([with(own, more)]);
    let endpoint = json!({"name": "score", "deployments": deployments});
    estate(&json!({"endpoints": [endpoint]}), group)
}

async fn sweep_through(world: &World, from: &str, to: &str) -> Vec<String> {
    let (mut now, to) = (at(from), at(to));
    let mut reasons = Vec::new();
    while now <= to {
        world.simulator.advance_to(now);
        let printed = world.sweep_with(&[]).await;
        reasons.extend(printed.reason("score/blue").map(str::to_owned));
        now += TimeDelta::minutes(5);
    }
    reasons
}

fn failures(hook: &Hook) -> Vec<String> {
    let heard = hook.accepted();
    let failed = heard
        .iter()
        .filter(|body| body["eventType"] == "StartFailed");
    failed.map(Value::to_string).collect()
}

fn says(told: &str, all: &[&str]) {
    for words in all {
        assert!(told.contains(words), "{words}: {told}");
    }
}

#[tokio::test]
async fn a_restore_that_azure_takes_and_that_fails_then_is_told_once() {
    let (world, hook) = heard(deployment(json!({}), &json!({})), KINDS).await;
    sweep_through(&world, "23T18:55", "23T19:25").await;
    world
        .post("condition", json!({"on": "w/score/blue", "failScales": 1}))
        .await;
    let reasons = sweep_through(&world, "24T07:35", "24T08:30").await;
    assert!(reasons.contains(&"unknown-state".to_owned()), "{reasons:?}");
    assert_eq!(capacity(&world).await.1, "Failed");
    let told = failures(&hook);
    assert_eq!(told.len(), 1, "{told:?}");
    says(
        &told[0],
        &[
            "score/blue could not be brought back (on by its schedule from",
            "Failed",
            "Nothing can be tried again until Azure shows it in another state.",
            "--set instance_count=3",
        ],
    );
    // A day later, within the window, it is told again; at night nobody wants it.
    sweep_through(&world, "24T19:05", "24T19:05").await;
    sweep_through(&world, "25T07:00", "25T07:05").await;
    assert_eq!(failures(&hook).len(), 1);
    sweep_through(&world, "25T12:00", "25T12:05").await;
    assert_eq!(failures(&hook).len(), 2, "{:?}", failures(&hook));
}

#[tokio::test]
async fn where_its_number_is_not_known_in_the_morning_its_owner_is_asked_for_the_tag() {
    let (world, hook) = heard(deployment(json!({"capacity": 1}), &json!({})), KINDS).await;
    sweep_through(&world, "24T07:30", "24T08:30").await;
    let told = failures(&hook);
    assert_eq!(told.len(), 1, "{told:?}");
    says(
        &told[0],
        &[
            "score/blue is not brought back: on by its schedule",
            "what it was before is not known: lamp-warm says",
            "--set instance_count=…",
        ],
    );
    assert_eq!(world.posts(), 0);
}

#[tokio::test]
async fn an_autoscale_setting_that_keeps_it_down_in_the_morning_is_told() {
    let group = json!({"autoscaleSettings": [{
        "name": "a", "target": "w/score/blue", "enabled": false, "minimum": 1, "maximum": 5,
    }]});
    let (world, hook) = heard(deployment(json!({}), &group), KINDS).await;
    sweep_through(&world, "23T18:55", "23T19:25").await;
    world
        .post("autoscale", json!({"on": "a", "enabled": true}))
        .await;
    let reasons = sweep_through(&world, "24T07:35", "24T08:10").await;
    assert!(reasons.contains(&"guarded".to_owned()), "{reasons:?}");
    let told = failures(&hook);
    assert_eq!(told.len(), 1, "{told:?}");
    says(
        &told[0],
        &[
            "score/blue is not brought back: ",
            "an autoscale setting of Azure's is enabled on it",
            "--set instance_count=3",
        ],
    );
}
