//! Computes: list, get, start, stop, and the operations that start and stop begin.

use super::arm::{Arm, Call};
use super::error::{AzureError, Kind};
use super::listing::{Listing, json};
use super::model::{Compute, Workspace};
use super::parse::{compute, text};
use super::retry;
use reqwest::Method;
use reqwest::header::{HeaderMap, LOCATION};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};
use url::Url;

/// Azure has taken a start or stop on; it is not done yet.
#[derive(Clone, PartialEq, Eq)]
pub struct Accepted {
    /// Where to ask; it holds signed parts and is never printed.
    status: Option<Url>,
    retry_after: Option<Duration>,
}

impl std::fmt::Debug for Accepted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let status = if self.status.is_some() {
            "(hidden)"
        } else {
            "(none)"
        };
        write!(
            f,
            "Accepted {{ status: {status}, retry_after: {:?} }}",
            self.retry_after
        )
    }
}

/// `InProgress`, `Succeeded`, `Failed`, `Canceled`, or a word newer than this program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationStatus(pub String);

impl OperationStatus {
    pub fn succeeded(&self) -> bool {
        self.0.eq_ignore_ascii_case("Succeeded")
    }

    pub fn ended(&self) -> bool {
        ["Succeeded", "Failed", "Canceled"]
            .iter()
            .any(|end| self.0.eq_ignore_ascii_case(end))
    }
}

impl std::fmt::Display for OperationStatus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// How often an operation is asked about where Azure does not say.
const POLL: Duration = Duration::from_secs(10);

impl Arm {
    /// All computes of a workspace, of every kind.
    pub async fn computes(
        &self,
        workspace: &Workspace,
        deadline: Instant,
    ) -> Result<Listing<Compute>, AzureError> {
        let url = self.url(
            &format!("{}/computes", workspace.id),
            &self.config.api_version,
        );
        let read = |item: &serde_json::Value| compute(item, &workspace.id);
        self.list(
            "list computes",
            url,
            Some(&workspace.subscription),
            read,
            deadline,
        )
        .await
    }

    pub async fn compute(
        &self,
        workspace: &Workspace,
        name: &str,
        deadline: Instant,
    ) -> Result<Compute, AzureError> {
        let url = self.url(
            &format!("{}/computes/{name}", workspace.id),
            &self.config.api_version,
        );
        let subscription = Some(workspace.subscription.clone());
        let call = Call {
            name: "get compute",
            method: Method::GET,
            url,
            subscription,
        };
        let answer = self.call(call, deadline).await?;
        let item = json("get compute", &answer.body)?;
        compute(&item, &workspace.id)
            .map_err(|odd| AzureError::new("get compute", Kind::Garbled(odd)))
    }

    /// Asks for a start. An answer means accepted, not done.
    pub async fn start(
        &self,
        workspace: &Workspace,
        name: &str,
        deadline: Instant,
    ) -> Result<Accepted, AzureError> {
        self.act(
            "start compute",
            workspace,
            &format!("{name}/start"),
            deadline,
        )
        .await
    }

    /// Asks for a stop. An answer means accepted, not done.
    pub async fn stop(
        &self,
        workspace: &Workspace,
        name: &str,
        deadline: Instant,
    ) -> Result<Accepted, AzureError> {
        self.act("stop compute", workspace, &format!("{name}/stop"), deadline)
            .await
    }

    async fn act(
        &self,
        call: &'static str,
        workspace: &Workspace,
        what: &str,
        deadline: Instant,
    ) -> Result<Accepted, AzureError> {
        let url = self.url(
            &format!("{}/computes/{what}", workspace.id),
            &self.config.api_version,
        );
        let subscription = Some(workspace.subscription.clone());
        let answer = self
            .call(
                Call {
                    name: call,
                    method: Method::POST,
                    url,
                    subscription,
                },
                deadline,
            )
            .await?;
        let status = header_url(&answer.headers, "azure-asyncoperation");
        let status = status.or_else(|| header_url(&answer.headers, LOCATION.as_str()));
        Ok(Accepted {
            status: status.filter(|url| self.is_home(url)),
            retry_after: retry::asked(&answer.headers),
        })
    }

    /// How an accepted operation stands; `None` where Azure gave nothing to ask.
    pub async fn operation_status(
        &self,
        accepted: &Accepted,
        deadline: Instant,
    ) -> Result<Option<OperationStatus>, AzureError> {
        let Some(url) = accepted.status.clone() else {
            return Ok(None);
        };
        let name = "get operation status";
        let answer = self
            .call(
                Call {
                    name,
                    method: Method::GET,
                    url,
                    subscription: None,
                },
                deadline,
            )
            .await?;
        // A Location answers 202 or 204 without a body while and after the operation runs.
        if answer.body.is_empty() {
            return Ok(None);
        }
        let body = json(name, &answer.body)?;
        Ok(text(&body, "status").map(OperationStatus))
    }

    /// Waits for an accepted operation's end, until the deadline.
    pub async fn wait(
        &self,
        accepted: &Accepted,
        deadline: Instant,
    ) -> Result<OperationStatus, AzureError> {
        loop {
            match self.operation_status(accepted, deadline).await? {
                Some(status) if status.ended() => return Ok(status),
                _ => {}
            }
            let until = Instant::now() + accepted.retry_after.unwrap_or(POLL);
            if until >= deadline {
                return Err(AzureError::new("wait for operation", Kind::Deadline));
            }
            sleep_until(until).await;
        }
    }
}

fn header_url(headers: &HeaderMap, name: &str) -> Option<Url> {
    Url::parse(headers.get(name)?.to_str().ok()?).ok()
}
