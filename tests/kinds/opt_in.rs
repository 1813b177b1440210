//! Whom a kind that is no instance is governed by: the platform's `KINDS`, and a tag that was written for it.

use super::support::{cluster, estate, explain, nodes, sweep_through, world};
use crate::common::world::{OFFICE, World};
use serde_json::json;

#[tokio::test]
async fn a_cluster_is_shown_only_where_kinds_does_not_name_it_and_costs_no_call() {
    let calls = |world: &World| {
        let calls = serde_json::to_value(world.simulator.calls()).expect("JSON");
        let routes = calls["routes"].as_array().expect("routes").clone();
        // What its idle nodes cost, the price list tells, which is none of Azure's calls that are limited.
        let azure = routes.iter().filter(|route| {
            let path = route["route"].as_str().expect("a route");
            !path.contains("prices")
        });
        let counts = azure.map(|route| route["count"].as_u64().expect("a count"));
        counts.sum::<u64>()
    };
    let plain = world(estate(&json!({}), &json!({})), "instance").await;
    plain.sweep("23T18:55").await;
    plain.sweep("23T19:00").await;
    let world = world(cluster(json!({})), "instance").await;
    world.sweep("23T18:55").await;
    let printed = world.sweep("23T19:00").await;
    assert_eq!(
        (printed.count("stops"), world.posts()),
        (0, 0),
        "{}",
        printed.all()
    );
    assert_eq!(calls(&world), calls(&plain));
    assert_eq!(nodes(&world).await, (2, 2));
    let printed = explain(&world, "train").await;
    for words in [
        "it is shown only: its tags ask for more, and KINDS does not name cluster",
        "2 node(s) kept warm; 2 there: 0 at work, 2 idle",
    ] {
        assert!(printed.stdout.contains(words), "{words}: {}", printed.all());
    }
}

#[tokio::test]
async fn an_inherited_tag_governs_no_cluster_and_an_addressed_one_does() {
    let mut fleet = cluster(json!({"tags": {}}));
    let workspace = &mut fleet["subscriptions"][0]["resourceGroups"][0]["workspaces"][0];
    workspace["tags"] = json!({"lamp-schedule": OFFICE});
    let inherits = world(fleet.clone(), "cluster").await;
    sweep_through(&inherits, "23T18:55", "23T19:10").await;
    assert_eq!(nodes(&inherits).await, (2, 2));
    let printed = explain(&inherits, "train").await;
    assert!(printed.stdout.contains("no-policy"), "{}", printed.all());
    let workspace = &mut fleet["subscriptions"][0]["resourceGroups"][0]["workspaces"][0];
    workspace["tags"] = json!({"lamp-schedule.train": OFFICE});
    let addressed = world(fleet, "cluster").await;
    sweep_through(&addressed, "23T18:55", "23T19:10").await;
    assert_eq!(nodes(&addressed).await, (0, 0));
}
