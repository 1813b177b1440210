//! A server on loopback that answers each path from a script and remembers what it was asked; and a client
//! to ask it with.

use async_trait::async_trait;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::response::Response;
use azure_core::credentials::{AccessToken, Secret, TokenCredential, TokenRequestOptions};
use azure_core::time::{Duration as TimeSpan, OffsetDateTime};
use lamplighter_azure::{Arm, Config, Pace};
use lamplighter_core::observe::{FoundryVersion, Workspace};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::Instant;
use url::Url;

/// One scripted answer.
#[derive(Clone)]
pub enum Reply {
    Json(u16, Value),
    /// Status, headers, body as it is.
    Raw(u16, Vec<(&'static str, String)>, String),
    /// This much of a body, then the connection breaks.
    BreakOff(String),
    /// Never an answer.
    Hang,
}

/// One request as it came.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: String,
    pub path: String,
    pub query: String,
    pub headers: HeaderMap,
}

#[derive(Default)]
struct Script {
    /// Method, path with perhaps a part of the query, and what is still to be answered; the last stays.
    rules: Vec<(String, String, VecDeque<Reply>)>,
    asked: Vec<Asked>,
}

#[derive(Clone)]
pub struct Server {
    pub url: Url,
    script: Arc<Mutex<Script>>,
}

impl Server {
    pub async fn start() -> Server {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0))
            .await
            .unwrap();
        let address = listener.local_addr().unwrap();
        let script = Arc::new(Mutex::new(Script::default()));
        let app = axum::Router::new()
            .fallback(answer)
            .with_state(script.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Server {
            url: Url::parse(&format!("http://{address}")).unwrap(),
            script,
        }
    }

    /// Answers `method path` with `replies` in order, and with the last of them from then on. A path with
    /// `?part` matches where the query contains that part, and goes before one without.
    pub fn on(&self, method: &str, path: &str, replies: impl IntoIterator<Item = Reply>) {
        let rule = (method.into(), path.into(), replies.into_iter().collect());
        let mut script = self.script.lock().unwrap();
        script.rules.push(rule);
        script.rules.sort_by_key(|(_, path, _)| !path.contains('?'));
    }

    pub fn requests(&self) -> Vec<Asked> {
        self.script.lock().unwrap().asked.clone()
    }

    pub fn count(&self, method: &str, path: &str) -> usize {
        let asked = self.requests();
        let same = |s: &&Asked| s.method == method && s.path == path;
        asked.iter().filter(same).count()
    }

    /// A link below this server, as Azure writes them.
    pub fn link(&self, path_and_query: &str) -> String {
        self.url.join(path_and_query).unwrap().to_string()
    }
}

async fn answer(State(script): State<Arc<Mutex<Script>>>, request: Request) -> Response {
    let (path, query) = (
        request.uri().path().to_owned(),
        request.uri().query().unwrap_or_default().to_owned(),
    );
    let method = request.method().to_string();
    let reply = {
        let mut script = script.lock().unwrap();
        script.asked.push(Asked {
            method: method.clone(),
            path: path.clone(),
            query: query.clone(),
            headers: request.headers().clone(),
        });
        let rule = script.rules.iter_mut().find(|(m, p, _)| {
            let (rule_path, part) = p.split_once('?').unwrap_or((p, ""));
            *m == method && rule_path == path && query.contains(part)
        });
        match rule {
            Some((_, _, replies)) if replies.len() > 1 => replies.pop_front().unwrap(),
            Some((_, _, replies)) => replies[0].clone(),
            None => Reply::Json(
                418,
                json!({"error": {"code": "Unscripted", "message": path}}),
            ),
        }
    };
    respond(reply).await
}

async fn respond(reply: Reply) -> Response {
    let (status, headers, body) = match reply {
        Reply::Json(status, body) => {
            let kind = ("content-type", "application/json".to_owned());
            (status, vec![kind], Body::from(body.to_string()))
        }
        Reply::Raw(status, headers, body) => (status, headers, Body::from(body)),
        Reply::BreakOff(body) => {
            let parts = [Ok(body), Err(std::io::Error::other("broken on purpose"))];
            (
                200,
                Vec::new(),
                Body::from_stream(futures::stream::iter(parts)),
            )
        }
        Reply::Hang => std::future::pending().await,
    };
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(name, value);
    }
    response.body(body).unwrap()
}

pub fn ok(body: Value) -> Reply {
    Reply::Json(200, body)
}

pub fn error(status: u16, code: &str, message: &str) -> Reply {
    let body = json!({"error": {"code": code, "message": message, "details": []}});
    Reply::Json(status, body)
}

pub fn throttled(retry_after: &str) -> Reply {
    let body = json!({"error": {"code": "TooManyRequests", "message": "slow down"}});
    let header = ("retry-after", retry_after.to_owned());
    Reply::Raw(429, vec![header], body.to_string())
}

/// A credential that counts what is fetched: `token-1`, `token-2`, …
#[derive(Debug)]
pub struct Fake {
    pub fetched: AtomicUsize,
    /// How long a token lives, in seconds.
    pub lives: AtomicI64,
    pub fails: bool,
}

impl Fake {
    pub fn new() -> Arc<Fake> {
        Arc::new(Fake {
            fetched: AtomicUsize::new(0),
            lives: AtomicI64::new(3600),
            fails: false,
        })
    }
}

#[async_trait]
impl TokenCredential for Fake {
    async fn get_token(
        &self,
        _: &[&str],
        _: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        let number = self.fetched.fetch_add(1, Ordering::SeqCst) + 1;
        // Long enough for others to want one meanwhile.
        tokio::task::yield_now().await;
        if self.fails {
            let kind = azure_core::error::ErrorKind::Credential;
            return Err(azure_core::Error::with_message(kind, "nobody is signed in"));
        }
        let lives = TimeSpan::seconds(self.lives.load(Ordering::SeqCst));
        let token = Secret::new(format!("token-{number}"));
        Ok(AccessToken::new(token, OffsetDateTime::now_utc() + lives))
    }
}

pub fn arm(server: &Server) -> Arm {
    arm_with(server, Fake::new(), Duration::from_secs(20))
}

pub fn config(server: &Server, request_timeout: Duration) -> Config {
    Config {
        arm_endpoint: server.url.clone(),
        api_version: "2025-12-01".into(),
        foundry_version: FoundryVersion::default(),
        request_timeout,
        concurrency: 8,
        client_id: None,
        pace: Pace::Arm,
        scope: None,
    }
}

/// A client that waits a millisecond where Azure names no wait.
pub fn arm_with(
    server: &Server,
    credential: Arc<dyn TokenCredential>,
    request_timeout: Duration,
) -> Arm {
    let config = config(server, request_timeout);
    let arm = Arm::new(config, credential).unwrap();
    arm.with_backoff(Duration::from_millis(1))
}

pub fn in_secs(seconds: u64) -> Instant {
    Instant::now() + Duration::from_secs(seconds)
}

pub const COMPUTES: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg-vision/providers/Microsoft.MachineLearningServices/workspaces/ws-vision/computes";

pub fn workspace() -> Workspace {
    Workspace {
        id: COMPUTES.trim_end_matches("/computes").into(),
        subscription: "11111111-2222-3333-4444-555555555555".into(),
        resource_group: "rg-vision".into(),
        name: "ws-vision".into(),
        location: Some("westeurope".into()),
        tags: Default::default(),
        above: Default::default(),
    }
}

pub fn path(rest: &str) -> String {
    format!("{}/{rest}", COMPUTES.trim_end_matches("/computes"))
}

/// An instance with every field that the model knows.
pub fn instance(name: &str) -> Value {
    json!({
        "id": format!("{COMPUTES}/{name}"),
        "name": name,
        "type": "Microsoft.MachineLearningServices/workspaces/computes",
        "location": "westeurope",
        "tags": {"lamp-schedule": "Mon-Fri 08:00-19:00", "owner": "ana@example.org"},
        "properties": {
            "computeType": "ComputeInstance",
            "provisioningState": "Succeeded",
            "createdOn": "2026-03-02T09:15:00.1234567+00:00",
            "properties": {
                "vmSize": "STANDARD_DS3_V2",
                "state": "Running",
                "createdBy": {"userName": "ana@example.org", "userId": "u-1"},
                "lastOperation": {
                    "operationName": "Start",
                    "operationTime": "2026-09-07T07:58:01.123Z",
                    "operationStatus": "Succeeded",
                    "operationTrigger": "User"
                },
                "idleTimeBeforeShutdown": "PT120M",
                "schedules": {"computeStartStop": [
                    {
                        "status": "Enabled",
                        "action": "Stop",
                        "triggerType": "Cron",
                        "cron": {
                            "expression": "30 20 * * *",
                            "startTime": "2026-01-05T00:00:00",
                            "timeZone": "W. Europe Standard Time"
                        }
                    },
                    {
                        "status": "Disabled",
                        "action": "Start",
                        "triggerType": "Recurrence",
                        "recurrence": {
                            "frequency": "Week",
                            "interval": 1,
                            "startTime": "2026-01-05T06:00:00",
                            "timeZone": "UTC",
                            "schedule": {
                                "hours": [7], "minutes": [30],
                                "weekDays": ["Monday", "Friday"], "monthDays": null
                            }
                        }
                    }
                ]}
            }
        }
    })
}
