//! A clock that cannot be checked: Azure's answers have no `Date` that can be read.

use crate::common::world::{OFFICE, World, fleet, instance};
use serde_json::{Value, json};

/// What stands in the header's place.
const UNREADABLE: &[&str] = &[
    "",
    "soon",
    "2026-11-23T19:00:00Z",
    "Mon, 32 Nov 2026 19:00:00 GMT",
    "1795460400",
];

/// One instance to be stopped at 19:00, and one to be started at 19:10.
async fn world() -> World {
    let instances = json!([
        instance("ci-day", json!({"lamp-schedule": OFFICE})),
        stopped(instance(
            "ci-night",
            json!({"lamp-schedule": "daily 19:10-06:00 UTC"})
        )),
    ]);
    World::new(fleet(instances, &[])).await
}

fn stopped(mut instance: Value) -> Value {
    instance["state"] = "Stopped".into();
    instance["lastOperation"]["operationName"] = "Stop".into();
    instance
}

async fn without_date(world: &World, date: &str) {
    world.fault(json!({"headers": {"Date": date}})).await;
}

async fn with_dates(world: &World) {
    let faults = format!("{}/simulator/faults", world.simulator.url());
    let cleared = reqwest::Client::new().delete(faults).send().await;
    assert!(cleared.expect("an answer").status().is_success());
}

#[tokio::test]
async fn a_clock_that_cannot_be_checked_is_trusted_for_an_hour() {
    for date in UNREADABLE {
        let world = world().await;
        assert_eq!(world.sweep("23T18:10").await.code, 0, "{date}");
        without_date(&world, date).await;
        let within = world.sweep("23T19:00").await;
        assert_eq!((within.code, within.count("stops")), (0, 1), "{date}");
        let told = within.all();
        assert!(
            told.contains("last checked at 2026-11-23T18:10:00Z"),
            "{date}: {told}"
        );
        let posts = world.posts();
        // Sixty-one minutes: the sweeps in between have not made the check any newer.
        let late = world.sweep("23T19:11").await;
        assert_eq!(late.code, 1, "{date}");
        assert!(
            late.all()
                .contains("could not be checked since 2026-11-23T18:10:00Z"),
            "{date}: {}",
            late.all()
        );
        assert_eq!(world.posts(), posts, "{date}");
        with_dates(&world).await;
        let again = world.sweep("23T19:15").await;
        assert_eq!((again.code, again.count("starts")), (0, 1), "{date}");
    }
}

#[tokio::test]
async fn a_clock_that_was_never_checked_is_not_trusted() {
    for date in UNREADABLE {
        let world = world().await;
        without_date(&world, date).await;
        for time in ["23T19:00", "23T19:20"] {
            let swept = world.sweep(time).await;
            assert_eq!(swept.code, 1, "{date}");
            assert!(
                swept.all().contains("could not be checked so far"),
                "{date}: {}",
                swept.all()
            );
        }
        assert_eq!(world.posts(), 0, "{date}");
        // Whoever only looks is not held back.
        let looked = world.sweep_with(&["--dry-run"]).await;
        assert_eq!((looked.code, looked.count("stops")), (0, 1), "{date}");
    }
}

#[tokio::test]
async fn a_clock_that_was_put_back_is_not_the_one_that_was_checked() {
    let world = world().await;
    assert_eq!(world.sweep("23T19:00").await.count("stops"), 1);
    without_date(&world, "soon").await;
    let posts = world.posts();
    let put_back = world
        .run(&["sweep", "--json", "--at", "2026-11-23T18:30:00Z"])
        .await;
    assert_eq!((put_back.code, world.posts()), (1, posts));
}
