//! What owners reach without a key: the page to which notices have links.

use super::support::package;
use crate::common::folder::Folder;
use crate::common::place::no_token;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_agent::ledger::{HeldResource, Ledger};
use lamplighter_core::record::{Door, Record, What, WorkspaceState};
use lamplighter_host_emulator::{FunctionsHost, Plan, Reply, Trace};
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

#[tokio::test]
async fn the_link_of_a_notice_shows_what_is_to_come_and_one_press_keeps_it_on() {
    let told = Told::new(&["ci-ana"], &[]).await;
    let links = told.links();
    assert_eq!(links.len(), 1, "{:?}", told.ear);
    let page = told.asked("GET", &links[0], &[]).await;
    assert_eq!(page.status, 200, "{}", page.body);
    for words in ["ci-ana", "will be stopped", "0.36 USD an hour", "2 hours"] {
        assert!(page.body.contains(words), "{words} in {}", page.body);
    }
    for (name, value) in [
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("x-frame-options", "DENY"),
        ("x-robots-tag", "noindex"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(page.header(name), Some(value), "{page:?}");
    }
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"));
    assert!(policy.contains("form-action 'self'") && policy.contains("frame-ancestors 'none'"));

    let kept = told.press(&links[0], "2h").await;
    assert!(
        kept.status == 200 && kept.body.contains("is kept on until"),
        "{kept:?}"
    );
    let again = told.press(&links[0], "2h").await;
    assert_eq!(again.body, kept.body);
    let holds = told.holds().await;
    let [held] = holds.as_slice() else {
        panic!("one hold: {holds:?}");
    };
    assert_eq!(held.hold.until, told.stop_at + TimeDelta::hours(2));
    assert!(held.hold.door == Door::Link && held.hold.since <= told.stop_at);
    assert!(held.resource.ends_with("/computes/ci-ana"));
}

#[tokio::test]
async fn a_link_asks_for_no_key_and_stands_in_no_log_and_no_record() {
    let told = Told::new(&["ci-ana"], &[]).await;
    let link = told.links().remove(0);
    told.press(&link, "1h").await;
    let token = link.query().expect("a query").strip_prefix("t=");
    let token = token.expect("a token");
    let mac = token.split_once('.').expect("two parts").1;
    let hold = |traces: &[Trace]| {
        traces
            .iter()
            .any(|trace| trace.text.contains(r#""event":"hold""#))
    };
    let traces = told.app.traces().until(hold).await;
    for trace in traces.expect("a line about it") {
        assert!(!trace.text.contains(mac), "{trace:?}");
    }
    let records = told.records().await;
    let notice = |record: &&Record| matches!(record.what, What::Notice { .. });
    assert_eq!(records.iter().filter(notice).count(), 1);
    let all = serde_json::to_string(&records).expect("JSON");
    assert!(!all.contains(mac) && !all.contains("api/keep"), "{all}");
    // The other functions ask for the key, which no page and no link has.
    for path in ["/api/report", "/api/health"] {
        assert_eq!(told.sent("GET", path, &[], None).await.status, 401);
    }
    assert!(!link.as_str().contains(KEY));
    let page = told.asked("GET", &link, &[("x-functions-key", KEY)]).await;
    assert!(page.status == 200 && !page.body.contains(KEY));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_looks_at_links_keeps_nothing_on() {
    let told = Told::new(&["ci-ana", "ci-bo"], &[]).await;
    let links = told.links();
    assert_eq!(links.len(), 2);
    for agent in [
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
        "Mozilla/5.0 SkypeUriPreview Preview/0.5",
    ] {
        for link in &links {
            for (method, status) in [("GET", 200), ("HEAD", 404), ("GET", 200)] {
                let headers = [("User-Agent", agent), ("Range", "bytes=0-32768")];
                let reply = told.asked(method, link, &headers).await;
                assert_eq!(reply.status, status, "{method}");
            }
            // One that posts whatever it is given, and one that fills forms from elsewhere.
            let posted = told.asked("POST", link, &[("User-Agent", agent)]).await;
            assert_eq!(posted.status, 415);
            let headers = [("Content-Type", "application/x-www-form-urlencoded")];
            let body = format!("{}&for=4h", link.query().expect("a query"));
            let posted = told.sent("POST", "/api/keep", &headers, Some(&body)).await;
            assert_eq!(posted.status, 403);
        }
    }
    // One that runs what it finds and presses nothing.
    told.browsed("look");
    assert_eq!(told.holds().await, []);
}

/// Chromium is never skipped: a page is what it looks like.
#[tokio::test(flavor = "multi_thread")]
async fn every_link_opens_in_chromium_and_its_button_works_without_script() {
    let told = Told::new(&["ci-ana", "ci-bo-with-a-name-as-long-as"], &[]).await;
    told.browsed("press");
    let mut held: Vec<(String, DateTime<Utc>)> = told
        .holds()
        .await
        .into_iter()
        .map(|held| (held.resource, held.hold.until))
        .collect();
    held.sort();
    let ends: Vec<DateTime<Utc>> = held.iter().map(|(_, until)| *until).collect();
    assert_eq!(ends, [told.stop_at + TimeDelta::hours(2); 2], "{held:?}");
}

/// What the platform's sign-in puts before a request.
fn principal(oid: &str, tenant: &str) -> String {
    let claims = json!([{"typ": "oid", "val": oid}, {"typ": "tid", "val": tenant}]);
    let principal =
        json!({"auth_typ": "aad", "claims": claims, "name_typ": "name", "role_typ": "roles"});
    STANDARD.encode(principal.to_string())
}

#[tokio::test]
async fn an_owner_who_has_signed_in_needs_no_secret_in_the_link() {
    let tenant = "72f988bf-86f1-41af-91ab-2d7cd011db47";
    let settings = [
        ("SIGN_IN", "owner"),
        ("SIGN_IN_TENANT", tenant),
        ("WEBSITE_AUTH_ENABLED", "True"),
    ];
    let told = Told::new(&["ci-ana"], &settings).await;
    let link = told.links().remove(0);
    let id = link.query_pairs().next().expect("an id").1.into_owned();
    assert!(link.path() == "/api/resource" && id.ends_with("/computes/ci-ana"));
    assert_eq!(told.asked("GET", &link, &[]).await.status, 401);
    let (states, _) = told
        .ledger()
        .await
        .load::<WorkspaceState>(WORKSPACE)
        .await
        .expect("a state");
    let owner = states.resources[&id]
        .owner_id
        .clone()
        .expect("an object id");
    let other = "22222222-86f1-41af-91ab-2d7cd011db47";
    let (owner, other) = (principal(&owner, tenant), principal(other, tenant));
    let other = [("x-ms-client-principal", other.as_str())];
    assert_eq!(told.asked("GET", &link, &other).await.status, 404);
    let own = ("x-ms-client-principal", owner.as_str());
    let page = told.asked("GET", &link, &[own]).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let (_, rest) = page.body.split_once(r#"name="t" value=""#).expect("a form");
    let token = rest.split('"').next().expect("a value");
    let body = format!("t={token}&for=1h");
    let form = [
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Sec-Fetch-Site", "same-origin"),
    ];
    for (more, status) in [(other[0], 404), (own, 200)] {
        let headers = [form[0], form[1], more];
        let sent = told.sent("POST", "/api/resource", &headers, Some(&body));
        assert_eq!(sent.await.status, status);
    }
    let held = told.holds().await.remove(0).hold;
    // From when its schedule ends; whoever is told late is stopped later than that.
    let (hour, late) = (TimeDelta::hours(1), told.stop_at + TimeDelta::hours(1));
    assert!(held.until <= late && held.until > late - hour, "{held:?}");
    assert_eq!(
        (held.door, held.by.as_deref()),
        (Door::SignedIn, Some("ana@example.org"))
    );
}

#[tokio::test]
async fn a_report_can_be_of_one_owner() {
    let told = Told::new(&["ci-ana", "ci-bo"], &[]).await;
    let key = [("x-functions-key", KEY)];
    for (owner, shown) in [
        ("", true),
        ("?owner=Ana%40example.org", true),
        ("?owner=nobody%40example.org", false),
    ] {
        let path = format!("/api/report{owner}");
        let page = told.sent("GET", &path, &key, None).await;
        assert_eq!(page.status, 200);
        assert_eq!(page.body.contains("ci-bo"), shown, "{owner}");
    }
}

#[tokio::test]
async fn without_a_place_of_the_page_notices_have_no_link_and_there_is_no_page() {
    let told = Told::new(&["ci-ana"], &[("KEEP_URL", "")]).await;
    let heard = told.ear.lock().expect("no panic").clone();
    assert_eq!(heard.len(), 1);
    assert_eq!(heard[0]["skipUrl"], "");
    let reply = told.sent("GET", "/api/keep?t=a.b", &[], None).await;
    assert_eq!(reply.status, 404);
    assert_eq!(
        told.press(&"http://x/?t=a.b".parse().expect("a URL"), "2h")
            .await
            .status,
        404
    );
}
