//! `explain` of an instance in Azure: what a sweep would do, then and now, without a touch.

use crate::common::world::{Printed, World, at, fleet, instance};
use chrono::TimeDelta;
use serde_json::{Value, json};

async fn world() -> World {
    let ci = instance(
        "ci",
        json!({"lamp-schedule": "Mon-Fri 08:00-19:00 UTC", "owner": "ana@example.org"}),
    );
    let held = instance(
        "held",
        json!({"lamp-schedule": "never", "lamp-hold": "on until 2026-11-30"}),
    );
    World::new(fleet(json!([ci, held]), &[])).await
}

fn id(compute: &str) -> String {
    format!(
        "/subscriptions/3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a01/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/w/computes/{compute}"
    )
}

async fn explain(world: &World, compute: &str, more: &[&str]) -> Printed {
    let (id, now) = (id(compute), world.simulator.now().to_rfc3339());
    let args: Vec<&str> = ["explain", &id, "--now", &now]
        .into_iter()
        .chain(more.iter().copied())
        .collect();
    world.run(&args).await
}

fn json_of(printed: &Printed) -> Value {
    serde_json::from_str(&printed.stdout).unwrap_or_else(|_| panic!("no JSON: {}", printed.all()))
}

#[tokio::test]
async fn what_is_explained_is_what_a_sweep_decides() {
    let world = world().await;
    for time in ["23T12:00", "23T19:30", "24T07:45", "24T08:00"] {
        world.simulator.advance_to(at(time));
        let dry = world.sweep_with(&["--dry-run"]).await;
        for compute in ["ci", "held"] {
            let answer = json_of(&explain(&world, compute, &["--json"]).await);
            // A sweep does not speak of what is as it should be.
            let reason = dry.reason(compute).unwrap_or("as-desired");
            assert_eq!(answer["reason"], reason, "{compute} at {time}");
        }
        world.sweep_with(&[]).await;
        // What was asked for has happened, and the next sweep sees it.
        world
            .simulator
            .advance_to(at(time) + TimeDelta::minutes(10));
        world.sweep_with(&[]).await;
    }
    let printed = explain(&world, "ci", &[]).await;
    for words in [
        "the schedule wants it on since Tue 24 Nov 08:00 UTC, off from Tue 24 Nov 19:00 UTC",
        "decision: leave (as-desired)",
        "last start or stop by somebody else: Start at Fri 20 Nov 08:00 UTC, triggered by User",
        "Lamplighter's last action: start (schedule-on) asked for at Tue 24 Nov 08:00 UTC",
        "schedule   Mon-Fri 08:00-19:00 UTC (on the compute)",
        "owner      ana@example.org (on the compute)",
    ] {
        assert!(printed.stdout.contains(words), "{words}\n{}", printed.all());
    }
}

#[tokio::test]
async fn the_future_is_played_and_the_past_is_looked_up() {
    let world = world().await;
    world.sweep("23T12:00").await;
    // Not yet: it is stopped at 19:00 and started at 08:00, if nobody touches it.
    for (time, decision, state) in [
        ("2026-11-23T18:55:00Z", "leave", "on"),
        ("2026-11-23T19:00:00Z", "stop", "on"),
        ("2026-11-23T22:00:00Z", "leave", "off"),
        ("2026-11-24T08:00:00Z", "start", "off"),
    ] {
        let printed = explain(&world, "ci", &["--at", time]).await;
        let expected = format!("decision: {decision} (");
        let then = format!("state then: {state}, if nobody touches it until then");
        assert!(
            printed.stdout.contains(&expected),
            "{time}: {}",
            printed.all()
        );
        assert!(printed.stdout.contains(&then), "{time}: {}", printed.all());
    }
    let replay = [
        "replay",
        "--from",
        "2026-11-23T12:00:00Z",
        "--to",
        "2026-11-25T12:00:00Z",
        "--json",
    ];
    let events = json_of(&world.run(&replay).await)["events"].clone();
    for event in events.as_array().expect("events") {
        let (compute, time) = (event["name"].as_str(), event["at"].as_str());
        let (compute, time) = (compute.expect("a name"), time.expect("a time"));
        let answer = json_of(&explain(&world, compute, &["--at", time, "--json"]).await);
        assert_eq!(
            (&answer["decision"], &answer["reason"], &answer["text"]),
            (&event["action"], &event["reason"], &event["text"])
        );
    }
    assert_eq!(events.as_array().map(Vec::len), Some(4));
    world.sweep("23T19:05").await;
    world.sweep("23T19:15").await;
    world.simulator.advance_to(at("23T23:00"));
    let records = world.records().await.len();
    let past = explain(&world, "ci", &["--at", "2026-11-23 15:00"]).await;
    for words in [
        "state then: on, by what is known now of its starts and stops",
        "decision: leave (as-desired)",
        "in the ledger, since Mon 23 Nov 12:00 UTC: leave (as-desired)",
    ] {
        assert!(past.stdout.contains(words), "{words}\n{}", past.all());
    }
    let stop = explain(&world, "ci", &["--at", "2026-11-23 19:10"]).await;
    assert!(
        stop.stdout
            .contains("in the ledger, since Mon 23 Nov 19:05 UTC: stop (schedule-off)"),
        "{}",
        stop.all()
    );
    // It was looked at, and nothing else.
    assert_eq!(world.records().await.len(), records);
    assert_eq!(world.posts(), 1);
}

#[tokio::test]
async fn what_is_not_there_is_reported() {
    let world = world().await;
    let gone = explain(&world, "gone", &[]).await;
    assert_eq!(gone.code, 1);
    assert!(gone.stderr.contains("was not found"), "{}", gone.all());
    let odd = world.run(&["explain", "/subscriptions/x/computes/y"]).await;
    assert_eq!(odd.code, 1);
    assert!(
        odd.stderr.contains("it is not an ARM id such as"),
        "{}",
        odd.all()
    );
    let far = explain(&world, "ci", &["--at", "2036-01-01"]).await;
    assert!(
        far.stderr.contains("more than 366 days ahead"),
        "{}",
        far.all()
    );
}

/// Every file below a folder with its bytes; nothing where there is no folder.
fn files(folder: &std::path::Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => found.push((path.clone(), std::fs::read(&path).expect("a file"))),
        }
    }
    found.sort();
    found
}

#[tokio::test]
async fn who_only_looks_leaves_nothing_behind() {
    let world = world().await;
    world.simulator.advance_to(at("23T19:30"));
    let id = id("ci");
    let looks: [&[&str]; 6] = [
        &["explain", &id],
        &["lint", &id],
        &["lint", "--all"],
        &[
            "replay",
            "--from",
            "2026-11-23T00:00:00Z",
            "--to",
            "2026-11-24T00:00:00Z",
        ],
        &["sweep", "--dry-run"],
        &["report"],
    ];
    for look in looks {
        let printed = world.run(look).await;
        assert!(printed.code == 0, "{look:?}: {}", printed.all());
        assert!(!world.ledger.exists(), "{look:?} made the ledger");
    }
    for time in ["23T19:35", "23T19:40", "25T08:00", "25T19:05"] {
        world.sweep(time).await;
    }
    let before = files(&world.ledger);
    assert!(before.len() > 3);
    for look in looks {
        world.run(look).await;
        assert!(
            files(&world.ledger) == before,
            "{look:?} changed the ledger"
        );
    }
}
