//! The computes of a workspace: list, get, start, stop, and the status of an operation.

use super::arm::{Arm, Call};
use super::error::{AzureError, Kind};
use super::http::{Reply, retry_after};
use super::model::{Compute, Workspace};
use super::paging::{Listing, follow, without_duplicates};
use super::parse;
use serde_json::Value;
use std::time::Duration;
use tokio::time::Instant;

/// Azure has taken a start or a stop on. It is not done: only the machine's state tells.
#[derive(Clone, Debug)]
pub struct Accepted {
    status: Option<StatusUrl>,
    /// How long Azure suggests to wait before looking.
    pub retry_after: Option<Duration>,
}

impl Accepted {
    /// Whether Azure said where the operation can be looked at.
    pub fn has_status(&self) -> bool {
        self.status.is_some()
    }
}

/// Where an operation can be looked at. The URL is signed, so it is never printed.
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

/// How often an operation is looked at where Azure suggests no wait.
const LOOK_EVERY: Duration = Duration::from_secs(10);

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
    /// Every compute of the workspace, of any kind.
    pub async fn computes(
        &self,
        workspace: &Workspace,
        deadline: Instant,
    ) -> Result<Listing<Compute>, AzureError> {
        let url = self.workspace_url(workspace, &["computes"]);
        let read = |item: &Value| parse::compute(item, workspace);
        let mut listing = self.list("list computes", url, deadline, read).await?;
        listing.items = without_duplicates(listing.items, |c| c.name.to_lowercase());
        Ok(listing)
    }

    /// One compute, as it is now. [`Kind::NotFound`] where it has been deleted.
    pub async fn compute(
        &self,
        workspace: &Workspace,
        name: &str,
        deadline: Instant,
    ) -> Result<Compute, AzureError> {
        let url = self.workspace_url(workspace, &["computes", name]);
        let call = Call::get("get compute", url);
        let reply = self.send(&call, deadline).await?;
        let body = reply.json(call.name, &call.url)?;
        let compute =
            parse::compute(&body, workspace).map_err(|odd| call.error(Kind::Garbled, &odd))?;
        match compute.name.eq_ignore_ascii_case(name) {
            true => Ok(compute),
            false => Err(call.error(Kind::Garbled, "the answer is about another compute")),
        }
    }

    /// Asks Azure to start the instance. [`Kind::WrongState`] means: look again.
    pub async fn start(
        &self,
        workspace: &Workspace,
        name: &str,
        deadline: Instant,
    ) -> Result<Accepted, AzureError> {
        self.act("start compute", workspace, name, "start", deadline)
            .await
    }

    /// Asks Azure to stop the instance. [`Kind::WrongState`] means: look again.
    pub async fn stop(
        &self,
        workspace: &Workspace,
        name: &str,
        deadline: Instant,
    ) -> Result<Accepted, AzureError> {
        self.act("stop compute", workspace, name, "stop", deadline)
            .await
    }

    /// Sets Azure's own idle timer, 15 minutes to 3 days. It answers at once; [`Kind::WrongState`] means that it
    /// refuses the value.
    pub async fn set_idle_timer(
        &self,
        workspace: &Workspace,
        name: &str,
        to: Duration,
        deadline: Instant,
    ) -> Result<(), AzureError> {
        let mut url =
            self.workspace_url(workspace, &["computes", name, "updateIdleShutdownSetting"]);
        // Only this version is known to have the call.
        url.set_query(Some("api-version=2021-07-01"));
        let body = serde_json::json!({"idleTimeBeforeShutdown": lamplighter_core::duration::iso(to)});
        let body = Some(body.to_string().into_bytes());
        let call = Call::post("set idle timer", url, body);
        self.send(&call, deadline).await.map(|_| ())
    }

    async fn act(
        &self,
        call_name: &'static str,
        workspace: &Workspace,
        name: &str,
        action: &str,
        deadline: Instant,
    ) -> Result<Accepted, AzureError> {
        let url = self.workspace_url(workspace, &["computes", name, action]);
        let call = Call::post(call_name, url, None);
        Ok(accepted(&self.send(&call, deadline).await?))
    }

    /// How far an accepted operation is; `None` where Azure did not say where to look. The role may not
    /// reach the place ([`Kind::Forbidden`]): the machine's state must be enough.
    pub async fn operation_status(
        &self,
        accepted: &Accepted,
        deadline: Instant,
    ) -> Result<Option<OperationStatus>, AzureError> {
        let Some(status) = &accepted.status else {
            return Ok(None);
        };
        let mut call = Call::get("get operation status", self.endpoint().clone());
        call.url = follow(&call, &status.link, self.endpoint())?;
        let reply = self.send(&call, deadline).await?;
        if status.has_body {
            let body = reply.json(call.name, &call.url)?;
            return Ok(Some(operation(&body)));
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

    /// Looks at an accepted operation until it has ended. [`Kind::Garbled`] where Azure did not say where to
    /// look, [`Kind::DeadlinePassed`] where the next look would come too late.
    pub async fn wait(
        &self,
        accepted: &Accepted,
        deadline: Instant,
    ) -> Result<OperationStatus, AzureError> {
        let error = |kind, words| AzureError::at_path(kind, "wait for operation", "", words);
        // Azure's suggestion may be "at once"; asking without a pause helps nobody.
        let pause = accepted
            .retry_after
            .unwrap_or(LOOK_EVERY)
            .max(self.backoff());
        loop {
            match self.operation_status(accepted, deadline).await? {
                Some(status) if status.ended() => return Ok(status),
                Some(_) => {}
                None => return Err(error(Kind::Garbled, "Azure did not say where to look")),
            }
            if pause >= deadline.saturating_duration_since(Instant::now()) {
                return Err(error(Kind::DeadlinePassed, "it has not ended yet"));
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
    let word = body.get("status").and_then(Value::as_str).unwrap_or("");
    let is = |name: &str| word.eq_ignore_ascii_case(name);
    let state = match () {
        () if is("InProgress") || is("Running") || is("Accepted") => OperationState::InProgress,
        () if is("Succeeded") => OperationState::Succeeded,
        () if is("Failed") => OperationState::Failed,
        () if is("Canceled") || is("Cancelled") => OperationState::Canceled,
        () => OperationState::Other(super::error::one_line(word)),
    };
    let part = |name: &str| body.get("error")?.get(name)?.as_str();
    let reason = match (part("code"), part("message")) {
        (None, None) => None,
        (code, message) => Some(super::error::one_line(
            format!(
                "{}: {}",
                code.unwrap_or("no code"),
                message.unwrap_or("no message")
            )
            .as_str(),
        )),
    };
    OperationStatus { state, reason }
}
