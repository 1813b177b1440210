//! Where all is well, and what the doctor costs.

use super::{Found, calls, ci, doctor, world, world_of};
use crate::common::world::{at, fleet};
use lamplighter_simulator::Options;
use serde_json::json;

#[tokio::test]
async fn all_is_well_and_each_check_says_what_it_saw() {
    let world = world().await;
    let found = doctor(&world, &[]).await;
    assert_eq!((found.code, found.wrong().len()), (0, 0), "{}", found.all);
    assert!(found.named("not-tried").is_empty(), "{}", found.all);
    for (check, words) in [
        ("settings", "stops and starts in all subscriptions"),
        ("time-zones", "IANA 20"),
        ("timetable", "means 0 0,5,10,"),
        (
            "timetable",
            "next 2026-11-23T12:05:00Z, 2026-11-23T12:10:00Z, 2026-11-23T12:15:00Z",
        ),
        ("ledger", "written, read, listed and deleted from"),
        ("token", "gets one"),
        ("subscriptions", "1 seen, 1 swept; 1 looked at"),
        ("clock", "Azure's"),
        (
            "provider",
            "Microsoft.MachineLearningServices is there in 1",
        ),
        (
            "right workspaces/computes/stop/action",
            "to stop an instance",
        ),
        ("region", "westeurope"),
        ("metrics", "the hosts of westeurope answer"),
        ("prices", "answers"),
        ("last-sweep", "ended 2026-11-23T12:00:00Z, 0 minutes ago"),
        (
            "tonight",
            "1 stop until 2026-11-24T08:00:00Z, in 1 of 1 workspaces: w/ci 19:00Z (schedule-off)",
        ),
    ] {
        assert!(
            found.text(check).contains(words),
            "{check}: {words}\n{}",
            found.all
        );
    }
    // As a table: one line for each.
    let now = world.simulator.now().to_rfc3339();
    let printed = world.run(&["doctor", "--at", &now]).await;
    let checks = found.body["checks"].as_array().expect("checks").len();
    let lines = printed.stdout.lines().filter(|line| line.contains("┆ ok"));
    assert_eq!(
        (printed.code, lines.count()),
        (0, checks),
        "{}",
        printed.all()
    );
}

#[tokio::test]
async fn nothing_is_changed_and_azure_is_hardly_asked() {
    let world = world().await;
    let files = || {
        let mut names: Vec<_> = walk(&world.ledger);
        names.sort();
        names
    };
    let (documents, before, events) = (files(), calls(&world), world.simulator.record().len());
    doctor(&world, &[]).await;
    assert_eq!(files(), documents, "the ledger is as it was");
    assert_eq!(
        world.simulator.record().len(),
        events,
        "nothing has happened"
    );
    let after = calls(&world);
    let asked = |route: &str| after.get(route).unwrap_or(&0) - before.get(route).unwrap_or(&0);
    for route in ["start", "stop", "updateIdleShutdownSetting"] {
        assert_eq!(
            asked(&format!("POST W/computes/{{c}}/{route}")),
            0,
            "{route}: {after:?}"
        );
    }
    let all: u64 = after.values().sum::<u64>() - before.values().sum::<u64>();
    assert!(all <= 30, "{all} calls: {before:?} {after:?}");
}

fn walk(folder: &std::path::Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        match path.is_dir() {
            true => found.extend(walk(&path)),
            false => found.push((path.clone(), std::fs::read(&path).expect("a file"))),
        }
    }
    found
}

#[tokio::test]
async fn of_many_subscriptions_some_are_looked_at_and_the_line_says_how_many() {
    let subscriptions: Vec<_> = (0..12)
        .map(|number| {
            json!({"id": format!("3f0a6c1e-5b1d-4c53-9d0e-0000000000{number:02}"), "name": format!("s{number}"),
                "resourceGroups": [{"name": "rg", "workspaces": [
                    {"name": format!("w{number}"), "location": "westeurope", "instances": [ci()]},
                    {"name": format!("v{number}"), "location": "northeurope", "instances": []}]}]})
        })
        .collect();
    let world = world_of(
        json!({ "subscriptions": subscriptions }),
        Options::default(),
    )
    .await;
    let found = doctor(&world, &[]).await;
    assert_eq!(found.wrong().len(), 0, "{}", found.all);
    assert!(
        found
            .text("subscriptions")
            .contains("12 seen, 12 swept; 10 looked at here")
    );
    assert!(
        found
            .text("right workspaces/jobs/read")
            .contains("in 10 subscriptions")
    );
    assert!(found.text("region").contains("northeurope, westeurope"));
    assert!(
        found.text("tonight").contains("in 10 of 20 workspaces"),
        "{}",
        found.all
    );
    assert!(
        found.text("tonight").contains("10 stops until"),
        "{}",
        found.all
    );
    assert!(
        found.text("tonight").contains("and 5 more"),
        "{}",
        found.all
    );
}

#[tokio::test]
async fn what_would_only_be_noted_down_is_told_so() {
    let world = world().await;
    let observed = doctor(&world, &[("LAMPLIGHTER_MODE", "observe")]).await;
    let line = observed.text("tonight");
    assert!(
        line.contains("1 stop, 1 of them only noted down (LAMPLIGHTER_MODE=observe"),
        "{line}"
    );
    assert!(
        observed
            .text("settings")
            .contains("stops and starts nothing")
    );
    assert_eq!(observed.code, 0);
    world.simulator.advance_to(at("23T19:05"));
    world.sweep_with(&[]).await;
    let later = doctor(&world, &[]).await;
    assert!(
        later.text("tonight").contains("0 stops until"),
        "{}",
        later.all
    );
}

#[tokio::test]
async fn without_any_workspace_what_needs_one_is_not_tried() {
    let world = world_of(
        json!({"subscriptions": [{"id": "3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a01", "name": "Empty"}]}),
        Options::default(),
    )
    .await;
    let found: Found = doctor(&world, &[]).await;
    assert_eq!((found.code, found.wrong().len()), (0, 0), "{}", found.all);
    assert_eq!(
        found.check("right workspaces/computes/stop/action")["status"],
        "not-tried"
    );
    assert_eq!(found.check("right workspaces/read")["status"], "ok");
    assert_eq!(found.check("metrics")["status"], "not-tried");
    assert!(found.text("tonight").contains("0 stops"), "{}", found.all);
    let fleet = fleet(json!([]), &[]);
    let with_one = world_of(fleet, Options::default()).await;
    let found = doctor(&with_one, &[]).await;
    assert!(found.named("not-tried").is_empty(), "{}", found.all);
}
