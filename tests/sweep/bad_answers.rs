//! Whatever Azure answers, it spoils one instance or one workspace, is reported, and stops nobody's work.

use crate::common::world::{OFFICE, World, at, fleet, instance};
use serde_json::{Value, json};

fn office(name: &str) -> Value {
    instance(name, json!({"lamp-schedule": OFFICE}))
}

/// Two workspaces with one instance each, at 19:00.
async fn two() -> World {
    let world = World::new(fleet(
        json!([office("ci")]),
        &[("other", json!([office("co")]))],
    ))
    .await;
    world.simulator.advance_to(at("23T19:00"));
    world
}

#[tokio::test]
async fn a_200_with_html_spoils_one_workspace() {
    let world = two().await;
    world.fault(json!({"pathContains": "/workspaces/w/computes?", "status": 200, "body": "<html>sign in</html>", "contentType": "text/html"})).await;
    let printed = world.sweep_with(&[]).await;
    assert_eq!(
        (
            printed.code,
            printed.count("stops"),
            printed.count("problems")
        ),
        (1, 1, 1),
        "{}",
        printed.all()
    );
    assert_eq!(
        (
            world.state("w/ci").as_str(),
            world.state("other/co").as_str()
        ),
        ("Running", "Stopping")
    );
}

#[tokio::test]
async fn a_list_cut_short_is_used_as_far_as_it_goes_and_nothing_missing_counts_as_gone() {
    let instances = json!([office("a"), office("b"), office("c")]);
    let options = lamplighter_simulator::Options {
        page_size: Some(2),
        ..Default::default()
    };
    let world = World::with(fleet(instances, &[]), options).await;
    world.sweep("23T18:00").await;
    world.simulator.advance_to(at("23T19:00"));
    world.fault(json!({"pathContains": "skip", "status": 200, "body": "{\"value\":[{\"na", "contentType": "application/json"})).await;
    let printed = world.sweep_with(&[]).await;
    assert_eq!(
        (printed.code, printed.count("stops")),
        (1, 2),
        "{}",
        printed.all()
    );
    assert!(printed.all().contains("cut short"), "{}", printed.all());
    reqwest::Client::new()
        .delete(format!("{}/simulator/faults", world.simulator.url()))
        .send()
        .await
        .expect("an answer");
    assert_eq!(world.sweep("23T19:05").await.count("stops"), 1);
}

#[tokio::test]
async fn a_compute_with_null_everywhere_is_one_oddity_at_most() {
    let mut empty = office("null");
    empty["override"] = json!({"id": null, "location": null, "properties": {"computeType": null, "provisioningState": null, "properties": null}});
    let mut none = office("none");
    none["override"] = json!({"properties": null});
    let mut odd = office("odd");
    odd["override"] =
        json!({"properties": {"properties": {"lastOperation": "yesterday", "vmSize": 7}}});
    let world = World::new(fleet(json!([empty, none, odd, office("ci")]), &[])).await;
    let printed = world.sweep("23T19:00").await;
    assert_eq!(
        (printed.count("resources"), world.state("w/ci").as_str()),
        (4, "Stopping"),
        "{}",
        printed.all()
    );
    assert!(printed.count("oddities") >= 1, "{}", printed.all());
    for left in ["w/null", "w/none"] {
        assert_eq!(world.state(left), "Running");
    }
}

#[tokio::test]
async fn without_a_token_or_a_readable_subscription_the_sweep_fails_and_says_why() {
    let world = two().await;
    world.fault(json!({"pathContains": "/subscriptions", "status": 401, "body": "{\"error\":{\"code\":\"InvalidAuthenticationToken\",\"message\":\"no\"}}"})).await;
    let printed = world.sweep_with(&[]).await;
    assert_eq!((printed.code, world.posts()), (1, 0));
    assert!(
        printed.stderr.contains("no subscription could be read") && printed.stderr.contains("401"),
        "{}",
        printed.stderr
    );
}

#[tokio::test]
async fn a_403_on_one_workspace_of_many_leaves_the_others() {
    let world = two().await;
    world.fault(json!({"pathContains": "/workspaces/w/computes", "status": 403, "body": "{\"error\":{\"code\":\"AuthorizationFailed\",\"message\":\"no\"}}"})).await;
    let printed = world.sweep_with(&[]).await;
    assert_eq!((printed.code, printed.count("stops")), (1, 1));
    assert!(
        printed.all().contains("AuthorizationFailed"),
        "{}",
        printed.all()
    );
}

#[tokio::test]
async fn a_workspace_or_instance_deleted_meanwhile_is_no_failure_of_the_others() {
    let world = two().await;
    world.fault(json!({"pathContains": "/computes/ci?", "status": 404, "body": "{\"error\":{\"code\":\"ResourceNotFound\",\"message\":\"gone\"}}"})).await;
    let printed = world.sweep_with(&[]).await;
    assert_eq!(
        (
            printed.code,
            printed.count("stops"),
            printed.count("failed")
        ),
        (0, 1, 0),
        "{}",
        printed.all()
    );
}

#[tokio::test]
async fn a_409_is_looked_at_again_and_is_no_failure() {
    let world = two().await;
    world.fault(json!({"pathContains": "/computes/ci/stop", "count": 1, "status": 409, "body": "{\"error\":{\"code\":\"Conflict\",\"message\":\"busy\"}}"})).await;
    let printed = world.sweep_with(&[]).await;
    assert_eq!(
        (
            printed.code,
            printed.count("stops"),
            printed.count("failed")
        ),
        (0, 1, 0),
        "{}",
        printed.all()
    );
    assert_eq!(world.sweep("23T19:05").await.count("stops"), 1);
}

#[tokio::test]
async fn a_429_is_waited_for_within_the_deadline_and_no_longer() {
    let mut world = two().await;
    world.set("SWEEP_DEADLINE", "5s");
    world.fault(json!({"pathContains": "/workspaces/w/computes?", "count": 1, "status": 429, "retryAfterSeconds": 60})).await;
    let begun = std::time::Instant::now();
    let printed = world.sweep_with(&[]).await;
    assert!(
        begun.elapsed().as_secs() < 30,
        "it waited for a moment beyond its deadline"
    );
    assert_eq!(printed.code, 1);
    assert!(
        printed.all().contains("429") || printed.count("not_reached") > 0,
        "{}",
        printed.all()
    );
    // The short wait that fits is waited for.
    world.fault(json!({"pathContains": "/workspaces/w/computes?", "count": 1, "status": 429, "retryAfterSeconds": 1})).await;
    let printed = world.sweep_with(&[]).await;
    assert_eq!(
        (printed.code, printed.count("stops")),
        (0, 2),
        "{}",
        printed.all()
    );
}

#[tokio::test]
async fn passing_500s_are_overcome_and_lasting_ones_reported() {
    let world = two().await;
    world.fault(json!({"pathContains": "/workspaces/w/computes?", "count": 1, "status": 500, "body": "{}"})).await;
    let printed = world.sweep_with(&[]).await;
    assert_eq!(
        (printed.code, printed.count("stops")),
        (0, 2),
        "{}",
        printed.all()
    );
}

#[tokio::test]
async fn a_hanging_connection_costs_its_time_limit_and_no_more() {
    let mut world = two().await;
    world.set("REQUEST_TIMEOUT", "1s");
    world.set("SWEEP_DEADLINE", "10s");
    world
        .fault(json!({"pathContains": "/workspaces/w/computes?", "hang": true}))
        .await;
    let printed = world.sweep_with(&[]).await;
    assert_eq!(
        (printed.code, printed.count("stops")),
        (1, 1),
        "{}",
        printed.all()
    );
}

#[tokio::test]
async fn a_jobs_list_without_its_last_page_proves_nothing() {
    let options = lamplighter_simulator::Options {
        page_size: Some(1),
        ..Default::default()
    };
    let world = World::with(fleet(json!([office("ci")]), &[]), options).await;
    world.simulator.advance_to(at("23T18:00"));
    for name in ["one", "two"] {
        world
            .post(
                "jobs",
                json!({"instance": "w/ci", "name": name, "lastsSeconds": 60}),
            )
            .await;
        world
            .simulator
            .advance_to(world.simulator.now() + chrono::TimeDelta::minutes(5));
    }
    world.simulator.advance_to(at("23T19:00"));
    world
        .fault(json!({"pathContains": "skip", "status": 502, "body": ""}))
        .await;
    assert_eq!(
        world.sweep_with(&[]).await.reason("ci"),
        Some("jobs-unknown")
    );
}

#[tokio::test]
async fn unread_resource_groups_may_hide_a_tag_so_nothing_is_acted_on() {
    let world = two().await;
    world
        .fault(json!({"pathContains": "/resourcegroups?", "status": 403, "body": "{}"}))
        .await;
    let printed = world.sweep_with(&[]).await;
    assert_eq!(
        (printed.code, world.posts(), printed.reason("ci")),
        (1, 0, Some("tags-unknown")),
        "{}",
        printed.all()
    );
}

#[tokio::test]
async fn without_a_price_hours_are_counted_and_no_money() {
    let world = two().await;
    world.fault(json!({"pathContains": "/api/retail/prices", "status": 404, "body": "{\"Error\":{\"Code\":\"NotFound\",\"Message\":\"no\"}}"})).await;
    world
        .fault(json!({"pathContains": "/vmsizes", "status": 403, "body": "{}"}))
        .await;
    assert_eq!(world.sweep_with(&[]).await.count("stops"), 2);
    let printed = world.sweep("23T19:05").await;
    assert_eq!(
        (
            printed.code,
            printed.count("off_by_lamplighter"),
            printed.summary()["saving_per_hour"].as_str()
        ),
        (0, 2, Some("0")),
        "{}",
        printed.all()
    );
    for time in ["23T20:30", "23T22:00", "23T23:30", "24T00:30"] {
        world.sweep(time).await;
    }
    let report = world
        .run(&[
            "report",
            "--json",
            "--from",
            "2026-11-01T00:00:00Z",
            "--to",
            "2026-11-30T00:00:00Z",
        ])
        .await;
    let report: Value = serde_json::from_str(&report.stdout).expect("JSON");
    let figures = &report["total"]["figures"];
    assert!(figures["saved_seconds"].as_i64() > Some(0), "{figures}");
    assert_eq!(
        (figures["saved"].as_str(), &figures["unpriced_seconds"]),
        (Some("0"), &figures["saved_seconds"])
    );
}

#[tokio::test]
async fn an_unwritable_ledger_means_that_nothing_is_stopped() {
    let mut world = two().await;
    let file = world.ledger.with_extension("file");
    std::fs::write(&file, "not a folder").expect("a file");
    world.set("LEDGER", file.join("ledger").to_str().expect("a name"));
    let printed = world.sweep_with(&[]).await;
    assert_eq!((printed.code, world.posts()), (1, 0));
    assert!(printed.stderr.contains("ledger"), "{}", printed.stderr);
    // Records can be written, saved state cannot: still no action.
    let mut world = two().await;
    let ledger = world.ledger.clone();
    std::fs::create_dir_all(&ledger).expect("a folder");
    std::fs::write(ledger.join("state"), "in the way").expect("a file");
    world.set("LOG_LEVEL", "info");
    let printed = world.sweep_with(&[]).await;
    assert_eq!((printed.code, world.posts()), (1, 0), "{}", printed.all());
    let _ = std::fs::remove_file(&file);
}
