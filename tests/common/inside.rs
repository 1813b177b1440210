//! A sweep inside the test's own process, for tests that make hundreds of them.

use async_trait::async_trait;
use azure_core::credentials::{AccessToken, Secret, TokenCredential, TokenRequestOptions};
use lamplighter_agent::ledger::Ledger;
use lamplighter_agent::notify::Notifier;
use lamplighter_agent::settings::Settings;
use lamplighter_agent::sweep::Context;
use lamplighter_azure::{Arm, Config, Metrics, MetricsConfig, Pace};
use lamplighter_simulator::Simulator;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// Tokens of one simulator: a test runs several at once, and the environment names only one.
#[derive(Debug)]
struct Tokens {
    endpoint: String,
    client: reqwest::Client,
}

#[async_trait]
impl TokenCredential for Tokens {
    async fn get_token(
        &self,
        scopes: &[&str],
        _: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        let resource = scopes[0].trim_end_matches("/.default");
        let url = format!(
            "{}?api-version=2019-08-01&resource={resource}",
            self.endpoint
        );
        let asked = self
            .client
            .get(url)
            .header("X-IDENTITY-HEADER", "simulator");
        let answer: Value = asked
            .send()
            .await
            .expect("an answer")
            .json()
            .await
            .expect("JSON");
        let token = answer["access_token"]
            .as_str()
            .expect("a token")
            .to_string();
        let expires: i64 = answer["expires_on"]
            .as_str()
            .and_then(|text| text.parse().ok())
            .expect("a time");
        let expires =
            azure_core::time::OffsetDateTime::from_unix_timestamp(expires).expect("a time");
        Ok(AccessToken::new(Secret::new(token), expires))
    }
}

/// What a sweep of this simulator works with, its ledger in memory. `url`: the simulator's own, or of what stands before it.
/// Waits that Azure does not name are of a millisecond.
pub fn context(simulator: &Simulator, url: &str, more: &[(&str, &str)]) -> Context {
    context_with(simulator, url, more, Ledger::in_memory())
}

/// The same with a ledger elsewhere.
pub fn context_with(
    simulator: &Simulator,
    url: &str,
    more: &[(&str, &str)],
    ledger: Ledger,
) -> Context {
    let settings = Settings::from_lookup(|name| {
        let given = more.iter().find(|(known, _)| *known == name);
        match name {
            _ if given.is_some() => given.map(|(_, value)| value.to_string()),
            "ARM_ENDPOINT" | "PRICES_ENDPOINT" => Some(url.to_owned()),
            "METRICS_ENDPOINT" => Some(format!("{url}/metrics-host/{{region}}")),
            "ACT_IN" => Some("all".into()),
            _ => None,
        }
    });
    let settings = settings.expect("settings");
    let tokens = Arc::new(Tokens {
        endpoint: simulator.identity_endpoint(),
        client: reqwest::Client::new(),
    });
    let arm = Config {
        arm_endpoint: settings.arm_endpoint.clone(),
        api_version: settings.arm_api_version.clone(),
        foundry_version: settings.foundry.api_version,
        request_timeout: settings.request_timeout,
        concurrency: settings.concurrency,
        client_id: None,
        pace: Pace::Unbounded,
        scope: None,
    };
    let metrics = MetricsConfig {
        endpoint: settings.metrics_endpoint.clone(),
        request_timeout: settings.request_timeout,
        concurrency: settings.concurrency,
        client_id: None,
    };
    let mut context = Context::with_ledger(settings, ledger, Pace::Unbounded).expect("a context");
    let credential: Arc<dyn TokenCredential> = tokens.clone();
    let notices = context.settings.notices.clone();
    let notifier = Notifier::new(notices, &credential, None).expect("a client");
    context.notifier = Arc::new(notifier);
    let arm = Arm::new(arm, tokens.clone()).expect("a client");
    context.arm = arm.with_backoff(Duration::from_millis(1));
    context.metrics = Metrics::new(metrics, tokens);
    context
}
