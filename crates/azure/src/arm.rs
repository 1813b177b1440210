//! The client of Azure Resource Manager: one call, with its budget, its place in the queue, its token and its retries.
//! Who asks for what is in files of their own.

use super::budget::{Budget, Pace, Turn};
use super::credential::{Tokens, arm_scope};
use super::error::{AzureError, ErrorKind};
use super::http::{self, Failure, Reply};
use super::retry;
use super::trace;
use super::waits;
use super::wire::WireCall;
use azure_core::credentials::{AccessToken, TokenCredential};
use chrono::{DateTime, Utc};
use lamplighter_core::kinds::Call;
use lamplighter_core::observe::FoundryVersion;
use reqwest::Method;
use reqwest::header::HeaderMap;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};
use url::Url;

/// What an [`Arm`] is made with.
#[derive(Clone, Debug)]
pub struct Config {
    /// `https://management.azure.com`, or a simulator.
    pub arm_endpoint: Url,
    /// The api-version of Microsoft.MachineLearningServices, such as `2025-12-01`.
    pub api_version: String,
    /// That of Microsoft.CognitiveServices by which machines of Foundry are read.
    pub foundry_version: FoundryVersion,
    /// The longest one try of one request may take, answer included.
    pub request_timeout: Duration,
    /// Requests in flight at the same time in one subscription, so that one that hangs takes no other's place; at least 1.
    pub concurrency: usize,
    /// The user-assigned identity that the credential is for; named in messages only.
    pub client_id: Option<String>,
    /// Whether calls are kept under ARM's token buckets.
    pub pace: Pace,
    /// What tokens are asked for; `None`: ARM itself, of the endpoint's cloud.
    pub scope: Option<String>,
}

/// A client of Azure Resource Manager. Cheap to clone; clones share budget, queue and token.
///
/// Every method takes the sweep's `deadline` and returns before it, with [`ErrorKind::DeadlinePassed`] or, where
/// Azure asked for a longer wait, [`ErrorKind::Throttled`] at once.
#[derive(Clone, Debug)]
pub struct Arm(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    config: Config,
    client: reqwest::Client,
    tokens: Tokens,
    budget: Budget,
    /// By subscription; empty: calls about none.
    permits: Mutex<HashMap<String, Arc<Semaphore>>>,
    backoff: Duration,
    dated: Mutex<Option<Dated>>,
}

/// The `Date` of an answer, and when it came.
#[derive(Clone, Copy, Debug)]
pub struct Dated {
    /// In whole seconds.
    pub date: DateTime<Utc>,
    pub at: Instant,
}

impl Arm {
    /// A client; nothing is sent yet. Fails with [`ErrorKind::Setup`] where the endpoint is not an http(s) URL.
    pub fn new(config: Config, credential: Arc<dyn TokenCredential>) -> Result<Self, AzureError> {
        let endpoint = &config.arm_endpoint;
        if !matches!(endpoint.scheme(), "http" | "https") || endpoint.host_str().is_none() {
            let words = "ARM_ENDPOINT is not an http or https URL";
            return Err(AzureError::at_path(
                ErrorKind::Setup,
                "ARM client",
                "",
                words,
            ));
        }
        Ok(Arm(Arc::new(Inner {
            client: http::client(config.request_timeout)?,
            tokens: Tokens::new(
                credential,
                config.scope.clone().unwrap_or_else(|| arm_scope(endpoint)),
                config.client_id.clone(),
            ),
            budget: Budget::new(config.pace),
            permits: Mutex::default(),
            backoff: Duration::from_secs(1),
            dated: Mutex::default(),
            config,
        })))
    }

    /// The first wait between tries where Azure names none; it doubles from there. Default 1 s.
    /// To be called before the first clone; later it changes nothing.
    pub fn with_backoff(mut self, backoff: Duration) -> Self {
        if let Some(inner) = Arc::get_mut(&mut self.0) {
            inner.backoff = backoff;
        }
        self
    }

    /// What time it was for Azure at its latest answer that said so.
    pub fn dated(&self) -> Option<Dated> {
        *self.0.dated.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gets a token, or finds that there is one.
    pub(super) async fn token(&self, deadline: Instant) -> Result<(), AzureError> {
        self.0.tokens.get(deadline).await.map(drop)
    }

    /// Tells by how many instances the budget of calls is shared, this one included.
    pub fn share_with(&self, instances: u32) {
        self.0.budget.share_with(instances);
    }

    fn heed_date(&self, headers: &HeaderMap, at: Instant) {
        let text = headers.get(reqwest::header::DATE);
        let date = text.and_then(|text| DateTime::parse_from_rfc2822(text.to_str().ok()?).ok());
        if let Some(date) = date {
            let date = date.to_utc();
            // Only one value is kept: a panic elsewhere cannot leave it half written.
            *self.0.dated.lock().unwrap_or_else(PoisonError::into_inner) = Some(Dated { date, at });
        }
    }

    pub(super) fn backoff(&self) -> Duration {
        self.0.backoff
    }

    pub(super) fn foundry_version(&self) -> FoundryVersion {
        self.0.config.foundry_version
    }

    pub(super) fn endpoint(&self) -> &Url {
        &self.0.config.arm_endpoint
    }

    /// A call of core's, ready to be sent to this endpoint.
    pub(super) fn wire(&self, call: &Call) -> WireCall {
        WireCall::new(call, self.endpoint(), &self.0.config.api_version)
    }

    /// Makes the call, as often as is safe and worth it, and returns its 2xx answer.
    pub(super) async fn send(
        &self,
        call: &WireCall,
        deadline: Instant,
    ) -> Result<Reply, AzureError> {
        self.send_by(call, deadline, deadline).await
    }

    /// The same of a call that must not leave later than `begin_by`, the last try included; its answer has time until
    /// `deadline`.
    pub(super) async fn send_by(
        &self,
        call: &WireCall,
        begin_by: Instant,
        deadline: Instant,
    ) -> Result<Reply, AzureError> {
        if !http::same_server(&call.url, self.endpoint()) {
            let words = format!("to {}", call.url.host_str().unwrap_or("no host"));
            return Err(call.error(ErrorKind::ForeignLink, &words));
        }
        let (mut tries, mut refreshed) = (0, false);
        loop {
            let (failure, token) = match self.attempt(call, begin_by, deadline).await {
                Ok(reply) => return Ok(reply),
                Err(failed) => failed,
            };
            tries += 1;
            // A token can be withdrawn before its time: one fresh one, once. A 401 did nothing.
            if let (ErrorKind::Unauthorized, Some(token), false) =
                (failure.error.kind(), token, refreshed)
            {
                self.0.tokens.forget(&token).await;
                refreshed = true;
                continue;
            }
            let throttled = matches!(failure.error.kind(), ErrorKind::Throttled { .. });
            let left = begin_by.saturating_duration_since(Instant::now());
            let (backoff, dice) = (self.0.backoff, fastrand::f64());
            match retry::wait(&failure, call.safety(), tries, left, backoff, dice) {
                Some(wait) => {
                    tracing::debug!(error = %failure.error, tries, ?wait, "call will be tried again");
                    match throttled {
                        true => waits::turn(tokio::time::sleep(wait)).await,
                        false => tokio::time::sleep(wait).await,
                    }
                }
                None if failure.not_sent => return Err(failure.error),
                None => return Err(failure.error.after_sending()),
            }
        }
    }

    /// One try: its turn in the budget, its place among those in flight, a token, the exchange.
    async fn attempt(
        &self,
        call: &WireCall,
        begin_by: Instant,
        deadline: Instant,
    ) -> Result<Reply, (Failure, Option<AccessToken>)> {
        let inner = &*self.0;
        let local = |error| (Failure::local(error), None);
        let turn = self.turn(call, begin_by).await.map_err(local)?;
        let permits = self.permits(call.subscription());
        let permit = waits::turn(timeout_at(begin_by, permits.acquire())).await;
        let late = |_| local(call.error(ErrorKind::DeadlinePassed, "nothing was sent"));
        let _permit = permit.map_err(late)?;
        // Not before it has a place: what is taken long before it is sent comes in a rush with others.
        let sent = turn.take();
        let token = inner.tokens.get(begin_by).await.map_err(local)?;
        let request = self.request(call, &token).map_err(local)?;
        let left = deadline.saturating_duration_since(Instant::now());
        let timeout = inner.config.request_timeout.min(left);
        let outcome = http::exchange(&inner.client, request, call.name, timeout).await;
        let (subscription, draw) = (call.subscription(), call.draw());
        let now = Instant::now();
        match outcome {
            Ok(reply) => {
                inner.budget.answered(sent, draw, &reply.headers);
                self.heed_date(&reply.headers, now);
                Ok(reply)
            }
            Err(mut failure) => {
                inner.budget.answered(sent, draw, &failure.headers);
                self.heed_date(&failure.headers, now);
                if let ErrorKind::Throttled { retry_after } = failure.error.kind() {
                    inner.budget.pause(subscription, draw, retry_after);
                }
                if failure.error.kind() == ErrorKind::Timeout && now >= deadline {
                    failure.error =
                        call.error(ErrorKind::DeadlinePassed, "sent, but no answer yet");
                }
                Err((failure, Some(token)))
            }
        }
    }

    /// The places among the requests in flight of one subscription.
    fn permits(&self, subscription: &str) -> Arc<Semaphore> {
        // A map of handles is never half changed.
        let mut permits = self
            .0
            .permits
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let count = self.0.config.concurrency.clamp(1, Semaphore::MAX_PERMITS);
        let new = || Arc::new(Semaphore::new(count));
        let key = subscription.to_ascii_lowercase();
        permits.entry(key).or_insert_with(new).clone()
    }

    /// Waits until the subscription's budget has room for the call, or says at once that it will not have
    /// before the deadline.
    async fn turn(&self, call: &WireCall, deadline: Instant) -> Result<Turn, AzureError> {
        if Instant::now() >= deadline {
            return Err(call.error(ErrorKind::DeadlinePassed, "nothing was sent"));
        }
        let (subscription, draw) = (call.subscription(), call.draw());
        let turn = self.0.budget.turn(subscription, draw, deadline);
        waits::turn(turn).await.map_err(|wait| {
            let retry_after = Some(wait);
            let words = "the subscription's budget of calls is used up until the deadline";
            call.error(ErrorKind::Throttled { retry_after }, words)
        })
    }

    fn request(
        &self,
        call: &WireCall,
        token: &AccessToken,
    ) -> Result<reqwest::Request, AzureError> {
        let request = self.0.client.request(call.method.clone(), call.url.clone());
        let request = request
            .bearer_auth(token.token.secret())
            .header(reqwest::header::ACCEPT, "application/json");
        let request = match trace::of_call() {
            Some(parent) => request.header("traceparent", parent),
            None => request,
        };
        let request = match (&call.body, call.method == Method::POST) {
            (Some(body), _) => request
                .header(reqwest::header::CONTENT_TYPE, "application/json")
                .body(body.clone()),
            // ARM refuses a POST without a length.
            (None, true) => request.header(reqwest::header::CONTENT_LENGTH, "0"),
            (None, false) => request,
        };
        // The builder's own words could hold the header's value.
        request
            .build()
            .map_err(|_| call.error(ErrorKind::NoToken, "the token cannot be put in a header"))
    }
}
