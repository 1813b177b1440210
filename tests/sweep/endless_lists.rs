//! Lists that are absurd or cannot be read, and a subscription that never answers.

use super::waiting_jobs::clear;
use crate::common::inside::context;
use crate::common::world::{OFFICE, World, at, fleet, instance};
use lamplighter_agent::sweep;
use lamplighter_core::record::What;
use serde_json::{Value, json};
use std::time::Duration;

fn office(name: &str) -> Value {
    instance(name, json!({"lamp-schedule": OFFICE}))
}

/// A page with more items than any of Azure's.
fn absurd() -> String {
    let items = vec![json!({"name": "x"}); 10_001];
    json!({"value": items}).to_string()
}

#[tokio::test]
async fn an_absurd_page_is_refused_and_told() {
    let world = World::new(fleet(
        json!([office("ci")]),
        &[("other", json!([office("co")]))],
    ))
    .await;
    world.simulator.advance_to(at("23T19:00"));
    let page = |path: &str| json!({"pathContains": path, "status": 200, "body": absurd(), "contentType": "application/json"});
    world.fault(page("/workspaces/w/computes?")).await;
    world.fault(page("/workspaces/other/jobs")).await;
    let printed = world.sweep_with(&[]).await;
    assert_eq!((printed.code, world.posts()), (1, 0), "{}", printed.all());
    assert_eq!(printed.reason("co"), Some("jobs-unknown"));
    let told = printed.all().matches("absurd").count();
    assert!(told >= 2, "{}", printed.all());
    clear(&world).await;
    assert_eq!(world.sweep_with(&[]).await.count("stops"), 2);
}

#[tokio::test]
async fn a_list_of_unreadable_computes_is_a_failure_and_nothing_in_it_counts_as_deleted() {
    let world = World::new(fleet(json!([office("ci"), office("co")]), &[])).await;
    assert_eq!(world.sweep("23T19:00").await.count("stops"), 2);
    assert_eq!(world.sweep("23T19:05").await.count("off_by_lamplighter"), 2);
    let good = json!({"name": "ci", "properties": {"computeType": "ComputeInstance", "properties": {"state": "Stopped"}}});
    for items in [
        json!([7, null, {}, {"name": ""}, {"name": 3}]),
        json!([good, {"name": null}]),
    ] {
        let body = json!({"value": items}).to_string();
        world
            .fault(json!({"pathContains": "/w/computes?", "status": 200, "body": body}))
            .await;
        let time = world.simulator.now() + chrono::TimeDelta::minutes(5);
        world.simulator.advance_to(time);
        let printed = world.sweep_with(&[]).await;
        assert_eq!(printed.code, 1, "{}", printed.all());
        assert!(
            printed.all().contains("of its computes could not be read"),
            "{}",
            printed.all()
        );
        clear(&world).await;
    }
    let records = world.records().await;
    let deleted = records
        .iter()
        .filter(|record| matches!(record.what, What::Deleted));
    assert_eq!(deleted.count(), 0);
    let whole = world.sweep("23T19:30").await;
    assert_eq!((whole.code, whole.count("off_by_lamplighter")), (0, 2));
}

/// One subscription with one workspace, and one with many.
fn two_subscriptions() -> Value {
    let workspace =
        |name: String| json!({"name": name, "location": "westeurope", "instances": [office("ci")]});
    let many: Vec<Value> = (0..20).map(|n| workspace(format!("b{n}"))).collect();
    json!({"subscriptions": [
        {"id": "3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a02", "name": "B",
            "resourceGroups": [{"name": "rg", "workspaces": many}]},
        {"id": "3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a03", "name": "C",
            "resourceGroups": [{"name": "rg", "workspaces": [workspace("c".into())]}]},
    ]})
}

#[tokio::test]
async fn a_subscription_that_never_answers_takes_no_others_time() {
    for (discovery, hangs) in [("list", "0a02/"), ("graph", "0a02/"), ("list", "/computes")] {
        let world = World::new(two_subscriptions()).await;
        world.simulator.advance_to(at("23T19:00"));
        let path = match hangs {
            "/computes" => "/workspaces/b",
            other => other,
        };
        world
            .fault(json!({"pathContains": path, "hang": true}))
            .await;
        // All that could be waited for is longer than this test may take.
        let settings = [
            ("DISCOVERY", discovery),
            ("REQUEST_TIMEOUT", "5m"),
            ("SWEEP_DEADLINE", "25m"),
            ("CONCURRENCY", "2"),
        ];
        let context = context(&world.simulator, &world.simulator.url(), &settings);
        let options = sweep::Options::at(at("23T19:00"));
        let stopped = async {
            while world.state("c/ci") != "Stopping" {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let first = async {
            tokio::select! {
                ended = sweep::run(&context, &options) => panic!("{ended:?}"),
                () = stopped => {}
            }
        };
        let first = tokio::time::timeout(Duration::from_secs(600), first).await;
        first.unwrap_or_else(|_| panic!("{discovery}, {hangs}: it waits for the other"));
    }
}
