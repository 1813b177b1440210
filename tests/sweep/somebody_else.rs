//! What somebody else would have stopped, or did stop, is not Lamplighter's saving: Azure's own schedule, a person, and
//! nobody at all, where a page to sign in came instead of Azure's answer.

use crate::common::world::{OFFICE, World, at, fleet, instance};
use rust_decimal::Decimal;
use serde_json::{Value, json};

/// An instance with office hours, and a schedule of Azure's own that stops it at this cron line.
async fn with_native_stop(cron: &str) -> World {
    let mut ci = instance("ci", json!({"lamp-schedule": OFFICE}));
    ci["schedules"] = json!([{"action": "Stop", "cron": {"expression": cron}}]);
    World::new(fleet(json!([ci]), &[])).await
}

async fn one() -> World {
    let ci = instance("ci", json!({"lamp-schedule": OFFICE}));
    World::new(fleet(json!([ci]), &[])).await
}

/// From this time on to Tuesday morning, a sweep an hour.
async fn the_night(world: &World) {
    let evening = (20..24).map(|hour| format!("23T{hour}:05"));
    for time in evening.chain((0..8).map(|hour| format!("24T{hour:02}:05"))) {
        world.sweep(&time).await;
    }
    world.sweep("24T08:00").await;
}

async fn total(world: &World) -> Value {
    let ask = [
        "report",
        "--json",
        "--from",
        "2026-11-01",
        "--to",
        "2026-11-25",
    ];
    let printed = world.run(&ask).await;
    let report: Value =
        serde_json::from_str(&printed.stdout).unwrap_or_else(|_| panic!("{}", printed.all()));
    report["total"]["figures"].clone()
}

fn money(value: &Value) -> Decimal {
    value.as_str().expect("money").parse().expect("a decimal")
}

/// The seconds since noon for which an instance was billed.
fn billed(world: &World) -> i64 {
    let bill = serde_json::to_value(world.simulator.bill()).expect("JSON");
    bill["instances"][0]["billedSeconds"]
        .as_i64()
        .expect("seconds")
}

/// A person does this at this time.
async fn by_hand(world: &World, time: &str, action: &str) {
    world.simulator.advance_to(at(time));
    world.hand("w/ci", action).await;
}

/// After the night, nothing is saved, and no interval was opened.
async fn nothing_is_ours(world: &World) {
    the_night(world).await;
    let figures = total(world).await;
    assert_eq!(
        (figures["saved"].as_str(), figures["intervals"].as_u64()),
        (Some("0"), Some(0)),
        "{figures}"
    );
}

#[tokio::test]
async fn azures_own_schedule_between_request_and_sight_leaves_nothing_saved() {
    for minute in [0, 2, 4] {
        let world = with_native_stop(&format!("{minute} 19 * * *")).await;
        for time in ["23T18:55", "23T19:00", "23T19:05"] {
            world.sweep(time).await;
        }
        the_night(&world).await;
        let figures = total(&world).await;
        assert_eq!(
            money(&figures["saved"]),
            Decimal::ZERO,
            "{minute}: {figures}"
        );
        // Without Lamplighter it would have been billed until then, and for as long as a stop takes.
        assert!(billed(&world) >= 7 * 3600, "{minute}");
    }
}

#[tokio::test]
async fn azures_own_schedule_an_hour_later_ends_what_is_saved() {
    let world = with_native_stop("0 20 * * *").await;
    for time in ["23T18:55", "23T19:00", "23T19:05"] {
        world.sweep(time).await;
    }
    the_night(&world).await;
    let figures = total(&world).await;
    // From 19:05 to 20:00, at 0.36 an hour.
    assert_eq!(
        money(&figures["saved"]),
        "0.33".parse().expect("a decimal"),
        "{figures}"
    );
}

#[tokio::test]
async fn a_persons_own_stop_after_ours_is_the_persons() {
    let world = one().await;
    world.sweep("23T18:55").await;
    world.sweep("23T19:00").await;
    by_hand(&world, "23T19:02", "start").await;
    by_hand(&world, "23T19:08", "stop").await;
    for time in ["23T19:15", "23T19:20"] {
        world.sweep(time).await;
    }
    nothing_is_ours(&world).await;
}

#[tokio::test]
async fn a_page_to_sign_in_is_no_answer_of_azures() {
    let world = one().await;
    world.sweep("23T18:55").await;
    let page = "<html><title>Sign in to your account</title></html>";
    world
        .fault(json!({"pathContains": "/computes/ci/stop", "status": 200, "body": page, "contentType": "text/html", "count": 1}))
        .await;
    let printed = world.sweep("23T19:00").await;
    assert_eq!(printed.count("stops"), 0, "{}", printed.all());
    assert!(
        printed
            .all()
            .contains("not what Azure answers to it: 200 (text/html"),
        "{}",
        printed.all()
    );
    // Its owner stops it by hand, which the next sweep sees.
    by_hand(&world, "23T19:03", "stop").await;
    world.sweep("23T19:10").await;
    nothing_is_ours(&world).await;
}

#[tokio::test]
async fn after_a_page_to_sign_in_the_stop_is_asked_for_again() {
    let world = one().await;
    world.sweep("23T18:55").await;
    let page = "<html></html>";
    world
        .fault(
            json!({"pathContains": "/computes/ci/stop", "status": 200, "body": page, "count": 1}),
        )
        .await;
    for time in ["23T19:00", "23T19:05", "23T19:10", "23T19:15", "23T19:20"] {
        world.sweep(time).await;
    }
    assert_eq!(world.state("w/ci"), "Stopped");
}
