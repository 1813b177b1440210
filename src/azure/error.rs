//! What can go wrong with a call to Azure, told apart as far as the sweep has to tell it apart.

use std::time::Duration;

/// One line: the call, and what happened. Never a token, never a query string.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{call}: {kind}")]
pub struct AzureError {
    /// Such as `list computes`.
    pub call: &'static str,
    pub kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Kind {
    #[error("no token: {0}")]
    NoToken(String),
    #[error("HTTP 401, the token was not accepted ({0})")]
    Unauthorized(String),
    #[error("HTTP 403, the identity may not do this ({0})")]
    Forbidden(String),
    #[error("HTTP 404, it is not there ({0})")]
    NotFound(String),
    /// 400, 409 and other answers that say no for good.
    #[error("HTTP {status}, refused ({said})")]
    Refused { status: u16, said: String },
    #[error("HTTP 429, throttled{}", .0.map(|wait| format!("; asked to wait {} s", wait.as_secs())).unwrap_or_default())]
    Throttled(Option<Duration>),
    #[error("HTTP {status}, Azure failed ({said})")]
    Server { status: u16, said: String },
    #[error("no answer in time")]
    Timeout,
    /// Nothing was sent.
    #[error("no connection: {0}")]
    Unreachable(String),
    #[error("the connection broke: {0}")]
    Broken(String),
    /// A success whose body is not what it should be.
    #[error("the answer is not what it should be: {0}")]
    Garbled(String),
    #[error("its next page is on another host, {0}, and is not asked for")]
    ForeignLink(String),
    #[error("the sweep's deadline has passed")]
    Deadline,
}

impl AzureError {
    pub(super) fn new(call: &'static str, kind: Kind) -> AzureError {
        AzureError { call, kind }
    }

    /// Whether the same call may succeed at the next sweep.
    pub fn is_transient(&self) -> bool {
        match &self.kind {
            Kind::Throttled(_)
            | Kind::Server { .. }
            | Kind::Timeout
            | Kind::Unreachable(_)
            | Kind::Broken(_)
            | Kind::Garbled(_)
            | Kind::Deadline => true,
            Kind::NoToken(_)
            | Kind::Unauthorized(_)
            | Kind::Forbidden(_)
            | Kind::NotFound(_)
            | Kind::Refused { .. }
            | Kind::ForeignLink(_) => false,
        }
    }

    pub fn is_not_found(&self) -> bool {
        matches!(self.kind, Kind::NotFound(_))
    }

    pub fn is_deadline(&self) -> bool {
        self.kind == Kind::Deadline
    }

    /// Azure's word that the machine is not in a state for this (400, 409), or that it has gone: not a failure,
    /// to be looked at again.
    pub fn is_look_again(&self) -> bool {
        matches!(
            self.kind,
            Kind::Refused {
                status: 400 | 409,
                ..
            } | Kind::NotFound(_)
        )
    }

    /// Whether a request may have taken effect although no answer says so.
    pub fn may_have_arrived(&self) -> bool {
        matches!(
            self.kind,
            Kind::Server { .. } | Kind::Timeout | Kind::Broken(_) | Kind::Garbled(_)
        )
    }
}

/// Longer messages than this say nothing more.
const LONGEST: usize = 300;

/// A text on one line, cut to a bearable length.
pub(super) fn short(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// What ARM says in an error's body: code and message; else the body's beginning.
pub(super) fn said(body: &[u8]) -> String {
    let value: Option<serde_json::Value> = serde_json::from_slice(body).ok();
    let error = value
        .as_ref()
        .map(|value| value.get("error").or(value.get("Error")).unwrap_or(value));
    let field = |name: &str| {
        let lower = error.and_then(|error| error.get(name.to_lowercase()));
        lower
            .or_else(|| error.and_then(|error| error.get(name)))
            .and_then(|field| field.as_str())
    };
    match (field("Code"), field("Message")) {
        (Some(code), Some(message)) => short(&format!("{code}: {message}")),
        (Some(one), None) | (None, Some(one)) => short(one),
        (None, None) if body.is_empty() => "no body".into(),
        (None, None) => short(&String::from_utf8_lossy(&body[..body.len().min(200)])),
    }
}
