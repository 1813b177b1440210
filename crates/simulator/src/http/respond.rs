//! From a request to the answer that is sent.

use super::answer::{Answer, error};
use super::arm;
use super::call::Call;
use super::control;
use super::faults::Fault;
use super::identity;
use super::metadata;
use super::prices;
use super::route::Route;
use super::shared::{Shared, lock};
use super::spoil::{Closed, cut_short, spoilt};
use super::throttle::Taken;
use super::workload;
use crate::ids::guid;
use axum::body::Body;
use axum::http::{Request, Response};
use std::time::{Duration, Instant};

/// Bodies that callers send are small; a larger one is a mistake.
const LARGEST_BODY: usize = 1 << 20;

/// Counts a call as under way until it is dropped, answered or not.
struct UnderWay<'a> {
    shared: &'a Shared,
    method: String,
    route: String,
    status: Option<u16>,
}

impl<'a> UnderWay<'a> {
    fn begin(shared: &'a Shared, call: &Call, route: Option<Route>) -> UnderWay<'a> {
        lock(&shared.calls).begin();
        UnderWay {
            shared,
            method: call.method.to_string(),
            route: route.map_or_else(|| special(call), Route::label).to_owned(),
            status: None,
        }
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        lock(&self.shared.calls).end(&self.method, &self.route, self.status);
    }
}

impl Shared {
    /// Answers one call.
    ///
    /// # Errors
    /// The connection is to be closed without an answer: a fault asks for it, or the body did not come in full.
    pub(crate) async fn respond(&self, request: Request<Body>) -> Result<Response<Body>, Closed> {
        let (parts, body) = request.into_parts();
        let body = axum::body::to_bytes(body, LARGEST_BODY)
            .await
            .map_err(|_| Closed)?;
        let path_and_query = parts.uri.path_and_query().map_or("/", |both| both.as_str());
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
        let route = Route::find(&call.method, &call.lower);
        let mut under_way = UnderWay::begin(self, &call, route);
        let fault = lock(&self.faults)
            .take(call.method.as_str(), path_and_query)
            .unwrap_or_default();
        self.suffer(&fault).await?;
        let mut answer = spoilt(&fault).unwrap_or_else(|| self.answer(route, call));
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
            "/{tenant}/oauth2/v2.0/token" => return workload::answer(&call, &self.tenant),
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
                .unwrap_or_else(|| self.of_arm(Route::MetricsBatch, &call));
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
            None => self.of_arm(route, &call),
        };
        let kind = if route.is_write() { "writes" } else { "reads" };
        answer.with_header(
            &format!("x-ms-ratelimit-remaining-subscription-{kind}"),
            left,
        )
    }

    fn of_arm(&self, route: Route, call: &Call) -> Answer {
        arm::answer(route, call, &mut self.stage(), self.role.as_ref())
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

    /// 403, where the caller's role does not give the right that a route takes.
    fn forbidden(&self, route: Route, call: &Call) -> Option<Answer> {
        let right = route.right()?;
        if self.role.as_ref()?.allows(right) {
            return None;
        }
        let who = &call.principal;
        Some(error(
            403,
            "AuthorizationFailed",
            format!(
                "The client '{who}' with object id '{who}' does not have authorization to perform action \
                 '{right}' over scope '{}' or the scope is invalid. If access was recently granted, please \
                 refresh your credentials.",
                call.path
            ),
        ))
    }

    /// What every answer carries: the simulated time and a request id.
    fn dress(&self, mut answer: Answer) -> Answer {
        let now = lock(&self.clock).now();
        let id = guid(0, 0x4d, fastrand::u64(..));
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
        [_, "oauth2", "v2.0", "token"] => "/{tenant}/oauth2/v2.0/token",
        ["metadata", "endpoints"] => "/metadata/endpoints",
        ["api", "retail", "prices"] => "/api/retail/prices",
        _ => "other",
    }
}
