//! What stands between the program and the simulator: it passes every request on, writes down in which order they came, and
//! lets a test do something just before one of them.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::Response;
use serde_json::Value;
use std::sync::{Arc, Mutex};

/// What is to be posted to the simulator (below `/simulator/`) before a request is passed on: asked for each with its method
/// and path, and how many of the same there were before it.
type Before = Box<dyn FnMut(&str, usize) -> Option<(&'static str, Value)> + Send>;

pub struct Between {
    pub url: String,
    calls: Arc<Mutex<Vec<String>>>,
    server: tokio::task::JoinHandle<()>,
}

struct Shared {
    to: String,
    client: reqwest::Client,
    calls: Arc<Mutex<Vec<String>>>,
    before: Mutex<Before>,
}

impl Between {
    pub async fn start(
        simulator: &str,
        before: impl FnMut(&str, usize) -> Option<(&'static str, Value)> + Send + 'static,
    ) -> Between {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await;
        let listener = listener.expect("a port");
        let address = listener.local_addr().expect("an address");
        let calls: Arc<Mutex<Vec<String>>> = Arc::default();
        let shared = Shared {
            to: simulator.to_owned(),
            client: reqwest::Client::new(),
            calls: calls.clone(),
            before: Mutex::new(Box::new(before)),
        };
        let app = Router::new().fallback(pass_on).with_state(Arc::new(shared));
        let server = tokio::spawn(async move {
            let _ = axum::serve(listener, app).await;
        });
        Between {
            url: format!("http://{address}"),
            calls,
            server,
        }
    }

    /// Method and path of every request, in their order.
    pub fn calls(&self) -> Vec<String> {
        self.calls.lock().expect("no panic").clone()
    }
}

impl Drop for Between {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn pass_on(State(shared): State<Arc<Shared>>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let call = format!("{} {}", parts.method, parts.uri.path());
    let earlier = {
        let mut calls = shared.calls.lock().expect("no panic");
        let earlier = calls.iter().filter(|known| **known == call).count();
        calls.push(call.clone());
        earlier
    };
    let first = (shared.before.lock().expect("no panic"))(&call, earlier);
    if let Some((path, body)) = first {
        let posted = shared
            .client
            .post(format!("{}/simulator/{path}", shared.to));
        let answer = posted.json(&body).send().await.expect("an answer");
        let status = answer.status();
        assert!(status.is_success(), "{path}: {status}");
    }
    let path = parts.uri.path_and_query().map_or("", |path| path.as_str());
    let body = to_bytes(body, 1 << 20).await.expect("a body");
    let mut passed = shared
        .client
        .request(parts.method, format!("{}{path}", shared.to))
        .body(body);
    for (name, value) in &parts.headers {
        if !matches!(name.as_str(), "content-length" | "host") {
            passed = passed.header(name, value);
        }
    }
    let Ok(answer) = passed.send().await else {
        return broken();
    };
    let mut response = Response::builder().status(answer.status());
    for (name, value) in answer.headers() {
        if !matches!(name.as_str(), "content-length" | "transfer-encoding") {
            response = response.header(name, value);
        }
    }
    match answer.bytes().await {
        Ok(body) => response.body(body.into()).expect("an answer"),
        Err(_) => broken(),
    }
}

/// Broken off there, broken off here.
fn broken() -> Response<Body> {
    let broken = std::io::Error::other("broken off behind");
    let body = Body::from_stream(futures::stream::iter([Err::<String, _>(broken)]));
    Response::new(body)
}
