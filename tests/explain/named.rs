//! `explain` by a name, without a ledger, and for those who may not see everything.

use crate::common::world::{Printed, World, at, fleet, instance};
use serde_json::{Value, json};

const OFFICE: &str = "Mon-Fri 08:00-19:00 UTC";
const IN_W: &str = "/subscriptions/3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a01/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/w/computes/";

async fn explain(world: &World, what: &str, more: &[&str]) -> Printed {
    let now = world.simulator.now().to_rfc3339();
    let args = [&["explain", what, "--now", &now], more].concat();
    world.run(&args).await
}

#[tokio::test]
async fn a_compute_is_found_by_its_name_where_that_is_unique() {
    let office = |name: &str| instance(name, json!({"lamp-schedule": OFFICE}));
    let more = [("v", json!([office("ci"), office("far")]))];
    let world = World::new(fleet(json!([office("ci"), office("near")]), &more)).await;
    for (name, first) in [
        ("near", "w/near\n/subscriptions/"),
        ("w/near", "w/near\n/subscriptions/"),
        ("w/ci", "w/ci\n/subscriptions/"),
        ("rg/v/ci", "v/ci\n/subscriptions/"),
        ("W/CI", "w/ci\n/subscriptions/"),
        ("far", "v/far\n/subscriptions/"),
    ] {
        let explained = explain(&world, name, &[]).await;
        assert_eq!(explained.code, 0, "{name}: {}", explained.all());
        assert!(
            explained.stdout.starts_with(first),
            "{name}: {}",
            explained.all()
        );
        let linted = world.run(&["lint", name]).await;
        assert!(linted.stdout.starts_with(first), "{name}: {}", linted.all());
    }
    for (name, why) in [
        (
            "ci",
            "2 computes have this name, so give more of it: /subscriptions/",
        ),
        (
            "gone",
            "gone was not found: no compute that the identity sees has this name",
        ),
        ("v/near", "no compute that the identity sees has this name"),
        (
            "other/w/ci",
            "no compute that the identity sees has this name",
        ),
    ] {
        let explained = explain(&world, name, &[]).await;
        assert_eq!(
            (explained.code, explained.stdout.as_str()),
            (1, ""),
            "{name}"
        );
        assert!(
            explained.stderr.contains(why),
            "{name}: {}",
            explained.stderr
        );
    }
    // What could not be read may hold another one of that name.
    let body = json!({"error": {"code": "AuthorizationFailed", "message": "no"}}).to_string();
    world
        .fault(json!({"pathContains": "/workspaces/v/computes", "status": 403, "body": body}))
        .await;
    let explained = explain(&world, "near", &[]).await;
    assert_eq!(explained.code, 1);
    let words = "note: workspace v: its computes could not be read: the identity lacks the right \
                 Microsoft.MachineLearningServices/workspaces/computes/read on /subscriptions/";
    assert!(explained.stdout.contains(words), "{}", explained.all());
}

#[tokio::test]
async fn without_a_ledger_the_past_is_what_azures_last_operation_tells() {
    let with = |name: &str, state: &str, operation: (&str, &str)| {
        let mut one: Value = instance(name, json!({"lamp-schedule": OFFICE}));
        one["state"] = state.into();
        one["lastOperation"] = json!({
            "operationName": operation.0, "operationTime": "2026-11-23T10:00:00Z",
            "operationStatus": operation.1, "operationTrigger": "User"});
        one
    };
    let world = World::new(fleet(
        json!([
            with("stopped", "Stopped", ("Stop", "Succeeded")),
            with("started", "Running", ("Start", "Succeeded")),
            with("restarted", "Running", ("Restart", "Succeeded")),
            with("not-stopped", "Running", ("Stop", "StopFailed")),
        ]),
        &[],
    ))
    .await;
    for (name, before, after) in [
        ("stopped", "on", "off"),
        ("started", "off", "on"),
        ("restarted", "on", "on"),
        ("not-stopped", "on", "on"),
    ] {
        for (time, state) in [("2026-11-23 09:00", before), ("2026-11-23 11:00", after)] {
            let explained = explain(&world, name, &["--at", time]).await;
            let words =
                format!("state then: {state}, by Azure's last operation, as no ledger knows it");
            assert!(
                explained.stdout.contains(&words),
                "{name} {time}: {}",
                explained.all()
            );
        }
    }
    // Nine in the morning, found off: the schedule started it.
    let explained = explain(&world, "started", &["--at", "2026-11-23 09:00"]).await;
    assert!(
        explained.stdout.contains("decision: start (schedule-on)"),
        "{}",
        explained.all()
    );
}

#[tokio::test]
async fn who_may_not_read_the_resource_group_is_told_which_right_is_missing() {
    let world = World::new(fleet(
        json!([instance("ci", json!({"lamp-schedule": OFFICE}))]),
        &[],
    ))
    .await;
    let body = json!({"error": {"code": "AuthorizationFailed", "message": "The client does not have authorization."}});
    let forbidden =
        |path: &str| json!({"pathContains": path, "status": 403, "body": body.to_string()});
    world.simulator.advance_to(at("23T19:30"));
    let id = format!("{IN_W}ci");
    // Whoever may see no more than the workspace may not list what is around it.
    world
        .fault(forbidden("microsoft.machinelearningservices/workspaces?"))
        .await;
    world.fault(forbidden("/resourcegroups?")).await;
    let explained = explain(&world, &id, &[]).await;
    assert_eq!(explained.code, 0, "{}", explained.all());
    assert!(
        explained.stdout.contains("decision: stop (schedule-off)"),
        "{}",
        explained.all()
    );
    world.fault(forbidden("/resourcegroups/rg?")).await;
    let explained = explain(&world, &id, &[]).await;
    assert_eq!(explained.code, 1);
    for words in [
        "decision: leave (tags-unknown)",
        "note: decided without the resource group's tags: the identity lacks the right \
         Microsoft.Resources/subscriptions/resourceGroups/read on /subscriptions/",
    ] {
        assert!(
            explained.stdout.contains(words),
            "{words}\n{}",
            explained.all()
        );
    }
    assert!(!explained.all().contains("403"), "{}", explained.all());
    let json = explain(&world, &id, &["--json"]).await;
    assert!(
        json.stderr
            .contains("decided without the resource group's tags"),
        "{}",
        json.all()
    );
    world.fault(forbidden("/workspaces/w?")).await;
    let explained = explain(&world, &id, &[]).await;
    let words = "was not found: the identity lacks the right Microsoft.MachineLearningServices/workspaces/read on ";
    assert!(explained.stderr.contains(words), "{}", explained.all());
}
