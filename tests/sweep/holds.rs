//! Holds that begin later, and those that count from when they are first seen: sweep after sweep, with saved state
//! between them.

use crate::common::between::Between;
use crate::common::folder::Folder;
use crate::common::world::{OFFICE, World, fleet, instance};
use serde_json::json;
use std::path::Path;

fn held(name: &str, hold: &str) -> serde_json::Value {
    instance(name, json!({"lamp-schedule": OFFICE, "lamp-hold": hold}))
}

#[tokio::test]
async fn a_short_hold_counts_from_the_first_sweep_that_sees_it() {
    let holds = json!([
        held("ci-for", "on for 3h"),
        held("ci-until", "on until 22:00"),
        held("ci-day", "on until Tue 06:00"),
    ]);
    let world = World::new(fleet(holds, &[])).await;
    for time in ["23T18:50", "23T18:55", "23T19:05", "23T21:45"] {
        let printed = world.sweep(time).await;
        assert_eq!(printed.count("stops"), 0, "{time}: {}", printed.all());
    }
    let stopped = |printed: &crate::common::world::Printed| {
        let names = ["ci-for", "ci-until", "ci-day"].into_iter();
        let off = names.filter(|name| printed.reason(name) == Some("schedule-off"));
        off.collect::<Vec<_>>()
    };
    assert_eq!(stopped(&world.sweep("23T21:50").await), ["ci-for"]);
    assert_eq!(stopped(&world.sweep("23T22:00").await), ["ci-until"]);
    assert_eq!(stopped(&world.sweep("24T05:55").await), [] as [&str; 0]);
    assert_eq!(stopped(&world.sweep("24T06:00").await), ["ci-day"]);
    // The tags still stand there the next evening, and hold nothing any more.
    assert_eq!(world.sweep("24T08:00").await.count("starts"), 3);
    world.sweep("24T08:10").await;
    assert_eq!(world.sweep("24T19:00").await.count("stops"), 3);
}

#[tokio::test]
async fn a_hold_that_begins_later_is_said_today_and_forgotten() {
    let away = held("ci-away", "off from 2026-11-24 until 2026-11-26");
    let tests = held(
        "ci-tests",
        "on from 2026-11-24 20:00 until 2026-11-25 20:00",
    );
    let world = World::new(fleet(json!([away, tests]), &[])).await;
    assert_eq!(world.sweep("23T18:55").await.count("stops"), 0);
    assert_eq!(world.sweep("23T19:00").await.count("stops"), 2);
    world.sweep("23T19:10").await;
    // Tuesday: the one stays off, the other works its day and goes on in the evening.
    let morning = world.sweep("24T08:00").await;
    assert_eq!(
        (morning.count("starts"), morning.reason("ci-away")),
        (1, Some("hold-off"))
    );
    world.sweep("24T08:10").await;
    assert_eq!(world.sweep("24T19:00").await.count("stops"), 1);
    world.sweep("24T19:10").await;
    let evening = world.sweep("24T20:00").await;
    assert_eq!(
        (evening.count("starts"), evening.reason("ci-tests")),
        (1, Some("hold-on"))
    );
    for time in ["24T20:10", "25T08:00", "25T19:00", "25T19:55"] {
        let printed = world.sweep(time).await;
        assert_eq!(
            (printed.count("starts"), printed.count("stops")),
            (0, 0),
            "{time}"
        );
    }
    assert_eq!(world.sweep("25T20:00").await.count("stops"), 1);
    world.sweep("25T20:10").await;
    assert_eq!(world.sweep("26T08:00").await.count("starts"), 2);
}

fn copied(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let (old, new) = (entry.path(), to.join(entry.file_name()));
        match old.is_dir() {
            true => copied(&old, &new),
            false => std::fs::copy(old, new).map(|_| ()).expect("a copy"),
        }
    }
}

#[tokio::test]
async fn a_sweep_that_dies_after_its_stop_does_not_lengthen_the_hold_or_stop_twice() {
    let hold = instance("ci", json!({"lamp-hold": "off for 3h"}));
    let mut world = World::new(fleet(json!([hold]), &[])).await;
    let (ledger, kept) = (world.ledger.clone(), Folder::new("kept"));
    let copy = kept.path().to_path_buf();
    let url = world.simulator.url();
    let between = Between::start(&url, move |call, earlier| {
        if call.starts_with("POST") && call.ends_with("/ci/stop") && earlier == 0 {
            copied(&ledger, &copy);
        }
        None
    });
    let between = between.await;
    for name in ["ARM_ENDPOINT", "PRICES_ENDPOINT"] {
        world.set(name, &between.url);
    }
    assert_eq!(world.sweep("23T19:00").await.count("stops"), 1);
    // All that the sweep had saved when it asked for the stop.
    std::fs::remove_dir_all(&world.ledger).expect("a ledger");
    copied(kept.path(), &world.ledger);
    assert_eq!(world.sweep("23T19:05").await.count("settled"), 1);
    let start = json!({"instance": "w/ci", "action": "start", "by": "ana@example.org"});
    world
        .simulator
        .advance_to(crate::common::world::at("23T19:10"));
    world.post("action", start).await;
    let printed = world.sweep("23T19:20").await;
    assert_eq!(printed.count("stops"), 0, "{}", printed.all());
    assert_eq!(printed.reason("ci"), Some("hold-off"));
}
