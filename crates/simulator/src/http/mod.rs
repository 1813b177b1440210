//! The simulator's HTTP side: every call is counted, may be spoilt by a fault, and is answered as Azure would.

mod answer;
mod arm;
mod call;
mod calls;
mod computes;
mod control;
mod faults;
mod filter;
mod graph;
mod identity;
mod jobs;
mod metadata;
mod metrics;
mod operations;
mod prices;
mod providers;
mod resources;
mod role;
mod route;
mod sizes;
mod throttle;
mod uses;

pub use calls::{CallsReport, RouteCalls};
pub use faults::Fault;
pub(super) use role::Role;

use super::beacons::Folder;
use super::clock::Clock;
use super::world::{JobStatus, OperationStatus, World};
use answer::{Answer, error};
use axum::body::{Body, Bytes};
use axum::http::{Request, Response};
use call::Call;
use calls::Calls;
use chrono::{DateTime, Utc};
use faults::Faults;
use futures::StreamExt;
use route::Route;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use throttle::{Buckets, Taken};

/// Bodies that callers send are small; a larger one is a mistake.
const LARGEST_BODY: usize = 1 << 20;

/// A job's status, since when, and its JSON then.
type JobBody = ((JobStatus, DateTime<Utc>), String);

/// The world and what is kept of it for answering quickly.
pub(super) struct Stage {
    pub world: World,
    /// Each compute's JSON with the version that it was written from.
    bodies: Vec<Option<(u64, String)>>,
    /// Each job's JSON with the status that it was written in.
    job_bodies: Vec<Option<JobBody>>,
    page_size: usize,
    price_page_size: usize,
    /// Simulated seconds per real second; `None` where the clock is moved by hand.
    speed: Option<f64>,
}

impl Stage {
    pub fn new(world: World, page_size: Option<usize>, speed: Option<f64>) -> Stage {
        Stage {
            bodies: vec![None; world.machines.len()],
            job_bodies: Vec::new(),
            world,
            page_size: page_size.unwrap_or(100),
            price_page_size: page_size.unwrap_or(1_000),
            speed,
        }
    }

    /// Real seconds after which a caller may look at an operation again.
    fn retry_after(&self, operation: &str) -> u64 {
        let left = self
            .world
            .operation(operation)
            .map_or(0, |operation| match operation.status {
                OperationStatus::InProgress => {
                    (operation.due - self.world.now()).num_seconds().max(0)
                }
                _ => 0,
            });
        let real = self.speed.map_or(1.0, |speed| left as f64 / speed);
        real.ceil().clamp(1.0, 15.0) as u64
    }
}

/// What all connections share.
pub(super) struct Shared {
    pub stage: Mutex<Stage>,
    pub clock: Mutex<Clock>,
    pub faults: Mutex<Faults>,
    pub calls: Mutex<Calls>,
    buckets: Option<Mutex<Buckets>>,
    pub role: Option<Role>,
    pub tenant: String,
    pub identity_header: Option<String>,
    pub latency: Duration,
    /// Where beacons write, if anywhere.
    pub beacons: Option<Folder>,
    /// `http` or `https`.
    pub scheme: &'static str,
    /// `127.0.0.1:port`, for callers that send no Host.
    pub authority: String,
}

/// The connection is to be closed without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the simulator closes this connection, as it was asked to")]
pub(super) struct Closed;

/// A poisoned lock only means that some other call panicked; what it guards is still whole enough to look at.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Counts a call as under way until it is dropped, answered or not.
struct UnderWay<'a> {
    shared: &'a Shared,
    method: String,
    route: String,
    status: Option<u16>,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        lock(&self.shared.calls).end(&self.method, &self.route, self.status);
    }
}

impl Shared {
    pub fn new(stage: Stage, clock: Clock, authority: String) -> Shared {
        Shared {
            tenant: stage.world.fleet.tenant().to_owned(),
            stage: Mutex::new(stage),
            clock: Mutex::new(clock),
            faults: Mutex::default(),
            calls: Mutex::default(),
            buckets: None,
            role: None,
            identity_header: None,
            latency: Duration::ZERO,
            beacons: None,
            scheme: "http",
            authority,
        }
    }

    pub fn throttled(&mut self) {
        self.buckets = Some(Mutex::default());
    }

    /// The world at the clock's present.
    pub fn stage(&self) -> MutexGuard<'_, Stage> {
        let now = lock(&self.clock).now();
        let mut stage = lock(&self.stage);
        stage.world.advance_to(now);
        if let Some(folder) = &self.beacons {
            folder.keep(stage.world.take_beacons());
        }
        stage
    }

    /// Answers one call.
    pub async fn respond(&self, request: Request<Body>) -> Result<Response<Body>, Closed> {
        let (parts, body) = request.into_parts();
        let body = axum::body::to_bytes(body, LARGEST_BODY)
            .await
            .map_err(|_| Closed)?;
        let call = Call::new(
            parts.method,
            &parts.uri,
            parts.headers,
            body,
            self.scheme,
            &self.authority,
        );
        if call.lower.first().is_some_and(|first| first == "simulator") {
            return Ok(self.dress(control::answer(self, &call)).into_response());
        }
        let path_and_query = parts.uri.path_and_query().map_or("/", |both| both.as_str());
        let route = Route::find(&call.method, &call.lower);
        let method = call.method.to_string();
        let label = route
            .map_or_else(|| special(&call), Route::label)
            .to_owned();
        lock(&self.calls).begin();
        let mut under_way = UnderWay {
            shared: self,
            method,
            route: label,
            status: None,
        };
        let fault = lock(&self.faults)
            .take(call.method.as_str(), path_and_query)
            .unwrap_or_default();
        self.suffer(&fault).await?;
        let mut answer = if spoils(&fault) {
            spoilt(&fault)
        } else {
            self.answer(route, call)
        };
        answer.headers.extend(fault.headers);
        under_way.status = Some(answer.status);
        let answer = self.dress(answer);
        Ok(if fault.truncate_body {
            cut_short(answer)
        } else {
            answer.into_response()
        })
    }

    /// The latency, and of a fault what comes before any answer. A call without a fault has an empty one.
    async fn suffer(&self, fault: &Fault) -> Result<(), Closed> {
        let delay = self.latency + Duration::from_millis(fault.delay_ms);
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        if fault.hang {
            std::future::pending::<()>().await;
        }
        if fault.reset { Err(Closed) } else { Ok(()) }
    }

    fn answer(&self, route: Option<Route>, mut call: Call) -> Answer {
        match special(&call) {
            "/msi/token" | "/metadata/identity/oauth2/token" => {
                return identity::answer(&call, &self.tenant, self.identity_header.as_deref());
            }
            "/metadata/endpoints" => return metadata::answer(&call, &self.tenant),
            "/api/retail/prices" => return prices::answer(&call, &self.stage()),
            _ => {}
        }
        let for_metrics = route == Some(Route::MetricsBatch);
        match identity::caller(&call, &self.tenant, for_metrics) {
            Ok(principal) => call.principal = principal,
            Err(refusal) => return refusal,
        }
        if call.query("api-version").is_none_or(str::is_empty) {
            return error(
                400,
                "MissingApiVersionParameter",
                "The api-version query parameter (?api-version=) is required for all requests.",
            );
        }
        if for_metrics {
            // A host of its own: ARM's token buckets and their headers are not there.
            return self
                .forbidden(Route::MetricsBatch, &call)
                .unwrap_or_else(|| arm::answer(Route::MetricsBatch, &call, &mut self.stage()));
        }
        let left = match self.throttle(route, &call) {
            Ok(left) => left,
            Err(refusal) => return refusal,
        };
        let Some(route) = route else {
            return error(
                404,
                "InvalidResourceType",
                format!("There is nothing at {} {}.", call.method, call.path),
            );
        };
        let answer = match self.forbidden(route, &call) {
            Some(refusal) => refusal,
            None => arm::answer(route, &call, &mut self.stage()),
        };
        let kind = if route.is_write() { "writes" } else { "reads" };
        answer.with_header(
            &format!("x-ms-ratelimit-remaining-subscription-{kind}"),
            left,
        )
    }

    /// How many calls of this kind the caller has left, or 429.
    fn throttle(&self, route: Option<Route>, call: &Call) -> Result<u32, Answer> {
        let write = route.is_some_and(Route::is_write);
        let Some(buckets) = &self.buckets else {
            return Ok(if write { 199 } else { 249 });
        };
        let in_subscription = call
            .lower
            .first()
            .is_some_and(|first| first == "subscriptions");
        let subscription = call
            .lower
            .get(1)
            .filter(|_| in_subscription)
            .map_or("", String::as_str);
        match lock(buckets).take(subscription, &call.principal, write, Instant::now()) {
            Taken::Left(left) => Ok(left),
            Taken::Wait(seconds) => Err(error(
                429,
                "SubscriptionRequestsThrottled",
                format!("Number of requests exceeded the limit. Please try again after {seconds} seconds."),
            )
            .with_header("Retry-After", seconds)),
        }
    }

    fn forbidden(&self, route: Route, call: &Call) -> Option<Answer> {
        let action = route.action()?;
        if self.role.as_ref()?.allows(action) {
            return None;
        }
        let who = &call.principal;
        Some(error(
            403,
            "AuthorizationFailed",
            format!(
                "The client '{who}' with object id '{who}' does not have authorization to perform action \
                 '{action}' over scope '{}' or the scope is invalid. If access was recently granted, please \
                 refresh your credentials.",
                call.path
            ),
        ))
    }

    /// What every answer carries: the simulated time and a request id.
    fn dress(&self, mut answer: Answer) -> Answer {
        let now = lock(&self.clock).now();
        let id = super::world::guid(0, 0x4d, fastrand::u64(..));
        let mut dress = vec![
            (
                "Date".to_owned(),
                now.format("%a, %d %b %Y %H:%M:%S GMT").to_string(),
            ),
            ("x-ms-request-id".to_owned(), id.clone()),
            ("x-ms-correlation-request-id".to_owned(), id),
            ("Cache-Control".to_owned(), "no-cache".to_owned()),
        ];
        // The answer's own headers, a fault's among them, come last and win.
        dress.append(&mut answer.headers);
        answer.headers = dress;
        answer
    }
}

/// The paths outside Resource Manager, in the case that reports use; `other` for the rest.
fn special(call: &Call) -> &'static str {
    let lower: Vec<&str> = call.lower.iter().map(String::as_str).collect();
    match lower[..] {
        ["msi", "token"] => "/msi/token",
        ["metadata", "identity", "oauth2", "token"] => "/metadata/identity/oauth2/token",
        ["metadata", "endpoints"] => "/metadata/endpoints",
        ["api", "retail", "prices"] => "/api/retail/prices",
        _ => "other",
    }
}

/// Whether a fault answers in Azure's stead.
fn spoils(fault: &Fault) -> bool {
    fault.status.is_some() || fault.body.is_some() || fault.content_type.is_some()
}

fn spoilt(fault: &Fault) -> Answer {
    let status = fault.status.unwrap_or(200);
    let mut answer = match &fault.body {
        Some(body) => {
            let mut answer = Answer::text(body.clone()).with_status(status);
            // The body is the fault's to the letter, whatever it says it is.
            answer.body = Bytes::from(body.clone());
            answer
        }
        None if status < 400 => Answer::text("{}".into()).with_status(status),
        None => answer::usual_error(status),
    };
    if let Some(content_type) = &fault.content_type {
        answer.content_type.clone_from(content_type);
    }
    match fault.retry_after_seconds {
        Some(seconds) => answer.with_header("Retry-After", seconds),
        None => answer,
    }
}

/// Promises the whole body and sends half of it, then closes.
fn cut_short(answer: Answer) -> Response<Body> {
    let whole = answer.body.len();
    let half = answer.body.slice(..whole / 2);
    let mut response = answer
        .with_header("Content-Length", whole.max(1))
        .into_response();
    // What was sent must be on its way before the connection goes.
    let rest = futures::stream::once(async {
        tokio::time::sleep(Duration::from_millis(2)).await;
        Err::<Bytes, Closed>(Closed)
    });
    let body = futures::stream::once(std::future::ready(Ok(half))).chain(rest);
    *response.body_mut() = Body::from_stream(body);
    response
}
