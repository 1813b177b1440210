//! The run at the first start, under the host emulator: into the log and `/api/health`, and in nobody's way.

use super::ci;
use crate::common::folder::Folder;
use crate::common::world::fleet;
use lamplighter_core::kinds;
use lamplighter_host_emulator::{FunctionsHost, Level, Plan, Trace};
use lamplighter_simulator::{Options, Simulator, start_with};
use serde_json::{Value, json};
use std::process::Command;

/// A world by the clock on the wall, in which the identity has the role without these rights.
async fn simulator(folder: &Folder, without: &[&str]) -> Simulator {
    let [role] = kinds::role().permissions;
    let actions = role.actions.into_iter();
    let actions: Vec<&str> = actions.filter(|one| !without.contains(one)).collect();
    let file = folder.join("role.json");
    let role = json!({ "permissions": [{ "actions": actions }] });
    std::fs::write(&file, role.to_string()).expect("written");
    let fleet = fleet(json!([ci()]), &[]).to_string();
    let fleet = lamplighter_simulator::fleet::parse(&fleet, "test").expect("a good fleet");
    let options = Options {
        role: Some(file),
        ..Options::default()
    };
    start_with(fleet, options)
        .await
        .expect("the simulator starts")
}

async fn app(folder: &Folder, simulator: &Simulator, more: &[(&str, &str)]) -> FunctionsHost {
    let root = folder.join("app");
    let packaged = Command::new(env!("CARGO_BIN_EXE_lamplighter"))
        .arg("package")
        .arg(&root)
        .output();
    assert!(packaged.expect("lamplighter runs").status.success());
    let settings = [
        ("ARM_ENDPOINT", simulator.url()),
        ("IDENTITY_ENDPOINT", simulator.identity_endpoint()),
        ("IDENTITY_HEADER", simulator.identity_header()),
        ("LEDGER", folder.join("ledger").display().to_string()),
        ("ACT_IN", "all".to_string()),
        ("SWEEP_SCHEDULE", "0 */5 * * * *".to_string()),
    ];
    let settings = settings
        .into_iter()
        .map(|(name, value)| (name.to_string(), value));
    let more = more
        .iter()
        .map(|(name, value)| ((*name).to_string(), (*value).to_string()));
    let plan = Plan {
        settings: settings.chain(more).collect(),
        ..Plan::of(&root)
    };
    FunctionsHost::start(plan).await.expect("the app starts")
}

/// The lines of the doctor.
fn lines(traces: &[Trace]) -> Vec<(Level, Value)> {
    let line = |trace: &Trace| {
        Some((
            trace.level,
            serde_json::from_str::<Value>(&trace.text).ok()?,
        ))
    };
    let lines = traces.iter().filter_map(line);
    lines
        .filter(|(_, line)| line["event"] == "doctor")
        .collect()
}

/// Once the last of its lines is there, as `tonight` is.
async fn logged(app: &FunctionsHost) -> Vec<(Level, Value)> {
    logged_with(app, 0).await
}

/// Once so many errors are there as well: these come by another stream, in no order with the others.
async fn logged_with(app: &FunctionsHost, errors: usize) -> Vec<(Level, Value)> {
    let all = |traces: &[Trace]| {
        let lines = lines(traces);
        let last = lines.iter().any(|(_, line)| line["check"] == "tonight");
        let failed = lines.iter().filter(|(level, _)| *level == Level::Error);
        last && failed.count() >= errors
    };
    let told = app.traces().until(all).await;
    lines(&told.expect("the doctor says what it found"))
}

async fn health(app: &FunctionsHost) -> (u16, Value) {
    let reply = app.get("/api/health").await;
    let body = serde_json::from_str(&reply.body).unwrap_or_else(|_| panic!("{}", reply.body));
    (reply.status, body)
}

/// What health says of the doctor, as soon as it says something.
async fn diagnosis(app: &FunctionsHost) -> Value {
    loop {
        let (status, body) = health(app).await;
        assert_eq!(status, 200, "{body}");
        if !body["doctor"].is_null() {
            return body["doctor"].clone();
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn it_is_run_once_and_told_in_the_log_and_by_health() {
    let folder = Folder::new("first-start");
    let simulator = simulator(&folder, &[]).await;
    let first = app(&folder, &simulator, &[]).await;
    let told = logged(&first).await;
    assert!(
        told.iter().all(|(level, _)| *level == Level::Information),
        "{told:?}"
    );
    let named: Vec<&str> = told
        .iter()
        .filter_map(|(_, line)| line["check"].as_str())
        .collect();
    for check in [
        "token",
        "ledger",
        "clock",
        "right workspaces/computes/stop/action",
        "tonight",
    ] {
        assert!(named.contains(&check), "{check}: {named:?}");
    }
    let found = diagnosis(&first).await;
    assert_eq!(
        (&found["ok"], &found["failed"]),
        (&json!(true), &json!(0)),
        "{found}"
    );
    assert_eq!(found["checks"].as_array().map(Vec::len), Some(told.len()));
    // Started anew, or on another instance, it has been done: what was found is in the ledger.
    let vm_sizes = || {
        let calls = serde_json::to_value(simulator.calls()).expect("JSON");
        let routes = calls["routes"].as_array().expect("routes").clone();
        let sizes = routes
            .into_iter()
            .find(|route| route["route"] == "locations/{l}/vmSizes");
        sizes.map(|route| route["count"].clone())
    };
    let asked = vm_sizes();
    let second = app(&folder, &simulator, &[]).await;
    assert_eq!(diagnosis(&second).await, found);
    assert!(lines(&second.traces().all()).is_empty());
    assert_eq!(vm_sizes(), asked);
    // With another setting it is another app.
    let third = app(&folder, &simulator, &[("LEASE", "2h")]).await;
    logged(&third).await;
    assert_ne!(vm_sizes(), asked);
}

#[tokio::test]
async fn what_fails_is_one_error_each_and_stops_no_sweep() {
    let folder = Folder::new("first-start");
    let sizes = "Microsoft.MachineLearningServices/locations/vmSizes/read";
    let simulator = simulator(&folder, &[sizes]).await;
    let app = app(&folder, &simulator, &[]).await;
    let told = logged_with(&app, 1).await;
    let errors: Vec<&Value> = told
        .iter()
        .filter(|(level, _)| *level != Level::Information)
        .map(|(_, line)| line)
        .collect();
    let [error] = errors[..] else {
        panic!("{errors:?}")
    };
    assert_eq!(
        (&error["level"], &error["status"]),
        (&json!("ERROR"), &json!("failed"))
    );
    assert!(
        error["message"]
            .as_str()
            .is_some_and(|text| text.contains(sizes)),
        "{error}"
    );
    assert!(
        error["to_do"]
            .as_str()
            .is_some_and(|text| text.contains("Lamplighter operator")),
        "{error}"
    );
    assert!(app.fire("sweep").await.is_success());
    let found = diagnosis(&app).await;
    assert_eq!(
        (&found["ok"], &found["failed"]),
        (&json!(false), &json!(1)),
        "{found}"
    );
    let (status, body) = health(&app).await;
    assert_eq!(
        (status, &body["lastSweep"]["ok"]),
        (200, &json!(true)),
        "{body}"
    );
}

#[tokio::test]
async fn without_settings_there_is_nothing_to_examine_and_health_says_why() {
    let folder = Folder::new("first-start");
    let simulator = simulator(&folder, &[]).await;
    let app = app(&folder, &simulator, &[("CONCURRENCY", "0")]).await;
    let (status, body) = health(&app).await;
    assert_eq!((status, &body["doctor"]), (503, &Value::Null), "{body}");
    assert!(
        body["problem"]
            .as_str()
            .is_some_and(|text| text.contains("CONCURRENCY")),
        "{body}"
    );
}
