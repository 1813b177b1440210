//! Reading the Retail Prices API page by page.

use super::error::{AzureError, ErrorKind};
use super::http::{self, Failure};
use super::price_choice::{Row, read_rows};
use super::retry::{self, Safety};
use lamplighter_core::kinds::ListedMeter;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::HashSet;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};
use url::Url;

const CALL: &str = "look up prices";
/// The API throttles at about twenty calls at a time.
const PARALLEL: usize = 4;
/// The most pages of one question; the largest region has about ten.
const MOST_PAGES: usize = 200;

/// What is asked for of a region.
#[derive(Clone, Copy, Debug)]
pub(super) enum Asked<'a> {
    /// Every size of machine.
    Sizes,
    /// The size that the list spells so.
    Size(&'a str),
    Meter(ListedMeter),
}

/// How prices are asked for.
#[derive(Clone, Debug)]
pub struct PricesConfig {
    /// `https://prices.azure.com`, or a simulator.
    pub endpoint: Url,
    /// Three letters, such as `USD`.
    pub currency: String,
    /// The longest one try of one request may take, answer included.
    pub request_timeout: Duration,
}

/// One page of an answer.
#[derive(Deserialize)]
struct Page {
    /// Kept as printed: a price is exact to the digit.
    #[serde(rename = "Items")]
    items: Option<Box<RawValue>>,
    #[serde(rename = "NextPageLink")]
    next: Option<Value>,
}

/// The API's pages.
#[derive(Debug)]
pub(super) struct Pages {
    config: PricesConfig,
    client: reqwest::Client,
    permits: Semaphore,
    pub backoff: Duration,
}

impl Pages {
    pub fn new(config: PricesConfig) -> Result<Self, AzureError> {
        let endpoint = &config.endpoint;
        if !matches!(endpoint.scheme(), "http" | "https") || endpoint.host_str().is_none() {
            let words = "PRICES_ENDPOINT is not an http or https URL";
            return Err(AzureError::at_path(ErrorKind::Setup, CALL, "", words));
        }
        Ok(Pages {
            client: http::client(config.request_timeout)?,
            config,
            permits: Semaphore::new(PARALLEL),
            backoff: Duration::from_secs(1),
        })
    }

    /// Every pay-as-you-go row of a region that is asked for; all of them or an error, since the right
    /// row is known only among all. Names must be plain.
    pub async fn rows(
        &self,
        region: &str,
        asked: Asked<'_>,
        deadline: Instant,
    ) -> Result<Vec<Row>, AzureError> {
        let mut rows = Vec::new();
        let mut visited = HashSet::new();
        let mut next = Some(self.first(region, asked));
        while let Some(url) = next {
            if visited.len() >= MOST_PAGES || !visited.insert(url.clone()) {
                let words = "the pages have no end";
                return Err(AzureError::new(ErrorKind::Garbled, CALL, &url, words));
            }
            let page = self.page(&url, deadline).await?;
            let Some(items) = page.items.as_deref().and_then(read_rows) else {
                let words = "no list named Items in the answer";
                return Err(AzureError::new(ErrorKind::Garbled, CALL, &url, words));
            };
            let of_region = |row: &Row| row.arm_region_name.eq_ignore_ascii_case(region);
            rows.extend(items.into_iter().filter(of_region));
            next = self.next(&url, page.next.as_ref())?;
        }
        if let Asked::Meter(of) = asked {
            rows.retain(|row| row.meter_name == of.meter);
            // It has no size, and is looked for by what we call it.
            let named = rows.iter_mut();
            named.for_each(|row| row.arm_sku_name = of.name.to_owned());
        }
        Ok(rows)
    }

    fn first(&self, region: &str, asked: Asked<'_>) -> Url {
        let (service, one) = match asked {
            Asked::Sizes => ("Virtual Machines", String::new()),
            Asked::Size(sku) => ("Virtual Machines", format!(" and armSkuName eq '{sku}'")),
            Asked::Meter(of) => (of.service, format!(" and meterName eq '{}'", of.meter)),
        };
        let filter = format!(
            "serviceName eq '{service}' and armRegionName eq '{region}' and priceType eq 'Consumption'{one}"
        );
        let mut url = self.config.endpoint.clone();
        // `new` has made sure that the endpoint has a host, and so segments.
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(["api", "retail", "prices"]);
        }
        let (currency, filter) = (&self.config.currency, filter.replace(' ', "%20"));
        url.set_query(Some(&format!(
            "api-version=2023-01-01-preview&currencyCode='{}'&$filter={filter}",
            currency.to_ascii_uppercase()
        )));
        url
    }

    fn next(&self, url: &Url, link: Option<&Value>) -> Result<Option<Url>, AzureError> {
        let link = match link {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::String(link)) if link.is_empty() => return Ok(None),
            Some(Value::String(link)) => url.join(link).ok(),
            Some(_) => None,
        };
        match link {
            Some(link) if http::same_server(&link, &self.config.endpoint) => Ok(Some(link)),
            Some(link) => {
                let words = format!("to {}", link.host_str().unwrap_or("no host"));
                Err(AzureError::new(ErrorKind::ForeignLink, CALL, url, &words))
            }
            None => {
                let words = "NextPageLink is no URL";
                Err(AzureError::new(ErrorKind::Garbled, CALL, url, words))
            }
        }
    }

    async fn page(&self, url: &Url, deadline: Instant) -> Result<Page, AzureError> {
        let mut tries = 0;
        loop {
            let failure = match self.attempt(url, deadline).await {
                Ok(page) => return Ok(page),
                Err(failure) => failure,
            };
            tries += 1;
            let left = deadline.saturating_duration_since(Instant::now());
            let dice = fastrand::f64();
            match retry::wait(&failure, Safety::Read, tries, left, self.backoff, dice) {
                Some(wait) => tokio::time::sleep(wait).await,
                None => return Err(failure.error),
            }
        }
    }

    async fn attempt(&self, url: &Url, deadline: Instant) -> Result<Page, Failure> {
        let late = || Failure::local(AzureError::new(ErrorKind::DeadlinePassed, CALL, url, ""));
        let permit = timeout_at(deadline, self.permits.acquire()).await;
        let _permit = permit.map_err(|_| late())?;
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(late());
        }
        let request = reqwest::Request::new(reqwest::Method::GET, url.clone());
        let timeout = self.config.request_timeout.min(left);
        let reply = http::exchange(&self.client, request, CALL, timeout).await?;
        reply.json(CALL, url).map_err(Failure::local)
    }
}
