//! `lamplighter lint`.

use super::{Printed, run, run_with};
use crate::common::world::{World, fleet, instance};
use serde_json::json;

const NOW: [&str; 2] = ["--at", "2026-11-23T12:00:00Z"];

fn lint(tags: &[&str]) -> Printed {
    let args: Vec<&str> = ["lint"].iter().chain(tags).chain(&NOW).copied().collect();
    run(&args)
}

#[test]
fn a_schedule_is_told_in_words_with_a_week_of_edges() {
    let printed = lint(&[
        "lamp-schedule=Mon-Fri 8:00-19:00 Europe/Lisbon",
        "lamp-holidays=PT",
    ]);
    assert_eq!((printed.code, printed.stderr.as_str()), (0, ""));
    let words = "on Monday to Friday from 08:00 to 19:00 in Lisbon; off otherwise and on the public holidays of Portugal";
    assert!(printed.stdout.contains(words), "{}", printed.stdout);
    // Tuesday the 1st of December is a holiday, but lies beyond the week.
    assert_eq!(
        printed.stdout.matches("  on\n").count(),
        5,
        "{}",
        printed.stdout
    );
    assert!(
        printed
            .stdout
            .contains("  Mon 23 Nov 19:00 WET       2026-11-23T19:00Z  off\n"),
        "{}",
        printed.stdout
    );
    let summer = run(&[
        "lint",
        "lamp-schedule=daily 08:00-19:00 Europe/Lisbon",
        "--at",
        "2026-07-01T12:00:00Z",
    ]);
    assert!(
        summer
            .stdout
            .contains("Wed 01 Jul 19:00 WEST      2026-07-01T18:00Z  off"),
        "{}",
        summer.stdout
    );
}

#[test]
fn every_kind_of_rule_has_its_words() {
    for (tag, words) in [
        (
            "lamp-schedule=Mon-Fri 08:00-12:00, 13:00-18:00; Sat 10:00-14:00",
            "on Monday to Friday from 08:00 to 12:00 and from 13:00 to 18:00 and Saturday from 10:00 to 14:00 in UTC; off otherwise",
        ),
        (
            "lamp-schedule=Fri-Mon 22:00-06:00 America/New_York",
            "on Friday to Monday from 22:00 to 06:00 of the next day in New York; off otherwise",
        ),
        (
            "lamp-schedule=weekends 00:00-24:00",
            "on Saturday and Sunday all day in UTC; off otherwise",
        ),
        (
            "lamp-schedule=stop daily 19:00",
            "stopped every day at 19:00 in UTC; in between it stays as people leave it",
        ),
        (
            "lamp-schedule=start 0 8 * * 1-5; stop 30 12,19 * * *",
            "started Monday to Friday at 08:00; stopped every day at 12:30 and 19:30 in UTC; in between it stays as people leave it",
        ),
        ("lamp-schedule=stop 0 6 L * *", "(cron 0 6 L * *) in UTC"),
        (
            "lamp-schedule=Mon,Wed 08:00-17:00; stop daily 23:00",
            "on Monday and Wednesday from 08:00 to 17:00; stopped every day at 23:00 in UTC; outside the windows the last edge counts",
        ),
        ("lamp-schedule=always", "on round the clock"),
        (
            "lamp-schedule=never",
            "off unless someone starts it; a manual start stands for 4h",
        ),
        ("lamp-schedule=none", "no schedule"),
        ("lamp-idle=90m", "stopped after 1h30m without work"),
        ("lamp-idle=off", "not stopped for being idle"),
        (
            "lamp-max-uptime=12h",
            "stopped once it has run for 12h without a break; a job on it delays that",
        ),
        (
            "lamp-hold=off until 2026-12-01",
            "stopped once, and not started until Tue 01 Dec 2026 00:00 UTC",
        ),
        (
            "lamp-hold=off from 2026-12-24 to 2027-01-02",
            "stopped once at Thu 24 Dec 2026 00:00 UTC, and not started until Sat 02 Jan 2027 00:00 UTC",
        ),
        (
            "lamp-hold=on from 2026-12-12 08:00 until 2026-12-13 20:00",
            "started once at Sat 12 Dec 2026 08:00 UTC, and nothing stops it until Sun 13 Dec 2026 20:00 UTC",
        ),
        (
            "lamp-hold=on for 3h",
            "nothing stops it for 3h, counted from when Lamplighter first sees this text",
        ),
        (
            "lamp-hold=on until Fri 22:00",
            "nothing stops it until the next Fri 22:00, counted from when Lamplighter first sees this text",
        ),
        ("lamp-notice=15m", "its owner is told 15m before a stop"),
        (
            "lamp-mode=dry-run,stop-only",
            "only reported, nothing done and never started",
        ),
        (
            "lamp-holidays=DE-BY,US",
            "no window and no start begins on the public holidays of Bavaria (Germany) and United States",
        ),
    ] {
        let printed = lint(&[tag]);
        assert!(printed.stdout.contains(words), "{tag}: {}", printed.stdout);
        assert_eq!(printed.code, 0, "{tag}");
    }
}

#[test]
fn slips_that_read_are_warned_of() {
    let germany = "lamp-schedule=Mon-Fri 08:00-19:00 Europe/Berlin";
    let tokyo = "lamp-schedule=Mon-Fri 08:00-19:00 Asia/Tokyo";
    for (args, warning) in [
        (
            &["lamp-schedule=Mon-Fri 08:00-19:00; stop Wed 12:00"][..],
            "stop Wed 12:00 never acts",
        ),
        (
            &["lamp-schedule=Mon-Fri 08:00-19:00; Tue 09:00-10:00"],
            "the window Tue 09:00-10:00 lies within another",
        ),
        (
            &["lamp-schedule=start Mon-Fri 08:00"],
            "there is a start and no stop",
        ),
        (
            &["lamp-schedule=daily 00:00-24:00"],
            "its windows leave no gap",
        ),
        (
            &["lamp-schedule=start Mon-Fri 08:00", "lamp-mode=stop-only"],
            "nothing is ever done",
        ),
        (
            &["lamp-hold=on until 2026-11-20"],
            "the hold ended Fri 20 Nov 2026 00:00 UTC",
        ),
        (&["lamp-hold=on until 2027-11-20"], "the hold lasts long"),
        (
            &["lamp-schedule=Mon-Fri 00:00-23:59"],
            "it is stopped Mon 23 Nov 23:59 UTC for 1m only: a day ends at 24:00",
        ),
        (&["lamp-idle=5m"], "outside what Azure's own timer takes"),
        (
            &[tokyo, "--region", "westeurope"],
            "8h from the resource's region westeurope (Amsterdam)",
        ),
        (
            &["lamp-schedule=Mon-Fri 08:00-19:00", "--region", "eastus"],
            "no zone is written, so the times are read in UTC",
        ),
        (&["owner=ana"], "no policy tag covers it"),
        (
            &["lamp-schedule=always", "workspace:lamp-schedule=Fry"],
            "a nearer layer replaces it",
        ),
    ] {
        let printed = lint(args);
        assert!(
            printed.stdout.contains(warning),
            "{args:?}: {}",
            printed.stdout
        );
    }
    for args in [
        &[germany, "--region", "westeurope"][..],
        &[germany],
        &["lamp-idle=60m"],
    ] {
        let printed = lint(args);
        assert!(
            !printed.stdout.contains("warning"),
            "{args:?}: {}",
            printed.stdout
        );
    }
}

#[test]
fn what_cannot_be_read_exits_with_1() {
    let printed = lint(&["lamp-schedule=Mon-Fri 08:00-19:00 EST", "lamp-idel=60m"]);
    assert_eq!(printed.code, 1);
    assert!(
        printed
            .stdout
            .contains("try: Mon-Fri 08:00-19:00 America/New_York"),
        "{}",
        printed.stdout
    );
    assert!(
        printed.stdout.contains("try: lamp-idle"),
        "{}",
        printed.stdout
    );
    assert!(
        printed
            .stdout
            .contains("nothing is done to the resource while a tag cannot be read")
    );
    // One error is never more than a screen.
    let long = format!("lamp-schedule={}", "Mon-Fry 25:00-26:00; ".repeat(12));
    assert!(lint(&[&long]).stdout.lines().count() < 24);
}

#[test]
fn names_that_azure_does_not_take_are_refused() {
    for compute in ["a/b", "<ci>", "50%"] {
        let tag = format!("workspace:lamp-schedule.{compute}=always");
        let printed = lint(&[&tag, "--name", compute]);
        let refused = printed.stdout.contains("Azure takes no tag name with");
        assert_eq!(
            (printed.code, refused),
            (1, true),
            "{tag}: {}",
            printed.stdout
        );
    }
}

#[test]
fn the_platforms_names_are_known() {
    let settings = [(
        "SCHEDULES",
        r#"{"office-hours":"Mon-Fri 08:00-19:00 Europe/Lisbon"}"#,
    )];
    let printed = run_with(&["lint", "lamp-schedule=office-hours"], &settings, b"");
    assert!(
        printed.stdout.contains("from 08:00 to 19:00 in Lisbon"),
        "{}",
        printed.stdout
    );
    let bad = [("SCHEDULES", "office = Mon-Fry 08:00-19:00")];
    let printed = run_with(&["lint", "lamp-schedule=office"], &bad, b"");
    assert_eq!(printed.code, 2);
    assert!(
        printed
            .stderr
            .contains("setting SCHEDULES: 'office = Mon-Fry 08:00-19:00' is not"),
        "{}",
        printed.stderr
    );
}

#[test]
fn many_cases_are_read_as_json_lines() {
    let input = concat!(
        r#"{"id":"a","tags":{"lamp-schedule":"Mon-Fri 08:00-19:00"},"now":"2026-11-23T12:00:00Z","location":"eastus"}"#,
        "\nnonsense\n",
        r#"{"id":"b","tags":{"lamp-schedule":"Fry"},"now":"2026-11-23T12:00:00Z"}"#,
    );
    let printed = run_with(&["lint", "--batch"], &[], input.as_bytes());
    assert_eq!(printed.code, 1);
    let lines = printed.lines();
    assert_eq!(lines.len(), 3);
    assert_eq!(
        (&lines[0]["id"], &lines[0]["reads"]),
        (&json!("a"), &json!(true))
    );
    assert_eq!(lines[0]["week"].as_array().map(Vec::len), Some(10));
    assert!(
        lines[0]["warnings"][0]
            .as_str()
            .is_some_and(|warning| warning.contains("New York"))
    );
    assert_eq!(lines[1]["reason"], "malformed-input");
    assert_eq!(
        (&lines[2]["reads"], &lines[2]["errors"][0]["suggestion"]),
        (&json!(false), &json!(null))
    );
}

#[tokio::test]
async fn a_live_fleet_is_read_without_a_touch() {
    let mut contradicted = instance("ci", json!({"lamp-schedule": "Mon-Fri 08:00-19:00 UTC"}));
    contradicted["schedules"] =
        json!([{"action": "Start", "cron": {"expression": "0 22 * * *", "timeZone": "UTC"}}]);
    let bad = instance("bad", json!({"lamp-schedule": "Mon-Fry 08:00-19:00"}));
    let plain = instance("plain", json!({}));
    let world = World::new(fleet(json!([contradicted, bad, plain]), &[])).await;
    let printed = world.run(&["lint", "--all", NOW[0], NOW[1]]).await;
    assert_eq!(printed.code, 1, "{}", printed.all());
    assert!(
        printed
            .stdout
            .contains("Azure's own schedule starts it Mon 23 Nov 22:00 UTC"),
        "{}",
        printed.all()
    );
    assert!(
        printed.stdout.contains("try: Mon-Fri 08:00-19:00"),
        "{}",
        printed.all()
    );
    assert!(
        printed.stdout.contains(
            "3 resources: 1 with a tag that cannot be read, 1 with warnings, 1 without a policy"
        ),
        "{}",
        printed.all()
    );
    // Tags say the same whatever runs, and whatever it costs.
    let routes = world.simulator.calls().routes;
    for unwanted in ["W/jobs", "/api/retail/prices"] {
        let asked = routes.iter().any(|route| route.route == unwanted);
        assert!(!asked, "{unwanted} was asked");
    }
    let id = printed
        .stdout
        .lines()
        .find(|line| line.ends_with("/computes/ci"))
        .expect("its id");
    let one = world.run(&["lint", id, NOW[0], NOW[1], "--json"]).await;
    let document: serde_json::Value = serde_json::from_str(&one.stdout).expect("JSON");
    assert_eq!(document["resources"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        document["resources"][0]["week"].as_array().map(Vec::len),
        Some(10)
    );
    assert_eq!(one.code, 0);
    let workspace = id.split("/computes/").next().expect("a workspace");
    let all = world
        .run(&["lint", workspace, NOW[0], NOW[1], "--json"])
        .await;
    let document: serde_json::Value = serde_json::from_str(&all.stdout).expect("JSON");
    assert_eq!(document["resources"].as_array().map(Vec::len), Some(3));
    let missing = world
        .run(&["lint", &format!("{workspace}/computes/gone")])
        .await;
    assert_eq!(missing.code, 1);
    assert!(
        missing.stderr.contains("was not found"),
        "{}",
        missing.all()
    );
    assert_eq!(world.posts(), 0);
    assert!(world.records().await.is_empty());
}

#[tokio::test]
async fn what_stands_beside_the_computes_of_a_subscription_is_asked_for_once() {
    let other = ("v", json!([instance("two", json!({}))]));
    let world = World::new(fleet(json!([instance("one", json!({}))]), &[other])).await;
    let printed = world.run(&["lint", "--all", NOW[0], NOW[1]]).await;
    assert!(
        printed.stdout.contains("2 resources: 0 with a tag"),
        "{}",
        printed.all()
    );
    let routes = world.simulator.calls().routes.into_iter();
    let graph = routes.filter(|route| route.route.contains("ResourceGraph"));
    assert_eq!(graph.map(|route| route.count).sum::<u64>(), 1);
}
