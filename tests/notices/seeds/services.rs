//! Servers that play all the services, each with its faults, by a clock that the test sets.

use crate::common::world::at;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

/// The channels, and the paths that they post to.
pub const CHANNELS: [(&str, &str); 6] = [
    ("teams", "/teams"),
    ("slack", "/slack"),
    ("webhook", "/webhook"),
    ("azure", "/azure"),
    ("eventgrid", "/api/events"),
    ("email", "/emails:send"),
];
/// How a service answers for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    Down,
    Gone,
    TooMany,
    /// It takes a post, says so, and loses it: nobody can know.
    Lost,
    /// It takes the next post and never answers.
    Hang,
}

pub const FAULTS: [Fault; 4] = [Fault::Down, Fault::Gone, Fault::TooMany, Fault::Lost];
/// For these two hours one of the services is down, whatever else befalls it.
pub const OUTAGE: [&str; 2] = ["23T17:40", "23T19:40"];

pub struct Heard {
    pub channel: &'static str,
    pub at: DateTime<Utc>,
    pub body: String,
    pub accepted: bool,
}

pub struct Services {
    pub now: DateTime<Utc>,
    /// The one with the outage.
    pub down: &'static str,
    pub faults: BTreeMap<&'static str, (Fault, u64)>,
    pub heard: Vec<Heard>,
    /// What a post has met.
    pub met: BTreeSet<(&'static str, Fault)>,
}

impl Services {
    fn fault(&mut self, channel: &'static str) -> Option<(Fault, u64)> {
        let [from, to] = OUTAGE.map(at);
        let outage = channel == self.down && from <= self.now && self.now < to;
        let fault = match outage {
            true => Some((Fault::Down, 0)),
            false => self.faults.get(channel).copied(),
        };
        if let Some((Fault::Hang, _)) = fault {
            self.faults.remove(channel);
        }
        self.met.extend(fault.map(|(fault, _)| (channel, fault)));
        fault
    }
}

pub type Shared = Arc<Mutex<Services>>;

async fn hear(
    State(services): State<Shared>,
    uri: Uri,
    body: Bytes,
) -> (StatusCode, HeaderMap, &'static str) {
    let channel = CHANNELS
        .iter()
        .find(|(_, path)| uri.path().starts_with(path));
    let (channel, _) = channel.expect("a channel's path");
    let fault = {
        let mut services = services.lock().expect("no panic");
        let fault = services.fault(channel);
        let heard = Heard {
            channel,
            at: services.now,
            body: String::from_utf8(body.to_vec()).expect("text"),
            accepted: fault.is_none_or(|(fault, _)| fault == Fault::Lost),
        };
        services.heard.push(heard);
        fault
    };
    let mut headers = HeaderMap::new();
    let taken = match ["email", "teams"].contains(channel) {
        true => (StatusCode::ACCEPTED, "{}"),
        false => (StatusCode::OK, "ok"),
    };
    let (status, text) = match fault {
        None | Some((Fault::Lost, _)) => taken,
        Some((Fault::Down, _)) => (StatusCode::SERVICE_UNAVAILABLE, "not now"),
        Some((Fault::Gone, _)) => (StatusCode::GONE, "gone"),
        Some((Fault::TooMany, seconds)) => {
            headers.insert(header::RETRY_AFTER, seconds.into());
            (StatusCode::TOO_MANY_REQUESTS, "")
        }
        Some((Fault::Hang, _)) => std::future::pending().await,
    };
    (status, headers, text)
}

/// The services, where they are, and what ends them.
pub async fn services(seed: u64) -> (Shared, String, tokio::task::JoinHandle<()>) {
    let shared = Arc::new(Mutex::new(Services {
        now: at("23T17:00"),
        down: CHANNELS[seed as usize % CHANNELS.len()].0,
        faults: BTreeMap::new(),
        heard: Vec::new(),
        met: BTreeSet::new(),
    }));
    let app = Router::new().fallback(hear).with_state(shared.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let server = tokio::spawn(async move { axum::serve(listener, app).await.expect("it serves") });
    (shared, url, server)
}
