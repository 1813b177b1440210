//! How notices reach their owners.

use super::message::Message;
use super::notice::{About, Notice};
use super::told::{Outcome, Told};
use crate::redirects::on_one_host;
use chrono::{DateTime, Utc};
use lamplighter_core::text::visible;
use reqwest::header::RETRY_AFTER;
use reqwest::{Response, StatusCode};
use serde_json::json;
use std::time::Duration;
use url::Url;

/// One that answers later counts as down: all notices of a sweep have little more time than that.
const ANSWER_WITHIN: Duration = Duration::from_secs(4);

/// Why no notice can be sent.
#[derive(Debug, thiserror::Error)]
pub enum NotifyError {
    #[error("no HTTP client for notices: {0}")]
    NoClient(reqwest::Error),
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
                .timeout(ANSWER_WITHIN)
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

    /// No channel is set, so that only the log and the ledger know of notices.
    pub fn is_silent(&self) -> bool {
        self.webhook.is_none()
    }

    /// Sends a message over every channel that is set, and tells what each made of it.
    pub async fn send(&self, message: &Message<'_>) -> Vec<Told> {
        let Some((url, client)) = &self.webhook else {
            return Vec::new();
        };
        let mut outcome = Outcome::Accepted;
        for notice in &message.notices {
            let body = body(notice, message.now);
            let answer = client.post(url.clone()).json(&body).send().await;
            outcome = self::outcome(answer);
            if outcome != Outcome::Accepted {
                break;
            }
        }
        let channel = "azure";
        vec![Told { channel, outcome }]
    }
}

fn outcome(answer: reqwest::Result<Response>) -> Outcome {
    let failed = |why: String, after| Outcome::Failed { why, after };
    match answer {
        Ok(answer) if answer.status().is_success() => Outcome::Accepted,
        // What a webhook is told is not for others, whoever that is.
        Ok(answer) if answer.status().is_redirection() => {
            let status = answer.status();
            failed(
                format!("it answered {status}, and leads to another host"),
                None,
            )
        }
        Ok(answer) => {
            let after = retry_after(&answer);
            failed(refused(answer.status()), after)
        }
        Err(error) if error.is_timeout() => failed("no answer in time".into(), None),
        Err(error) => failed(error.without_url().to_string(), None),
    }
}

fn refused(status: StatusCode) -> String {
    format!("it answered {status}")
}

fn retry_after(answer: &Response) -> Option<Duration> {
    let text = answer.headers().get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = DateTime::parse_from_rfc2822(text).ok()?;
    (at.to_utc() - Utc::now()).to_std().ok()
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
        "text": visible(&notice.in_full()),
        "subscriptionId": visible(&subscription),
        "resourceGroupName": visible(&group),
    });
    if let About::StopAt(stop_at) = notice.about {
        let minutes = (stop_at - now).num_minutes().max(0);
        body["minutesUntilShutdown"] = minutes.to_string().into();
        body["eventType"] = "StopNotice".into();
    }
    body
}
