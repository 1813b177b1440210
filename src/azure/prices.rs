//! The Linux pay-as-you-go price of a machine size, from the Retail Prices API.

use super::arm::{body, http_client, network, sort};
use super::error::{AzureError, Kind, short};
use super::retry;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until, timeout_at};
use url::Url;

/// One price with where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// For one hour, in `currency`, exactly as the API wrote it.
    pub price: Decimal,
    pub currency: String,
    pub size: String,
    pub region: String,
    /// `retail-prices`.
    pub source: String,
    pub meter_id: Option<String>,
    pub effective_from: Option<String>,
    pub fetched_at: DateTime<Utc>,
}

/// Why there is no price.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PriceProblem {
    #[error("{0}")]
    Call(#[from] AzureError),
    #[error("no Linux pay-as-you-go row for {size} in {region} ({refused} rows refused)")]
    None {
        size: String,
        region: String,
        refused: usize,
    },
    /// Never "the first" and never "the least".
    #[error("{count} Linux pay-as-you-go rows for {size} in {region}, where there should be one")]
    Several {
        size: String,
        region: String,
        count: usize,
    },
}

/// One row of the API, as far as the choice needs it. The price stays text until it is read as a decimal.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Row {
    pub currency_code: Option<String>,
    pub retail_price: Option<Box<RawValue>>,
    pub effective_start_date: Option<String>,
    pub effective_end_date: Option<String>,
    pub meter_id: Option<String>,
    pub meter_name: Option<String>,
    pub product_name: Option<String>,
    pub sku_name: Option<String>,
    pub unit_of_measure: Option<String>,
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub arm_sku_name: Option<String>,
}

/// Why a row is not the Linux pay-as-you-go price of `size`; `None`: it is.
pub fn refusal(row: &Row, size: &str, now: DateTime<Utc>) -> Option<&'static str> {
    let has =
        |text: &Option<String>, part: &str| text.as_deref().is_some_and(|text| text.contains(part));
    let ended = row
        .effective_end_date
        .as_deref()
        .map(|end| super::parse::time(end).is_none_or(|end| end <= now));
    if !row
        .arm_sku_name
        .as_deref()
        .is_some_and(|name| name.eq_ignore_ascii_case(size))
    {
        Some("another size")
    } else if row.kind.as_deref() != Some("Consumption") {
        Some("not pay-as-you-go")
    } else if row.unit_of_measure.as_deref() != Some("1 Hour") {
        Some("not by the hour")
    } else if has(&row.product_name, "Windows") {
        Some("Windows")
    } else if has(&row.product_name, "Cloud Services") || has(&row.product_name, "CloudServices") {
        Some("Cloud Services")
    } else if ["Spot", "Low Priority"]
        .iter()
        .any(|word| has(&row.sku_name, word) || has(&row.meter_name, word))
    {
        Some("spot or low priority")
    } else if ended == Some(true) {
        Some("no longer in force")
    } else if price(row).is_none() {
        Some("no price in it")
    } else {
        None
    }
}

fn price(row: &Row) -> Option<Decimal> {
    let text = row.retail_price.as_ref()?.get();
    let exact = Decimal::from_str_exact(text)
        .or_else(|_| Decimal::from_scientific(text))
        .ok()?;
    (!exact.is_sign_negative()).then_some(exact)
}

#[derive(Deserialize)]
struct Page {
    #[serde(rename = "Items")]
    items: Vec<Row>,
    #[serde(rename = "NextPageLink", default)]
    next: Option<String>,
}

/// The Retail Prices API with a day's memory. Where it fails, the last known price stands.
pub struct Prices {
    http: reqwest::Client,
    endpoint: Url,
    currency: String,
    /// By size (upper case) and region; `None`: known to have no price.
    known: Mutex<HashMap<(String, String), Known>>,
}

struct Known {
    at: Instant,
    answer: Result<Quote, PriceProblem>,
}

const FRESH: Duration = Duration::from_secs(24 * 3600);
/// A failed look-up is not repeated for every machine of the same size.
const FAILED: Duration = Duration::from_secs(300);
const MOST_PAGES: usize = 60;
const NAME: &str = "list prices";

impl Prices {
    /// # Errors
    /// No HTTP client can be made.
    pub fn new(
        endpoint: Url,
        currency: &str,
        request_timeout: Duration,
    ) -> Result<Prices, AzureError> {
        let http = http_client(request_timeout).map_err(|error| {
            AzureError::new("start", Kind::Unreachable(short(&error.to_string())))
        })?;
        Ok(Prices {
            http,
            endpoint,
            currency: currency.to_string(),
            known: Mutex::default(),
        })
    }

    /// The price of `size` (in any case) in `region` now. One look-up at a time: the API throttles soon.
    pub async fn linux_price(
        &self,
        size: &str,
        region: &str,
        deadline: Instant,
    ) -> Result<Quote, PriceProblem> {
        let key = (size.to_uppercase(), region.to_lowercase());
        let mut known = self.known.lock().await;
        if let Some(known) = known.get(&key) {
            let fresh = if known.answer.is_ok() { FRESH } else { FAILED };
            if known.at.elapsed() < fresh {
                return known.answer.clone();
            }
        }
        let last = known.get(&key).and_then(|known| known.answer.clone().ok());
        let answer = match self.look_up(size, region, deadline).await {
            Err(PriceProblem::Call(error)) => last.ok_or(PriceProblem::Call(error)),
            answer => answer,
        };
        known.insert(
            key,
            Known {
                at: Instant::now(),
                answer: answer.clone(),
            },
        );
        answer
    }

    /// The API's filters heed case, and Azure ML writes sizes in upper case: first by the likely spelling, then
    /// through all sizes of the region.
    async fn look_up(
        &self,
        size: &str,
        region: &str,
        deadline: Instant,
    ) -> Result<Quote, PriceProblem> {
        let region = region.to_lowercase();
        let likely = self
            .rows(size, &region, Some(&spelling(size)), deadline)
            .await?;
        match self.choose(likely, size, &region) {
            Err(PriceProblem::None { .. }) => {
                let all = self.rows(size, &region, None, deadline).await?;
                self.choose(all, size, &region)
            }
            answer => answer,
        }
    }

    fn choose(&self, rows: Vec<Row>, size: &str, region: &str) -> Result<Quote, PriceProblem> {
        let now = Utc::now();
        let (size, region) = (size.to_string(), region.to_string());
        let refused = rows
            .iter()
            .filter(|row| refusal(row, &size, now).is_some())
            .count();
        let right: Vec<&Row> = rows
            .iter()
            .filter(|row| refusal(row, &size, now).is_none())
            .collect();
        let [row] = right[..] else {
            return Err(match right.len() {
                0 => PriceProblem::None {
                    size,
                    region,
                    refused,
                },
                count => PriceProblem::Several {
                    size,
                    region,
                    count,
                },
            });
        };
        Ok(Quote {
            price: price(row).unwrap_or_default(),
            currency: row
                .currency_code
                .clone()
                .unwrap_or_else(|| self.currency.clone()),
            size,
            region,
            source: "retail-prices".into(),
            meter_id: row.meter_id.clone(),
            effective_from: row.effective_start_date.clone(),
            fetched_at: now,
        })
    }

    /// All rows of a size as spelled, or those rows of the whole region that are of `size` in any case.
    async fn rows(
        &self,
        size: &str,
        region: &str,
        spelled: Option<&str>,
        deadline: Instant,
    ) -> Result<Vec<Row>, PriceProblem> {
        let mut rows = Vec::new();
        let mut next = Some(self.url(region, spelled));
        for _ in 0..MOST_PAGES {
            let Some(url) = next else { return Ok(rows) };
            let page = self.page(url, deadline).await?;
            let ours = |row: &Row| {
                row.arm_sku_name
                    .as_deref()
                    .is_some_and(|name| name.eq_ignore_ascii_case(size))
            };
            rows.extend(page.items.into_iter().filter(ours));
            next = page
                .next
                .filter(|link| !link.is_empty())
                .map(|link| self.follow(&link))
                .transpose()?;
        }
        Err(AzureError::new(NAME, Kind::Garbled("its pages go in circles".into())).into())
    }

    fn url(&self, region: &str, spelled: Option<&str>) -> Url {
        let mut url = self.endpoint.clone();
        url.set_path("/api/retail/prices");
        // A quote ends a text in OData; a name that holds one has no price.
        let quoted = |text: &str| text.replace('\'', "''");
        let mut filter = format!(
            "serviceName eq 'Virtual Machines' and armRegionName eq '{}' and priceType eq 'Consumption'",
            quoted(region)
        );
        if let Some(size) = spelled {
            filter.push_str(&format!(" and armSkuName eq '{}'", quoted(size)));
        }
        url.query_pairs_mut()
            .append_pair("api-version", "2023-01-01-preview")
            .append_pair("currencyCode", &format!("'{}'", self.currency))
            .append_pair("$filter", &filter);
        url
    }

    /// The next page lies on the same host, whose default port may be written out.
    fn follow(&self, link: &str) -> Result<Url, AzureError> {
        let url = Url::parse(link)
            .map_err(|_| AzureError::new(NAME, Kind::Garbled("its next link is no URL".into())))?;
        let port = |url: &Url| url.port_or_known_default();
        let home = url.scheme() == self.endpoint.scheme() && url.host() == self.endpoint.host();
        if home && port(&url) == port(&self.endpoint) {
            return Ok(url);
        }
        Err(AzureError::new(
            NAME,
            Kind::ForeignLink(short(url.host_str().unwrap_or("(none)"))),
        ))
    }

    async fn page(&self, url: Url, deadline: Instant) -> Result<Page, AzureError> {
        let mut attempt = 0;
        loop {
            let error = match timeout_at(deadline, self.once(url.clone())).await {
                Ok(Ok(page)) => return Ok(page),
                Ok(Err(kind)) => kind,
                Err(_) => Kind::Deadline,
            };
            attempt += 1;
            let asked = if let Kind::Throttled(asked) = &error {
                *asked
            } else {
                None
            };
            let until = Instant::now() + retry::wait(asked, attempt);
            if !retry::again(&error, true, attempt) || until >= deadline {
                return Err(AzureError::new(NAME, error));
            }
            sleep_until(until).await;
        }
    }

    async fn once(&self, url: Url) -> Result<Page, Kind> {
        let response = self.http.get(url).send().await.map_err(network)?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = body(response).await?;
        sort(status, &headers, &body)?;
        serde_json::from_slice(&body)
            .map_err(|error| Kind::Garbled(format!("no page of prices: {error}")))
    }
}

/// `STANDARD_DS3_V2` as the API spells it: `Standard_DS3_v2`. The letters before the first digit are the family's,
/// in upper case; those after it are features, in lower case; accelerators (`A100`) stay as they are.
fn spelling(size: &str) -> String {
    let upper = size.to_uppercase();
    let mut words = upper.split('_');
    let mut out: Vec<String> = Vec::new();
    if let Some(first) = words.next() {
        out.push(if first == "STANDARD" {
            "Standard".into()
        } else {
            first.to_string()
        });
    }
    for (index, word) in words.enumerate() {
        let version = word
            .strip_prefix('V')
            .is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit()));
        out.push(match index {
            _ if version || word == "CC" => word.to_lowercase(),
            0 => {
                let digits = word
                    .find(|c: char| c.is_ascii_digit())
                    .unwrap_or(word.len());
                format!("{}{}", &word[..digits], word[digits..].to_lowercase())
            }
            _ => word.to_string(),
        });
    }
    out.join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_spelled_as_the_api_spells_them() {
        for name in [
            "Standard_DS3_v2",
            "Standard_D8s_v3",
            "Standard_NC6",
            "Standard_NC24ads_A100_v4",
            "Standard_ND96asr_v4",
            "Standard_NC4as_T4_v3",
            "Standard_E4-2s_v3",
            "Standard_M128ms",
            "Standard_NC80adis_H100_v5",
            "Standard_DC4as_cc_v5",
        ] {
            assert_eq!(spelling(&name.to_uppercase()), name);
        }
    }

    fn row(change: &[(&str, serde_json::Value)]) -> Row {
        let mut row = serde_json::json!({
            "currencyCode": "USD", "retailPrice": 0.251, "armSkuName": "Standard_DS3_v2", "type": "Consumption",
            "productName": "Virtual Machines DSv2 Series", "skuName": "DS3 v2", "meterName": "DS3 v2",
            "unitOfMeasure": "1 Hour", "isPrimaryMeterRegion": false, "effectiveStartDate": "2025-05-01T00:00:00Z",
        });
        for (name, value) in change {
            row[name] = value.clone();
        }
        serde_json::from_str(&row.to_string()).expect("a row")
    }

    #[test]
    fn only_the_linux_pay_as_you_go_row_is_taken() {
        let now = Utc::now();
        let size = "STANDARD_DS3_V2";
        assert_eq!(refusal(&row(&[]), size, now), None);
        assert_eq!(price(&row(&[])), Some("0.251".parse().expect("a decimal")));
        assert_eq!(
            refusal(
                &row(&[("effectiveEndDate", "2999-01-01T00:00:00Z".into())]),
                size,
                now
            ),
            None
        );
        for (field, value) in [
            ("productName", "Virtual Machines DSv2 Series Windows"),
            ("productName", "DSv2 Series Cloud Services"),
            ("productName", "DSv2 Series CloudServices"),
            ("skuName", "DS3 v2 Spot"),
            ("meterName", "DS3 v2 Low Priority"),
            ("type", "Reservation"),
            ("type", "DevTestConsumption"),
            ("unitOfMeasure", "1/Hour"),
            ("armSkuName", "Standard_DS4_v2"),
            ("effectiveEndDate", "2020-01-01T00:00:00Z"),
            ("retailPrice", "free"),
        ] {
            assert!(
                refusal(&row(&[(field, value.into())]), size, now).is_some(),
                "{field} {value}"
            );
        }
    }
}
