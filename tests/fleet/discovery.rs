//! Where workspaces are found: Resource Graph over subscriptions, lists as a fall-back, and what is left out.

use crate::common::world::{World, instance};
use serde_json::{Value, json};

/// Two subscriptions with two workspaces each; the policy stands on the resource group.
fn two() -> Value {
    let group = |name: &str, workspaces: [&str; 2]| {
        let workspaces = workspaces.map(|name| {
            json!({"name": name, "location": "westeurope", "instances": [instance("ci", json!({}))]})
        });
        json!({"name": name, "tags": {"lamp-schedule": "never"}, "workspaces": workspaces})
    };
    json!({"subscriptions": [
        {"id": "3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a01", "name": "A", "resourceGroups": [group("rg-prod", ["vision", "nlp"])]},
        {"id": "3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a02", "name": "B", "resourceGroups": [group("rg-dev", ["churn", "play"])]},
    ]})
}

fn count(world: &World, part: &str) -> u64 {
    let calls = serde_json::to_value(world.simulator.calls()).expect("JSON");
    let routes = calls["routes"].as_array().expect("routes").clone();
    let routes = routes.iter().filter(|route| {
        let path = route["route"].as_str().expect("a route").to_lowercase();
        path.contains(part)
    });
    routes
        .map(|route| route["count"].as_u64().expect("a count"))
        .sum()
}

/// The workspaces whose instance a dry run would stop.
async fn seen(world: &World) -> Vec<String> {
    let printed = world.sweep_with(&["--dry-run"]).await;
    assert_eq!(printed.code, 0, "{}", printed.all());
    let lines = printed
        .lines
        .iter()
        .filter(|line| line["event"] == "decision");
    let mut seen: Vec<String> = lines
        .map(|line| line["workspace"].as_str().expect("a workspace").to_string())
        .collect();
    seen.sort();
    seen
}

#[tokio::test]
async fn more_than_one_subscription_is_asked_for_by_two_queries() {
    let world = World::new(two()).await;
    assert_eq!(seen(&world).await, ["churn", "nlp", "play", "vision"]);
    assert_eq!(count(&world, "resourcegraph"), 2);
    assert_eq!(
        count(&world, "resourcegroups"),
        0,
        "groups were listed all the same"
    );
    assert_eq!(
        count(&world, "/subscriptions") - count(&world, "/subscriptions/"),
        1
    );
}

#[tokio::test]
async fn lists_are_the_way_where_they_are_wanted_or_graph_fails() {
    let mut world = World::new(two()).await;
    world.set("DISCOVERY", "list");
    assert_eq!(seen(&world).await, ["churn", "nlp", "play", "vision"]);
    assert_eq!(count(&world, "resourcegraph"), 0);
    world.set("DISCOVERY", "graph");
    for fault in [
        json!({"status": 403, "body": "{\"error\":{\"code\":\"AuthorizationFailed\"}}"}),
        json!({"status": 200, "body": "{\"data\":\"nothing\"}"}),
        json!({"status": 200, "body": "{\"data\":[],\"totalRecords\":4,\"resultTruncated\":\"true\"}"}),
        json!({"status": 200, "body": "<html>", "contentType": "text/html"}),
    ] {
        let mut fault = fault;
        fault["pathContains"] = "ResourceGraph".into();
        world.fault(fault.clone()).await;
        let printed = world.sweep_with(&["--dry-run"]).await;
        assert_eq!(
            (printed.code, printed.count("resources")),
            (0, 4),
            "{fault}: {}",
            printed.all()
        );
        assert!(
            printed.all().contains("listed one by one"),
            "{fault}: {}",
            printed.all()
        );
        let url = format!("{}/simulator/faults", world.simulator.url());
        reqwest::Client::new()
            .delete(url)
            .send()
            .await
            .expect("an answer");
    }
}

#[tokio::test]
async fn a_named_subscription_that_nobody_sees_is_a_problem_and_spoils_no_other() {
    let mut world = World::new(two()).await;
    let known = "3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a01";
    let unknown = "3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0aff";
    world.set("SUBSCRIPTIONS", &format!("{known},{unknown}"));
    let printed = world.sweep_with(&["--dry-run"]).await;
    assert_eq!(
        (printed.code, printed.count("resources")),
        (1, 2),
        "{}",
        printed.all()
    );
    assert!(printed.all().contains(unknown), "{}", printed.all());
}

#[tokio::test]
async fn include_and_exclude_choose_by_name_group_and_subscription() {
    let mut world = World::new(two()).await;
    for (include, exclude, expected) in [
        ("rg-prod/*", "", vec!["nlp", "vision"]),
        ("", "*/rg-PROD/*", vec!["churn", "play"]),
        ("v*, play", "rg-dev/*", vec!["vision"]),
        (
            "3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a02/*/*",
            "churn",
            vec!["play"],
        ),
    ] {
        world.set("INCLUDE", include);
        world.set("EXCLUDE", exclude);
        assert_eq!(seen(&world).await, expected, "{include} | {exclude}");
    }
}

#[tokio::test]
async fn pages_of_graph_are_followed_to_the_end() {
    let options = lamplighter_simulator::Options {
        page_size: Some(1),
        ..Default::default()
    };
    let world = World::with(two(), options).await;
    assert_eq!(seen(&world).await, ["churn", "nlp", "play", "vision"]);
    assert_eq!(count(&world, "resourcegraph"), 4 + 2);
}
