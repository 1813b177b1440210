//! A host that ends without its handler: the handler gets no signal, and lives on as somebody else's child.

use super::support::package;
use crate::common::folder::Folder;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use lamplighter_agent::ledger::Ledger;
use lamplighter_core::record::{Record, What};
use lamplighter_simulator::{Options, Simulator, start_with};
use serde_json::json;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::Semaphore;

/// Azure, of which the first stop is answered when the test says so.
struct Held {
    azure: String,
    client: reqwest::Client,
    stops: AtomicUsize,
    came: Semaphore,
    release: Semaphore,
}

async fn pass(
    State(held): State<Arc<Held>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let stop = method == Method::POST && uri.path().ends_with("/stop");
    if stop && held.stops.fetch_add(1, Ordering::SeqCst) == 0 {
        held.came.add_permits(1);
        held.release.acquire().await.expect("open").forget();
    }
    let request = held.client.request(method, format!("{}{uri}", held.azure));
    let answer = request.headers(headers).body(body).send().await;
    let answer = answer.expect("the simulator answers");
    let (status, mut headers) = (answer.status(), answer.headers().clone());
    headers.remove("transfer-encoding");
    headers.remove("content-length");
    let status = StatusCode::from_u16(status.as_u16()).expect("a status");
    let body = answer.bytes().await.expect("a body");
    (status, headers, body).into_response()
}

async fn held(azure: String) -> (String, Arc<Held>) {
    let held = Arc::new(Held {
        azure,
        client: reqwest::Client::builder()
            .no_gzip()
            .build()
            .expect("a client"),
        stops: AtomicUsize::new(0),
        came: Semaphore::new(0),
        release: Semaphore::new(0),
    });
    let app = Router::new().fallback(pass).with_state(Arc::clone(&held));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, app).await });
    (url, held)
}

/// Two workspaces, of which all instances are due off at any hour.
async fn azure() -> Simulator {
    let instance = |name: &str| {
        json!({
            "name": name, "vmSize": "Standard_DS3_v2", "state": "Running", "tags": {"lamp-schedule": "never"},
            "lastOperation": {"operationName": "Start", "operationTime": "2020-01-01T00:00:00Z",
                "operationStatus": "Succeeded", "operationTrigger": "User"},
        })
    };
    let workspace = |name: &str| {
        json!({"name": name, "location": "westeurope",
            "instances": [instance("one"), instance("two")]})
    };
    let fleet = json!({"subscriptions": [{
        "id": "3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a01", "name": "Data Science",
        "resourceGroups": [{"name": "rg", "workspaces": [workspace("v"), workspace("w")]}],
    }]});
    let fleet = lamplighter_simulator::fleet::parse(&fleet.to_string(), "test");
    let simulator = start_with(fleet.expect("a good fleet"), Options::default());
    simulator.await.expect("the simulator starts")
}

/// The host as a process of its own, which this test may end as the platform does.
struct Host(Child);

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn host(app: &Path, settings: &[(&str, String)], arguments: &[&str]) -> Host {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lamplighter"));
    command
        .arg("host")
        .arg(app)
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .envs(settings.iter().map(|(name, value)| (name, value)))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    Host(command.spawn().expect("lamplighter runs"))
}

/// A process's parent; `None`: it has ended, though nobody may have taken note of that.
fn parent(id: u32) -> Option<u32> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(") ")?;
    let mut rest = rest.split(' ');
    let state = rest.next()?;
    let parent = rest.next()?.parse().ok()?;
    (state != "Z").then_some(parent)
}

/// The handler that a host has started.
fn handler(host: &Host, app: &Path) -> u32 {
    let ids = std::fs::read_dir("/proc")
        .expect("Linux")
        .filter_map(|entry| {
            let name = entry.ok()?.file_name();
            name.to_str()?.parse::<u32>().ok()
        });
    let program = app.join("lamplighter");
    let runs = |id: &u32| {
        let exe = std::fs::read_link(format!("/proc/{id}/exe"));
        exe.is_ok_and(|exe| exe == program) && parent(*id) == Some(host.0.id())
    };
    ids.into_iter().find(runs).expect("the host has a handler")
}

/// Waits until something holds: what other processes do is not told to anybody.
async fn until(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..6000 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("a minute passed: {what}");
}

fn settings(azure: &str, simulator: &Simulator, ledger: &Path) -> Vec<(&'static str, String)> {
    vec![
        ("ARM_ENDPOINT", azure.to_string()),
        ("PRICES_ENDPOINT", simulator.url()),
        ("METRICS_ENDPOINT", simulator.url()),
        ("IDENTITY_ENDPOINT", simulator.identity_endpoint()),
        ("IDENTITY_HEADER", simulator.identity_header()),
        ("LEDGER", ledger.display().to_string()),
        ("ACT_IN", "all".to_string()),
        ("SWEEP_SCHEDULE", "0 0 0 1 1 *".to_string()),
        // One after the other.
        ("CONCURRENCY", "1".to_string()),
    ]
}

#[tokio::test]
async fn a_handler_whose_host_is_gone_finishes_what_it_began_and_begins_nothing_more() {
    let simulator = azure().await;
    let (url, held) = held(simulator.url()).await;
    let folder = Folder::unmade("orphan");
    let (app, ledger) = (folder.join("app"), folder.join("ledger"));
    assert!(package(&app).status.success());
    let settings = settings(&url, &simulator, &ledger);
    let mut host = host(&app, &settings, &["--once"]);
    let came = tokio::time::timeout(Duration::from_secs(600), held.came.acquire());
    came.await
        .expect("a stop is requested")
        .expect("open")
        .forget();

    let orphan = handler(&host, &app);
    let known = host.0.id();
    host.0.kill().expect("the host runs");
    host.0.wait().expect("it ended");
    until("the handler has another parent", || {
        parent(orphan) != Some(known)
    })
    .await;
    assert!(parent(orphan).is_some(), "it ended in the middle of a stop");
    held.release.add_permits(1);
    until("the handler ends", || parent(orphan).is_none()).await;

    assert_eq!(
        held.stops.load(Ordering::SeqCst),
        1,
        "stops that were requested"
    );
    let (answered, unsent) = answers(&ledger).await;
    assert_eq!(answered, 1, "what was requested is written down");
    assert!(
        unsent.is_empty(),
        "what was never sent is no action: {unsent:?}"
    );

    // Another host does the rest, and nothing twice.
    let mut rest = Command::new(env!("CARGO_BIN_EXE_lamplighter"));
    rest.args(["sweep", "--json"]).env_clear().envs(settings);
    let rest = tokio::task::spawn_blocking(move || rest.output()).await;
    let rest = rest.expect("the thread ends").expect("lamplighter runs");
    let printed = String::from_utf8_lossy(&rest.stdout).into_owned();
    assert_eq!(held.stops.load(Ordering::SeqCst), 4, "{printed}");
    assert!(!printed.contains("refused"), "{printed}");
}

/// How many actions Azure has accepted, and why the others were not, by the ledger.
async fn answers(ledger: &Path) -> (usize, Vec<String>) {
    let ledger = Ledger::scratch(ledger).await.expect("a ledger");
    let now = chrono::Utc::now();
    let day = chrono::TimeDelta::days(1);
    let read = ledger.records::<Record>(now - day, now + day).await;
    let records = read.expect("records").records;
    let (mut accepted, mut others) = (0, Vec::new());
    for record in records {
        if let What::Answer {
            accepted: yes, why, ..
        } = record.what
        {
            accepted += usize::from(yes);
            others.extend(why);
        }
    }
    (accepted, others)
}

#[tokio::test]
async fn a_handler_that_does_nothing_ends_when_its_host_is_gone() {
    let simulator = azure().await;
    let folder = Folder::unmade("idle-orphan");
    let (app, ledger) = (folder.join("app"), folder.join("ledger"));
    assert!(package(&app).status.success());
    let settings = settings(&simulator.url(), &simulator, &ledger);
    let mut host = host(&app, &settings, &["--port", "0"]);
    let printed = host.0.stdout.take().expect("it is piped");
    let shown = tokio::task::spawn_blocking(move || {
        use std::io::BufRead;
        let mut lines = std::io::BufReader::new(printed)
            .lines()
            .map_while(Result::ok);
        lines.any(|line| line.ends_with("/api/health"))
    });
    assert!(
        shown.await.expect("the thread ends"),
        "the host does not start"
    );
    let orphan = handler(&host, &app);
    host.0.kill().expect("the host runs");
    host.0.wait().expect("it ended");
    until("the handler ends", || parent(orphan).is_none()).await;
}
