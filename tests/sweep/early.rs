//! Scheduled starts: there when people arrive, asked for again where Azure has no capacity, and none for nobody.

use crate::common::hook::Hook;
use crate::common::world::{OFFICE, World, fleet, instance};
use lamplighter_core::record::What;
use serde_json::{Value, json};

/// Off since yesterday evening, with these tags.
fn off(name: &str, tags: Value, more: Value) -> Value {
    let mut one = instance(name, tags);
    one["state"] = "Stopped".into();
    one["lastOperation"] = json!({"operationName": "Stop", "operationTime": "2026-11-22T19:00:00Z",
        "operationStatus": "Succeeded", "operationTrigger": "User"});
    for (key, value) in more.as_object().into_iter().flatten() {
        one[key] = value.clone();
    }
    one
}

/// When each start was asked for, as `24T08:00`.
async fn starts(world: &World) -> Vec<String> {
    let actions = world.actions().await;
    let starts = actions.iter().filter(|id| id.contains(":start:"));
    starts
        .filter_map(|id| id.split(":start:202611").nth(1))
        .map(|time| format!("{}:{}", &time[..5], &time[5..7]))
        .collect()
}

/// Sweeps on a day of November, every five minutes of two hours in the morning, and twice in the evening.
async fn a_day(world: &World, day: u32) {
    for minute in (0..120).step_by(5) {
        let time = format!("{day}T{:02}:{:02}", 7 + minute / 60, minute % 60);
        world.sweep(&time).await;
    }
    for time in ["19:00", "19:05"] {
        world.sweep(&format!("{day}T{time}")).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_start_begins_as_early_as_the_first_one_took() {
    let mut world = World::new(fleet(
        json!([off("ci", json!({"lamp-schedule": OFFICE}), json!({}))]),
        &[],
    ))
    .await;
    a_day(&world, 24).await;
    a_day(&world, 25).await;
    let times = starts(&world).await;
    assert_eq!(times, ["24T08:00", "25T07:55"]);
    let evening = "2026-11-25T20:00:00Z";
    let explained = world.run(&["explain", "ci", "--now", evening]).await;
    let words = "decision: leave (as-desired): off, as its schedule wants; \
        on from Thu 26 Nov 08:00 UTC, and started 5m before";
    assert!(explained.stdout.contains(words), "{}", explained.all());
    // Nobody is stopped between the early start and the window, and the ledger has no other stop than the evenings'.
    let actions = world.actions().await;
    assert_eq!(actions.len(), 4, "{actions:?}");
    world.set("START_AHEAD", "off");
    a_day(&world, 26).await;
    assert_eq!(starts(&world).await[2..], ["26T08:00"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_without_capacity_is_asked_for_until_it_works_and_no_longer_than_its_window() {
    let of = |name: &str, fails: u32, schedule: &str| {
        off(
            name,
            json!({"lamp-schedule": schedule}),
            json!({"failStarts": fails}),
        )
    };
    let short = "Mon-Fri 08:00-08:30 UTC";
    let instances = json!([of("ci-late", 3, OFFICE), of("ci-never", 99, short)]);
    let world = World::new(fleet(instances, &[])).await;
    a_day(&world, 24).await;
    assert_eq!(world.state("w/ci-late"), "Stopped", "in the evening");
    let records = world.records().await;
    let ended = |name: &str, how: &str| {
        let ends = records.iter().filter(|record| {
            let of = record.resource.as_ref().is_some_and(|one| one.name == name);
            let how = format!("{how:?}");
            of && matches!(&record.what, What::Settlement { operation, ended, .. }
                if operation.contains(":start:") && format!("{:?}", ended.how) == how.trim_matches('"'))
        });
        ends.count()
    };
    assert_eq!(
        (ended("ci-late", "Failed"), ended("ci-late", "Settled")),
        (3, 1)
    );
    assert!(ended("ci-never", "Failed") > 1, "it is asked for again");
    assert_eq!(ended("ci-never", "Settled"), 0);
    // Each by the minute: the one until it works, the other until its window is over.
    let of = |name: &str, all: &[String]| -> Vec<String> {
        let id = format!("/{name}:start:20261124T");
        let times = all.iter().filter_map(|one| one.split(&id).nth(1));
        times.map(|time| time[..4].to_owned()).collect()
    };
    let all = world.actions().await;
    assert_eq!(of("ci-late", &all), ["0800", "0805", "0810", "0815"]);
    let never = ["0800", "0805", "0810", "0815", "0820", "0825"];
    assert_eq!(of("ci-never", &all), never);
}

/// What is explained of `ci-alone` on the morning of the 26th, now and later; a replay knows nothing of use.
async fn explains_that_starts_have_ended(world: &World, said: &str) {
    let unused = format!("decision: leave (unused): not started: {said}");
    let now = "2026-11-26T08:01:00Z";
    for more in [&[][..], &["--at", "2026-11-27T09:00:00Z"]] {
        let asked = [&["explain", "ci-alone", "--now", now], more].concat();
        let explained = world.run(&asked).await;
        assert!(explained.stdout.contains(&unused), "{}", explained.all());
    }
    let (from, to) = ("2026-11-27T00:00:00Z", "2026-11-28T00:00:00Z");
    let asked = ["replay", "--from", from, "--to", to, "--json"];
    let replayed = world.run(&asked).await;
    let played: Value = serde_json::from_str(&replayed.stdout).expect("JSON");
    let events = played["events"].as_array().expect("events").iter();
    let starts = events.filter(|event| event["action"] == "start" && event["name"] == "ci-alone");
    let starts: Vec<&Value> = starts.map(|event| &event["at"]).collect();
    assert_eq!(starts, ["2026-11-27T08:00:00Z"], "{}", replayed.all());
}

#[tokio::test(flavor = "multi_thread")]
async fn starts_that_nobody_uses_end_until_somebody_starts_it() {
    // Nobody is told of stops, so that none waits for that.
    let tags = json!({"lamp-schedule": OFFICE, "lamp-unused": "2d", "lamp-notice": "0"});
    let mut fleet = fleet(
        json!([
            off("ci-alone", tags.clone(), json!({})),
            off("ci-used", tags, json!({}))
        ]),
        &[],
    );
    fleet["metrics"] = json!({"sees": "instances", "lateMinutes": 3});
    fleet["people"] = json!([{
        "name": "ana", "zone": "UTC", "instances": ["w/ci-used"], "arrives": "09:00", "leaves": "17:00",
        "forgets": 1, "starts": false,
    }]);
    let hook = Hook::start().await;
    let mut world = World::new(fleet).await;
    world.set("NOTICE_WEBHOOK", &hook.url);
    let ended = || {
        let bodies = hook.accepted().into_iter();
        let told = bodies.filter(|body| body["eventType"] == "StartsEnded");
        let texts: Vec<String> = told.map(|body| body["text"].to_string()).collect();
        texts
    };
    a_day(&world, 24).await;
    assert_eq!(ended(), Vec::<String>::new());
    a_day(&world, 25).await;
    let line = world.sweep("26T08:00").await;
    assert_eq!(line.reason("ci-alone"), Some("unused"), "{}", line.all());
    let said = "nobody used it on the last 2 days on which its schedule started it, since Tue 24 Nov 08:00 UTC";
    assert!(line.all().contains(said), "{}", line.all());
    explains_that_starts_have_ended(&world, said).await;
    let told = ended();
    assert_eq!(told.len(), 1, "{told:?}");
    let words = format!("ci-alone is not started by its schedule any more: {said}.");
    assert!(told[0].contains(&words), "{told:?}");
    // Its owner is back.
    world.hand("w/ci-alone", "start").await;
    for time in ["26T08:30", "26T19:00", "26T19:05", "27T08:00"] {
        world.sweep(time).await;
    }
    let actions = world.actions().await;
    let started = |name: &str| {
        let of = format!("/{name}:start:");
        actions.iter().filter(|id| id.contains(&of)).count()
    };
    // The 24th, the 25th and the 27th; and each day.
    assert_eq!((started("ci-alone"), started("ci-used")), (3, 4));
    assert_eq!(ended(), told, "once, and nothing of the other one");
}
