//! Where and how much is done: observing, the stop limit, the clock.

use crate::common::world::{OFFICE, World, fleet, instance};
use chrono::TimeDelta;
use serde_json::{Value, json};

const SUBSCRIPTION: &str = "3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a01";

/// An instance that `never` wants on, started longer ago than any lease: due off at any hour.
fn overdue(name: &str) -> Value {
    instance(name, json!({"lamp-schedule": "never"}))
}

fn many(count: usize, tags: &Value) -> Value {
    (0..count)
        .map(|n| instance(&format!("ci-{n:02}"), tags.clone()))
        .collect()
}

#[tokio::test]
async fn a_new_subscription_is_observed_and_shown_what_it_would_save() {
    let mut world = World::new(fleet(json!([overdue("a")]), &[])).await;
    world.set("ACT_IN", "");
    let printed = world.sweep("23T12:00").await;
    assert_eq!((printed.code, world.posts()), (0, 0), "{}", printed.all());
    assert_eq!(
        (printed.count("would_stop"), printed.count("stops")),
        (1, 0)
    );
    assert_eq!(printed.count("observed"), 1);
    // The instance would have been off since noon.
    world.sweep("23T14:00").await;
    assert_eq!(world.posts(), 0);
    let report = world
        .run(&[
            "report",
            "--from",
            "2026-11-23T00:00:00Z",
            "--to",
            "2026-11-23T14:00:00Z",
            "--json",
        ])
        .await;
    let report: Value = serde_json::from_str(&report.stdout).expect("JSON");
    let figures = &report["total"];
    assert!(figures.to_string().contains("projected"), "{figures}");
    let table = world
        .run(&[
            "report",
            "--from",
            "2026-11-23T00:00:00Z",
            "--to",
            "2026-11-23T14:00:00Z",
        ])
        .await;
    assert!(
        table.stdout.contains("0.72"),
        "two hours at 0.36: {}",
        table.stdout
    );

    let id = format!(
        "/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/w/computes/a"
    );
    let why = world.run(&["explain", &id]).await;
    assert!(
        why.stdout.contains("ACT_IN does not name its subscription"),
        "{}",
        why.all()
    );

    // Told where to act, it acts there at once.
    world.set("ACT_IN", SUBSCRIPTION);
    let printed = world.sweep("23T14:05").await;
    assert_eq!(
        (
            printed.count("stops"),
            printed.count("observed"),
            world.posts()
        ),
        (1, 0, 1)
    );
}

#[tokio::test]
async fn other_subscriptions_stay_observed_and_the_kill_switch_beats_all() {
    let mut world = World::new(fleet(json!([overdue("a")]), &[])).await;
    for (act_in, mode, stops) in [
        ("00000000-0000-4000-8000-000000000001", "act", 0),
        ("all", "observe", 0),
        (SUBSCRIPTION, "observe", 0),
        (&SUBSCRIPTION.to_uppercase(), "act", 1),
    ] {
        world.set("ACT_IN", act_in);
        world.set("LAMPLIGHTER_MODE", mode);
        let printed = world.sweep_with(&[]).await;
        assert_eq!(printed.count("stops"), stops, "{act_in} {mode}");
        assert_eq!(world.posts(), stops as usize);
    }
}

#[tokio::test]
async fn settings_of_a_fleet_are_checked_at_the_start() {
    let mut world = World::new(fleet(json!([overdue("a")]), &[])).await;
    for (name, value) in [
        ("ACT_IN", "production"),
        ("LAMPLIGHTER_MODE", "dry"),
        ("MAX_STOPS_PER_SWEEP", "some"),
        ("FAN_OUT_ABOVE", "-1"),
        ("MAX_INSTANCES", "0"),
        ("DISCOVERY", "guess"),
        ("INCLUDE", "a/b/c/d/e"),
        ("EXCLUDE", "/x"),
    ] {
        world.set(name, value);
        let printed = world.sweep_with(&[]).await;
        assert_eq!(printed.code, 2);
        let words = format!("setting {name}: '{value}' is not");
        assert!(printed.stderr.contains(&words), "{}", printed.stderr);
        world.set(name, "");
    }
    assert_eq!(world.posts(), 0);
}

#[tokio::test]
async fn no_more_instances_are_stopped_at_once_than_edges_explain_and_twenty() {
    let world = World::new(fleet(many(30, &json!({"lamp-schedule": "never"})), &[])).await;
    let printed = world.sweep("23T12:00").await;
    assert_eq!(
        (printed.count("stops"), printed.count("stop_limited")),
        (20, 10),
        "{}",
        printed.all()
    );
    assert_eq!(printed.code, 0, "holding back is no failure");
    let held = printed
        .lines
        .iter()
        .find(|line| line["reason"] == "stop-limit");
    let text = held.expect("it is logged")["message"].to_string();
    assert!(
        text.contains("MAX_STOPS_PER_SWEEP") && text.contains("20"),
        "{text}"
    );
    let printed = world.sweep("23T12:05").await;
    assert_eq!(
        (printed.count("stops"), printed.count("stop_limited")),
        (10, 0)
    );
}

#[tokio::test]
async fn stops_that_an_edge_explains_are_not_limited() {
    let mut world = World::new(fleet(many(30, &json!({"lamp-schedule": OFFICE})), &[])).await;
    world.set("MAX_STOPS_PER_SWEEP", "edges+0");
    world.sweep("23T18:55").await;
    let printed = world.sweep("23T19:00").await;
    assert_eq!(
        (printed.count("stops"), printed.count("stop_limited")),
        (30, 0),
        "{}",
        printed.all()
    );
}

#[tokio::test]
async fn an_edge_before_the_last_sweep_explains_nothing_later() {
    // Since Friday evening they should have been off; nobody has swept before.
    let world = World::new(fleet(
        many(25, &json!({"lamp-schedule": "Sat 10:00-12:00 UTC"})),
        &[],
    ))
    .await;
    let printed = world.sweep("23T12:00").await;
    assert_eq!(
        (printed.count("stops"), printed.count("stop_limited")),
        (20, 5)
    );
}

#[tokio::test]
async fn a_count_and_a_share_hold_for_every_stop() {
    let mut world = World::new(fleet(many(30, &json!({"lamp-schedule": OFFICE})), &[])).await;
    world.sweep("23T18:55").await;
    world.set("MAX_STOPS_PER_SWEEP", "7");
    let printed = world.sweep("23T19:00").await;
    assert_eq!(
        (printed.count("stops"), printed.count("stop_limited")),
        (7, 23)
    );
    world.set("MAX_STOPS_PER_SWEEP", "10%");
    let printed = world.sweep("23T19:05").await;
    assert_eq!(
        (printed.count("stops"), printed.count("stop_limited")),
        (3, 20)
    );
    world.set("MAX_STOPS_PER_SWEEP", "0");
    let printed = world.sweep("23T19:10").await;
    assert_eq!(
        (printed.count("stops"), printed.count("stop_limited")),
        (0, 20)
    );
}

#[tokio::test]
async fn a_clock_more_than_two_minutes_off_azures_acts_on_nothing() {
    let world = World::new(fleet(json!([overdue("a")]), &[])).await;
    let now = world.simulator.now();
    for (off, way) in [(180, "ahead of"), (-180, "behind")] {
        let wrong = (now + TimeDelta::seconds(off)).to_rfc3339();
        let printed = world.run(&["sweep", "--json", "--at", &wrong]).await;
        assert_eq!((printed.code, world.posts()), (1, 0), "{}", printed.all());
        assert!(
            printed.stderr.contains(way) && printed.stderr.contains("clock"),
            "{}",
            printed.stderr
        );
        // Whoever only looks is told as ever.
        let looked = world
            .run(&["sweep", "--json", "--dry-run", "--at", &wrong])
            .await;
        assert_eq!(looked.code, 0, "{}", looked.stderr);
    }
    let near = (now + TimeDelta::seconds(90)).to_rfc3339();
    let printed = world.run(&["sweep", "--json", "--at", &near]).await;
    assert_eq!((printed.count("stops"), world.posts()), (1, 1));
}
