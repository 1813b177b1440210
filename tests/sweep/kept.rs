//! People's holds: found before a stop by whatever door somebody came in, told, and over by themselves.

use crate::common::between::Between;
use crate::common::folder::Folder;
use crate::common::hook::{Answer, Hook};
use crate::common::inside::context;
use crate::common::world::{OFFICE, World, at, fleet, instance};
use lamplighter_agent::ledger::{HeldResource, Ledger};
use lamplighter_agent::sweep;
use lamplighter_core::record::{Door, PersonalHold, Record, What};
use serde_json::{Value, json};
use std::path::Path;

const WORKSPACE: &str = "/subscriptions/3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a01/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/w";

fn office(name: &str) -> Value {
    instance(name, json!({"lamp-schedule": OFFICE, "owner": "ana"}))
}

async fn world(instances: Value) -> World {
    World::new(fleet(instances, &[])).await
}

/// Somebody comes in by a link.
async fn hold(world: &World, compute: &str, asked: &str, until: &str) {
    let held = HeldResource {
        resource: format!("{WORKSPACE}/computes/{compute}").to_lowercase(),
        hold: PersonalHold {
            until: at(until),
            since: at(asked),
            at: at(asked),
            door: Door::Link,
            by: Some("ana".into()),
        },
    };
    let ledger = Ledger::scratch(&world.ledger).await.expect("a ledger");
    ledger.add_hold(WORKSPACE, &held).await.expect("written");
}

/// What a beacon of `compute` wrote, last at noon, with a hold that somebody asked for on it.
fn document(beacons: &Path, compute: &str, hold: &Value) {
    let source = |name: &str| json!({"name": name, "state": "quiet", "lastActive": null});
    let sources = lamplighter_core::observe::beacon::SOURCES.map(source);
    let document = json!({
        "version": 1, "compute": format!("{WORKSPACE}/computes/{compute}"),
        "at": "2026-11-23T12:00:00Z", "everySeconds": 60, "since": "2026-11-23T08:00:00Z",
        "sources": sources, "hold": hold,
    });
    let folder = beacons.join("3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a01/rg/w");
    std::fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join(format!("{compute}.json"));
    std::fs::write(path, document.to_string()).expect("a document");
}

async fn holds_recorded(world: &World) -> Vec<PersonalHold> {
    let records = world.records().await.into_iter();
    let holds = records.filter_map(|record: Record| match record.what {
        What::Hold { hold } => Some(hold),
        _ => None,
    });
    holds.collect()
}

#[tokio::test]
async fn a_hold_calls_the_notice_off_keeps_on_and_ends_by_itself_after_another_full_notice() {
    let hook = Hook::start().await;
    let mut world = world(json!([office("ci"), office("co")])).await;
    world.set("NOTICE_WEBHOOK", &hook.url);
    world.sweep("23T18:45").await;
    assert_eq!(hook.posts(), 2);
    hold(&world, "ci", "23T18:50", "23T21:00").await;

    let printed = world.sweep("23T19:00").await;
    // That of another does nothing.
    assert_eq!(printed.count("stops"), 1, "{}", printed.all());
    assert_eq!(printed.reason("ci"), Some("hold-on"));
    assert_eq!(world.state("w/co"), "Stopping");
    let text_of_hold = "held on until Mon 23 Nov 21:00 UTC by ana, by the link of a notice";
    assert!(printed.all().contains(text_of_hold), "{}", printed.all());
    let recorded = holds_recorded(&world).await;
    let whose: Vec<_> = recorded
        .iter()
        .map(|hold| (hold.until, hold.door, hold.by.as_deref()))
        .collect();
    assert_eq!(whose, [(at("23T21:00"), Door::Link, Some("ana"))]);

    let page = [
        "report",
        "--html",
        "-",
        "--from",
        "2026-11-23",
        "--to",
        "2026-11-23T20:00:00Z",
    ];
    let page = world.run(&page).await;
    assert!(page.stdout.contains("Kept on"), "{}", page.stderr);

    world.sweep("23T20:40").await;
    // The third: that co was stopped.
    assert_eq!(hook.posts(), 3);
    world.sweep("23T20:45").await;
    let told = hook.accepted();
    let text = told.last().expect("a notice")["text"].as_str();
    let text = text.expect("a text");
    assert!(
        text.contains("ci will be stopped at Mon 23 Nov 21:00 UTC"),
        "{text}"
    );
    assert_eq!(world.sweep("23T20:55").await.count("stops"), 0);
    assert_eq!(world.sweep("23T21:00").await.count("stops"), 1);
    assert_eq!(hook.posts(), 4);
    // Taken in once, however often it was read.
    assert_eq!(holds_recorded(&world).await.len(), 1);
    // Long after it is over the report says who kept it on, until when and by which door.
    let after = [
        "report",
        "--html",
        "-",
        "--from",
        "2026-11-23",
        "--to",
        "2026-11-24",
    ];
    let page = world.run(&after).await;
    assert!(!page.stdout.contains("Kept on"), "nothing is held any more");
    assert!(page.stdout.contains(text_of_hold), "{}", page.stderr);
    // A hold starts nothing: this one came too late.
    hold(&world, "ci", "23T21:02", "23T23:00").await;
    for time in ["23T21:10", "23T21:15"] {
        assert_eq!(world.sweep(time).await.count("starts"), 0);
    }
    assert_eq!(world.state("w/ci"), "Stopped");
}

#[tokio::test]
async fn what_was_asked_for_on_the_instance_counts_to_its_end_though_its_beacon_has_gone_silent() {
    let beacons = Folder::new("beacons");
    let mut world = world(json!([office("ci"), office("co")])).await;
    world.set("BEACONS", beacons.text());
    let asked = json!({"until": "2026-11-23T21:00:00Z", "at": "2026-11-23T11:59:00Z"});
    document(beacons.path(), "ci", &asked);
    document(beacons.path(), "co", &Value::Null);
    let printed = world.sweep("23T19:00").await;
    assert_eq!(printed.count("stops"), 1, "{}", printed.all());
    let text = "held on until Mon 23 Nov 21:00 UTC by its owner, on the instance itself";
    assert!(printed.all().contains(text), "{}", printed.all());
    assert_eq!(world.sweep("23T21:00").await.count("stops"), 1);
}

#[tokio::test]
async fn holds_that_follow_each_other_end_with_the_limit() {
    for (limit, stopped) in [("2h", "23T20:50"), ("12h", "23T22:40"), ("0", "23T19:00")] {
        let mut world = world(json!([office("ci")])).await;
        world.set("HOLD_LIMIT", limit);
        hold(&world, "ci", "23T18:50", "23T20:50").await;
        let mut first = None;
        for time in ["23T19:00", "23T20:45", "23T20:50", "23T22:35", "23T22:40"] {
            let printed = world.sweep(time).await;
            if printed.count("stops") > 0 {
                first = Some(time);
                break;
            }
            // The next is asked for while this one lasts.
            hold(&world, "ci", "23T20:40", "23T22:40").await;
        }
        assert_eq!(first, Some(stopped), "{limit}");
    }
}

#[tokio::test]
async fn a_hold_that_cannot_be_read_lets_stops_wait_for_an_hour_and_the_platform_hears_of_it() {
    let mut world = world(json!([office("ci")])).await;
    // The first sweep makes the ledger.
    world.sweep("23T18:30").await;
    hold(&world, "ci", "23T18:50", "23T23:00").await;
    let holds = world.ledger.join("holds");
    let inner = std::fs::read_dir(holds).expect("holds").next();
    let inner = inner.expect("a workspace").expect("a folder").path();
    let file = std::fs::read_dir(inner).expect("holds").next();
    let file = file.expect("a hold").expect("a file").path();
    std::fs::write(&file, "{").expect("written");
    for time in ["23T19:00", "23T19:05", "23T19:55"] {
        let printed = world.sweep(time).await;
        assert_eq!(printed.count("stops"), 0, "{}", printed.all());
        assert_eq!(printed.reason("ci"), Some("holds-unknown"));
        assert_eq!(printed.code, 1);
        let problem = "whether somebody keeps a resource on could not be read";
        assert!(printed.all().contains(problem), "{}", printed.all());
    }
    assert_eq!(world.sweep("23T20:00").await.count("stops"), 1);

    // A beacon's document that says nothing readable is one, too; and what can be read again is.
    let beacons = Folder::new("beacons");
    world.set("BEACONS", beacons.text());
    let world = World::new(fleet(json!([office("ci")]), &[])).await;
    let set = [("BEACONS", beacons.text())];
    document(beacons.path(), "ci", &json!({"until": "soon"}));
    world.simulator.advance_to(at("23T19:00"));
    let sweep = ["sweep", "--json", "--at", "2026-11-23T19:00:00Z"];
    let printed = world.run_with(&sweep, &set).await;
    assert_eq!(
        printed.reason("ci"),
        Some("holds-unknown"),
        "{}",
        printed.all()
    );
    document(beacons.path(), "ci", &Value::Null);
    assert_eq!(world.run_with(&sweep, &set).await.count("stops"), 1);
}

#[tokio::test]
async fn what_is_asked_for_between_the_first_look_and_the_last_is_heard() {
    let beacons = Folder::new("beacons");
    let world = world(json!([office("ci")])).await;
    document(beacons.path(), "ci", &Value::Null);
    world.simulator.advance_to(at("23T19:00"));
    let folder = beacons.path().to_path_buf();
    let asked = json!({"until": "2026-11-23T21:00:00Z", "at": "2026-11-23T18:59:59Z"});
    let url = world.simulator.url();
    let between = Between::start(&url, move |call, earlier| {
        // The list of jobs comes after the first look at holds.
        if call.starts_with("GET") && call.ends_with("/jobs") && earlier == 0 {
            document(&folder, "ci", &asked);
        }
        None
    });
    let between = between.await;
    let set = [("BEACONS", beacons.text())];
    let context = context(&world.simulator, &between.url, &set);
    let options = sweep::Options::at(at("23T19:00"));
    let summary = sweep::run(&context, &options).await.expect("a sweep");
    assert_eq!((summary.stops, summary.failed), (0, 0), "{summary:?}");
    assert_eq!(world.state("w/ci"), "Running");
}

#[tokio::test]
async fn explain_knows_of_a_hold_that_no_sweep_has_read_yet() {
    let world = world(json!([office("ci")])).await;
    world.sweep("23T18:30").await;
    hold(&world, "ci", "23T18:50", "23T21:00").await;
    world.simulator.advance_to(at("23T19:00"));
    let now = ["--now", "2026-11-23T19:00:00Z"];
    let text = world.run(&["explain", "w/ci", now[0], now[1]]).await;
    let words = "held on until Mon 23 Nov 21:00 UTC by ana, by the link of a notice";
    assert!(text.stdout.contains(words), "{}", text.all());
    let json = world
        .run(&["explain", "w/ci", now[0], now[1], "--json"])
        .await;
    let answer: Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert_eq!(answer["reason"], "hold-on");
    assert_eq!(answer["personalHold"]["until"], "2026-11-23T21:00:00Z");
    assert_eq!(answer["personalHold"]["door"], "link");
    // And how it stands when the hold is over.
    let later = [
        "explain",
        "w/ci",
        now[0],
        now[1],
        "--at",
        "2026-11-23T21:00",
    ];
    let later = world.run(&later).await;
    assert!(later.stdout.contains("stop"), "{}", later.all());
}

/// What was left for the terminals of `ci`.
fn shown(beacons: &Path) -> Option<Value> {
    let name = "notice/3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a01/rg/w/ci.json";
    let text = std::fs::read_to_string(beacons.join(name)).ok()?;
    Some(serde_json::from_str(&text).expect("JSON"))
}

#[tokio::test]
async fn an_instance_with_a_beacon_is_left_the_notice_for_its_terminals_whatever_the_channels_do() {
    let hook = Hook::start().await;
    let beacons = Folder::new("beacons");
    let mut world = world(json!([office("ci"), office("co")])).await;
    world.set("BEACONS", beacons.text());
    world.set("NOTICE_WEBHOOK", &hook.url);
    world.set("HOLD_QUEUE", "true");
    document(beacons.path(), "ci", &Value::Null);
    world.sweep("23T18:40").await;
    assert_eq!(shown(beacons.path()), None);
    hook.always(Some(Answer::Refuse(500)));
    world.sweep("23T18:45").await;
    let first = shown(beacons.path()).expect("a document");
    assert_eq!(
        (&first["version"], &first["at"]),
        (&json!(1), &json!("2026-11-23T18:45:00Z"))
    );
    let notices = first["notices"].as_array().expect("notices");
    assert_eq!(notices.len(), 1);
    assert_eq!(notices[0]["stopAt"], "2026-11-23T19:00:00Z");
    let text = notices[0]["text"].as_str().expect("a text");
    for part in [
        "ci will be stopped at Mon 23 Nov 19:00 UTC",
        "run on it, in a terminal: lamplighter keep 2h.",
        r#"on the queue holds: {"keep":"2h","resource":"w/ci"}."#,
    ] {
        assert!(text.contains(part), "{text}");
    }
    // Sent again, it is the same notice to the terminals.
    hook.always(None);
    world.sweep("23T18:50").await;
    let again = shown(beacons.path()).expect("a document");
    assert_eq!(again["notices"][0]["id"], notices[0]["id"]);
    let bodies = hook.accepted();
    let door = |name: &str| {
        let of_it = |body: &&Value| {
            body["text"]
                .as_str()
                .is_some_and(|text| text.starts_with(name))
        };
        let text = bodies.iter().find(of_it).expect(name)["text"].to_string();
        text.contains("lamplighter keep 2h")
    };
    assert_eq!((door("ci"), door("co")), (true, false));
    // What lies there for the terminals is no beacon, and nothing hangs on whether it can be written.
    let printed = world.sweep("23T19:05").await;
    assert_eq!(printed.count("stops"), 2, "{}", printed.all());
}

#[tokio::test]
async fn that_nothing_can_be_left_for_the_terminals_is_no_problem() {
    let beacons = Folder::new("beacons");
    let mut world = world(json!([office("ci")])).await;
    world.set("BEACONS", beacons.text());
    world.set("DEFAULT_NOTICE", "15m");
    document(beacons.path(), "ci", &Value::Null);
    // A file where the folder would be.
    std::fs::write(beacons.join("notice"), "").expect("written");
    let printed = world.sweep("23T18:45").await;
    assert_eq!(printed.code, 0, "{}", printed.all());
    assert!(printed.all().contains("not-shown"), "{}", printed.all());
    assert_eq!(world.sweep("23T19:00").await.count("stops"), 1);
}

#[tokio::test]
async fn what_is_told_of_a_cost_leaves_the_notice_of_the_stop_to_the_terminals() {
    let hook = Hook::start().await;
    let beacons = Folder::new("beacons");
    let tags =
        json!({"lamp-schedule": OFFICE, "lamp-hold": "on until 2026-11-23 21:00", "owner": "ana"});
    let mut world = world(json!([instance("ci", tags)])).await;
    world.set("BEACONS", beacons.text());
    world.set("NOTICE_WEBHOOK", &hook.url);
    // At 0.36 USD an hour from 19:00 on, that is at about 20:47.
    world.set("NOTICE_COST", "0.64");
    document(beacons.path(), "ci", &Value::Null);
    world.sweep("23T19:00").await;
    world.sweep("23T20:45").await;
    let kinds = || -> Vec<Value> {
        let bodies = hook.accepted().into_iter();
        bodies.map(|body| body["eventType"].clone()).collect()
    };
    let ahead = kinds();
    assert_eq!(ahead.len(), 1, "{:?}", hook.accepted());
    let left = shown(beacons.path()).expect("a document");
    assert_eq!(left["notices"][0]["stopAt"], "2026-11-23T21:00:00Z");
    world.sweep("23T20:50").await;
    assert_eq!(kinds(), [ahead[0].clone(), "StillOn".into()]);
    assert_eq!(shown(beacons.path()), Some(left));
}
