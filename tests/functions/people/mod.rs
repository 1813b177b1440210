//! What owners reach without a key: the page to which notices have links.

mod browser;
mod links;
mod signed_in;

use super::support::package;
use crate::common::folder::Folder;
use crate::common::place::no_token;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_agent::ledger::{HeldResource, Ledger};
use lamplighter_core::record::{Record, What};
use lamplighter_host_emulator::{FunctionsHost, Plan, Reply};
use lamplighter_simulator::Simulator;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use url::Url;

const WORKSPACE: &str = "/subscriptions/3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a01/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/w";
const KEY: &str = "the-key-of-the-app";

type Ear = Arc<Mutex<Vec<Value>>>;
/// The app, once it runs.
type Behind = Arc<Mutex<Option<Arc<FunctionsHost>>>>;

/// A function app whose sweep has told owners of a stop in about 20 minutes.
struct Told {
    app: Arc<FunctionsHost>,
    folder: Folder,
    ear: Ear,
    stop_at: DateTime<Utc>,
    _simulator: Simulator,
    servers: Vec<tokio::task::JoinHandle<()>>,
}

impl Drop for Told {
    fn drop(&mut self) {
        self.servers.iter().for_each(|server| server.abort());
    }
}

/// Runs since yesterday, and its schedule ends at `stop_at`.
fn instance(name: &str, stop_at: DateTime<Utc>) -> Value {
    let (begin, end) = (stop_at - TimeDelta::hours(6), stop_at);
    let schedule = format!(
        "daily {}-{} UTC",
        begin.format("%H:%M"),
        end.format("%H:%M")
    );
    let started = (Utc::now() - TimeDelta::days(1)).to_rfc3339();
    json!({
        "name": name, "vmSize": "Standard_DS3_v2", "state": "Running",
        "tags": {"lamp-schedule": schedule, "lamp-notice": "30m", "owner": "ana@example.org"},
        "lastOperation": {"operationName": "Start", "operationTime": started,
            "operationStatus": "Succeeded", "operationTrigger": "User"},
    })
}

async fn hear(State(ear): State<Ear>, body: Bytes) -> StatusCode {
    let body = serde_json::from_slice(&body).expect("JSON");
    ear.lock().expect("no panic").push(body);
    StatusCode::OK
}

/// What the platform's front end does: it takes a caller's request to the host.
async fn front(
    State(app): State<Behind>,
    (method, uri, headers): (Method, Uri, HeaderMap),
    body: String,
) -> Response {
    let app = app.lock().expect("no panic").clone().expect("the app runs");
    let own = ["connection", "content-length", "transfer-encoding"];
    let passed = headers
        .iter()
        .filter(|(name, _)| !own.contains(&name.as_str()));
    let passed: Vec<(String, String)> = passed
        .map(|(name, value)| (name.to_string(), value.to_str().expect("text").to_owned()))
        .collect();
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let body = Some(body.as_str()).filter(|body| !body.is_empty());
    let reply = app.forward(method.as_str(), path, &passed, body).await;
    let status = StatusCode::from_u16(reply.status).expect("a status");
    let mut answer = (status, reply.body.clone()).into_response();
    answer.headers_mut().remove("content-type");
    for (name, value) in &reply.headers {
        if !own.contains(&name.to_lowercase().as_str()) {
            let (name, value) = (name.parse::<HeaderName>(), value.parse::<HeaderValue>());
            answer
                .headers_mut()
                .append(name.expect("a name"), value.expect("a value"));
        }
    }
    answer
}

async fn served(routes: Router) -> (String, tokio::task::JoinHandle<()>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let server = async move { axum::serve(listener, routes).await.expect("it serves") };
    (url, tokio::spawn(server))
}

impl Told {
    /// With these instances, and these settings too.
    async fn new(names: &[&str], more: &[(&str, &str)]) -> Told {
        // To the minute, as schedules are.
        let soon = Utc::now() + TimeDelta::minutes(20);
        let stop_at = DateTime::from_timestamp(soon.timestamp() / 60 * 60, 0).expect("a time");
        let instances: Vec<Value> = names.iter().map(|name| instance(name, stop_at)).collect();
        let fleet = crate::common::world::fleet(json!(instances), &[]);
        let fleet = lamplighter_simulator::fleet::parse(&fleet.to_string(), "test");
        let fleet = fleet.expect("a good fleet");
        let simulator = lamplighter_simulator::start_with(fleet, Default::default()).await;
        let simulator = simulator.expect("the simulator starts");
        let ear = Ear::default();
        let (hook, one) = served(Router::new().fallback(hear).with_state(ear.clone())).await;
        let behind = Behind::default();
        let (url, two) = served(Router::new().fallback(front).with_state(behind.clone())).await;
        let folder = Folder::new("people");
        let packaged = folder.join("app");
        assert!(package(&packaged).status.success());
        let mut settings = vec![
            ("ARM_ENDPOINT", simulator.url()),
            ("PRICES_ENDPOINT", simulator.url()),
            ("METRICS_ENDPOINT", simulator.url()),
            ("IDENTITY_ENDPOINT", simulator.identity_endpoint()),
            ("IDENTITY_HEADER", simulator.identity_header()),
            ("LEDGER", folder.join("ledger").display().to_string()),
            ("ACT_IN", "all".to_string()),
            ("SWEEP_SCHEDULE", "0 */5 * * * *".to_string()),
            ("NOTICE_WEBHOOK", hook),
            ("KEEP_URL", url),
        ];
        settings.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
        let more = more.iter().map(|(name, value)| (*name, value.to_string()));
        let settings = settings.into_iter().chain(more);
        let plan = Plan {
            settings: settings
                .map(|(name, value)| (name.to_string(), value))
                .collect(),
            key: Some(KEY.to_string()),
            ..Plan::of(&packaged)
        };
        let app = Arc::new(FunctionsHost::start(plan).await.expect("the app starts"));
        *behind.lock().expect("no panic") = Some(Arc::clone(&app));
        let swept = app.fire("sweep").await;
        assert!(swept.is_success(), "{swept:?}");
        let mut told = Told {
            app,
            folder,
            ear,
            stop_at,
            _simulator: simulator,
            servers: vec![one, two],
        };
        // Whoever is told late is stopped later.
        told.stop_at = told.told_of().await;
        told
    }

    /// The stop that owners were told of.
    async fn told_of(&self) -> DateTime<Utc> {
        let mut stops = self.records().await.into_iter();
        let stop = stops.find_map(|record| match record.what {
            What::Notice { stop_at, .. } => Some(stop_at),
            _ => None,
        });
        stop.expect("a notice")
    }

    async fn records(&self) -> Vec<Record> {
        let day = TimeDelta::days(1);
        let ledger = self.ledger().await;
        let records = ledger.records::<Record>(Utc::now() - day, Utc::now() + day);
        records.await.expect("records").records
    }

    /// The links that owners got.
    fn links(&self) -> Vec<Url> {
        let heard = self.ear.lock().expect("no panic");
        let links = heard.iter().map(|body| &body["skipUrl"]);
        let links = links.map(|link| link.as_str().expect("a text"));
        links
            .filter(|link| !link.is_empty())
            .map(|link| link.parse().expect("a URL"))
            .collect()
    }

    async fn ledger(&self) -> Ledger {
        let folder = self.folder.join("ledger");
        let ledger = Ledger::open_to_read(folder.to_str().expect("Unicode"), no_token).await;
        ledger.expect("a ledger")
    }

    async fn holds(&self) -> Vec<HeldResource> {
        let read = self.ledger().await.holds_of(WORKSPACE, Utc::now()).await;
        read.expect("read").holds
    }

    async fn asked(&self, method: &str, link: &Url, headers: &[(&str, &str)]) -> Reply {
        self.sent(method, &path(link), headers, None).await
    }

    async fn sent(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&str>,
    ) -> Reply {
        let headers = headers.iter();
        let headers: Vec<(String, String)> = headers
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        self.app.forward(method, path, &headers, body).await
    }

    /// What a browser sends when a button of the page is pressed.
    async fn press(&self, link: &Url, choice: &str) -> Reply {
        let token = link.query().expect("a query").to_owned();
        let body = format!("{token}&for={choice}");
        let headers = [
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Origin", "null"),
            ("Sec-Fetch-Site", "same-origin"),
        ];
        self.sent("POST", "/api/keep", &headers, Some(&body)).await
    }

    /// Opens every link in Chromium, as `how` says.
    fn browsed(&self, how: &str) -> String {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut browse = Command::new("node");
        browse.arg(root.join("tests/functions/people.cjs")).arg(how);
        browse.args(self.links().iter().map(Url::as_str));
        let browsed = browse.output().expect("Node is installed");
        let said = format!(
            "{}{}",
            String::from_utf8_lossy(&browsed.stdout),
            String::from_utf8_lossy(&browsed.stderr)
        );
        assert!(browsed.status.success(), "{said}");
        said
    }
}

fn path(link: &Url) -> String {
    format!("{}?{}", link.path(), link.query().unwrap_or_default())
}
