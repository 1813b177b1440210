//! Messages to services that are slow, full, gone or somewhere else.

mod answers;
mod waits;

use super::channels::{Mail, NoticeChannels, TeamsAuth, TeamsFlow};
use super::{About, Message, Notice, Notifier, Outcome};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::IntoResponse;
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_azure::from_environment;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use url::Url;

/// An answer: its status, one header, its body.
type Scripted = (u16, Option<(&'static str, String)>, String);

#[derive(Clone, Default)]
struct Service {
    script: Arc<Mutex<VecDeque<Scripted>>>,
    heard: Arc<Mutex<Vec<(String, Value)>>>,
}

impl Service {
    /// Answers so next, before all that follows.
    fn next(&self, status: u16, header: Option<(&'static str, &str)>, body: &str) {
        let header = header.map(|(name, value)| (name, value.to_owned()));
        let mut script = self.script.lock().expect("no panic");
        script.push_back((status, header, body.to_owned()));
    }

    fn heard(&self) -> Vec<(String, Value)> {
        self.heard.lock().expect("no panic").clone()
    }
}

async fn answer(
    State(service): State<Service>,
    uri: Uri,
    _headers: HeaderMap,
    body: Bytes,
) -> impl IntoResponse {
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let heard = (uri.path().to_owned(), body);
    service.heard.lock().expect("no panic").push(heard);
    let scripted = service.script.lock().expect("no panic").pop_front();
    let (status, header, body) = scripted.unwrap_or((202, None, String::new()));
    let mut headers = HeaderMap::new();
    if let Some((name, value)) = header {
        headers.insert(name, value.parse().expect("a header"));
    }
    let status = StatusCode::from_u16(status).expect("a status");
    (status, headers, body)
}

async fn service() -> (Service, Url, JoinHandle<()>) {
    let service = Service::default();
    let app = Router::new().fallback(answer).with_state(service.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a port");
    let url = format!(
        "http://{}/hook?sig=very-secret",
        listener.local_addr().expect("one")
    );
    let server = tokio::spawn(async move { axum::serve(listener, app).await.expect("it serves") });
    (service, url.parse().expect("a URL"), server)
}

/// No test waits so long.
fn later() -> Instant {
    Instant::now() + Duration::from_secs(60)
}

fn notifier(channels: NoticeChannels) -> Notifier {
    let credential = from_environment(None).expect("a credential, which nobody asks");
    Notifier::new(channels, &credential, None).expect("a notifier")
}

fn now() -> DateTime<Utc> {
    "2026-11-23T18:45:00Z".parse().expect("a time")
}

fn notice(name: &str) -> Notice {
    let id = format!("/subscriptions/s/resourcegroups/rg/x/{name}");
    let resource = json!({"id": id, "kind": "instance", "name": name, "workspace": "w"});
    Notice {
        resource: serde_json::from_value(resource).expect("a resource"),
        about: About::StopAt(now() + TimeDelta::minutes(15)),
        text: format!("{name} will be stopped."),
        cost_an_hour: None,
        to_keep: Vec::new(),
        page: None,
    }
}

fn message<'a>(id: &str, notices: &'a [Notice], now: DateTime<Utc>) -> Message<'a> {
    Message {
        id: id.to_owned(),
        to: Some("ana@example.org"),
        notices: notices.iter().collect(),
        now,
    }
}

/// What the only channel made of it; `None`: it was accepted.
async fn sent(notifier: &Notifier, message: &Message<'_>) -> Option<(String, Option<u64>)> {
    let mut told = notifier.send(message, later()).await;
    assert_eq!(told.len(), 1);
    match told.remove(0).outcome {
        Outcome::Accepted => None,
        Outcome::Unfit { why } => Some((why, None)),
        Outcome::Failed { why, after } | Outcome::Later { why, after } => {
            assert!(
                !why.contains("secret") && !why.contains("127.0.0.1"),
                "{why}"
            );
            Some((why, after.map(|after| after.as_secs())))
        }
    }
}
