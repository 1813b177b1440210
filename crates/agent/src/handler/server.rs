//! The routes that the Functions host calls, on a loopback port.

use super::info::Info;
use super::invocation::{Invocation, header};
use super::running::Running;
use super::sweeper::{QueueRequest, Sweeper};
use super::{answer, health, queue};
use crate::host::Host;
use crate::people::{Asked, Request};
use crate::report::page::Chosen;
use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use chrono::Utc;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::time::{Instant, sleep};

/// The largest body read, in bytes; the host's own invocations have about one thousand.
pub(super) const BODY_LIMIT: usize = 1024 * 1024;

/// The largest form read, in bytes: a token, and one word.
const FORM_LIMIT: usize = 4096;

/// Listens on 127.0.0.1, which is where the host calls; port 0 takes any.
///
/// # Errors
/// Where the port is taken or may not be used.
pub async fn bind(port: u16) -> std::io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await
}

/// What is under way when the host has gone is waited for no longer than this.
const FINISH_WITHIN: Duration = Duration::from_secs(50);

/// Answers the host until the process ends, as the host never asks a handler to end, it kills it; or until the host has
/// gone, and all that it had asked for is done.
///
/// # Errors
/// Where the listener cannot go on.
pub async fn serve(
    listener: TcpListener,
    sweeper: Arc<dyn Sweeper>,
    info: Info,
    host: Host,
) -> std::io::Result<()> {
    info.warn();
    let running = Arc::new(Running::new(sweeper));
    tokio::select! {
        served = axum::serve(listener, router(Arc::clone(&running), info)) => served,
        () = left_behind(&host, &running) => Ok(()),
    }
}

/// Waits until the host has gone and nothing is under way.
async fn left_behind(host: &Host, running: &Running) {
    host.gone().await;
    tracing::info!("{}: what is under way is finished", crate::host::GONE);
    let latest = Instant::now() + FINISH_WITHIN;
    while !running.is_idle() && Instant::now() < latest {
        sleep(Duration::from_millis(50)).await;
    }
}

/// What the routes share.
#[derive(Clone)]
struct Shared {
    running: Arc<Running>,
    info: Arc<Info>,
}

fn router(running: Arc<Running>, info: Info) -> Router {
    Router::new()
        .route("/", get(ready))
        .route("/sweep", post(sweep))
        .route("/workspace", post(workspace))
        .route("/holds", post(hold))
        .route("/poison", post(poison))
        .route("/api/health", get(health_of))
        .route("/api/report", get(page))
        .route("/api/keep", page_of(Asked::Keep))
        .route("/api/resource", page_of(Asked::Resource))
        .fallback(unknown)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(Shared {
            running,
            info: Arc::new(info),
        })
}

/// A page for an owner, to be looked at and with a form, which is small.
fn page_of(asked: Asked) -> MethodRouter<Shared> {
    let answer = move |State(shared), call, body| people(shared, asked, call, body);
    let limit = DefaultBodyLimit::max(FORM_LIMIT);
    get(answer).post(answer).layer(limit)
}

async fn people(
    shared: Shared,
    asked: Asked,
    (method, uri, headers): (Method, Uri, HeaderMap),
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let Ok(body) = body else {
        let message = format!("a form has at most {FORM_LIMIT} bytes");
        return answer::failed(StatusCode::PAYLOAD_TOO_LARGE, "TooLong", &message);
    };
    let header = |name: &str| header(&headers, name);
    let request = Request {
        asked,
        post: method == Method::POST,
        query: uri.query().unwrap_or_default().to_owned(),
        body,
        content_type: header("content-type"),
        fetch_site: header("sec-fetch-site"),
        origin: header("origin"),
        principal: header("x-ms-client-principal"),
        languages: header("accept-language").unwrap_or_default(),
    };
    answer::people(shared.running.people(request).await)
}

/// The host asks this every 25 ms while it waits for the process, and later to see how loaded it is.
async fn ready(State(shared): State<Shared>) -> Response {
    let body = serde_json::json!({ "name": "lamplighter", "version": shared.info.version });
    answer::json_answer(StatusCode::OK, body)
}

async fn health_of(State(shared): State<Shared>) -> Response {
    let (known, diagnosis) =
        futures::join!(shared.running.last_known(), shared.running.diagnosis());
    health::answer(&shared.info, &shared.running.now(), &known, diagnosis)
}

async fn workspace(
    State(shared): State<Shared>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    match message(&headers, body) {
        Ok(request) => shared.running.workspace(request).await,
        Err(refused) => *refused,
    }
}

async fn hold(
    State(shared): State<Shared>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    shared.running.hold(any_message(&headers, body)).await
}

async fn poison(
    State(shared): State<Shared>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    shared.running.poison(any_message(&headers, body)).await
}

/// The message of an invocation, whatever it is: what cannot be read is told, and not sent again, as nobody can mend it.
fn any_message(headers: &HeaderMap, body: Result<Bytes, BytesRejection>) -> QueueRequest {
    queue::read_leniently(headers, &body.unwrap_or_default())
}

/// The message of an invocation, or the refusal.
fn message(
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<QueueRequest, Box<Response>> {
    let body = body.map_err(|error| Box::new(too_long(error)))?;
    let read = queue::read(headers, &body);
    read.map_err(|why| Box::new(refused(StatusCode::BAD_REQUEST, &why.to_string())))
}

fn too_long(error: BytesRejection) -> Response {
    let message = format!("{} (at most {BODY_LIMIT} bytes)", error.body_text());
    refused(error.status(), &message)
}

async fn page(State(shared): State<Shared>, uri: Uri, headers: HeaderMap) -> Response {
    let chosen = Chosen::read(uri.query().unwrap_or_default());
    let chosen = chosen.and_then(|chosen| chosen.period(Utc::now()).map(|_| chosen));
    let chosen = match chosen {
        Ok(chosen) => chosen,
        Err(why) => return answer::no_page(StatusCode::BAD_REQUEST, &why),
    };
    let languages = header(&headers, "accept-language");
    let page = shared.running.page(languages.unwrap_or_default(), chosen);
    match page.await {
        Ok(page) => answer::html(page),
        Err(failed) => {
            tracing::error!("the report could not be made: {failed}");
            answer::no_page(StatusCode::SERVICE_UNAVAILABLE, &failed.reason)
        }
    }
}

async fn sweep(
    State(shared): State<Shared>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let body = match body {
        Ok(body) => body,
        Err(error) => return too_long(error),
    };
    match Invocation::read(&headers, &body) {
        Ok(invocation) => shared.running.sweep(invocation).await,
        Err(why) => refused(StatusCode::BAD_REQUEST, &why.to_string()),
    }
}

/// The host throws the body of a failed invocation away: the reason has to stand in the log as well.
fn refused(status: StatusCode, why: &str) -> Response {
    tracing::error!(status = status.as_u16(), "invocation refused: {why}");
    answer::failed(status, "InvalidInvocation", why)
}

async fn unknown(method: Method, uri: Uri) -> Response {
    let message = format!(
        "there is no {method} {}; there are POST /sweep, /workspace, /holds and /poison, GET /api/health, /api/report, /api/keep and /api/resource",
        uri.path()
    );
    answer::failed(StatusCode::NOT_FOUND, "NotFound", &message)
}

async fn wrong_method(method: Method, uri: Uri) -> Response {
    let message = format!("{} does not take {method}", uri.path());
    answer::failed(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", &message)
}
