//! The client that every ARM call goes through.
//!
//! Order of a call: the subscription's budget, a token, a place among the calls in flight, one request with a
//! time limit; then, where it is safe, again after a wait, all within the sweep's deadline.

use super::budget::{Access, Budget};
use super::credential::Tokens;
use super::error::{AzureError, Kind, said, short};
use super::retry;
use azure_core::credentials::TokenCredential;
use reqwest::header::{AUTHORIZATION, CONTENT_LENGTH, HeaderMap};
use reqwest::{Method, Response, StatusCode};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep_until, timeout_at};
use url::Url;

#[derive(Clone, Debug)]
pub struct Config {
    pub arm_endpoint: Url,
    /// Of Microsoft.MachineLearningServices.
    pub api_version: String,
    /// One request, from connecting to the last byte.
    pub request_timeout: Duration,
    /// Requests in flight at once.
    pub concurrency: usize,
}

/// Azure Resource Manager.
pub struct Arm {
    http: reqwest::Client,
    pub(super) config: Config,
    tokens: Tokens,
    gate: Semaphore,
    budget: Budget,
}

/// One call to be made.
pub(super) struct Call {
    pub name: &'static str,
    pub method: Method,
    pub url: Url,
    /// Whose budget it is taken from.
    pub subscription: Option<String>,
}

pub(super) struct Answer {
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

/// No answer that we ask for is larger; one that is spoils its call and not the memory.
const LARGEST_BODY: usize = 32 << 20;
const CONNECT: Duration = Duration::from_secs(10);

/// An HTTP client as all our calls want it: no redirects (a token must not follow one), bounded connecting.
pub(super) fn http_client(request_timeout: Duration) -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder()
        .user_agent(concat!("lamplighter/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT.min(request_timeout))
        .timeout(request_timeout)
        .build()
}

impl Arm {
    /// # Errors
    /// No HTTP client can be made (no TLS roots, for example).
    pub fn new(config: Config, credential: Arc<dyn TokenCredential>) -> Result<Arm, AzureError> {
        let http = http_client(config.request_timeout).map_err(|error| {
            AzureError::new("start", Kind::Unreachable(short(&error.to_string())))
        })?;
        let scope = format!(
            "{}/.default",
            config.arm_endpoint.as_str().trim_end_matches('/')
        );
        let gate = Semaphore::new(config.concurrency);
        Ok(Arm {
            http,
            config,
            tokens: Tokens::new(credential, scope),
            gate,
            budget: Budget::default(),
        })
    }

    /// The URL of a path under the endpoint.
    pub(super) fn url(&self, path: &str, api_version: &str) -> Url {
        let mut url = self.config.arm_endpoint.clone();
        url.set_path(&format!("{}{path}", url.path().trim_end_matches('/')));
        url.query_pairs_mut()
            .clear()
            .append_pair("api-version", api_version);
        url
    }

    /// Whether a URL that Azure gave is one that our token may be sent to.
    pub(super) fn is_home(&self, url: &Url) -> bool {
        let home = &self.config.arm_endpoint;
        let port = |url: &Url| url.port_or_known_default();
        url.scheme() == home.scheme() && url.host() == home.host() && port(url) == port(home)
    }

    /// Makes a call, again where that is safe.
    pub(super) async fn call(&self, call: Call, deadline: Instant) -> Result<Answer, AzureError> {
        let safe = call.method == Method::GET;
        let mut signed_in_again = false;
        let mut attempt = 0;
        loop {
            let error = match self.once(&call, deadline).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            if matches!(error, Kind::Unauthorized(_)) && !signed_in_again {
                signed_in_again = true;
                self.tokens.forget().await;
                continue;
            }
            attempt += 1;
            let asked = match &error {
                Kind::Throttled(asked) => *asked,
                _ => None,
            };
            let until = Instant::now() + retry::wait(asked, attempt);
            if !retry::again(&error, safe, attempt) || until >= deadline {
                return Err(AzureError::new(call.name, error));
            }
            sleep_until(until).await;
        }
    }

    async fn once(&self, call: &Call, deadline: Instant) -> Result<Answer, Kind> {
        let access = if call.method == Method::GET {
            Access::Read
        } else {
            Access::Write
        };
        if let Some(subscription) = &call.subscription {
            let wait = self.budget.take(subscription, access, Instant::now());
            if wait > Duration::ZERO {
                self.until(deadline, sleep_until(Instant::now() + wait))
                    .await?;
            }
        }
        let bearer = self.until(deadline, self.tokens.bearer()).await??;
        // The semaphore is never closed.
        let _place = self.until(deadline, self.gate.acquire()).await?;
        let mut request = self
            .http
            .request(call.method.clone(), call.url.clone())
            .header(AUTHORIZATION, bearer);
        if call.method == Method::POST {
            request = request.header(CONTENT_LENGTH, 0);
        }
        let exchange = async {
            let response = request.send().await.map_err(network)?;
            let (status, headers) = (response.status(), response.headers().clone());
            Ok::<_, Kind>((status, headers, body(response).await?))
        };
        // The deadline cuts a read short, but not an act: whether it was accepted is worth waiting for, and the
        // request's own time limit ends the wait.
        let (status, headers, body) = match access {
            Access::Read => self.until(deadline, exchange).await??,
            Access::Write => exchange.await?,
        };
        self.learn_remaining(call, access, &headers);
        sort(status, &headers, &body)?;
        Ok(Answer { headers, body })
    }

    async fn until<T>(
        &self,
        deadline: Instant,
        future: impl Future<Output = T>,
    ) -> Result<T, Kind> {
        timeout_at(deadline, future)
            .await
            .map_err(|_| Kind::Deadline)
    }

    fn learn_remaining(&self, call: &Call, access: Access, headers: &HeaderMap) {
        let name = match access {
            Access::Read => "x-ms-ratelimit-remaining-subscription-reads",
            Access::Write => "x-ms-ratelimit-remaining-subscription-writes",
        };
        let remaining = headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .and_then(|text| text.parse().ok());
        if let (Some(subscription), Some(remaining)) = (&call.subscription, remaining) {
            self.budget
                .remaining(subscription, access, remaining, Instant::now());
        }
    }
}

/// A failed exchange, without its URL: it may hold signed parts.
pub(super) fn network(error: reqwest::Error) -> Kind {
    let timeout = error.is_timeout();
    let connect = error.is_connect();
    let error = error.without_url();
    let mut root: &dyn std::error::Error = &error;
    while let Some(source) = root.source() {
        root = source;
    }
    let why = short(&root.to_string());
    match (connect, timeout) {
        (true, _) => Kind::Unreachable(why),
        (false, true) => Kind::Timeout,
        (false, false) => Kind::Broken(why),
    }
}

/// The whole body, if it is of a bearable size.
pub(super) async fn body(mut response: Response) -> Result<Vec<u8>, Kind> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(network)? {
        if body.len() + chunk.len() > LARGEST_BODY {
            return Err(Kind::Garbled(format!("more than {LARGEST_BODY} bytes")));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Success, or what kind of failure it is.
pub(super) fn sort(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Result<(), Kind> {
    let code = status.as_u16();
    Err(match code {
        200..=299 => return Ok(()),
        401 => Kind::Unauthorized(said(body)),
        403 => Kind::Forbidden(said(body)),
        404 => Kind::NotFound(said(body)),
        429 => Kind::Throttled(retry::asked(headers)),
        503 if headers.contains_key(reqwest::header::RETRY_AFTER) => {
            Kind::Throttled(retry::asked(headers))
        }
        408 | 500..=599 => Kind::Server {
            status: code,
            said: said(body),
        },
        _ => Kind::Refused {
            status: code,
            said: said(body),
        },
    })
}
