//! What becomes of an action that Azure has accepted.

use super::arm::Arm;
use super::error::{AzureError, ErrorKind};
use super::http::{Reply, retry_after};
use super::paging::follow;
use super::wire::WireCall;
use lamplighter_core::kinds::Call;
use lamplighter_core::observe::parse::one_line;
use serde_json::Value;
use std::time::Duration;
use tokio::time::Instant;

/// Azure has accepted a start or a stop, as its answer says. It is not done: only the resource's state tells.
#[derive(Clone, Debug)]
pub struct Accepted {
    status: Option<StatusUrl>,
    /// How long Azure suggests to wait before asking how far it is.
    pub retry_after: Option<Duration>,
}

impl Accepted {
    /// Whether Azure said where to ask how far it is.
    pub fn has_status(&self) -> bool {
        self.status.is_some()
    }
}

/// Where to ask how far an operation is. The URL is signed, so it is never printed.
#[derive(Clone)]
struct StatusUrl {
    link: String,
    /// From `Azure-AsyncOperation`, whose answer has a `status`; else from `Location`, where 202 means
    /// that it still runs.
    has_body: bool,
}

impl std::fmt::Debug for StatusUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StatusUrl(redacted)")
    }
}

/// How far an operation is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OperationState {
    InProgress,
    Succeeded,
    Failed,
    Canceled,
    /// A word newer than this program, or none at all.
    Other(String),
}

/// How often Azure is asked how far an operation is where it suggests no wait.
const ASK_EVERY: Duration = Duration::from_secs(10);

/// The status of a start or a stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationStatus {
    pub state: OperationState,
    /// ARM's code and message, where it failed.
    pub reason: Option<String>,
}

impl OperationStatus {
    pub fn succeeded(&self) -> bool {
        self.state == OperationState::Succeeded
    }

    /// Whether nothing more will come of it. Words we do not know are taken for "not yet".
    pub fn ended(&self) -> bool {
        use OperationState::{Canceled, Failed, Succeeded};
        matches!(self.state, Succeeded | Failed | Canceled)
    }
}

impl std::fmt::Display for OperationStatus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let state = match &self.state {
            OperationState::InProgress => "InProgress",
            OperationState::Succeeded => "Succeeded",
            OperationState::Failed => "Failed",
            OperationState::Canceled => "Canceled",
            OperationState::Other(word) => word,
        };
        match &self.reason {
            Some(reason) => write!(f, "{state} ({reason})"),
            None => f.write_str(state),
        }
    }
}

impl Arm {
    /// Asks Azure for an action, such as a start or a stop. [`ErrorKind::WrongState`] means: read the resource's state
    /// again.
    pub async fn action(&self, call: &Call, deadline: Instant) -> Result<Accepted, AzureError> {
        self.action_by(call, deadline, deadline).await
    }

    /// The same of an action that must not leave later than `begin_by`.
    pub async fn action_by(
        &self,
        call: &Call,
        begin_by: Instant,
        deadline: Instant,
    ) -> Result<Accepted, AzureError> {
        let call = self.wire(call);
        let reply = self.send_by(&call, begin_by, deadline).await?;
        match reply.unlike(call.yes) {
            None => Ok(accepted(&reply)),
            Some(words) => {
                let error = call.error(ErrorKind::Garbled, &words);
                Err(error.with_status(reply.status, None).after_sending())
            }
        }
    }

    /// How far an accepted operation is; `None` where Azure did not say where to ask. The role may not
    /// reach the place ([`ErrorKind::Forbidden`]): the resource's state must be enough.
    pub async fn operation_status(
        &self,
        accepted: &Accepted,
        deadline: Instant,
    ) -> Result<Option<OperationStatus>, AzureError> {
        let Some(status) = &accepted.status else {
            return Ok(None);
        };
        let mut call = WireCall::get("get operation status", self.endpoint().clone());
        call.url = follow(&call, &status.link, self.endpoint())?;
        let reply = self.send(&call, deadline).await?;
        if status.has_body {
            let body = reply.json(call.name, &call.url)?;
            return Ok(Some(operation(&body)));
        }
        // Some answer with the operation itself there, whose own word counts for more than the status.
        let said = reply.json::<Value>(call.name, &call.url).ok();
        let own = said.and_then(|body| {
            [&body["status"], &body["properties"]["status"]]
                .into_iter()
                .any(Value::is_string)
                .then(|| operation(&body))
        });
        if let Some(own) = own {
            return Ok(Some(own));
        }
        let state = match reply.status {
            202 => OperationState::InProgress,
            _ => OperationState::Succeeded,
        };
        Ok(Some(OperationStatus {
            state,
            reason: None,
        }))
    }

    /// Asks how far an accepted operation is until it has ended. [`ErrorKind::Garbled`] where Azure did not say where
    /// to ask, [`ErrorKind::DeadlinePassed`] where the next time would come too late.
    pub async fn wait(
        &self,
        accepted: &Accepted,
        deadline: Instant,
    ) -> Result<OperationStatus, AzureError> {
        let error = |kind, words| AzureError::at_path(kind, "wait for operation", "", words);
        // Azure's suggestion may be "at once"; asking without a pause helps nobody.
        let pause = accepted
            .retry_after
            .unwrap_or(ASK_EVERY)
            .max(self.backoff());
        loop {
            match self.operation_status(accepted, deadline).await? {
                Some(status) if status.ended() => return Ok(status),
                Some(_) => {}
                None => {
                    let words = "Azure did not say where to ask";
                    return Err(error(ErrorKind::Garbled, words));
                }
            }
            if pause >= deadline.saturating_duration_since(Instant::now()) {
                return Err(error(ErrorKind::DeadlinePassed, "it has not ended yet"));
            }
            tokio::time::sleep(pause).await;
        }
    }
}

fn accepted(reply: &Reply) -> Accepted {
    let link = |name: &str, has_body| {
        let link = reply.headers.get(name)?.to_str().ok()?.to_owned();
        Some(StatusUrl { link, has_body })
    };
    Accepted {
        status: link("azure-asyncoperation", true).or_else(|| link("location", false)),
        retry_after: retry_after(&reply.headers, chrono::Utc::now()),
    }
}

fn operation(body: &Value) -> OperationStatus {
    // Of what runs in Foundry they stand within its properties.
    let own = body
        .get("properties")
        .filter(|own| own.get("status").is_some());
    let body = own.unwrap_or(body);
    let word = body.get("status").and_then(Value::as_str).unwrap_or("");
    let is = |name: &str| word.eq_ignore_ascii_case(name);
    let state = match () {
        () if is("InProgress") || is("Running") || is("Accepted") => OperationState::InProgress,
        () if is("Succeeded") => OperationState::Succeeded,
        () if is("Failed") => OperationState::Failed,
        () if is("Canceled") || is("Cancelled") => OperationState::Canceled,
        () => OperationState::Other(one_line(word)),
    };
    let part = |name: &str| body.get("error")?.get(name)?.as_str();
    let reason = match (part("code"), part("message")) {
        (None, None) => None,
        (code, message) => Some(one_line(&format!(
            "{}: {}",
            code.unwrap_or("no code"),
            message.unwrap_or("no message")
        ))),
    };
    OperationStatus { state, reason }
}
