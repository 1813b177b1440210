//! One request: its timeouts, its answer read within bounds, and what the answer's status means.

use super::error::{AzureError, ErrorKind, chain};
use chrono::{DateTime, Utc};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::time::Duration;
use url::Url;

/// The longest body read, in bytes; a page of anything we ask for is far smaller.
const LONGEST_BODY: usize = 32 << 20;
/// The longest time to make a connection.
const CONNECT: Duration = Duration::from_secs(10);

/// An answer with status 2xx.
#[derive(Debug)]
pub(super) struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Reply {
    /// The body as JSON, whatever its content type says.
    pub fn json<T: DeserializeOwned>(
        &self,
        call: &'static str,
        url: &Url,
    ) -> Result<T, AzureError> {
        serde_json::from_slice(&self.body).map_err(|error| self.garbled(call, url, &error))
    }

    /// Why this is no answer of Azure's to a call that it answers with one of these statuses: a proxy, or a page that
    /// wants somebody to sign in, says 200 as well.
    pub fn unlike(&self, yes: &[u16]) -> Option<String> {
        let kind = content_type(&self.headers);
        let page = kind.to_ascii_lowercase().starts_with("text/html");
        let like = (yes.is_empty() || yes.contains(&self.status)) && !page;
        let (status, bytes) = (self.status, self.body.len());
        (!like).then(|| format!("not what Azure answers to it: {status} ({kind}, {bytes} bytes)"))
    }

    /// The body is not what was asked for.
    pub fn garbled(&self, call: &'static str, url: &Url, error: &serde_json::Error) -> AzureError {
        let (kind, bytes) = (content_type(&self.headers), self.body.len());
        let message = match error.is_data() {
            true => format!("{error} ({kind}, {bytes} bytes)"),
            false => format!("no JSON ({kind}, {bytes} bytes): {error}"),
        };
        AzureError::new(ErrorKind::Garbled, call, url, &message).with_status(self.status, None)
    }
}

/// A failed attempt, with what the decision to try again needs to know.
#[derive(Debug)]
pub(super) struct Failure {
    pub error: AzureError,
    /// The request never left: the connection itself could not be made.
    pub not_sent: bool,
    pub headers: Box<HeaderMap>,
}

impl Failure {
    pub fn local(error: AzureError) -> Self {
        Failure {
            error,
            not_sent: true,
            headers: Box::default(),
        }
    }
}

/// A client that follows no redirects (a token must not travel) and gives up on a connection in time.
pub(super) fn client(request_timeout: Duration) -> Result<reqwest::Client, AzureError> {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT.min(request_timeout))
        .user_agent(concat!("lamplighter/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|e| AzureError::at_path(ErrorKind::Setup, "HTTP client", "", &chain(&e)))
}

/// Sends one request and reads its whole answer within `timeout`.
pub(super) async fn exchange(
    client: &reqwest::Client,
    request: reqwest::Request,
    call: &'static str,
    timeout: Duration,
) -> Result<Reply, Failure> {
    let url = request.url().clone();
    let whole = async {
        let response = client.execute(request).await.map_err(|e| {
            let not_sent = e.is_connect();
            let kind = match e.is_timeout() {
                true => ErrorKind::Timeout,
                false => ErrorKind::Network,
            };
            broken(kind, call, &url, &chain(&e.without_url()), not_sent)
        })?;
        read(response, call, &url).await
    };
    match tokio::time::timeout(timeout, whole).await {
        Ok(Ok(reply)) => judge(reply, call, &url),
        Ok(Err(failure)) => Err(failure),
        Err(_) => {
            let words = format!("no whole answer within {} s", timeout.as_secs_f32());
            Err(broken(ErrorKind::Timeout, call, &url, &words, false))
        }
    }
}

async fn read(
    mut response: reqwest::Response,
    call: &'static str,
    url: &Url,
) -> Result<Reply, Failure> {
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > LONGEST_BODY => {
                let words = "an answer beyond 32 MiB";
                return Err(broken(ErrorKind::Garbled, call, url, words, false));
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => {
                return Ok(Reply {
                    status,
                    headers,
                    body,
                });
            }
            Err(e) => {
                let words = format!("the answer broke off: {}", chain(&e.without_url()));
                return Err(broken(ErrorKind::Network, call, url, &words, false));
            }
        }
    }
}

fn broken(
    kind: ErrorKind,
    call: &'static str,
    url: &Url,
    message: &str,
    not_sent: bool,
) -> Failure {
    Failure {
        error: AzureError::new(kind, call, url, message),
        not_sent,
        headers: Box::default(),
    }
}

/// What a status means: 2xx is an answer, anything else a failure with ARM's code and message.
fn judge(reply: Reply, call: &'static str, url: &Url) -> Result<Reply, Failure> {
    let kind = match reply.status {
        200..=299 => return Ok(reply),
        400 | 409 | 412 => ErrorKind::WrongState,
        401 => ErrorKind::Unauthorized,
        403 => ErrorKind::Forbidden,
        404 | 410 => ErrorKind::NotFound,
        408 => ErrorKind::Timeout,
        429 => ErrorKind::Throttled {
            retry_after: retry_after(&reply.headers, Utc::now()),
        },
        402..=499 => ErrorKind::Refused,
        500.. => ErrorKind::Server,
        _ => ErrorKind::Garbled,
    };
    let (code, message) = error_body(&reply);
    Err(Failure {
        error: AzureError::new(kind, call, url, &message)
            .with_status(reply.status, code.as_deref()),
        not_sent: false,
        headers: Box::new(reply.headers),
    })
}

/// Code and message of `{"error":{…}}`, `{"Error":{…}}` or the bare inner object, in any case of names.
fn error_body(reply: &Reply) -> (Option<String>, String) {
    let foreign = || {
        format!(
            "{}, {} bytes",
            content_type(&reply.headers),
            reply.body.len()
        )
    };
    let Ok(body) = serde_json::from_slice::<Value>(&reply.body) else {
        return (None, foreign());
    };
    let inner = body.get("error").or_else(|| body.get("Error"));
    let inner = inner.filter(|v| v.is_object()).unwrap_or(&body);
    let text = |small: &str, large: &str| {
        let value = inner.get(small).or_else(|| inner.get(large))?;
        Some(value.as_str()?.to_owned())
    };
    let code = text("code", "Code");
    let message = text("message", "Message");
    match (code, message) {
        (None, None) => (None, foreign()),
        (code, message) => (code, with_detail(message.unwrap_or_default(), inner)),
    }
}

/// Some services say outside no more than that a request is invalid, and what is the matter in its details.
fn with_detail(message: String, error: &Value) -> String {
    let detail = error.pointer("/details/0/message").and_then(Value::as_str);
    match detail.filter(|detail| !message.contains(detail)) {
        Some(detail) => format!("{message} {detail}").trim().to_owned(),
        None => message,
    }
}

fn content_type(headers: &HeaderMap) -> &str {
    headers
        .get(reqwest::header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .unwrap_or("no content type")
}

/// `Retry-After` as seconds or as an HTTP date; `None` where absent or unreadable.
pub(super) fn retry_after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let at = DateTime::parse_from_rfc2822(text).ok()?;
    // A date gone by means: now.
    Some((at.with_timezone(&Utc) - now).to_std().unwrap_or_default())
}

/// Whether `link` is on the very server of `home`: scheme, host and port (named or default).
pub(super) fn same_server(link: &Url, home: &Url) -> bool {
    link.scheme() == home.scheme()
        && link.host() == home.host()
        && link.port_or_known_default() == home.port_or_known_default()
        && link.username().is_empty()
        && link.password().is_none()
}
