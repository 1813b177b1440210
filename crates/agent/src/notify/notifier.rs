//! How notices reach their owners.

use super::notice::Notice;
use crate::redirects::on_one_host;
use chrono::{DateTime, Utc};
use lamplighter_core::text::visible;
use reqwest::StatusCode;
use serde_json::json;
use std::time::Duration;
use url::Url;

/// Why a notice did not reach anybody, in one line without the webhook's URL.
#[derive(Debug, thiserror::Error)]
pub enum NotifyError {
    #[error("no HTTP client for notices: {0}")]
    NoClient(reqwest::Error),
    #[error("the notice was not delivered: {0}")]
    NotSent(reqwest::Error),
    #[error("the notice was not delivered: the webhook answered {0}")]
    Refused(StatusCode),
    /// What a webhook is told is not for others, whoever that is.
    #[error("the notice was not delivered: the webhook answered {0}, and leads to another host")]
    Elsewhere(StatusCode),
}

/// Delivers notices.
pub struct Notifier {
    webhook: Option<(Url, reqwest::Client)>,
}

impl Notifier {
    /// `webhook` is a secret: it is never logged.
    ///
    /// # Errors
    /// No HTTP client can be made.
    pub fn new(webhook: Option<Url>) -> Result<Notifier, NotifyError> {
        let client = |url| {
            let client = reqwest::Client::builder()
                .timeout(Duration::from_secs(10))
                .redirect(on_one_host())
                .build();
            client
                .map(|client| (url, client))
                .map_err(NotifyError::NoClient)
        };
        Ok(Notifier {
            webhook: webhook.map(client).transpose()?,
        })
    }

    /// Posts the notice, if there is somewhere to post it to.
    ///
    /// # Errors
    /// The webhook cannot be reached, or does not take it.
    pub async fn deliver(&self, notice: &Notice, now: DateTime<Utc>) -> Result<(), NotifyError> {
        let Some((url, client)) = &self.webhook else {
            return Ok(());
        };
        let answer = client
            .post(url.clone())
            .json(&body(notice, now))
            .send()
            .await;
        let answer = answer.map_err(|error| NotifyError::NotSent(error.without_url()))?;
        match answer.status() {
            status if status.is_success() => Ok(()),
            status if status.is_redirection() => Err(NotifyError::Elsewhere(status)),
            status => Err(NotifyError::Refused(status)),
        }
    }
}

/// The body of Azure's auto-shutdown webhook, as far as it fits.
fn body(notice: &Notice, now: DateTime<Utc>) -> serde_json::Value {
    let resource = &notice.resource;
    let mut parts = resource.id.split('/').skip(1);
    let mut after = |name: &str| {
        parts.find(|part| part.eq_ignore_ascii_case(name))?;
        parts.next().map(str::to_string)
    };
    let subscription = after("subscriptions").unwrap_or_default();
    let group = after("resourceGroups").unwrap_or_default();
    let mut body = json!({
        "vmName": visible(&resource.name),
        "owner": visible(resource.owner.as_deref().unwrap_or_default()),
        "eventType": "StopWaits",
        "text": visible(&notice.text),
        "subscriptionId": visible(&subscription),
        "resourceGroupName": visible(&group),
    });
    if let Some(stop_at) = notice.stop_at {
        let minutes = (stop_at - now).num_minutes().max(0);
        body["minutesUntilShutdown"] = minutes.to_string().into();
        body["eventType"] = "StopNotice".into();
    }
    body
}
