//! Jobs that wait, and lists of jobs that do not come in full: nothing is stopped, and what waits is told.

use crate::common::inside::context;
use crate::common::world::{OFFICE, World, at, fleet, instance};
use axum::Router;
use axum::routing::post;
use chrono::{DateTime, Utc};
use lamplighter_agent::sweep::{self, Context, Summary};
use lamplighter_core::record::{Action, Reason};
use lamplighter_simulator::Options;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// A way to each stop that needs no evidence.
fn stops() -> [(&'static str, Value, Reason); 3] {
    [
        (
            "office",
            json!({"lamp-schedule": OFFICE}),
            Reason::ScheduleOff,
        ),
        (
            "held",
            json!({"lamp-hold": "off until 2026-12-01"}),
            Reason::HoldOff,
        ),
        (
            "long",
            json!({"lamp-max-uptime": "12h", "lamp-notice": "off"}),
            Reason::MaxUptime,
        ),
    ]
}

/// Every status that Azure gives a job.
const STATUSES: [(&str, bool); 14] = [
    ("NotStarted", true),
    ("Queued", true),
    ("Preparing", true),
    ("Provisioning", true),
    ("Starting", true),
    ("Running", true),
    ("Finalizing", true),
    ("CancelRequested", true),
    ("NotResponding", true),
    ("Paused", true),
    ("Unknown", true),
    ("Completed", false),
    ("Failed", false),
    ("Canceled", false),
];

async fn three() -> World {
    let instances = stops().map(|(name, tags, _)| instance(name, tags));
    let world = World::new(fleet(instances.into_iter().collect(), &[])).await;
    world.simulator.advance_to(at("23T19:00"));
    world
}

async fn swept(context: &Context, now: DateTime<Utc>) -> Summary {
    let swept = sweep::run(context, &sweep::Options::at(now)).await;
    swept.expect("a sweep")
}

fn reasons(summary: &Summary) -> Vec<(String, Action, Reason)> {
    let lines = summary.decisions.iter();
    let of = |line: &sweep::DecisionLine| (line.resource.name.clone(), line.action, line.reason);
    lines.map(of).collect()
}

pub(super) async fn clear(world: &World) {
    let faults = format!("{}/simulator/faults", world.simulator.url());
    let cleared = reqwest::Client::new().delete(faults).send().await;
    cleared.expect("an answer");
}

#[tokio::test]
async fn a_job_of_every_status_that_is_no_end_delays_every_stop() {
    let mut instances = Vec::new();
    for (status, _) in STATUSES {
        for (name, tags, _) in stops() {
            instances.push(instance(&format!("{name}-{status}"), tags));
        }
    }
    let world = World::new(fleet(instances.into(), &[])).await;
    world.simulator.advance_to(at("23T18:57"));
    for (status, _) in STATUSES {
        for (name, _, _) in stops() {
            let on = format!("w/{name}-{status}");
            let job = json!({"instance": on, "name": on, "lastsSeconds": 90_000, "status": status});
            world.post("jobs", job).await;
        }
    }
    world.simulator.advance_to(at("23T19:00"));
    let context = context(&world.simulator, &world.simulator.url(), &[]);
    let found = reasons(&swept(&context, at("23T19:00")).await);
    for (status, work) in STATUSES {
        for (name, _, reason) in stops() {
            let expected = match work {
                true => (Action::Wait, Reason::JobRunning),
                false => (Action::Stop, reason),
            };
            let name = format!("{name}-{status}");
            let line = found.iter().find(|(known, ..)| *known == name);
            let line = line.map(|(_, action, reason)| (*action, *reason));
            assert_eq!(line, Some(expected), "{name}");
        }
    }
    assert!(!format!("{:?}", world.simulator.record()).contains("JobKilled"));
}

#[tokio::test]
async fn a_job_that_prepares_delays_the_stop_from_its_submission_on() {
    let mut fleet = fleet(
        json!([instance("ci", json!({"lamp-schedule": OFFICE}))]),
        &[],
    );
    fleet["jobsPrepareSeconds"] = json!(600);
    let world = World::new(fleet).await;
    world.simulator.advance_to(at("23T18:57"));
    let job = json!({"instance": "w/ci", "name": "train", "lastsSeconds": 3600});
    world.post("jobs", job).await;
    for time in ["23T19:00", "23T19:05", "23T19:10", "23T20:05"] {
        assert_eq!(
            world.sweep(time).await.reason("ci"),
            Some("job-running"),
            "{time}"
        );
    }
    assert_eq!(world.sweep("23T20:10").await.count("stops"), 1);
    assert!(!format!("{:?}", world.simulator.record()).contains("JobKilled"));
}

/// Statuses of HTTP that say that something failed: all that are registered, and some that are not.
pub(super) fn failures() -> impl Iterator<Item = u16> {
    (400..=431)
        .chain([440, 449, 451, 460, 499])
        .chain(500..=511)
        .chain([520, 522, 527, 530, 599])
}

/// What can come in the place of a list's page beside an error.
pub(super) fn broken_pages() -> Vec<(&'static str, Value)> {
    let body = |body: &str| json!({"status": 200, "body": body, "contentType": "application/json"});
    vec![
        (
            "a redirect",
            json!({"status": 302, "headers": {"location": "https://elsewhere.example/"}}),
        ),
        ("no content", json!({"status": 204, "body": ""})),
        ("a part", json!({"status": 206, "body": "{\"value\":[]}"})),
        ("accepted", json!({"status": 202, "body": "{\"value\":[]}"})),
        ("closed", json!({"reset": true})),
        ("cut short", json!({"truncateBody": true})),
        ("hanging", json!({"hang": true})),
        (
            "HTML",
            json!({"status": 200, "body": "<html>", "contentType": "text/html"}),
        ),
        ("half", body("{\"value\":[{\"na")),
        ("no list", body("{\"surprise\":[]}")),
        ("null", body("{\"value\":null}")),
        ("an object", body("{\"value\":{}}")),
        ("no jobs", body("{\"value\":[7]}")),
        ("a job without anything", body("{\"value\":[{}]}")),
        (
            "another host",
            body("{\"value\":[],\"nextLink\":\"https://elsewhere.example/jobs?$skip=2\"}"),
        ),
        (
            "another port",
            body("{\"value\":[],\"nextLink\":\"http://127.0.0.1:1/jobs?$skip=2\"}"),
        ),
        ("no link", body("{\"value\":[],\"nextLink\":7}")),
        ("no URL", body("{\"value\":[],\"nextLink\":\"http://[\"}")),
        (
            "told to wait",
            json!({"status": 429, "retryAfterSeconds": 3600}),
        ),
    ]
}

#[tokio::test]
async fn whatever_comes_in_the_place_of_the_whole_list_of_jobs_every_stop_waits() {
    let options = Options {
        page_size: Some(5),
        ..Options::default()
    };
    let instances = stops().map(|(name, tags, _)| instance(name, tags));
    let world = World::with(fleet(instances.into_iter().collect(), &[]), options).await;
    world.simulator.advance_to(at("23T18:00"));
    for name in ["a", "b", "c", "d", "e", "f"] {
        let job = json!({"instance": "w/held", "name": name, "lastsSeconds": 60});
        world.post("jobs", job).await;
    }
    world.simulator.advance_to(at("23T19:00"));
    let settings = [("REQUEST_TIMEOUT", "1s"), ("SWEEP_DEADLINE", "5s")];
    let context = context(&world.simulator, &world.simulator.url(), &settings);
    let statuses = failures().map(|status| (status.to_string(), json!({"status": status})));
    let broken = broken_pages().into_iter();
    let broken = broken.map(|(what, fault)| (what.to_owned(), fault));
    for (what, fault) in statuses.chain(broken) {
        // The second page is the one whose link holds a token.
        for page in ["/w/jobs", "skip"] {
            let mut fault = fault.clone();
            fault["pathContains"] = json!(page);
            clear(&world).await;
            world.fault(fault).await;
            let summary = swept(&context, at("23T19:00")).await;
            assert_eq!(world.posts(), 0, "{what}, {page}");
            for (name, action, reason) in reasons(&summary) {
                let expected = (Action::Wait, Reason::JobsUnknown);
                assert_eq!((action, reason), expected, "{what}, {page}: {name}");
            }
            assert_eq!(summary.decisions.len(), 3, "{what}, {page}");
            let told = summary
                .oddities
                .iter()
                .any(|odd| odd.contains("list of jobs"));
            assert!(told, "{what}, {page}: {summary:?}");
        }
    }
    clear(&world).await;
    assert_eq!(swept(&context, at("23T19:00")).await.stops, 3);
}

#[tokio::test]
async fn no_failure_of_any_other_read_before_a_stop_stops_anything() {
    let world = three().await;
    let context = context(&world.simulator, &world.simulator.url(), &[]);
    let reads = [
        "/resourcegroups?",
        "/workspaces?",
        "/w/computes?",
        "/computes/office?",
        "/w/jobs",
    ];
    for read in reads {
        for status in failures() {
            clear(&world).await;
            // The others would be stopped, and rightly.
            let fault = json!({"pathContains": read, "status": status});
            world.fault(fault).await;
            let others = json!({"pathContains": "/computes/held?", "status": 500});
            world.fault(others).await;
            let others = json!({"pathContains": "/computes/long?", "status": 500});
            world.fault(others).await;
            // Where nothing at all can be found, the sweep itself fails.
            let _ = sweep::run(&context, &sweep::Options::at(at("23T19:00"))).await;
            assert_eq!(world.posts(), 0, "{read}: {status}");
        }
    }
    clear(&world).await;
    assert_eq!(swept(&context, at("23T19:00")).await.stops, 3);
}

#[tokio::test]
async fn a_definite_403_lets_stops_by_schedule_pass_where_a_setting_says_so_and_no_others() {
    let forbidden = json!({"pathContains": "/w/jobs", "status": 403});
    let not_azures = json!({"pathContains": "/w/jobs", "status": 403, "body": "<html>", "contentType": "text/html"});
    let policy = json!({"pathContains": "/w/jobs", "status": 403, "body": "{\"error\":{\"code\":\"RequestDisallowedByPolicy\",\"message\":\"no\"}}"});
    for (setting, fault, stops) in [
        ("", &forbidden, 0),
        ("false", &forbidden, 0),
        ("true", &not_azures, 0),
        ("true", &policy, 0),
        (
            "true",
            &json!({"pathContains": "/w/jobs", "status": 401}),
            0,
        ),
        ("true", &forbidden, 1),
    ] {
        let world = three().await;
        world.fault(fault.clone()).await;
        let settings = [("STOP_WITHOUT_JOBS_RIGHT", setting)];
        let settings = &settings[..usize::from(!setting.is_empty())];
        let context = context(&world.simulator, &world.simulator.url(), settings);
        let summary = swept(&context, at("23T19:00")).await;
        assert_eq!(
            (summary.stops, world.posts()),
            (stops, stops),
            "{setting} {fault}"
        );
        for (name, action, reason) in reasons(&summary) {
            let expected = match (stops, name.as_str()) {
                (1, "office") => (Action::Stop, Reason::ScheduleOff),
                _ => (Action::Wait, Reason::JobsUnknown),
            };
            assert_eq!((action, reason), expected, "{setting} {fault}: {name}");
        }
    }
    // The second page refused: part of the list is missing.
    let options = Options {
        page_size: Some(1),
        ..Options::default()
    };
    let office = instance("office", json!({"lamp-schedule": OFFICE}));
    let world = World::with(fleet(json!([office]), &[]), options).await;
    world.simulator.advance_to(at("23T18:00"));
    for name in ["a", "b"] {
        let job = json!({"instance": "w/office", "name": name, "lastsSeconds": 60});
        world.post("jobs", job).await;
    }
    world.simulator.advance_to(at("23T19:00"));
    world
        .fault(json!({"pathContains": "skip", "status": 403}))
        .await;
    let settings = [("STOP_WITHOUT_JOBS_RIGHT", "true")];
    let context = context(&world.simulator, &world.simulator.url(), &settings);
    let summary = swept(&context, at("23T19:00")).await;
    assert_eq!(reasons(&summary)[0].2, Reason::JobsUnknown);
}

#[tokio::test]
async fn a_stop_that_waits_for_the_list_of_jobs_is_told_to_its_owner_and_fails_after_an_hour() {
    let heard: Arc<Mutex<Vec<Value>>> = Arc::default();
    let ear = heard.clone();
    let app = Router::new().route(
        "/hook",
        post(move |body: axum::Json<Value>| async move {
            ear.lock().expect("no panic").push(body.0);
        }),
    );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a port");
    let address = listener.local_addr().expect("an address");
    let server = tokio::spawn(async move { axum::serve(listener, app).await });
    let tags = json!({"lamp-schedule": OFFICE, "owner": "ana@example.org"});
    let mut world = World::new(fleet(json!([instance("ci", tags)]), &[])).await;
    world.set("NOTICE_WEBHOOK", &format!("http://{address}/hook"));
    world.set("DEFAULT_NOTICE", "off");
    world
        .fault(json!({"pathContains": "/w/jobs", "status": 403}))
        .await;

    let first = world.sweep("23T19:00").await;
    let counts = |printed: &crate::common::world::Printed| {
        (
            printed.code,
            printed.count("failed"),
            printed.count("warnings"),
        )
    };
    assert_eq!(counts(&first), (0, 0, 1), "{}", first.all());
    assert_eq!(
        first.count("oddities"),
        1,
        "the platform hears of it at once"
    );
    let warning = first.lines.iter().find(|line| line["event"] == "warning");
    let warning = warning.expect("it is logged");
    assert_eq!(warning["owner"], "ana@example.org");
    assert!(
        warning["message"]
            .to_string()
            .contains("jobs could not be read")
    );
    assert_eq!(counts(&world.sweep("23T19:55").await), (0, 0, 0));
    let failed = world.sweep("23T20:00").await;
    assert_eq!(counts(&failed), (1, 1, 0), "{}", failed.all());
    assert!(
        failed.all().contains("did not come in full"),
        "{}",
        failed.all()
    );

    let bodies = heard.lock().expect("no panic").clone();
    assert_eq!(bodies.len(), 1, "told once a day: {bodies:?}");
    assert_eq!(bodies[0]["eventType"], "StopWaits");
    assert_eq!(bodies[0]["owner"], "ana@example.org");
    assert_eq!(bodies[0]["minutesUntilShutdown"], "");
    let records = world.records().await;
    let told = records
        .iter()
        .filter(|record| record.id.starts_with("unread:"));
    assert_eq!(told.count(), 1);

    // It has come: the stop is made, and nothing fails any more.
    clear(&world).await;
    let stop = world.sweep("23T20:05").await;
    assert_eq!(
        (stop.code, stop.count("stops"), stop.count("failed")),
        (0, 1, 0)
    );
    // Another list that does not come begins anew.
    world.sweep("24T08:00").await;
    world
        .fault(json!({"pathContains": "/w/jobs", "status": 404}))
        .await;
    let next = world.sweep("24T19:00").await;
    assert_eq!(counts(&next), (0, 0, 1), "{}", next.all());
    server.abort();
}
