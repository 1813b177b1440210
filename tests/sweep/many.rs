//! A workspace with more resources than are decided on together (256): its parts make one pass.

use crate::common::world::{OFFICE, World, at, fleet, instance};
use lamplighter_core::record::What;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const ALL: usize = 600;

/// Six hundred, of which every hundredth has a schedule: two in each of three parts.
fn hundreds() -> Value {
    let tags = |n: usize| match n.is_multiple_of(100) {
        true => json!({"lamp-schedule": OFFICE}),
        false => json!({}),
    };
    (0..ALL)
        .map(|n| instance(&format!("ci-{n:03}"), tags(n)))
        .collect()
}

#[tokio::test]
async fn what_is_due_in_each_part_is_done_once_however_many_sweeps_there_are() {
    let world = World::new(fleet(hundreds(), &[])).await;
    world.simulator.advance_to(at("23T19:00"));
    let all = futures::future::join_all((0..3).map(|_| world.sweep_with(&[]))).await;
    let stops: u64 = all.iter().map(|printed| printed.count("stops")).sum();
    assert_eq!((stops, world.posts()), (6, 6));
    let settled = world.sweep("23T19:05").await;
    let counts = ["resources", "settled", "failed", "off_by_lamplighter"];
    let counts = counts.map(|name| settled.count(name));
    assert_eq!(counts, [ALL as u64, 6, 0, 6], "{}", settled.all());
    let actions = world.actions().await;
    let names: BTreeSet<_> = actions.iter().collect();
    assert_eq!((actions.len(), names.len()), (6, 6));
}

#[tokio::test]
async fn the_stop_limit_holds_over_all_parts_and_later_sweeps_make_the_others() {
    let mut world = World::new(fleet(hundreds(), &[])).await;
    world.simulator.advance_to(at("23T23:00"));
    world.set("MAX_STOPS_PER_SWEEP", "4");
    let first = world.sweep_with(&[]).await;
    let counts = (first.count("stops"), first.count("stop_limited"));
    assert_eq!(counts, (4, 2), "{}", first.all());
    let later = world.simulator.now() + chrono::TimeDelta::minutes(5);
    world.simulator.advance_to(later);
    assert_eq!(world.sweep_with(&[]).await.count("stops"), 2);
    assert_eq!(world.posts(), 6);
}

/// One of them, as Azure lists it in the evening.
fn listed(n: usize) -> Value {
    let (state, tags) = match n.is_multiple_of(100) {
        true => ("Stopped", json!({"lamp-schedule": OFFICE})),
        false => ("Running", json!({})),
    };
    json!({
        "name": format!("ci-{n:03}"),
        "location": "westeurope",
        "tags": tags,
        "properties": {
            "computeType": "ComputeInstance",
            "properties": {"state": state, "vmSize": "STANDARD_DS3_V2"},
        },
    })
}

#[tokio::test]
async fn one_that_is_deleted_from_the_last_part_is_known_to_be_and_no_other() {
    let world = World::new(fleet(hundreds(), &[])).await;
    assert_eq!(world.sweep("23T19:00").await.count("stops"), 6);
    assert_eq!(world.sweep("23T19:05").await.count("off_by_lamplighter"), 6);
    let left = (0..ALL).filter(|n| *n != 500);
    let items: Vec<Value> = left.map(listed).collect();
    let body = json!({"value": items}).to_string();
    world
        .fault(json!({"pathContains": "/w/computes?", "status": 200, "body": body, "contentType": "application/json"}))
        .await;
    let printed = world.sweep("23T19:10").await;
    let counts = (
        printed.count("resources"),
        printed.count("off_by_lamplighter"),
    );
    assert_eq!(counts, (ALL as u64 - 1, 5), "{}", printed.all());
    let records = world.records().await;
    let deleted: Vec<&str> = records
        .iter()
        .filter(|record| matches!(record.what, What::Deleted))
        .map(|record| record.id.as_str())
        .collect();
    assert_eq!(deleted.len(), 1, "{deleted:?}");
    assert!(deleted[0].contains("/ci-500"), "{deleted:?}");
}
