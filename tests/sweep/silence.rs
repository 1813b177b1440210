//! When no sweep runs any more, whoever looks is told so first.

use crate::common::world::{OFFICE, World, at, fleet, instance};
use lamplighter_agent::ledger::Ledger;
use lamplighter_core::record::{Record, What};
use serde_json::{Value, json};

const ID: &str = "/subscriptions/3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a01/resourceGroups/rg/providers/\
                  Microsoft.MachineLearningServices/workspaces/w/computes/ci";

/// Swept on the 23rd at five past seven for the last time.
async fn silent() -> World {
    let office = instance("ci", json!({"lamp-schedule": OFFICE}));
    let world = World::new(fleet(json!([office]), &[])).await;
    for time in ["23T19:00", "23T19:05"] {
        assert_eq!(world.sweep(time).await.code, 0);
    }
    // Whatever this computer's clock shows: something was recorded on the 29th, so it is no earlier.
    let ledger = Ledger::scratch(&world.ledger).await.expect("a ledger");
    let text = "told by hand".to_owned();
    let record = Record::new("late".into(), at("29T12:00"), None, What::Warning { text });
    ledger
        .append(record.at, &record.id, &record)
        .await
        .expect("written");
    world
}

#[tokio::test]
async fn the_report_and_its_page_say_so_first() {
    let world = silent().await;
    let to = |day: &'static str| ["report", "--from", "2026-11-01", "--to", day];
    let first = "since 2026-11-23 19:05 UTC: nothing is stopped or started";
    for (day, stale) in [
        ("2026-11-30", true),
        ("2026-11-24", false),
        ("2026-11-24T19:06:00Z", true),
    ] {
        let args = to(day);
        let table = world.run(&args).await;
        let line = table.stdout.lines().next().expect("a line");
        let said = line.starts_with("No sweep has ended for ") && line.contains(first);
        assert_eq!(said, stale, "{day}: {line}");
        assert!(
            table
                .stdout
                .contains("The last sweep was at 2026-11-23 19:05 UTC."),
            "{day}"
        );
        let json = |printed: String| -> Value { serde_json::from_str(&printed).expect("JSON") };
        let report = json(world.run(&[&args[..], &["--json"]].concat()).await.stdout);
        assert_eq!(report["last_sweep"], "2026-11-23T19:05:00Z", "{day}");
        assert_eq!(report["stale"].is_string(), stale, "{day}");
        let page = json(
            world
                .run(&[&args[..], &["--page-json"]].concat())
                .await
                .stdout,
        );
        assert_eq!(page["last_sweep"], "2026-11-23T19:05:00Z", "{day}");
        assert_eq!(
            page["needs"][0]["what"] == "No sweep",
            stale,
            "{day}: {page}"
        );
        let html = world
            .run(&[&args[..], &["--html", "-"]].concat())
            .await
            .stdout;
        let main = html
            .split_once("<main id=\"main\">")
            .expect("a main part")
            .1;
        assert_eq!(
            main.trim_start().starts_with("<p id=\"stale\""),
            stale,
            "{day}"
        );
    }
}

#[tokio::test]
async fn explain_says_so_first_and_always_when_the_last_sweep_was() {
    let world = silent().await;
    for (now, stale) in [
        ("2026-11-23T19:10:00Z", false),
        ("2026-11-25T19:10:00Z", true),
    ] {
        let explained = world.run(&["explain", ID, "--now", now]).await;
        let line = explained.stdout.lines().next().expect("a line");
        let said = line.starts_with("No sweep has ended for 2 days, since 2026-11-23 19:05 UTC: ");
        assert_eq!(said, stale, "{now}: {}", explained.all());
        let last = "last sweep: Mon 23 Nov 2026 19:05 UTC";
        assert!(explained.stdout.contains(last), "{}", explained.all());
    }
    let office = instance("ci", json!({"lamp-schedule": OFFICE}));
    let world = World::new(fleet(json!([office]), &[])).await;
    let explained = world
        .run(&["explain", ID, "--now", "2026-11-23T12:00:00Z"])
        .await;
    let none = "last sweep: none is known to have ended";
    assert!(explained.stdout.contains(none), "{}", explained.all());
}
