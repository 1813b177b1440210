//! What somebody leaves on who starts an instance again after our stop: a cost in a figure of its own.

use super::money::{decimal, money, one};
use crate::common::world::{OFFICE, World};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Stopped on Monday at 19:00, started again by its owner at 20:00, who then changes its tags.
async fn started_again(tags: Value) -> World {
    let world = one(json!({"lamp-schedule": OFFICE})).await;
    for time in ["23T18:55", "23T19:00", "23T19:05"] {
        world.sweep(time).await;
    }
    world
        .simulator
        .advance_to(crate::common::world::at("23T20:00"));
    world.hand("w/ci", "start").await;
    world
        .post("tags", json!({"on": "w/ci", "tags": tags}))
        .await;
    world
}

/// A sweep every two hours, from Monday 20:05 on, so often.
async fn sweeps(world: &World, count: u32) {
    for number in 0..count {
        let hour = 20 + 2 * number;
        let time = format!("{}T{:02}:05", 23 + hour / 24, hour % 24);
        world.sweep(&time).await;
    }
}

const PERIOD: [&str; 4] = ["--from", "2026-11-01", "--to", "2026-11-26"];

async fn printed(world: &World, form: &[&str]) -> String {
    let args = [&["report"][..], form, &PERIOD].concat();
    world.run(&args).await.stdout
}

async fn report(world: &World) -> Value {
    let text = printed(world, &["--json"]).await;
    serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}"))
}

fn figures(report: &Value) -> &Value {
    &report["total"]["figures"]
}

#[tokio::test]
async fn what_its_owner_keeps_on_after_our_stop_costs_outside_its_schedule_as_the_page_has_it() {
    let hold = json!({"lamp-schedule": OFFICE, "lamp-hold": "on until 2026-11-25 08:00"});
    let world = started_again(hold).await;
    sweeps(&world, 19).await;
    let now = report(&world).await;
    // Saved from 19:05 to 20:00; up to Tuesday 08:00 it would have been on anyway, and then its schedule wants it on.
    assert_eq!(figures(&now)["saved_seconds"], 55 * 60, "{now}");
    assert_eq!(figures(&now)["upper_bound_seconds"], 55 * 60);
    documented(figures(&now));
    // By each line, and by day: the night lies in two.
    let by_day = now["days"].as_object().expect("days");
    let of_day = |date: &str| by_day[date]["schedule"]["restarted_seconds"].clone();
    assert_eq!(
        (of_day("2026-11-24"), of_day("2026-11-25")),
        (json!(5 * 3600), json!(8 * 3600))
    );
    let rows = printed(&world, &["--csv"]).await;
    let mut reader = csv::Reader::from_reader(rows.as_bytes());
    let rows = reader.deserialize::<BTreeMap<String, String>>();
    let rows = rows.map(|row| row.expect("a row"));
    let own = rows.filter(|row| row["kind"] == "restarted");
    let recomputed = own.map(|row| {
        assert_eq!(row["counted"], "left-on");
        decimal(&row["seconds"]) * decimal(&row["price_per_hour"]) / Decimal::from(3600)
    });
    assert_eq!(
        recomputed.sum::<Decimal>(),
        money(&figures(&now)["restarted"])
    );
    let table = printed(&world, &[]).await;
    let words = "Started again after a stop, and left on: 13 h, 4.68; a cost, in neither of the two figures.";
    assert!(
        table.contains(words) && table.contains("Started again"),
        "{table}"
    );
}

#[tokio::test]
async fn what_is_governed_no_more_costs_from_when_nothing_is_saved_until_it_is_stopped() {
    let world = started_again(json!({})).await;
    sweeps(&world, 12).await;
    world
        .simulator
        .advance_to(crate::common::world::at("24T20:00"));
    world.hand("w/ci", "stop").await;
    world.sweep("24T20:05").await;
    let now = report(&world).await;
    // From Tuesday 08:00, the schedule's next start when it was stopped, to 20:00.
    assert_eq!(figures(&now)["restarted_seconds"], 12 * 3600, "{now}");
    assert_eq!(money(&figures(&now)["restarted"]), decimal("4.32"));
}

#[tokio::test]
async fn who_comes_back_for_the_length_of_a_lease_costs_nothing_by_our_stop() {
    let world = started_again(json!({"lamp-schedule": OFFICE})).await;
    sweeps(&world, 3).await;
    assert_eq!(world.state("w/ci"), "Stopping");
    world.sweep("24T02:05").await;
    let now = report(&world).await;
    assert_eq!(figures(&now)["restarted_seconds"], 0, "{now}");
}

#[tokio::test]
async fn who_starts_it_before_any_sweep_has_seen_it_off_costs_as_much() {
    let world = one(json!({"lamp-schedule": OFFICE})).await;
    for time in ["23T18:55", "23T19:00"] {
        world.sweep(time).await;
    }
    // Off by then, and on again before anybody looks.
    world
        .simulator
        .advance_to(crate::common::world::at("23T19:03"));
    world.hand("w/ci", "start").await;
    let hold = json!({"lamp-schedule": OFFICE, "lamp-hold": "on until 2026-11-25 08:00"});
    world
        .post("tags", json!({"on": "w/ci", "tags": hold}))
        .await;
    sweeps(&world, 19).await;
    let now = report(&world).await;
    // As of who came at 20:00: its stop saved nothing, and up to Tuesday 19:00 it would have been on anyway.
    assert_eq!(figures(&now)["saved_seconds"], 0, "{now}");
    assert_eq!(figures(&now)["restarted_seconds"], 13 * 3600, "{now}");
}

#[tokio::test]
async fn what_is_deleted_costs_up_to_the_last_sweep_that_saw_it() {
    let world = started_again(json!({})).await;
    sweeps(&world, 12).await;
    let before = figures(&report(&world).await)["restarted_seconds"].as_i64();
    assert!(before > Some(0));
    world
        .simulator
        .advance_to(crate::common::world::at("24T18:30"));
    world.hand("w/ci", "delete").await;
    for time in ["24T19:05", "24T23:05"] {
        world.sweep(time).await;
    }
    let now = report(&world).await;
    let after = figures(&now)["restarted_seconds"].as_i64();
    assert_eq!(after, before, "{now}");
}

/// docs/savings.md has this very night as its example: seconds × price ÷ 3600 = money.
fn documented(figures: &Value) {
    let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/savings.md");
    let page = std::fs::read_to_string(page).expect("the page");
    let (_, page) = page.split_once("## Started again").expect("a section");
    let (before, after) = page.split_once(" ÷ 3600 = **").expect("an example");
    let words: Vec<&str> = before.rsplit(char::is_whitespace).take(4).collect();
    let number = |text: &str| decimal(&text.replace(',', ""));
    let (price, seconds) = (number(words[0]), number(words[3]));
    let own = figures["restarted_seconds"].as_i64().expect("seconds");
    assert_eq!(seconds, Decimal::from(own), "{figures}");
    let cost = money(&figures["restarted"]);
    assert_eq!(cost, seconds * price / Decimal::from(3600));
    assert_eq!(cost, number(after.split("**").next().expect("money")));
}
