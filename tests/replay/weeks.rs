//! Weeks whose stops, starts, hours and money are counted by hand.

use super::snapshots::file;
use crate::common::world::{Printed, World, fleet, instance};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

const LISBON: &str = "Mon-Fri 08:00-19:00 Europe/Lisbon";

/// `ci` runs in office hours of Lisbon; `all-day` is stopped every evening and is never started.
async fn two_resources() -> (World, PathBuf) {
    let mut ci = instance(
        "ci",
        json!({"lamp-schedule": LISBON, "owner": "ana@example.org"}),
    );
    // The week that is played lies before the simulator's present.
    ci["lastOperation"]["operationTime"] = json!("2026-10-20T08:00:00Z");
    let mut all_day = instance(
        "all-day",
        json!({"lamp-schedule": "stop daily 20:00", "owner": "bo"}),
    );
    all_day["lastOperation"]["operationTime"] = json!("2026-10-20T08:00:00Z");
    all_day["vmSize"] = json!("Standard_X9");
    let mut fleet = fleet(json!([ci, all_day]), &[]);
    fleet["unpriced"] = json!(["Standard_X9"]);
    let world = World::new(fleet).await;
    let path = snapshot(&world).await;
    (world, path)
}

pub async fn snapshot(world: &World) -> PathBuf {
    let path = file(world, "fleet.json");
    let printed = world
        .sweep_with(&["--dry-run", "--snapshot", &path.to_string_lossy()])
        .await;
    assert!(path.exists(), "{}", printed.all());
    path
}

/// Runs a replay of the file.
pub async fn replay(world: &World, path: &Path, args: &[&str]) -> Printed {
    let path = path.to_string_lossy();
    let all: Vec<&str> = ["replay", "--snapshot", &path]
        .into_iter()
        .chain(args.iter().copied())
        .collect();
    world.run(&all).await
}

pub fn answer(printed: &Printed) -> Value {
    serde_json::from_str(&printed.stdout).unwrap_or_else(|_| panic!("no JSON: {}", printed.all()))
}

/// Friday to Friday; on Sunday the 25th of October the clocks of Lisbon go back from UTC+1 to UTC.
const WEEK: [&str; 5] = ["--from", "2026-10-23", "--to", "2026-10-30", "--json"];

fn of<'a>(list: &'a Value, compute: &str) -> Vec<&'a Value> {
    let items = list.as_array().expect("a list").iter();
    items.filter(|item| item["name"] == compute).collect()
}

#[tokio::test]
async fn a_week_over_the_change_to_winter_time_counted_by_hand() {
    let (world, path) = two_resources().await;
    let printed = replay(&world, &path, &WEEK).await;
    assert_eq!(printed.code, 0, "{}", printed.all());
    let answer = answer(&printed);
    let events = of(&answer["events"], "ci");
    let actions: Vec<(&str, &str)> = events
        .iter()
        .map(|event| {
            (
                event["at"].as_str().expect("at"),
                event["action"].as_str().expect("an action"),
            )
        })
        .collect();
    // On at midnight, though its schedule wants it off since Thursday evening: stopped at the first step.
    assert_eq!(
        actions,
        [
            ("2026-10-23T00:00:00Z", "stop"),
            ("2026-10-23T07:00:00Z", "start"),
            ("2026-10-23T18:00:00Z", "stop"),
            ("2026-10-26T08:00:00Z", "start"),
            ("2026-10-26T19:00:00Z", "stop"),
            ("2026-10-27T08:00:00Z", "start"),
            ("2026-10-27T19:00:00Z", "stop"),
            ("2026-10-28T08:00:00Z", "start"),
            ("2026-10-28T19:00:00Z", "stop"),
            ("2026-10-29T08:00:00Z", "start"),
            ("2026-10-29T19:00:00Z", "stop"),
        ]
    );
    assert_eq!(events[0]["reason"], "schedule-off");
    assert!(
        events[1]["text"].as_str().expect("text").contains("WEST"),
        "{}",
        events[1]
    );
    let ci = of(&answer["resources"], "ci")[0];
    // Five days of 11 hours on; the other 113 of 168 hours off, at 0.36.
    assert_eq!(
        (
            ci["stops"].as_u64(),
            ci["starts"].as_u64(),
            ci["on_seconds"].as_i64(),
            ci["off_seconds"].as_i64()
        ),
        (Some(6), Some(5), Some(55 * 3600), Some(113 * 3600))
    );
    let money: rust_decimal::Decimal = ci["upper_bound"]["USD"]
        .as_str()
        .expect("money")
        .parse()
        .expect("a decimal");
    assert_eq!(money, "40.68".parse().expect("a decimal"));
    // An edge speaks once: stopped at once, for the edge of Thursday 20:00, and never started. No price: hours only.
    let all_day = of(&answer["resources"], "all-day")[0];
    assert_eq!(
        (
            all_day["stops"].as_u64(),
            all_day["starts"].as_u64(),
            all_day["off_seconds"].as_i64()
        ),
        (Some(1), Some(0), Some(168 * 3600))
    );
    assert_eq!(
        (&all_day["upper_bound"], &all_day["unpriced_seconds"]),
        (&json!({}), &json!(168 * 3600))
    );
    let owners: Vec<(&Value, &Value)> = answer["owners"]
        .as_array()
        .expect("owners")
        .iter()
        .map(|owner| (&owner["owner"], &owner["stops"]))
        .collect();
    assert_eq!(
        owners,
        [
            (&json!("ana@example.org"), &json!(6)),
            (&json!("bo"), &json!(1))
        ]
    );
    assert_eq!(
        (&answer["total"]["resources"], &answer["total"]["stops"]),
        (&json!(2), &json!(7))
    );
}

#[tokio::test]
async fn a_tag_laid_over_changes_what_would_be_done_and_nothing_in_the_file() {
    let (world, path) = two_resources().await;
    let before = std::fs::read(&path).expect("a file");
    let mut args = WEEK.to_vec();
    args.extend(["--set", "LAMP-schedule=never"]);
    let printed = answer(&replay(&world, &path, &args).await);
    for name in ["ci", "all-day"] {
        let instance = of(&printed["resources"], name)[0];
        assert_eq!(
            (&instance["stops"], &instance["starts"]),
            (&json!(1), &json!(0)),
            "{instance}"
        );
    }
    args.extend(["--set", "lamp-schedule="]);
    let printed = replay(&world, &path, &args).await;
    let without = answer(&printed);
    assert_eq!((printed.code, &without["resources"]), (0, &json!([])));
    assert!(
        without["left_out"].to_string().contains("no policy tag"),
        "{without}"
    );
    assert_eq!(std::fs::read(&path).expect("a file"), before);
}

#[tokio::test]
async fn the_fleet_from_a_file_and_the_fleet_from_azure_play_alike() {
    let (world, path) = two_resources().await;
    let mut from_file = answer(&replay(&world, &path, &WEEK).await);
    let args: Vec<&str> = ["replay"].into_iter().chain(WEEK).collect();
    let posts = world.posts();
    let printed = world.run(&args).await;
    let mut live = answer(&printed);
    assert_eq!((printed.code, world.posts()), (0, posts));
    for answer in [&mut from_file, &mut live] {
        answer["taken_at"] = Value::Null;
    }
    assert_eq!(from_file, live);
    assert_eq!(from_file["events"].as_array().expect("events").len(), 12);
}

#[tokio::test]
async fn a_person_reads_tables_and_every_action_where_they_are_few() {
    let (world, path) = two_resources().await;
    let week = &WEEK[..4];
    let printed = replay(&world, &path, week).await;
    for part in [
        "ana@example.org",
        "113",
        "40.68 USD",
        "168 h without a price",
        "schedule-off",
        "upper bound",
        "All",
    ] {
        assert!(
            printed.stdout.contains(part),
            "{part} in:\n{}",
            printed.stdout
        );
    }
    let month = ["--from", "2026-10-01", "--to", "2026-11-01"];
    let many = replay(&world, &path, &month).await;
    assert!(
        many.stdout.contains("--events") && !many.stdout.contains("schedule-off"),
        "{}",
        many.stdout
    );
    assert!(
        many.stdout
            .contains("2 resource(s) were last started or stopped after the beginning"),
        "{}",
        many.stdout
    );
    let all: Vec<&str> = month.into_iter().chain(["--events"]).collect();
    assert!(
        replay(&world, &path, &all)
            .await
            .stdout
            .contains("schedule-off")
    );
}

#[tokio::test]
async fn an_instance_that_was_off_earns_nothing_until_our_first_stop() {
    let mut off = instance(
        "ci",
        json!({"lamp-schedule": "Mon-Fri 08:00-19:00 UTC", "lamp-mode": "dry-run"}),
    );
    off["state"] = json!("Stopped");
    off["lastOperation"] = json!({"operationName": "Stop", "operationTime": "2026-10-20T08:00:00Z",
        "operationStatus": "Succeeded", "operationTrigger": "User"});
    let world = World::new(fleet(json!([off]), &[])).await;
    let path = snapshot(&world).await;
    let day = ["--from", "2026-11-24", "--to", "2026-11-25"];
    let all: Vec<&str> = day.into_iter().chain(["--json"]).collect();
    let answer = answer(&replay(&world, &path, &all).await);
    let instance = &answer["resources"][0];
    let seconds = [
        "off_before_seconds",
        "on_seconds",
        "on_by_start_seconds",
        "off_seconds",
    ]
    .map(|name| instance[name].as_i64());
    assert_eq!(seconds, [8, 11, 11, 5].map(|hours| Some(hours * 3600)));
    assert_eq!(instance["dry_run"], true);
    let printed = replay(&world, &path, &day).await;
    assert!(
        printed.stdout.contains("ci (dry run)") && printed.stdout.contains("3.96 USD"),
        "{}",
        printed.stdout
    );
}
