//! The main job: an instance left on is stopped, started again, and the money is counted.

use crate::common::world::{OFFICE, World, fleet, instance};
use serde_json::json;

#[tokio::test]
async fn an_instance_left_on_is_stopped_and_started_again_and_the_money_is_counted() {
    let world = World::new(fleet(
        json!([instance(
            "ci",
            json!({"lamp-schedule": OFFICE, "owner": "ana@example.org"})
        )]),
        &[],
    ))
    .await;
    let day = world.sweep("23T18:55").await;
    assert_eq!(
        (day.code, day.count("stops"), day.count("resources")),
        (0, 0, 1)
    );
    let stop = world.sweep("23T19:00").await;
    assert_eq!(
        (stop.code, stop.count("stops"), stop.reason("ci")),
        (0, 1, Some("schedule-off"))
    );
    let settled = world.sweep("23T19:05").await;
    assert_eq!(
        (
            settled.count("settled"),
            settled.count("off_by_lamplighter")
        ),
        (1, 1)
    );
    assert_eq!(settled.summary()["saving_per_hour"], "0.36");
    let night = (20..24).map(|hour| format!("23T{hour}:05"));
    let night = night.chain((0..8).map(|hour| format!("24T{hour:02}:05")));
    for quiet in night {
        let printed = world.sweep(&quiet).await;
        assert_eq!(
            (
                printed.code,
                printed.count("stops") + printed.count("starts")
            ),
            (0, 0)
        );
    }
    let start = world.sweep("24T08:00").await;
    assert_eq!(
        (start.count("starts"), start.reason("ci")),
        (1, Some("schedule-on"))
    );
    let closed = world.sweep("24T08:05").await;
    // From 19:05, when it was seen off, to 08:00: 12 h 55 min at 0.36.
    assert_eq!(
        (
            closed.count("off_by_lamplighter"),
            closed.summary()["saved"].as_str()
        ),
        (0, Some("4.65"))
    );
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
    let report: serde_json::Value = serde_json::from_str(&report.stdout).expect("JSON");
    let figures = &report["total"]["figures"];
    assert_eq!(
        (
            figures["saved_seconds"].as_i64(),
            figures["upper_bound_seconds"].as_i64()
        ),
        (Some(46_500), Some(46_500))
    );
    let saved: rust_decimal::Decimal = figures["saved"]
        .as_str()
        .expect("money")
        .parse()
        .expect("a decimal");
    assert_eq!(saved, "4.65".parse().expect("a decimal"));
    documented(figures, saved);
    let table = world
        .run(&[
            "report",
            "--from",
            "2026-11-01T00:00:00Z",
            "--to",
            "2026-11-30T00:00:00Z",
        ])
        .await;
    assert!(
        table.stdout.contains("4.65") && table.stdout.contains("Upper bound"),
        "{}",
        table.stdout
    );
}

#[tokio::test]
async fn a_running_job_delays_the_stop_until_it_has_ended() {
    let world = World::new(fleet(
        json!([instance("ci", json!({"lamp-schedule": OFFICE}))]),
        &[],
    ))
    .await;
    world
        .simulator
        .advance_to(crate::common::world::at("23T18:30"));
    world
        .post(
            "jobs",
            json!({"instance": "w/ci", "name": "train", "lastsSeconds": 7200}),
        )
        .await;
    let wait = world.sweep("23T19:00").await;
    assert_eq!(
        (wait.count("stops"), wait.count("waits"), wait.reason("ci")),
        (0, 1, Some("job-running"))
    );
    assert!(wait.all().contains("train"));
    assert_eq!(world.sweep("23T20:25").await.count("waits"), 1);
    assert_eq!(world.sweep("23T20:35").await.count("stops"), 1);
    assert!(!format!("{:?}", world.simulator.record()).contains("JobKilled"));
}

#[tokio::test]
async fn a_persons_start_at_night_stands_for_its_lease() {
    let world = World::new(fleet(
        json!([instance("ci", json!({"lamp-schedule": OFFICE}))]),
        &[],
    ))
    .await;
    world.sweep("23T19:00").await;
    world.sweep("23T19:05").await;
    world
        .simulator
        .advance_to(crate::common::world::at("23T21:00"));
    world.hand("w/ci", "start").await;
    assert_eq!(world.sweep("23T21:05").await.reason("ci"), Some("lease"));
    assert_eq!(world.sweep("24T00:55").await.count("stops"), 0);
    let stop = world.sweep("24T01:00").await;
    assert_eq!(
        (stop.count("stops"), stop.reason("ci")),
        (1, Some("lease-ended"))
    );
}

#[tokio::test]
async fn a_dry_run_decides_and_says_and_touches_nothing() {
    let world = World::new(fleet(
        json!([instance("ci", json!({"lamp-schedule": OFFICE}))]),
        &[],
    ))
    .await;
    world
        .simulator
        .advance_to(crate::common::world::at("23T19:00"));
    let printed = world.sweep_with(&["--dry-run"]).await;
    assert_eq!(
        (printed.code, printed.count("stops"), printed.reason("ci")),
        (0, 1, Some("schedule-off"))
    );
    assert_eq!(world.posts(), 0);
    assert!(world.records().await.is_empty());
    assert!(!world.ledger.join("state").exists());
    // And the next real sweep is not misled by it.
    assert_eq!(world.sweep_with(&[]).await.count("stops"), 1);
}

#[tokio::test]
async fn a_tag_in_dry_run_mode_is_reported_and_not_done() {
    let world = World::new(fleet(
        json!([instance(
            "ci",
            json!({"lamp-schedule": OFFICE, "lamp-mode": "dry-run"})
        )]),
        &[],
    ))
    .await;
    let printed = world.sweep("23T19:00").await;
    assert_eq!(
        (printed.count("stops"), printed.reason("ci"), world.posts()),
        (0, Some("schedule-off"), 0)
    );
}

#[tokio::test]
async fn every_layer_of_tags_is_read_and_an_unreadable_one_never_acts() {
    let mut fleet = fleet(
        json!([
            instance("own", json!({"lamp-schedule": "always"})),
            instance("addressed", json!({})),
            instance("below", json!({})),
            instance("wrong", json!({"lamp-schedule": "Mon-Fry 08:00-19:00"}))
        ]),
        &[],
    );
    let group = &mut fleet["subscriptions"][0]["resourceGroups"][0];
    group["tags"] = json!({"lamp-schedule": OFFICE});
    group["workspaces"][0]["tags"] = json!({"lamp-schedule.addressed": "none"});
    let world = World::new(fleet).await;
    let printed = world.sweep("23T19:00").await;
    assert_eq!(
        (printed.count("stops"), printed.count("unreadable")),
        (1, 1)
    );
    assert_eq!(printed.reason("below"), Some("schedule-off"));
    assert_eq!(printed.reason("wrong"), Some("unreadable-tag"));
    assert!(
        printed.all().contains("Mon-Fri 08:00-19:00"),
        "the correction is printed"
    );
    assert_eq!(world.sweep("23T19:05").await.count("settled"), 1);
    for left in ["w/own", "w/addressed", "w/wrong"] {
        assert_eq!(world.state(left), "Running", "{left}");
    }
}

#[tokio::test]
async fn an_instance_without_tags_is_left_alone_unless_the_platform_opts_everyone_in() {
    let mut world = World::new(fleet(json!([instance("ci", json!({}))]), &[])).await;
    world.set("DEFAULT_SCHEDULE", OFFICE);
    assert_eq!(world.sweep("23T19:00").await.count("stops"), 0);
    world.set("OPT_OUT", "true");
    assert_eq!(world.sweep("23T19:05").await.count("stops"), 1);
}

#[tokio::test]
async fn waiting_sees_the_operation_through() {
    let world = World::new(fleet(
        json!([instance("ci", json!({"lamp-schedule": OFFICE}))]),
        &[],
    ))
    .await;
    world
        .simulator
        .advance_to(crate::common::world::at("23T19:00"));
    // The clock moves on once the stop has been asked for; the program asks how it stands every ten seconds or
    // when Azure says.
    let clock = async {
        while world.state("w/ci") != "Stopping" {
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
        world
            .simulator
            .advance_to(crate::common::world::at("23T19:02"));
    };
    let (printed, ()) = futures::join!(world.sweep_with(&["--wait"]), clock);
    assert_eq!(
        (
            printed.code,
            printed.count("stops"),
            printed.count("problems")
        ),
        (0, 1, 0),
        "{}",
        printed.all()
    );
    assert_eq!(world.state("w/ci"), "Stopped");
}

#[tokio::test]
async fn a_person_reads_a_table() {
    let world = World::new(fleet(
        json!([instance("ci-ana", json!({"lamp-schedule": OFFICE}))]),
        &[],
    ))
    .await;
    world
        .simulator
        .advance_to(crate::common::world::at("23T19:00"));
    let printed = world
        .run(&["sweep", "--dry-run", "--at", "2026-11-23T19:00:00Z"])
        .await;
    assert!(
        printed.stdout.contains("ci-ana") && printed.stdout.contains("schedule-off"),
        "{}",
        printed.stdout
    );
    assert!(
        printed.stdout.contains("Would have stopped 1"),
        "{}",
        printed.stdout
    );
    assert!(
        !printed.stdout.contains("Only observed"),
        "{}",
        printed.stdout
    );
    // Where it may not act, what is due is told apart, with where that comes from.
    let printed = world
        .run_with(
            &["sweep", "--dry-run", "--at", "2026-11-23T19:00:00Z"],
            &[("ACT_IN", "")],
        )
        .await;
    assert!(
        printed.stdout.contains("Would have stopped 0")
            && printed.stdout.contains(
                "Only observed (ACT_IN, LAMPLIGHTER_MODE, lamp-mode): 1 to stop and 0 to start."
            ),
        "{}",
        printed.stdout
    );
}

#[tokio::test]
async fn settings_are_listed_and_a_bad_one_stops_the_start() {
    let mut world = World::new(fleet(json!([]), &[])).await;
    let listed = world.run(&["settings"]).await;
    assert_eq!(listed.code, 0);
    for name in [
        "ARM_ENDPOINT=http://127.0.0.1",
        "LEASE=4h",
        "SWEEP_SCHEDULE=0 */5 * * * *",
        "IDENTITY_HEADER=(secret)",
    ] {
        assert!(
            listed.stdout.contains(name),
            "{name} in:\n{}",
            listed.stdout
        );
    }
    world.set("LEASE", "soon");
    world.set("SWEEP_SCHEDULE", "*/5 * * * *");
    world.set("SUBSCRIPTIONS", "my-subscription");
    world.set("DEFAULT_SCHEDULE", "Mon-Fry 08:00-19:00");
    // `serve` starts all the same: tests/functions/start.rs.
    for command in ["sweep", "settings", "report"] {
        let printed = world.run(&[command]).await;
        assert_eq!(printed.code, 2, "{command}");
        for part in [
            "LEASE",
            "'soon'",
            "1m to 7d",
            "SWEEP_SCHEDULE",
            "six fields",
            "SUBSCRIPTIONS",
            "GUIDs",
            "Mon-Fri 08:00-19:00",
        ] {
            assert!(
                printed.stderr.contains(part),
                "{command}: {part} in:\n{}",
                printed.stderr
            );
        }
    }
    assert_eq!(world.run(&["sweeep"]).await.code, 2);
}

/// docs/savings.md has this very night as its example, and a line for every figure.
fn documented(figures: &serde_json::Value, saved: rust_decimal::Decimal) {
    let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/savings.md");
    let page = std::fs::read_to_string(page).expect("the page");
    // It says: seconds × price ÷ 3600 = money.
    let (_, example) = page.split_once("\n## An example\n").expect("an example");
    let (before, after) = example.split_once(" ÷ 3600 = **").expect("a sum");
    let words: Vec<&str> = before.rsplit(char::is_whitespace).take(4).collect();
    let number =
        |text: &str| -> rust_decimal::Decimal { text.replace(',', "").parse().expect("a number") };
    let (price, seconds) = (number(words[0]), number(words[3]));
    assert_eq!((words[1], words[2]), ("×", "s"));
    assert_eq!(
        Some(seconds),
        figures["saved_seconds"].as_i64().map(Into::into)
    );
    assert_eq!(saved, seconds * price / rust_decimal::Decimal::from(3600));
    assert_eq!(saved, number(after.split("**").next().expect("money")));
    for figure in figures.as_object().expect("figures").keys() {
        assert!(page.contains(&format!("`{figure}`")), "{figure}");
    }
}
