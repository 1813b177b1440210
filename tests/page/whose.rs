//! Whose stop it was, on the page that is made of what sweeps of a simulator saw.

use crate::common::world::{OFFICE, World, at, fleet, instance};
use serde_json::{Value, json};

/// One that each of them stops, and one of which Azure names no operation.
fn instances() -> Value {
    let with = |name: &str, more: Value| {
        let mut one = instance(name, json!({}));
        let more = more.as_object().expect("an object").clone();
        one.as_object_mut().expect("an object").extend(more);
        one
    };
    let evening =
        json!({"action": "Stop", "cron": {"expression": "0 22 * * *", "timeZone": "UTC"}});
    let unnamed = json!({"properties": {"properties": {"lastOperation": null}}});
    json!([
        with("ours", json!({"tags": {"lamp-schedule": OFFICE}})),
        with("timer", json!({"idleTimeBeforeShutdown": "PT1H"})),
        with("native", json!({"schedules": [evening]})),
        with("hand", json!({})),
        with("nobody", json!({"state": "Stopped", "override": unnamed})),
    ])
}

/// A Monday from noon to midnight.
async fn monday() -> World {
    let world = World::new(fleet(instances(), &[])).await;
    for time in ["23T12:05", "23T15:00", "23T19:05", "23T19:10"] {
        world.sweep(time).await;
    }
    world.simulator.advance_to(at("23T20:00"));
    world.hand("w/hand", "stop").await;
    for time in ["23T20:10", "23T22:10", "24T00:00"] {
        world.sweep(time).await;
    }
    world
}

async fn report(world: &World, form: &[&str]) -> String {
    let period = ["report", "--from", "2026-11-23", "--to", "2026-11-24"];
    let printed = world.run(&[&period[..], form].concat()).await;
    assert_eq!(printed.code, 0, "{}", printed.all());
    printed.stdout
}

#[tokio::test]
async fn the_week_tells_whose_each_stop_was_where_azure_does() {
    let world = monday().await;
    let shown: Value = serde_json::from_str(&report(&world, &["--page-json"]).await).expect("JSON");
    let week = shown["week"]["resources"].as_array().expect("resources");
    let off = |name: &str| {
        let of = week.iter().find(|of| of["resource"]["name"] == name);
        let seconds = of.expect("a resource")["seconds"].as_object().cloned();
        let seconds = seconds.expect("seconds").into_iter();
        let mut off = seconds.filter(|(condition, _)| condition.starts_with("off-by"));
        let (condition, seconds) = off.next().expect("a stop");
        assert_eq!(off.next(), None, "{name}");
        (condition, seconds.as_i64().expect("seconds"))
    };
    let hours = |condition: &str, hours: i64| (condition.to_owned(), hours * 3600);
    // Azure dates its own stops, and a person's, by when they were asked for.
    assert_eq!(off("native"), hours("off-by-azure", 2));
    assert_eq!(off("hand"), hours("off-by-person", 4));
    assert_eq!(off("timer").0, "off-by-azure");
    // Lamplighter's own is off once that is seen.
    assert_eq!(off("ours"), ("off-by-lamplighter".into(), 290 * 60));
    assert_eq!(off("nobody").0, "off-by-others");

    let page = report(&world, &["--html", "-"]).await;
    for words in [
        "off by Azure: 23 Nov 2026 22:00 to 24 Nov 2026 00:00 UTC",
        "off by a person: 23 Nov 2026 20:00 to 24 Nov 2026 00:00 UTC",
        "off by Lamplighter: 23 Nov 2026 19:10 to 24 Nov 2026 00:00 UTC",
        "Off by Azure: by its own idle timer or schedule",
    ] {
        assert!(page.contains(words), "no {words:?}");
    }
    // What was saved is Lamplighter's own stop's alone.
    let saved = shown["resources"].as_array().expect("resources");
    assert_eq!(
        (saved.len(), &saved[0][0]["name"]),
        (1, &json!("ours")),
        "{saved:?}"
    );
}
