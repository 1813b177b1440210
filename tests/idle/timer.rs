//! Azure's own idle timer: set from the tag, once, and watched.

use super::*;
use lamplighter_simulator::world::What;

/// What the timers were set to, as the simulator saw it.
fn set(world: &World) -> Vec<String> {
    let record = world.simulator.record();
    let sets = record.into_iter().filter_map(|event| match event.what {
        What::IdleTimerSet { to, .. } => Some(to),
        _ => None,
    });
    sets.collect()
}

/// Somebody is at work in a notebook all day.
fn busy(mut fleet: Value) -> Value {
    fleet["people"] = json!([{
        "name": "ana", "zone": "UTC", "instances": ["w/ci-a"], "days": "daily",
        "arrives": "00:00", "leaves": "23:59", "forgets": 1,
    }]);
    fleet
}

async fn sweeps(world: &World, from: &str, count: i64) -> Vec<Printed> {
    let mut printed = Vec::new();
    for step in 0..count {
        world
            .simulator
            .advance_to(at(from) + chrono::TimeDelta::minutes(30 * step));
        printed.push(world.sweep_with(&[]).await);
    }
    printed
}

#[tokio::test(flavor = "multi_thread")]
async fn the_timer_is_set_from_the_tag_once() {
    let world = World::new(busy(fleet(json!([idle("ci-a", json!({}))]), &[]))).await;
    sweeps(&world, "23T12:30", 8).await;
    assert_eq!(set(&world), ["PT60M"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_length_written_otherwise_is_no_difference() {
    let timer = |text: &str| json!({"idleTimeBeforeShutdown": text});
    let forms = [("ci-a", "PT60M"), ("ci-b", "PT1H"), ("ci-c", "PT3600S")];
    let forms = forms.map(|(name, form)| idle(name, timer(form)));
    let world = World::new(busy(fleet(json!(forms), &[]))).await;
    sweeps(&world, "23T12:30", 4).await;
    assert_eq!(calls(&world, "updateIdleShutdownSetting"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_azure_never_shows_is_remembered() {
    let mut fleet = busy(fleet(json!([idle("ci-a", json!({}))]), &[]));
    fleet["showsIdleTimer"] = json!(false);
    let world = World::new(fleet).await;
    sweeps(&world, "23T12:30", 8).await;
    assert_eq!(calls(&world, "updateIdleShutdownSetting"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_value_is_not_tried_again_within_the_day() {
    let instance = idle("ci-a", json!({"idleTimerRefuses": true}));
    let world = World::new(busy(fleet(json!([instance]), &[]))).await;
    sweeps(&world, "23T12:30", 47).await;
    assert_eq!(calls(&world, "updateIdleShutdownSetting"), 1);
    sweeps(&world, "24T12:30", 2).await;
    assert_eq!(calls(&world, "updateIdleShutdownSetting"), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_in_passing_is_tried_again_later() {
    let world = World::new(busy(fleet(json!([idle("ci-a", json!({}))]), &[]))).await;
    world
        .fault(json!({"pathContains": "updateIdleShutdownSetting", "count": 1, "status": 503}))
        .await;
    sweeps(&world, "23T12:30", 2).await;
    assert_eq!(set(&world), [] as [&str; 0]);
    sweeps(&world, "23T13:30", 2).await;
    assert_eq!(set(&world), ["PT60M"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn dry_runs_lengths_that_azure_refuses_and_stopped_instances_set_nothing() {
    let tags = |idle: &str, mode: &str| json!({"tags": {"lamp-idle": idle, "lamp-mode": mode}});
    let instances = json!([
        idle("ci-a", tags("60m", "dry-run")),
        idle("ci-b", tags("10m", "stop-only")),
        idle("ci-c", tags("4d", "stop-only")),
        idle("ci-d", json!({"state": "Stopped"})),
    ]);
    let world = World::new(busy(fleet(instances, &[]))).await;
    sweeps(&world, "23T12:30", 4).await;
    world
        .run(&["sweep", "--dry-run", "--at", "2026-11-23T14:05:00Z"])
        .await;
    assert_eq!(calls(&world, "updateIdleShutdownSetting"), 0);
    let printed = world.run(&["lint", "lamp-idle=10m"]).await;
    assert!(
        printed
            .stdout
            .contains("outside what Azure's own timer takes"),
        "{}",
        printed.stdout
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn off_holds_and_beacons_move_a_timer_out_of_the_way() {
    let timer = |more: Value| {
        let mut instance = json!({"idleTimeBeforeShutdown": "PT1H"});
        instance
            .as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("an object").clone());
        instance
    };
    let hold = json!({"tags": {"lamp-hold": "on until 2026-11-23 20:00"}});
    let instances = json!([
        idle("ci-a", timer(json!({"tags": {"lamp-idle": "off"}}))),
        idle("ci-b", timer(hold)),
        idle("ci-c", timer(json!({"beacon": true}))),
    ]);
    let mut fleet = fleet(instances, &[]);
    let at_work = |instance: &str| {
        json!({
            "name": instance.replace('/', "-"), "zone": "UTC", "instances": [instance], "days": "daily", "worksIn": "ssh",
            "arrives": "11:00", "leaves": "23:59", "forgets": 1,
        })
    };
    fleet["people"] = json!([at_work("w/ci-a"), at_work("w/ci-b"), at_work("w/ci-c")]);
    let (world, _folder) = with_beacons(fleet).await;
    sweeps(&world, "23T12:10", 15).await;
    assert_eq!(set(&world), ["PT4320M", "PT4320M", "PT4320M"]);
    for instance in ["w/ci-a", "w/ci-b", "w/ci-c"] {
        assert_eq!(world.state(instance), "Running", "{instance}");
    }
    // The hold ends at 20:00, and the tag counts again.
    sweeps(&world, "23T20:00", 1).await;
    assert_eq!(set(&world).last().map(String::as_str), Some("PT60M"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timer_that_is_off_never_fires_for_who_works_by_ssh_for_a_week() {
    let off = json!({"tags": {"lamp-idle": "off"}, "idleTimeBeforeShutdown": "PT2H"});
    let mut fleet = fleet(json!([idle("ci-a", off)]), &[]);
    fleet["people"] = json!([{
        "name": "ana", "zone": "UTC", "instances": ["w/ci-a"],
        "jobs": [{"name": "long", "instance": "w/ci-a", "at": "12:10", "lasts": "150h", "runsIn": "tmux", "days": "Mon"}],
    }]);
    let world = World::new(fleet).await;
    for hour in 0..150 {
        world
            .simulator
            .advance_to(at("23T12:20") + chrono::TimeDelta::hours(hour));
        world.sweep_with(&[]).await;
    }
    assert_eq!(world.state("w/ci-a"), "Running");
    let killed =
        |event: &lamplighter_simulator::world::Event| matches!(event.what, What::JobKilled { .. });
    assert!(!world.simulator.record().iter().any(killed));
    assert!(set(&world).len() <= 2 * (150 / 36 + 1), "{:?}", set(&world));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_watchdog_says_once_a_day_what_probably_keeps_a_timer_from_firing() {
    let tags = json!({"lamp-mode": "dry-run"});
    let instances = json!([
        idle(
            "ci-a",
            json!({"tags": tags, "idleTimeBeforeShutdown": "PT1H", "idleTimerFires": false})
        ),
        idle(
            "ci-b",
            json!({"tags": tags, "idleTimeBeforeShutdown": "PT1H", "customApplication": "rstudio"})
        ),
        idle("ci-c", json!({"tags": tags})),
    ]);
    let world = World::new(measured(instances)).await;
    let mut warned: Vec<(String, String)> = Vec::new();
    for printed in sweeps(&world, "23T12:10", 47).await {
        for line in printed
            .lines
            .iter()
            .filter(|line| line["event"] == "warning")
        {
            let text = line["message"].as_str().expect("words").to_string();
            warned.push((line["name"].as_str().expect("a name").to_string(), text));
        }
    }
    warned.sort();
    let [(a, first), (b, second)] = warned.as_slice() else {
        panic!("{warned:?}");
    };
    assert!(a == "ci-a" && first.contains("managed identity"), "{first}");
    assert!(b == "ci-b" && second.contains("rstudio"), "{second}");
    let again = sweeps(&world, "24T11:40", 3).await;
    let lines = again.iter().flat_map(|printed| &printed.lines);
    assert_eq!(lines.filter(|line| line["event"] == "warning").count(), 2);
    let span = [
        "--from",
        "2026-11-23T00:00:00Z",
        "--to",
        "2026-11-25T00:00:00Z",
    ];
    let report = world.run(&[&["report"], &span[..]].concat()).await;
    let told = report.stdout.matches("has not fired").count();
    assert_eq!(told, 2, "{}", report.all());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timer_that_was_there_before_lamplighter_still_ends_what_is_saved() {
    let own = json!({"idleTimeBeforeShutdown": "PT2H", "idleTimerFires": false});
    let instances = json!([
        idle("ci-a", own),
        idle("ci-b", json!({"idleTimerFires": false}))
    ]);
    let world = World::new(measured(instances)).await;
    for time in ["23T12:10", "23T14:00", "23T14:10"] {
        world.sweep(time).await;
    }
    let mut ends = Vec::new();
    for record in world.records().await {
        if let lamplighter_core::record::What::Opened { interval } = record.what {
            let name = record.resource.map(|resource| resource.name);
            ends.push((
                name.expect("an instance"),
                interval.off_anyway.map(|off| off.why),
            ));
        }
    }
    ends.sort();
    let [(a, Some(why)), (b, None)] = ends.as_slice() else {
        panic!("{ends:?}");
    };
    assert_eq!((a.as_str(), b.as_str()), ("ci-a", "ci-b"));
    assert!(why.contains("120 min"), "{why}");
}
