//! Instances whose cores are free for others while they are stopped: what is read of that, how often, what is said, and what
//! follows for the next start.

use super::outbox::with;
use super::told_after::{heard, text};
use crate::common::world::{OFFICE, Printed, World, at, fleet, instance};
use lamplighter_core::record::{Action, What};
use serde_json::{Value, json};

const WORDS: &str = "its cores are free for others while it is stopped: the start may fail";
const SENTENCE: &str = "Its cores are free for others while it is stopped: the start may fail.";
/// What only the list has that is read for it.
const PREVIEW: &str = "2026-09-15-preview";

/// Off since yesterday evening, in office hours on; `releases`: what the preview shows.
fn off(name: &str, releases: Value) -> Value {
    let mut one = instance(name, json!({"lamp-schedule": OFFICE, "owner": "ana"}));
    one["state"] = "Stopped".into();
    one["lastOperation"] = json!({"operationName": "Stop", "operationTime": "2026-11-22T19:00:00Z",
        "operationStatus": "Succeeded", "operationTrigger": "User"});
    one["releaseQuotaOnStop"] = releases;
    one
}

fn three() -> Value {
    json!([
        off("ci-free", json!(true)),
        off("ci-kept", json!(false)),
        off("ci-silent", Value::Null)
    ])
}

/// How often computes were listed, in all workspaces together.
fn lists(world: &World) -> u64 {
    let calls = serde_json::to_value(world.simulator.calls()).expect("JSON");
    let routes = calls["routes"].as_array().expect("routes").iter();
    let lists = routes.filter(|route| {
        let path = route["route"].as_str().expect("a route");
        route["method"] == "GET" && path.ends_with("/computes")
    });
    lists
        .map(|route| route["count"].as_u64().expect("a count"))
        .sum()
}

async fn without_faults(world: &World) {
    let faults = format!("{}/simulator/faults", world.simulator.url());
    let gone = reqwest::Client::new().delete(faults).send().await;
    assert!(gone.expect("an answer").status().is_success());
}

async fn explained(world: &World, name: &str) -> String {
    let now = world.simulator.now().to_rfc3339();
    world.run(&["explain", name, "--now", &now]).await.all()
}

/// The line of a sweep about the decision on an instance.
fn line(printed: &Printed, name: &str) -> String {
    let mut lines = printed.lines.iter();
    let line = lines.find(|line| line["event"] == "decision" && line["name"] == name);
    line.map(Value::to_string).unwrap_or_default()
}

fn is_quiet(printed: &Printed) {
    let counts = ["problems", "warnings", "oddities"].map(|field| printed.count(field));
    assert_eq!((printed.code, counts), (0, [0; 3]), "{}", printed.all());
}

#[tokio::test]
async fn it_is_asked_once_a_day_and_only_where_an_instance_is_governed() {
    let ungoverned = json!([instance("ci-other", json!({}))]);
    let world = World::new(fleet(three(), &[("v", ungoverned)])).await;
    let mut extra = Vec::new();
    let days = ["23T20:00", "23T20:05", "24T06:00", "24T20:00", "24T20:05"];
    for time in days {
        let before = lists(&world);
        is_quiet(&world.sweep(time).await);
        extra.push(lists(&world) - before - 2);
    }
    assert_eq!(extra, [1, 0, 0, 1, 0]);
    // Neither a dry run nor a question asks, whether that is due or not.
    let mut asked = Vec::new();
    for time in ["24T20:10", "25T21:00"] {
        let before = lists(&world);
        world.simulator.advance_to(at(time));
        world.sweep_with(&["--dry-run"]).await;
        explained(&world, "w/ci-free").await;
        asked.push(lists(&world) - before);
    }
    assert_eq!(asked[0], asked[1]);
}

#[tokio::test]
async fn what_is_true_is_explained_diagnosed_and_starts_earlier_and_nothing_else_is_said() {
    let world = World::new(fleet(three(), &[])).await;
    world.sweep("23T20:00").await;
    let said = explained(&world, "ci-free").await;
    let evidence =
        format!("evidence: {WORDS} (releaseQuotaOnStop, as Azure showed it Mon 23 Nov 20:00 UTC)");
    assert!(said.contains(&evidence), "{said}");
    let early = format!("on from Tue 24 Nov 08:00 UTC, and started 15m before, as {WORDS}");
    assert!(said.contains(&early), "{said}");
    let now = world.simulator.now().to_rfc3339();
    let doctor = world.run(&["doctor", "--json", "--at", &now]).await;
    let found: Value = serde_json::from_str(&doctor.stdout).expect("JSON");
    let checks = found["checks"].as_array().expect("checks").iter();
    let quota: Vec<&Value> = checks.filter(|check| check["name"] == "quota").collect();
    assert_eq!(quota.len(), 1, "{}", doctor.all());
    assert_eq!(quota[0]["seen"], format!("w/ci-free: {WORDS}"));
    assert_eq!((&quota[0]["status"], doctor.code), (&json!("warning"), 0));
    // Where no start may come early, this one does not either.
    let asked = ["explain", "ci-free", "--now", &now];
    let said = world.run_with(&asked, &[("START_AHEAD", "off")]).await;
    let whole = said.stdout.contains("on from Tue 24 Nov 08:00 UTC\n");
    assert!(whole && said.stdout.contains(WORDS), "{}", said.all());
    for name in ["ci-kept", "ci-silent"] {
        let said = explained(&world, name).await;
        assert!(!said.contains("cores") && !said.contains("15m"), "{said}");
    }
    assert_eq!(world.sweep("24T07:40").await.count("starts"), 0);
    let printed = world.sweep("24T07:45").await;
    assert_eq!(printed.count("starts"), 1, "{}", printed.all());
    let text = format!(
        "on by its schedule from Tue 24 Nov 08:00 UTC, and a start takes its time; {WORDS}"
    );
    assert!(
        line(&printed, "ci-free").contains(&text),
        "{}",
        printed.all()
    );
    let printed = world.sweep("24T08:00").await;
    assert_eq!(printed.count("starts"), 2, "{}", printed.all());
    for name in ["ci-kept", "ci-silent"] {
        let line = line(&printed, name);
        assert!(
            line.contains("schedule-on") && !line.contains("cores"),
            "{line}"
        );
    }
    let records = world.records().await;
    let starts = records.iter().filter_map(|record| match &record.what {
        What::Decision {
            action: Action::Start,
            text,
            ..
        } => Some(text.clone()),
        _ => None,
    });
    let told: Vec<String> = starts.filter(|text| text.contains("cores")).collect();
    assert_eq!(told, [text]);
}

#[tokio::test]
async fn what_cannot_be_read_claims_nothing_spoils_nothing_and_is_asked_again_in_a_day() {
    let refused = |status: u16, code: &str| {
        let body = json!({"error": {"code": code, "message": "no"}}).to_string();
        json!({"pathContains": PREVIEW, "status": status, "body": body})
    };
    let odd = |body: &str| json!({"pathContains": PREVIEW, "status": 200, "body": body});
    let faults = [
        refused(403, "AuthorizationFailed"),
        refused(400, "InvalidApiVersionParameter"),
        odd("no JSON"),
        odd(r#"{"value": [null, {"id": 7}, {"id": "/x", "properties": {"properties": []}}]}"#),
    ];
    let world = World::new(fleet(three(), &[])).await;
    for (day, fault) in (23..).zip(faults) {
        without_faults(&world).await;
        world.fault(fault.clone()).await;
        let before = lists(&world);
        is_quiet(&world.sweep(&format!("{day}T20:00")).await);
        assert!(lists(&world) - before > 1, "{fault}");
    }
    let before = lists(&world);
    is_quiet(&world.sweep("26T20:05").await);
    assert_eq!(lists(&world) - before, 1);
    let said = explained(&world, "ci-free").await;
    assert!(!said.contains("cores"), "{said}");
    assert_eq!(world.sweep("27T07:45").await.count("starts"), 0);
    assert_eq!(world.sweep("27T08:00").await.count("starts"), 3);
}

#[tokio::test]
async fn what_was_seen_stands_for_a_week_of_failed_reads_and_ends_when_it_is_not_shown() {
    let world = World::new(fleet(three(), &[])).await;
    world.sweep("23T20:00").await;
    let refused = json!({"pathContains": PREVIEW, "status": 403, "body": "{}"});
    world.fault(refused).await;
    for (time, stands) in [("30T19:55", true), ("30T20:00", false)] {
        is_quiet(&world.sweep(time).await);
        let said = explained(&world, "ci-free").await;
        assert_eq!(said.contains(WORDS), stands, "{time}: {said}");
    }
    // A list that is there, and does not say, ends it at once.
    let world = World::new(fleet(three(), &[])).await;
    world.sweep("23T20:00").await;
    let id = "/subscriptions/3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a01/resourceGroups/rg/providers/\
        Microsoft.MachineLearningServices/workspaces/w/computes/ci-free";
    let silent = json!({"value": [{"id": id, "properties": {"computeType": "ComputeInstance", "properties": {}}}]});
    let fault = json!({"pathContains": PREVIEW, "status": 200, "body": silent.to_string()});
    world.fault(fault).await;
    world.sweep("24T20:00").await;
    assert!(!explained(&world, "ci-free").await.contains("cores"));
}

#[tokio::test]
async fn owners_hear_it_after_the_stop_and_with_the_start_that_finds_no_quota() {
    let office = json!({"lamp-schedule": OFFICE, "owner": "ana"});
    let mut free = instance("ci", office.clone());
    free["releaseQuotaOnStop"] = true.into();
    free["failStarts"] = 1.into();
    let mut kept = instance("other", office);
    kept["releaseQuotaOnStop"] = false.into();
    let (world, hook) = with(json!([free, kept])).await;
    for time in ["23T18:00", "23T18:45", "23T19:00", "23T19:05"] {
        world.sweep(time).await;
    }
    let stopped = heard(&hook, "Stopped");
    let of = |name: &str| {
        let mut all = stopped.iter().map(text);
        all.find(|text| text.starts_with(name)).expect(name)
    };
    let again = "It is started again at Tue 24 Nov 08:00 UTC.";
    let warned = format!("{again} {SENTENCE}");
    assert!(of("ci").contains(&warned), "{}", of("ci"));
    let other = of("other");
    assert!(other.contains(again) && !other.contains("cores"), "{other}");
    for time in ["24T07:45", "24T07:50"] {
        world.sweep(time).await;
    }
    let failed = heard(&hook, "StartFailed");
    assert_eq!(failed.len(), 1);
    let said = text(&failed[0]);
    for words in [WORDS, "exceeds the approved quota of cores"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    // Asked for again before its window begins, it is there in time.
    world.sweep("24T07:55").await;
    assert_eq!(world.state("w/ci"), "Running");
}
