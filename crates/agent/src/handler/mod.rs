//! The Functions host's custom-handler protocol: a loopback HTTP server that the host calls when the timer
//! fires, and to which it forwards the callers of `/api/…`.
//!
//! What a sweep is, is not known here: whoever serves gives a [`Sweeper`].

mod answer;
mod health;
mod invocation;
pub mod logging;
mod package;
mod queue;
mod running;

#[cfg(test)]
mod tests;

pub use package::{PackageError, package};

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::Response;
use axum::routing::{get, post};
use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use invocation::Invocation;
use running::Running;
use std::net::Ipv4Addr;
use std::sync::Arc;
use tokio::net::TcpListener;

/// The largest body read, in bytes; the host's own invocations have about one thousand.
const BODY_LIMIT: usize = 1024 * 1024;

/// What happens when the timer fires.
pub trait Sweeper: Send + Sync + 'static {
    /// One sweep. It runs to its end even if the host hangs up, and never twice at once; a panic in it is
    /// answered as a failure.
    fn sweep(&self, request: SweepRequest) -> BoxFuture<'_, Result<SweepDone, SweepFailed>>;

    /// The pass over one workspace that the timer left to the queue: the message, as it was put there. Many run at
    /// once.
    fn workspace(&self, request: QueueRequest) -> BoxFuture<'_, Result<SweepDone, SweepFailed>>;

    /// A message that the host gave up.
    fn poison(&self, request: QueueRequest) -> BoxFuture<'_, Result<SweepDone, SweepFailed>>;

    /// The last sweep that is known to have ended, whichever instance ran it, and whether all is well; `None` where
    /// nobody knows.
    fn last_known(&self) -> BoxFuture<'_, Option<LastKnown>>;

    /// The report's page, for a reader with this `Accept-Language`.
    fn page(&self, languages: String) -> BoxFuture<'_, Result<Served, SweepFailed>>;
}

/// A page with what belongs to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Served {
    pub html: String,
    /// `Content-Security-Policy`.
    pub policy: String,
}

/// One firing of the timer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SweepRequest {
    /// The host's id of this invocation: ASCII letters, digits and hyphens, at most 64.
    pub invocation_id: Option<String>,
    /// At least one tick was missed before this one.
    pub past_due: bool,
    /// The W3C trace context of the host's span.
    pub traceparent: Option<String>,
    /// What the host's clock showed, UTC; `None`: it did not say.
    pub now: Option<DateTime<Utc>>,
}

/// One message of the queue.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QueueRequest {
    /// As for a [`SweepRequest`].
    pub invocation_id: Option<String>,
    pub traceparent: Option<String>,
    pub now: Option<DateTime<Utc>>,
    /// The message; text where it is no JSON.
    pub message: serde_json::Value,
    /// How often the host has handed it out, this time included.
    pub dequeue_count: Option<u64>,
}

/// What the ledger knows of the last sweep.
#[derive(Clone, Debug, PartialEq)]
pub struct LastKnown {
    /// Shown by `/api/health`.
    pub sweep: serde_json::Value,
    /// Why this is not well, if so.
    pub problem: Option<String>,
}

/// A sweep that did its work.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SweepDone {
    /// Shown by `/api/health` until the next sweep ends.
    pub summary: serde_json::Value,
    /// A few lines for the invocation's log.
    pub lines: Vec<String>,
    /// Messages for the queue `workspaces`.
    pub messages: Vec<serde_json::Value>,
}

/// A sweep that could not do its work.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct SweepFailed {
    /// For people: what was missing, and where. It is logged and shown, so it holds no secret.
    pub reason: String,
}

/// What `/api/health` says about this process apart from its sweeps.
#[derive(Clone, Debug)]
pub struct Info {
    /// The timer's cadence: six fields, seconds first, UTC.
    pub sweep_schedule: String,
    /// Of this program.
    pub version: String,
    /// When this process began to serve, UTC.
    pub started: DateTime<Utc>,
}

impl Default for Info {
    fn default() -> Info {
        Info {
            sweep_schedule: "0 */5 * * * *".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            started: Utc::now(),
        }
    }
}

/// Listens on 127.0.0.1, which is where the host calls; port 0 takes any.
///
/// # Errors
/// Where the port is taken or may not be used.
pub async fn bind(port: u16) -> std::io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await
}

/// Answers the host until the process ends: the host never asks a custom handler to stop, it kills it.
///
/// # Errors
/// Where the listener cannot go on.
pub async fn serve(
    listener: TcpListener,
    sweeper: Arc<dyn Sweeper>,
    info: Info,
) -> std::io::Result<()> {
    axum::serve(listener, router(Arc::new(Running::new(sweeper)), info)).await
}

/// What the routes share.
#[derive(Clone)]
struct Rooms {
    running: Arc<Running>,
    info: Arc<Info>,
}

fn router(running: Arc<Running>, info: Info) -> Router {
    Router::new()
        .route("/", get(ready))
        .route("/sweep", post(sweep))
        .route("/workspace", post(workspace))
        .route("/poison", post(poison))
        .route("/api/health", get(health))
        .route("/api/report", get(page))
        .fallback(unknown)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(Rooms {
            running,
            info: Arc::new(info),
        })
}

/// The host asks this every 25 ms while it waits for the process, and later to see how loaded it is.
async fn ready(State(rooms): State<Rooms>) -> Response {
    let body = serde_json::json!({ "name": "lamplighter", "version": rooms.info.version });
    answer::json_answer(StatusCode::OK, body)
}

async fn health(State(rooms): State<Rooms>) -> Response {
    let known = rooms.running.last_known().await;
    health::answer(&rooms.info, &rooms.running.now(), known.as_ref())
}

async fn workspace(
    State(rooms): State<Rooms>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    match message(&headers, body) {
        Ok(request) => rooms.running.workspace(request).await,
        Err(refused) => *refused,
    }
}

async fn poison(
    State(rooms): State<Rooms>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    match message(&headers, body) {
        Ok(request) => rooms.running.poison(request).await,
        Err(refused) => *refused,
    }
}

/// The message of an invocation, or the refusal.
fn message(
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<QueueRequest, Box<Response>> {
    let body = body.map_err(|error| Box::new(too_long(error)))?;
    let read = queue::read(headers, &body);
    read.map_err(|why| Box::new(refused(StatusCode::BAD_REQUEST, &why)))
}

fn too_long(error: BytesRejection) -> Response {
    let message = format!("{} (at most {BODY_LIMIT} bytes)", error.body_text());
    refused(error.status(), &message)
}

async fn page(State(rooms): State<Rooms>, headers: HeaderMap) -> Response {
    let languages = headers.get(header::ACCEPT_LANGUAGE);
    let languages = languages.and_then(|languages| languages.to_str().ok());
    let page = rooms
        .running
        .page(languages.unwrap_or_default().to_string());
    match page.await {
        Ok(page) => answer::html(page),
        Err(failed) => {
            tracing::error!("the report could not be made: {failed}");
            let status = StatusCode::SERVICE_UNAVAILABLE;
            answer::failed(status, "ReportFailed", &failed.reason)
        }
    }
}

async fn sweep(
    State(rooms): State<Rooms>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let body = match body {
        Ok(body) => body,
        Err(error) => return too_long(error),
    };
    match Invocation::read(&headers, &body) {
        Ok(invocation) => rooms.running.sweep(invocation).await,
        Err(why) => refused(StatusCode::BAD_REQUEST, &why),
    }
}

/// The host throws the body of a failed invocation away: the reason has to stand in the log as well.
fn refused(status: StatusCode, why: &str) -> Response {
    tracing::error!(status = status.as_u16(), "invocation refused: {why}");
    answer::failed(status, "InvalidInvocation", why)
}

async fn unknown(method: Method, uri: Uri) -> Response {
    let message = format!(
        "there is no {method} {}; there are POST /sweep, /workspace and /poison, GET /api/health and GET /api/report",
        uri.path()
    );
    answer::failed(StatusCode::NOT_FOUND, "NotFound", &message)
}

async fn wrong_method(method: Method, uri: Uri) -> Response {
    let message = format!("{} does not take {method}", uri.path());
    answer::failed(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", &message)
}
