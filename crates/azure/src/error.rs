//! What a call to Azure can come back with instead of an answer.

use lamplighter_core::kinds::{self, Right};
use lamplighter_core::observe::parse::one_line;
use std::time::Duration;
use url::Url;

/// The wait after throttling that names none.
const UNTOLD: Duration = Duration::from_secs(2);

/// What went wrong, by what a caller can do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// No token could be had.
    NoToken,
    /// 401, also with a fresh token.
    Unauthorized,
    /// 403: the role is missing.
    Forbidden,
    /// 404: it is not there, or not any more.
    NotFound,
    /// 400, 409 or 412: Azure refuses in the present state, which is to be read again.
    WrongState,
    /// Any other 4xx.
    Refused,
    /// 429, or a wait that Azure named earlier and that would pass the deadline.
    Throttled { retry_after: Option<Duration> },
    /// 5xx.
    Server,
    /// No whole answer within the request's time.
    Timeout,
    /// The connection failed or broke.
    Network,
    /// An answer that is not what was asked for: HTML, half a document, a list that loops.
    Garbled,
    /// A link of an answer leads to another host; it was not followed.
    ForeignLink,
    /// The sweep's deadline came first; nothing was sent, or the answer was not waited for.
    DeadlinePassed,
    /// Whoever asked may begin nothing more; nothing was sent.
    NotBegun,
    /// The client could not be set up.
    Setup,
}

/// A failed call to Azure. Prints as one line, without query strings and without any token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct AzureError(Box<Facts>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Facts {
    kind: ErrorKind,
    call: &'static str,
    path: String,
    status: Option<u16>,
    code: Option<String>,
    message: String,
    perhaps_done: bool,
}

impl AzureError {
    /// An error of `call` (its name in words) to `url`, of which only the path is kept.
    pub(super) fn new(kind: ErrorKind, call: &'static str, url: &Url, message: &str) -> Self {
        Self::at_path(kind, call, &printable_path(url), message)
    }

    pub(super) fn at_path(kind: ErrorKind, call: &'static str, path: &str, message: &str) -> Self {
        AzureError(Box::new(Facts {
            kind,
            call,
            path: one_line(path),
            status: None,
            code: None,
            message: one_line(message),
            perhaps_done: false,
        }))
    }

    /// A call that was not made, and why.
    pub fn not_begun(call: &'static str, why: &str) -> Self {
        Self::at_path(ErrorKind::NotBegun, call, "", why)
    }

    /// A call whose answer could not be waited for, and why: it may have been done.
    pub fn unanswered(call: &'static str, why: &str) -> Self {
        Self::at_path(ErrorKind::Timeout, call, "", why).after_sending()
    }

    pub(super) fn with_status(mut self, status: u16, code: Option<&str>) -> Self {
        self.0.status = Some(status);
        self.0.code = code.map(one_line);
        self
    }

    /// Marks an error of a request that did leave.
    pub(super) fn after_sending(mut self) -> Self {
        self.0.perhaps_done = matches!(
            self.0.kind,
            ErrorKind::Server
                | ErrorKind::Timeout
                | ErrorKind::Network
                | ErrorKind::Garbled
                | ErrorKind::DeadlinePassed
        );
        self
    }

    /// Whether Azure may have done what was asked all the same: the request left, and no clear refusal came
    /// back. After such a start or stop only the resource's state tells.
    pub fn is_perhaps_done(&self) -> bool {
        self.0.perhaps_done
    }

    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The call's name in words, such as `list computes`.
    pub fn call(&self) -> &'static str {
        self.0.call
    }

    /// The HTTP status, where there was an answer.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// ARM's own error code, such as `ResourceNotFound`.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The right that the identity lacks, as a role names it, where Azure refused for want of one.
    pub fn missing_right(&self) -> Option<&'static str> {
        // A policy, a lock or a firewall may forbid what the identity has the right to.
        let of_rights = ["AuthorizationFailed", "LinkedAuthorizationFailed"];
        let of_rights = |code: &str| of_rights.iter().any(|one| one.eq_ignore_ascii_case(code));
        if self.0.kind != ErrorKind::Forbidden || !self.code().is_none_or(of_rights) {
            return None;
        }
        let mut rights = kinds::every_right();
        rights.retain(|right| right.calls.iter().any(|call| call.name == self.0.call));
        // What has one name may be asked at several places, each with a right of its own.
        let of_place = |right: &&Right| {
            let mut paths = right.calls.iter().map(|call| &call.path);
            paths.any(|path| leads_to(path, &self.0.path))
        };
        let right = rights.iter().find(of_place).or(rights.first());
        right.map(|right| right.action)
    }

    /// What went wrong, for people: which right is missing and where, or else as it prints.
    pub fn plain(&self) -> String {
        match self.missing_right() {
            Some(right) => format!("the identity lacks the right {right} on {}", self.0.path),
            None => self.to_string(),
        }
    }

    /// Azure's own words, in one line.
    pub(super) fn message(&self) -> &str {
        &self.0.message
    }

    /// Whether the same call may succeed later without anyone mending anything.
    pub fn is_transient(&self) -> bool {
        match self.0.kind {
            ErrorKind::Throttled { .. }
            | ErrorKind::Server
            | ErrorKind::Timeout
            | ErrorKind::Network
            | ErrorKind::Garbled
            | ErrorKind::DeadlinePassed
            | ErrorKind::NotBegun => true,
            ErrorKind::NoToken
            | ErrorKind::Unauthorized
            | ErrorKind::Forbidden
            | ErrorKind::NotFound
            | ErrorKind::WrongState
            | ErrorKind::Refused
            | ErrorKind::ForeignLink
            | ErrorKind::Setup => false,
        }
    }

    /// Whether Azure Resource Manager itself says that the identity has no right to what was asked. Any other 403 (a
    /// proxy's, a policy's) says nothing of the kind.
    pub fn lacks_right(&self) -> bool {
        let code = self.0.code.as_deref().unwrap_or_default();
        self.0.kind == ErrorKind::Forbidden && code.eq_ignore_ascii_case("AuthorizationFailed")
    }

    /// How long to wait before the same call is worth making again, where it was certainly not carried out and only time is
    /// in the way: throttling, or no turn in time.
    pub fn worth_again(&self) -> Option<Duration> {
        match self.0.kind {
            _ if self.0.perhaps_done => None,
            ErrorKind::Throttled { retry_after } => Some(retry_after.unwrap_or(UNTOLD)),
            ErrorKind::DeadlinePassed => Some(Duration::ZERO),
            _ => None,
        }
    }

    pub fn is_not_found(&self) -> bool {
        self.0.kind == ErrorKind::NotFound
    }

    /// Whether only time ran out: the deadline came first, or our own budget of calls has no room before it.
    pub fn is_deadline(&self) -> bool {
        match self.0.kind {
            ErrorKind::DeadlinePassed => true,
            // Azure's own throttling has a status.
            ErrorKind::Throttled { .. } => self.0.status.is_none(),
            _ => false,
        }
    }

    /// Whether Azure answered that the resource is not in a state for what was asked, or has gone: no failure, but the
    /// resource is to be read again.
    pub fn is_wrong_state(&self) -> bool {
        matches!(self.0.kind, ErrorKind::WrongState | ErrorKind::NotFound)
    }
}

impl std::fmt::Display for AzureError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0.call)?;
        if !self.0.path.is_empty() {
            write!(f, " ({})", self.0.path)?;
        }
        write!(f, ": {}", self.0.kind.words())?;
        if let Some(status) = self.0.status {
            write!(f, ", HTTP {status}")?;
        }
        if let Some(code) = &self.0.code {
            write!(f, " {code}")?;
        }
        if !self.0.message.is_empty() {
            write!(f, ": {}", self.0.message)?;
        }
        if let Some(right) = self.missing_right() {
            write!(f, " (the right that is missing: {right})")?;
        }
        if let ErrorKind::Throttled {
            retry_after: Some(wait),
        } = self.0.kind
        {
            write!(f, " (retry after {} s)", wait.as_secs_f64().ceil())?;
        }
        Ok(())
    }
}

impl ErrorKind {
    fn words(self) -> &'static str {
        match self {
            ErrorKind::NoToken => "no token",
            ErrorKind::Unauthorized => "not signed in",
            ErrorKind::Forbidden => "not allowed",
            ErrorKind::NotFound => "not found",
            ErrorKind::WrongState => "refused in the present state",
            ErrorKind::Refused => "refused",
            ErrorKind::Throttled { .. } => "throttled",
            ErrorKind::Server => "Azure failed",
            ErrorKind::Timeout => "timed out",
            ErrorKind::Network => "connection failed",
            ErrorKind::Garbled => "unreadable answer",
            ErrorKind::ForeignLink => "link to another host not followed",
            ErrorKind::DeadlinePassed => "the deadline came first",
            ErrorKind::NotBegun => "not begun",
            ErrorKind::Setup => "cannot be set up",
        }
    }
}

/// Whether a call's path, with placeholders, is that of this one, of which the end may be left out.
fn leads_to(route: &str, path: &str) -> bool {
    let segments = |text: &str| text.split('/').count();
    let same = |(of_route, of_path): (&str, &str)| {
        of_route.starts_with('{') || of_path.contains('…') || of_route.eq_ignore_ascii_case(of_path)
    };
    let whole = segments(route) == segments(path) || path.ends_with('…');
    whole && route.split('/').zip(path.split('/')).all(same)
}

/// The path without what is signed: the query, and what names an operation.
fn printable_path(url: &Url) -> String {
    const SIGNED: &str = "operationsstatus/";
    let path = url.path();
    match path.to_ascii_lowercase().find(SIGNED) {
        Some(at) => format!("{}…", &path[..at + SIGNED.len()]),
        None => path.to_owned(),
    }
}

/// An error and what caused it, in one line.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut out = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let words = cause.to_string();
        // Wrappers often repeat what they wrap.
        if !out.contains(&words) {
            out.push_str(": ");
            out.push_str(&words);
        }
        source = cause.source();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_calls_that_share_a_name_the_place_tells_which_right_is_missing() {
        let account =
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/a";
        let started = format!("{account}/computes/box/start");
        let read = format!("{account}/projects/p/workbenches/wb");
        let followed = "/subscriptions/s/providers/Microsoft.CognitiveServices/locations/r/computeOperations/o";
        let foundry = "Microsoft.CognitiveServices";
        for (call, path, right) in [
            (
                "start workbench",
                started.as_str(),
                "accounts/computes/start/action",
            ),
            (
                "get workbench",
                read.as_str(),
                "accounts/projects/workbenches/read",
            ),
            (
                "get operation status",
                followed,
                "locations/computeOperations/read",
            ),
        ] {
            let error = AzureError::at_path(ErrorKind::Forbidden, call, path, "");
            let wanted = format!("{foundry}/{right}");
            assert_eq!(error.missing_right(), Some(wanted.as_str()), "{path}");
        }
        // Of a place that no call of this name has, the name alone tells.
        let error = AzureError::at_path(ErrorKind::Forbidden, "get workbench", "/elsewhere", "");
        assert!(error.missing_right().is_some());
    }
}
