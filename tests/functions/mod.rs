//! Lamplighter as a function app: packaged, started from that folder by the host emulator, and called as
//! the Functions host calls it.

mod emulator;
mod orphan;
mod paths;
mod start;
mod support;
mod timetables;

use crate::common::folder::Folder;
use lamplighter_host_emulator::{FunctionsHost, Invoked, Plan, Tick, Trace};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use support::{app_without_azure, get, level, package};

fn files(dir: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir)
        .expect("a folder")
        .map(|entry| entry.expect("an entry"))
    {
        let name = entry.file_name().to_string_lossy().into_owned();
        match entry.path().is_dir() {
            true => found.extend(
                files(&entry.path())
                    .into_iter()
                    .map(|file| format!("{name}/{file}")),
            ),
            false => found.push(name),
        }
    }
    found.sort();
    found
}

#[tokio::test]
async fn without_azure_the_app_starts_reports_that_its_sweeps_fail_and_lives() {
    let folder = Folder::unmade("failing");
    let app = app_without_azure(&folder).await;
    let health = get(&app, "/api/health").await;
    assert_eq!(health.status, 200, "{}", health.body);

    let (status, body, why) = match app.fire("sweep").await {
        Invoked::Failed { status, body, why } => (status, body, why),
        Invoked::Succeeded { logs, .. } => panic!("a sweep without Azure cannot succeed: {logs:?}"),
    };
    assert_eq!(status, 500, "{why}: {body}");
    let answer: Value = serde_json::from_str(&body).expect("a JSON body");
    let reason = answer["error"]["message"]
        .as_str()
        .expect("a reason")
        .to_string();
    assert!(reason.len() > 10, "{reason}");

    let of_sweeps = |traces: &[Trace]| -> Vec<Trace> {
        let loud = level(traces).into_iter();
        let loud = loud.filter(|trace| !trace.text.contains(r#""event":"doctor""#));
        loud.cloned().collect()
    };
    let enough = |traces: &[Trace]| !of_sweeps(traces).is_empty();
    let traces = app.traces().until(enough).await;
    let traces = traces.expect("the handler says why");
    let loud = of_sweeps(&traces);
    assert_eq!(loud.len(), 1, "one line for one failure: {loud:#?}");
    let line: Value = serde_json::from_str(&loud[0].text).expect("log lines are JSON");
    assert_eq!(line["level"], "ERROR");
    assert!(
        line["message"]
            .as_str()
            .expect("a message")
            .contains(&reason),
        "{line}"
    );
    assert_eq!(
        line["invocation_id"].as_str().map(str::len),
        Some(36),
        "{line}"
    );
    for trace in &traces {
        let one: Value = serde_json::from_str(&trace.text).unwrap_or_else(|_| panic!("{trace:?}"));
        assert!(one["level"].is_string(), "{one}");
        assert!(
            !trace.text.contains("a-secret-of-the-platform"),
            "{trace:?}"
        );
    }

    let health = get(&app, "/api/health").await;
    assert_eq!(health.status, 503, "{}", health.body);
    let body: Value = serde_json::from_str(&health.body).expect("a JSON body");
    assert_eq!(body["sweepSchedule"], "0 */10 * * * *");
    assert_eq!(body["timeZones"], lamplighter_core::tz::release());
    assert_eq!(body["lastSweep"]["reason"], json!(reason));
    let page = get(&app, "/api/report").await;
    assert_eq!(page.status, 200, "the ledger can be read");
    assert!(page.body.contains("the last sweep failed"), "{}", page.body);
    assert!(
        page.body.contains("no subscription could be read"),
        "{}",
        page.body
    );
    assert!(app.exited(0).is_none());
}

/// An instance that `never` wants on, started by hand longer ago than any lease: due off at any hour of any day.
fn overdue_fleet() -> lamplighter_simulator::Fleet {
    let instance = |name: &str| {
        json!({
            "name": name, "vmSize": "Standard_DS3_v2", "state": "Running", "tags": {"lamp-schedule": "never"},
            "lastOperation": {"operationName": "Start", "operationTime": "2020-01-01T00:00:00Z",
                "operationStatus": "Succeeded", "operationTrigger": "User"},
        })
    };
    let fleet = json!({"subscriptions": [{
        "id": "3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a01", "name": "Data Science", "resourceGroups": [{
            "name": "rg", "workspaces": [
                {"name": "w", "location": "westeurope", "instances": [instance("one"), instance("two")]},
            ],
        }],
    }]});
    lamplighter_simulator::fleet::parse(&fleet.to_string(), "test").expect("a good fleet")
}

#[tokio::test]
async fn the_timer_stops_what_is_due_over_azures_own_protocol() {
    let simulator = lamplighter_simulator::start_with(
        overdue_fleet(),
        lamplighter_simulator::Options::default(),
    )
    .await
    .expect("the simulator starts");
    let folder = Folder::unmade("sweeping");
    assert!(package(folder.path()).status.success());
    let ledger = folder.path().with_extension("ledger");
    let settings = [
        ("ARM_ENDPOINT", simulator.url()),
        ("PRICES_ENDPOINT", simulator.url()),
        ("METRICS_ENDPOINT", simulator.url()),
        ("IDENTITY_ENDPOINT", simulator.identity_endpoint()),
        ("IDENTITY_HEADER", simulator.identity_header()),
        ("LEDGER", ledger.display().to_string()),
        ("ACT_IN", "all".to_string()),
        ("SWEEP_SCHEDULE", "0 */5 * * * *".to_string()),
    ];
    let settings = settings.map(|(name, value)| (name.to_string(), value));
    let plan = Plan {
        settings: settings.into(),
        ..Plan::of(folder.path())
    };
    let app = FunctionsHost::start(plan).await.expect("the app starts");
    // Past due, and never run before: one run makes up for all that were missed.
    let first = json!({"Last": "0001-01-01T00:00:00", "LastUpdated": "0001-01-01T00:00:00", "Next": "2026-11-23T12:00:00+00:00"});
    let tick = Tick {
        past_due: true,
        status: first,
    };
    match app.fire_with("sweep", &tick).await {
        Invoked::Succeeded { logs, .. } => {
            assert!(logs.iter().any(|log| log.contains("2 stops")), "{logs:?}")
        }
        Invoked::Failed { status, body, why } => panic!("{status} {why}: {body}"),
    }
    match app.fire("sweep").await {
        Invoked::Succeeded { logs, .. } => {
            assert!(logs.iter().any(|log| log.contains("0 stops")), "{logs:?}")
        }
        Invoked::Failed { status, body, why } => panic!("{status} {why}: {body}"),
    }
    let health = get(&app, "/api/health").await;
    assert_eq!(health.status, 200, "{}", health.body);
    let events = |traces: &[Trace]| -> Vec<Value> {
        let events = traces.iter().map(|trace| serde_json::from_str(&trace.text));
        let events = events.map(|event| event.expect("log lines are JSON"));
        events.collect()
    };
    let of = |traces: &[Trace], event: &str| {
        let events = events(traces).into_iter();
        events.filter(|line| line["event"] == event).count()
    };
    // The answer may come before its line has been read.
    let enough = |traces: &[Trace]| of(traces, "sweep") >= 2;
    let traces = app.traces().until(enough).await;
    let traces = traces.unwrap_or_else(|| panic!("two sweeps: {:#?}", app.traces().all()));
    let found = (of(&traces, "action"), of(&traces, "sweep"));
    assert_eq!(found, (2, 2), "{traces:#?}");
    assert!(level(&traces).is_empty(), "{:?}", level(&traces));
    let _ = std::fs::remove_dir_all(ledger);
}

#[tokio::test]
async fn the_host_gets_json_for_paths_that_are_not_there() {
    let folder = Folder::unmade("paths");
    let app = app_without_azure(&folder).await;
    let reply = get(&app, "/api/no/such/page?code=1").await;
    assert_eq!(
        (reply.status, reply.content_type()),
        (404, "application/json")
    );
    assert!(
        !reply.body.contains("code=1"),
        "a key in a query is not repeated: {}",
        reply.body
    );
}

#[test]
fn a_package_holds_what_the_host_needs_and_can_be_made_again() {
    let folder = Folder::unmade("again");
    for _ in 0..2 {
        let output = package(folder.path());
        assert!(output.status.success(), "{output:?}");
        assert_eq!(
            files(folder.path()),
            [
                "api/function.json",
                "holds/function.json",
                "host.json",
                "lamplighter",
                "poison/function.json",
                "sweep/function.json",
                "workspace/function.json"
            ]
        );
    }
    let packaged = Command::new(folder.path().join("lamplighter"))
        .arg("--version")
        .output();
    assert!(
        packaged
            .expect("the copy has its executable bit")
            .status
            .success()
    );

    // From inside itself: the running copy is replaced, not overwritten.
    let own = Command::new(folder.path().join("lamplighter"))
        .arg("package")
        .arg(folder.path())
        .output();
    assert!(own.expect("the copy runs").status.success());
    assert_eq!(files(folder.path()).len(), 7);
}

#[test]
fn a_folder_with_anything_else_in_it_is_refused_untouched() {
    for foreign in ["notes.txt", "sweep/index.js", "other/function.json"] {
        let folder = Folder::unmade(&foreign.replace('/', "-"));
        let file = folder.path().join(foreign);
        std::fs::create_dir_all(file.parent().expect("a parent")).expect("a folder");
        std::fs::write(&file, "mine").expect("a file");
        let output = package(folder.path());
        assert_eq!(output.status.code(), Some(1), "{foreign}");
        let printed = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            printed.contains(foreign.split('/').next().expect("a name")),
            "{printed}"
        );
        assert_eq!(files(folder.path()), [foreign]);
    }
}

/// Azure with nothing in it, which remembers the trace of each call.
async fn empty_azure() -> (String, std::sync::Arc<std::sync::Mutex<Vec<String>>>) {
    use axum::{Json, Router, http::HeaderMap, http::Uri};
    let seen = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let known = std::sync::Arc::clone(&seen);
    let app = Router::new().fallback(move |uri: Uri, headers: HeaderMap| async move {
        if uri.path() == "/msi/token" {
            return Json(json!({
                "access_token": "t", "expires_on": "4102444800", "resource": "r", "token_type": "Bearer",
            }));
        }
        let parent = headers.get("traceparent").map(|value| value.to_str().expect("text").to_string());
        known.lock().expect("no other panic").push(parent.unwrap_or_default());
        Json(json!({ "value": [] }))
    });
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, app).await });
    (url, seen)
}

#[tokio::test]
async fn calls_to_azure_carry_the_hosts_trace_on() {
    let (url, seen) = empty_azure().await;
    let folder = Folder::unmade("traced");
    assert!(package(folder.path()).status.success());
    let ledger = folder.path().with_extension("ledger");
    let settings = [
        ("ARM_ENDPOINT", url.clone()),
        ("IDENTITY_ENDPOINT", format!("{url}/msi/token")),
        ("IDENTITY_HEADER", "any".to_string()),
        (
            "SUBSCRIPTIONS",
            "3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a01".to_string(),
        ),
        ("LEDGER", ledger.display().to_string()),
        ("SWEEP_SCHEDULE", "0 */5 * * * *".to_string()),
    ];
    let plan = Plan {
        settings: settings
            .map(|(name, value)| (name.to_string(), value))
            .into(),
        traced: true,
        ..Plan::of(folder.path())
    };
    let app = FunctionsHost::start(plan).await.expect("the app starts");
    assert!(app.fire("sweep").await.is_success());
    let fired = |traces: &[Trace]| {
        let lines = traces
            .iter()
            .filter_map(|trace| serde_json::from_str::<Value>(&trace.text).ok());
        let mut parents = lines.filter_map(|line| line["traceparent"].as_str().map(str::to_string));
        parents.next()
    };
    let traces = app.traces().until(|traces| fired(traces).is_some()).await;
    let parent = fired(&traces.expect("the tick is logged")).expect("with its trace");
    let mut seen = seen.lock().expect("no other panic").clone();
    // What the doctor asks at the first start belongs to no invocation.
    seen.retain(|call| !call.is_empty());
    assert_eq!(seen.len(), 2, "the list of workspaces and that of groups");
    let span = |text: &str| text.split('-').nth(2).map(str::to_string);
    for call in &seen {
        assert_eq!(call[..36], parent[..36], "one trace");
        assert_ne!(span(call), span(&parent));
    }
    assert_ne!(
        span(&seen[0]),
        span(&seen[1]),
        "each call has a span of its own"
    );
    let _ = std::fs::remove_dir_all(ledger);
}
