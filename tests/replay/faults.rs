//! What cannot be read or makes no sense is reported, and the rest is played.

use super::snapshots::file;
use super::weeks::{answer, replay, snapshot};
use crate::common::world::{OFFICE, World, fleet, instance};
use serde_json::json;
use std::process::{Command, Stdio};

const DAY: [&str; 4] = ["--from", "2026-11-24", "--to", "2026-11-25"];

fn with<'a>(args: &[&'a str]) -> Vec<&'a str> {
    DAY.iter().chain(args).copied().collect()
}

#[tokio::test]
async fn an_instance_with_an_unreadable_tag_is_left_alone_and_reported() {
    let world = World::new(fleet(
        json!([
            instance("good", json!({"lamp-schedule": OFFICE})),
            instance("bad", json!({"lamp-schedule": "Mon-Fry 08:00-19:00"}))
        ]),
        &[],
    ))
    .await;
    let path = snapshot(&world).await;
    let printed = replay(&world, &path, &with(&["--json"])).await;
    let answered = answer(&printed);
    assert_eq!(
        (printed.code, &answered["total"]["resources"]),
        (1, &json!(1))
    );
    assert_eq!(answered["unreadable"][0]["name"], "bad");
    assert_eq!(answered["unreadable"][0]["left_alone"], true);
    let table = replay(&world, &path, &DAY).await;
    assert_eq!(table.code, 1);
    assert!(
        table.stdout.contains("w/bad is left as it is")
            && table.stdout.contains("Mon-Fri 08:00-19:00")
    );
    // A good tag laid over the bad one mends it for the replay.
    let mended = replay(&world, &path, &with(&["--set", "lamp-schedule=never"])).await;
    assert_eq!(mended.code, 0, "{}", mended.all());
}

#[tokio::test]
async fn a_tag_that_cannot_be_laid_over_stops_at_once() {
    let world = World::new(fleet(json!([]), &[])).await;
    let path = file(&world, "never-read.json");
    for (set, part) in [
        (
            "lamp-schedule=Mon-Fry 08:00-19:00",
            "try: Mon-Fri 08:00-19:00",
        ),
        ("lamp-shedule=always", "try: lamp-schedule"),
        ("schedule=always", "begin with lamp-"),
    ] {
        let printed = replay(&world, &path, &with(&["--set", set])).await;
        assert_eq!((printed.code, printed.stdout.as_str()), (1, ""), "{set}");
        assert!(
            printed.stderr.contains(part),
            "{part} in: {}",
            printed.stderr
        );
    }
}

#[tokio::test]
async fn a_file_that_is_no_snapshot_is_named() {
    let world = World::new(fleet(json!([]), &[])).await;
    let path = file(&world, "fleet.json");
    let missing = replay(&world, &path, &DAY).await;
    assert!(
        missing.code == 1 && missing.stderr.contains("fleet.json could not be read"),
        "{}",
        missing.stderr
    );
    for (content, part) in [
        ("", "not a snapshot"),
        ("{\"version\": 1}", "missing field"),
        (
            "{\"version\": 2, \"fleet\": []}",
            "version 2; this program reads version 1",
        ),
        (
            "{\"version\": 1, \"takenAt\": \"soon\", \"instances\": []}",
            "line 1",
        ),
    ] {
        std::fs::write(&path, content).expect("a file");
        let printed = replay(&world, &path, &DAY).await;
        assert_eq!(
            (printed.code, printed.stdout.as_str()),
            (1, ""),
            "{content}"
        );
        assert!(
            printed.stderr.contains(part) && printed.stderr.contains("fleet.json"),
            "{part} in: {}",
            printed.stderr
        );
    }
}

#[tokio::test]
async fn wrong_usage_is_2_and_says_what_was_expected() {
    let world = World::new(fleet(json!([]), &[])).await;
    let path = snapshot(&world).await;
    for (args, part) in [
        (
            vec!["--from", "2026-11-25", "--to", "2026-11-24"],
            "not after its beginning",
        ),
        (
            vec!["--from", "2026-11-25", "--to", "2026-11-25"],
            "not after its beginning",
        ),
        (
            vec!["--from", "2026-01-01", "--to", "2027-01-03"],
            "366 days",
        ),
        (
            vec!["--from", "yesterday", "--to", "2026-11-24"],
            "RFC 3339",
        ),
        (vec!["--from", "2026-11-24"], "--to"),
        (with(&["--step", "30s"]), "1m to 1d"),
        (with(&["--step", "2d"]), "1m to 1d"),
        (with(&["--step", "5"]), "a unit"),
        (with(&["--set", "lamp-schedule"]), "NAME=VALUE"),
    ] {
        let printed = replay(&world, &path, &args).await;
        assert_eq!(
            (printed.code, printed.stdout.as_str()),
            (2, ""),
            "{args:?}: {}",
            printed.all()
        );
        assert!(
            printed.stderr.contains(part),
            "{part} in: {}",
            printed.stderr
        );
    }
}

#[tokio::test]
async fn too_much_is_refused_with_what_would_be_enough() {
    let instances: Vec<_> = (0..100)
        .map(|n| instance(&format!("ci-{n}"), json!({"lamp-schedule": OFFICE})))
        .collect();
    let world = World::new(fleet(json!(instances), &[])).await;
    let path = snapshot(&world).await;
    let year = ["--from", "2026-01-01", "--to", "2027-01-01", "--step", "1m"];
    let printed = replay(&world, &path, &year).await;
    assert_eq!(printed.code, 1);
    assert!(printed.stderr.contains("--step 2m"), "{}", printed.stderr);
    let enough = ["--from", "2026-01-01", "--to", "2027-01-01", "--step", "2m"];
    assert_eq!(replay(&world, &path, &enough).await.code, 0);
}

#[tokio::test]
async fn instances_in_no_state_to_play_from_are_named_and_azures_problems_are_kept() {
    let mut creating = instance("new", json!({"lamp-schedule": OFFICE}));
    creating["state"] = json!("Unusable");
    let world = World::new(fleet(
        json!([creating, instance("ci", json!({"lamp-schedule": OFFICE}))]),
        &[(
            "v",
            json!([instance("hidden", json!({"lamp-schedule": OFFICE}))]),
        )],
    ))
    .await;
    world
        .fault(
            json!({"pathContains": "/workspaces/v/computes", "status": 403,
            "body": "{\"error\":{\"code\":\"AuthorizationFailed\",\"message\":\"no\"}}"}),
        )
        .await;
    let args: Vec<&str> = ["replay"].into_iter().chain(DAY).collect();
    let printed = world.run(&args).await;
    assert_eq!(printed.code, 1);
    for part in [
        "Left out, its state is Unusable: w/new",
        "problem: workspace v",
        "schedule-on",
    ] {
        assert!(
            printed.stdout.contains(part),
            "{part} in:\n{}",
            printed.stdout
        );
    }
}

#[tokio::test]
async fn a_reader_that_goes_away_is_no_failure() {
    let world = World::new(fleet(
        json!([instance("ci", json!({"lamp-schedule": OFFICE}))]),
        &[],
    ))
    .await;
    let path = snapshot(&world).await;
    let mut command = Command::new(env!("CARGO_BIN_EXE_lamplighter"));
    command
        .args([
            "replay",
            "--from",
            "2026-01-01",
            "--to",
            "2027-01-01",
            "--json",
            "--snapshot",
        ])
        .arg(&path)
        .env_clear()
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stderr).as_ref()
        ),
        (Some(0), "")
    );
}
