//! Words to owners: what they are told before a stop, and how it reaches them.
//!
//! A notice is always a log line and a ledger record. Where `NOTICE_WEBHOOK` is set it is posted there too, in
//! the shape of Azure's own auto-shutdown webhook, which Logic Apps and chat flows already handle: every value
//! a string.

use lamplighter_core::record::Machine;
use chrono::{DateTime, Utc};
use serde_json::json;
use std::time::Duration;
use url::Url;

/// What an owner is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub machine: Machine,
    /// Why the machine will be put out.
    pub text: String,
    pub stop_at: DateTime<Utc>,
}

/// Delivers notices.
pub struct Notifier {
    webhook: Option<(Url, reqwest::Client)>,
}

impl Notifier {
    /// `webhook` is a secret: it is never logged.
    pub fn new(webhook: Option<Url>) -> Result<Notifier, String> {
        let client = |url| {
            let client = reqwest::Client::builder()
                .timeout(Duration::from_secs(10))
                .build();
            client
                .map(|client| (url, client))
                .map_err(|error| format!("no HTTP client for notices: {error}"))
        };
        Ok(Notifier {
            webhook: webhook.map(client).transpose()?,
        })
    }

    /// Posts the notice, if there is somewhere to post it to. The error is one line without the URL.
    pub async fn deliver(&self, notice: &Notice, now: DateTime<Utc>) -> Result<(), String> {
        let Some((url, client)) = &self.webhook else {
            return Ok(());
        };
        let answer = client
            .post(url.clone())
            .json(&body(notice, now))
            .send()
            .await;
        let answer = answer
            .map_err(|error| format!("the notice was not delivered: {}", error.without_url()))?;
        match answer.status() {
            status if status.is_success() => Ok(()),
            status => Err(format!(
                "the notice was not delivered: the webhook answered {status}"
            )),
        }
    }
}

/// The body of Azure's auto-shutdown webhook, as far as it fits.
fn body(notice: &Notice, now: DateTime<Utc>) -> serde_json::Value {
    let machine = &notice.machine;
    let mut parts = machine.id.split('/').skip(1);
    let mut after = |name: &str| {
        parts.find(|part| part.eq_ignore_ascii_case(name))?;
        parts.next().map(str::to_string)
    };
    let subscription = after("subscriptions").unwrap_or_default();
    let group = after("resourceGroups").unwrap_or_default();
    json!({
        "vmName": machine.compute,
        "owner": machine.owner.clone().unwrap_or_default(),
        "minutesUntilShutdown": (notice.stop_at - now).num_minutes().max(0).to_string(),
        "eventType": "StopNotice",
        "text": notice.text,
        "subscriptionId": subscription,
        "resourceGroupName": group,
    })
}
