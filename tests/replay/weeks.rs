//! Weeks whose stops, starts, hours and money are counted by hand.

use super::snapshots::file;
use super::world::{Said, World, fleet, machine};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

const LISBON: &str = "Mon-Fri 08:00-19:00 Europe/Lisbon";

/// `ci` runs in office hours of Lisbon; `all-day` is stopped every evening and is never lit.
async fn two_machines() -> (World, PathBuf) {
    let mut ci = machine(
        "ci",
        json!({"lamp-schedule": LISBON, "owner": "ana@example.org"}),
    );
    // The week that is played lies before the simulator's present.
    ci["lastOperation"]["operationTime"] = json!("2026-10-20T08:00:00Z");
    let mut all_day = machine(
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
    let said = world
        .sweep_with(&["--dry-run", "--snapshot", &path.to_string_lossy()])
        .await;
    assert!(path.exists(), "{}", said.all());
    path
}

/// Runs a replay of the file.
pub async fn replay(world: &World, path: &Path, args: &[&str]) -> Said {
    let path = path.to_string_lossy();
    let all: Vec<&str> = ["replay", "--snapshot", &path]
        .into_iter()
        .chain(args.iter().copied())
        .collect();
    world.run(&all).await
}

pub fn answer(said: &Said) -> Value {
    serde_json::from_str(&said.stdout).unwrap_or_else(|_| panic!("no JSON: {}", said.all()))
}

/// Friday to Friday; on Sunday the 25th of October the clocks of Lisbon go back from UTC+1 to UTC.
const WEEK: [&str; 5] = ["--from", "2026-10-23", "--to", "2026-10-30", "--json"];

fn of<'a>(list: &'a Value, compute: &str) -> Vec<&'a Value> {
    let items = list.as_array().expect("a list").iter();
    items.filter(|item| item["compute"] == compute).collect()
}

#[tokio::test]
async fn a_week_over_the_change_to_winter_time_counted_by_hand() {
    let (world, path) = two_machines().await;
    let said = replay(&world, &path, &WEEK).await;
    assert_eq!(said.code, 0, "{}", said.all());
    let answer = answer(&said);
    let events = of(&answer["events"], "ci");
    let acts: Vec<(&str, &str)> = events
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
        acts,
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
    let ci = of(&answer["machines"], "ci")[0];
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
    // An edge speaks once: stopped at once, for the edge of Thursday 20:00, and never lit. No price: hours only.
    let all_day = of(&answer["machines"], "all-day")[0];
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
        (&answer["total"]["machines"], &answer["total"]["stops"]),
        (&json!(2), &json!(7))
    );
}

#[tokio::test]
async fn a_tag_laid_over_changes_what_would_be_done_and_nothing_in_the_file() {
    let (world, path) = two_machines().await;
    let before = std::fs::read(&path).expect("a file");
    let mut args = WEEK.to_vec();
    args.extend(["--set", "LAMP-schedule=never"]);
    let said = answer(&replay(&world, &path, &args).await);
    for name in ["ci", "all-day"] {
        let machine = of(&said["machines"], name)[0];
        assert_eq!(
            (&machine["stops"], &machine["starts"]),
            (&json!(1), &json!(0)),
            "{machine}"
        );
    }
    args.extend(["--set", "lamp-schedule="]);
    let said = replay(&world, &path, &args).await;
    let without = answer(&said);
    assert_eq!((said.code, &without["machines"]), (0, &json!([])));
    assert!(
        without["left_out"].to_string().contains("no policy tag"),
        "{without}"
    );
    assert_eq!(std::fs::read(&path).expect("a file"), before);
}

#[tokio::test]
async fn the_fleet_from_a_file_and_the_fleet_from_azure_play_alike() {
    let (world, path) = two_machines().await;
    let mut from_file = answer(&replay(&world, &path, &WEEK).await);
    let args: Vec<&str> = ["replay"].into_iter().chain(WEEK).collect();
    let posts = world.posts();
    let said = world.run(&args).await;
    let mut live = answer(&said);
    assert_eq!((said.code, world.posts()), (0, posts));
    for answer in [&mut from_file, &mut live] {
        answer["taken_at"] = Value::Null;
    }
    assert_eq!(from_file, live);
    assert_eq!(from_file["events"].as_array().expect("events").len(), 12);
}

#[tokio::test]
async fn a_person_reads_tables_and_every_act_where_they_are_few() {
    let (world, path) = two_machines().await;
    let week = &WEEK[..4];
    let said = replay(&world, &path, week).await;
    for part in [
        "ana@example.org",
        "113",
        "40.68 USD",
        "168 h without a price",
        "schedule-off",
        "upper bound",
        "All",
    ] {
        assert!(said.stdout.contains(part), "{part} in:\n{}", said.stdout);
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
            .contains("2 machine(s) were last started or stopped after the beginning"),
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
async fn a_machine_that_was_off_earns_nothing_until_our_first_stop() {
    let mut off = machine(
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
    let machine = &answer["machines"][0];
    let seconds = [
        "off_before_seconds",
        "on_seconds",
        "lit_seconds",
        "off_seconds",
    ]
    .map(|name| machine[name].as_i64());
    assert_eq!(seconds, [8, 11, 11, 5].map(|hours| Some(hours * 3600)));
    assert_eq!(machine["dry_run"], true);
    let said = replay(&world, &path, &day).await;
    assert!(
        said.stdout.contains("ci (dry run)") && said.stdout.contains("3.96 USD"),
        "{}",
        said.stdout
    );
}
