//! Prices: the right row or none, exact to the digit, and the last known one when the API fails.

use super::server::*;
use chrono::Utc;
use lamplighter_azure::{
    ErrorKind, PriceProblem, Prices, PricesConfig, Quote, Row, choose, read_rows,
};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::time::Duration;

pub(super) const PRICES: &str = "/api/retail/prices";

pub(super) fn prices(server: &Server) -> Prices {
    let config = PricesConfig {
        endpoint: server.url.clone(),
        currency: "USD".into(),
        request_timeout: Duration::from_secs(20),
    };
    Prices::new(config)
        .unwrap()
        .with_backoff(Duration::from_millis(1))
}

/// The text of an answer, with every price as [`row`] was given it: a `Value` would lose digits.
fn printed(answer: &Value) -> String {
    let text = answer.to_string();
    text.replace("\"#", "").replace("#\"", "")
}

pub(super) fn rows(items: &[Value]) -> Vec<Row> {
    let text = printed(&json!(items));
    read_rows(&RawValue::from_string(text).unwrap()).unwrap()
}

/// The Linux row of a size, its price as it is to be [`printed`].
pub(super) fn row(size: &str, price: &str) -> Value {
    let price = format!("#{price}#");
    json!({
        "currencyCode": "USD", "tierMinimumUnits": 0, "retailPrice": price, "unitPrice": price,
        "armRegionName": "westeurope", "location": "EU West", "meterId": "m-linux",
        "effectiveStartDate": "2025-03-01T00:00:00Z", "meterName": "DS3 v2", "skuName": "DS3 v2",
        "productName": "Virtual Machines DSv2 Series", "serviceName": "Virtual Machines",
        "unitOfMeasure": "1 Hour", "type": "Consumption", "isPrimaryMeterRegion": false, "armSkuName": size
    })
}

pub(super) fn with(mut row: Value, field: &str, value: &str) -> Value {
    row[field] = json!(value);
    row
}

/// Every kind of row that stands beside the right one, most of them cheaper.
fn decoys(size: &str) -> Vec<Value> {
    let cheap = || row(size, "0.001");
    vec![
        with(
            cheap(),
            "productName",
            "Virtual Machines DSv2 Series Windows",
        ),
        with(cheap(), "productName", "DSv2 Series Cloud Services"),
        with(cheap(), "productName", "DSv2 Series CloudServices"),
        with(cheap(), "skuName", "DS3 v2 Spot"),
        with(cheap(), "meterName", "DS3 v2 Low Priority"),
        with(cheap(), "type", "Reservation"),
        with(cheap(), "type", "DevTestConsumption"),
        with(cheap(), "unitOfMeasure", "1 Month"),
        with(cheap(), "effectiveEndDate", "2024-01-01T00:00:00Z"),
        with(cheap(), "armSkuName", "Standard_DS3_v2_Promo"),
        with(cheap(), "armRegionName", "northeurope"),
    ]
}

pub(super) fn page(items: Vec<Value>, next: Value) -> Reply {
    let count = items.len();
    let page =
        json!({"BillingCurrency": "USD", "Items": items, "NextPageLink": next, "Count": count});
    Reply::Raw(200, Vec::new(), printed(&page))
}

async fn ask(prices: &Prices, size: &str) -> Result<Quote, PriceProblem> {
    prices
        .linux_price(size, "West Europe", Utc::now(), in_secs(30))
        .await
}

#[tokio::test]
async fn the_one_right_row_is_found_among_its_like_to_the_last_digit() {
    let server = Server::start().await;
    let mut items = decoys("Standard_DS3_v2");
    items.insert(4, row("Standard_DS3_v2", "0.251"));
    server.on("GET", PRICES, [page(items, Value::Null)]);
    let prices = prices(&server);
    let quote = ask(&prices, "STANDARD_DS3_V2").await.unwrap();
    assert_eq!(quote.price.to_string(), "0.251");
    assert_eq!(
        (quote.size.as_str(), quote.region.as_str()),
        ("Standard_DS3_v2", "westeurope")
    );
    assert_eq!(
        (quote.currency.as_str(), quote.source.as_str()),
        ("USD", "retail-prices")
    );
    let text = serde_json::to_string(&quote).unwrap();
    assert!(text.contains("\"0.251\""), "{text}");
    assert_eq!(serde_json::from_str::<Quote>(&text).unwrap(), quote);

    ask(&prices, "standard_ds3_v2").await.unwrap();
    let [asked] = server.requests().try_into().unwrap();
    let query = asked.query.replace("%20", " ").replace("%27", "'");
    assert!(query.contains("currencyCode='USD'"), "{query}");
    assert!(query.contains("$filter=serviceName eq 'Virtual Machines' and armRegionName eq 'westeurope' and priceType eq 'Consumption' and armSkuName eq 'Standard_DS3_v2'"), "{query}");
}

#[tokio::test]
async fn digits_that_a_binary_fraction_would_lose_are_kept() {
    for price in [
        "0.1",
        "0.046385",
        "0.1000000000000000055",
        "12345678.123456789",
        "2.51e-1",
    ] {
        let rows = rows(&[row("Standard_A1", price)]);
        let got = choose(&rows, "STANDARD_A1", Utc::now())
            .unwrap()
            .retail_price
            .unwrap();
        let plain = if price == "2.51e-1" { "0.251" } else { price };
        assert_eq!(got.to_string(), plain);
    }
}

#[test]
fn two_rows_left_are_an_error_and_each_refused_row_has_its_reason() {
    let mut items = decoys("Standard_DS3_v2");
    let none = choose(&rows(&items), "Standard_DS3_v2", Utc::now());
    // The decoy of another region is for the look-up to leave out; here it is the one row left.
    assert_eq!(none.unwrap().arm_region_name, "northeurope");
    items.pop();
    let why = choose(&rows(&items), "Standard_DS3_v2", Utc::now()).unwrap_err();
    assert_eq!(why.refused.len(), 9);
    let reasons: Vec<_> = why.refused.iter().map(|(_, why)| *why).collect();
    for reason in [
        "Windows",
        "Cloud Services",
        "Spot",
        "Low Priority",
        "not pay-as-you-go",
        "not by the hour",
        "no longer in force",
    ] {
        assert!(reasons.contains(&reason), "{reasons:?}");
    }
    items.push(row("Standard_DS3_v2", "0.2"));
    items.push(row("STANDARD_DS3_V2", "0.3"));
    let why = choose(&rows(&items), "Standard_DS3_v2", Utc::now()).unwrap_err();
    assert_eq!(
        why.refused
            .iter()
            .filter(|(_, w)| *w == "more than one row is left")
            .count(),
        2
    );
    for price in ["0", "-1", "1e40"] {
        let rows = rows(&[row("x", price)]);
        assert!(choose(&rows, "x", Utc::now()).is_err(), "{price}");
    }
    assert!(choose(&rows(&[Value::Null, json!(3), json!({})]), "x", Utc::now()).is_err());
}

#[tokio::test]
async fn a_size_that_is_spelled_otherwise_is_found_by_reading_its_region_once() {
    let server = Server::start().await;
    let two = server.link(&format!("{PRICES}?$skip=1000"));
    server.on(
        "GET",
        PRICES,
        [page(
            vec![
                row("Standard_DC4ads_cc_v5", "0.4"),
                row("Standard_B2ms", "0.1"),
            ],
            json!(two),
        )],
    );
    server.on(
        "GET",
        &format!("{PRICES}?armSkuName"),
        [page(vec![], Value::Null)],
    );
    server.on(
        "GET",
        &format!("{PRICES}?$skip=1000"),
        [page(vec![row("Standard_ODD4x_v5", "0.7")], Value::Null)],
    );
    let prices = prices(&server);
    let cc = ask(&prices, "STANDARD_DC4ADS_CC_V5").await.unwrap();
    assert_eq!(cc.price.to_string(), "0.4");
    assert_eq!(server.requests().len(), 3);
    let odd = ask(&prices, "STANDARD_ODD4X_V5").await.unwrap();
    assert_eq!(odd.price.to_string(), "0.7");
    assert_eq!(server.requests().len(), 3, "the region is known");
    let missing = ask(&prices, "STANDARD_MISSING").await.unwrap_err();
    assert!(matches!(missing, PriceProblem::None { .. }), "{missing}");
    let asked = server.requests().len();
    ask(&prices, "STANDARD_MISSING").await.unwrap_err();
    assert_eq!(
        server.requests().len(),
        asked,
        "that there is none is known too"
    );
}

#[tokio::test]
async fn many_who_ask_for_one_size_ask_once() {
    let server = Server::start().await;
    server.on(
        "GET",
        PRICES,
        [page(vec![row("Standard_DS3_v2", "0.251")], Value::Null)],
    );
    let prices = prices(&server);
    let all = (0..20).map(|_| ask(&prices, "STANDARD_DS3_V2"));
    assert!(
        futures::future::join_all(all)
            .await
            .iter()
            .all(Result::is_ok)
    );
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn what_is_no_price_page_is_an_error_and_asked_about_again_later_only() {
    let bad_request = Reply::Json(
        400,
        json!({"Error": {"Code": "BadRequest", "Message": "Invalid OData parameters supplied"}}),
    );
    for (reply, kind) in [
        (ok(json!({"Message": "busy"})), ErrorKind::Garbled),
        (Reply::Raw(200, vec![], "<html>".into()), ErrorKind::Garbled),
        (bad_request, ErrorKind::WrongState),
        (
            throttled("60"),
            ErrorKind::Throttled {
                retry_after: Some(Duration::from_secs(60)),
            },
        ),
    ] {
        let server = Server::start().await;
        server.on("GET", PRICES, [reply]);
        let prices = prices(&server);
        for size in ["STANDARD_DS3_V2", "STANDARD_DS4_V2"] {
            match ask(&prices, size).await.unwrap_err() {
                PriceProblem::Unreachable(error) => assert_eq!(error.kind(), kind, "{error}"),
                other => panic!("{other}"),
            }
        }
        assert_eq!(server.requests().len(), 1, "left in peace");
    }
}

#[tokio::test]
async fn a_throttled_look_up_comes_back_and_pages_stay_on_their_host() {
    let (server, other) = (Server::start().await, Server::start().await);
    let good = page(vec![row("Standard_DS3_v2", "0.251")], Value::Null);
    server.on(
        "GET",
        PRICES,
        [throttled("0"), error(503, "busy", ""), good],
    );
    assert_eq!(
        ask(&prices(&server), "STANDARD_DS3_V2")
            .await
            .unwrap()
            .price
            .to_string(),
        "0.251"
    );

    let server = Server::start().await;
    let away = json!(other.link("/api/retail/prices?$skip=1000"));
    server.on(
        "GET",
        PRICES,
        [page(vec![row("Standard_DS3_v2", "0.251")], away)],
    );
    let error = ask(&prices(&server), "STANDARD_DS3_V2").await.unwrap_err();
    assert!(
        matches!(&error, PriceProblem::Unreachable(e) if e.kind() == ErrorKind::ForeignLink),
        "{error}"
    );
    assert!(other.requests().is_empty());
}

#[tokio::test]
async fn names_that_would_change_the_question_are_not_asked() {
    let server = Server::start().await;
    let prices = prices(&server);
    for size in ["", "x' or armSkuName ne '", "a b", "é"] {
        let error = ask(&prices, size).await.unwrap_err();
        assert!(matches!(error, PriceProblem::None { .. }), "{error}");
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn the_last_known_price_stands_when_todays_cannot_be_had() {
    let server = Server::start().await;
    let first = page(vec![row("Standard_DS3_v2", "0.251")], Value::Null);
    let dearer = page(vec![row("Standard_DS3_v2", "0.26")], Value::Null);
    let two = vec![row("Standard_DS3_v2", "1"), row("Standard_DS3_v2", "2")];
    let bad = error(400, "BadRequest", "");
    server.on("GET", PRICES, [first, dearer, page(two, Value::Null), bad]);
    let prices = prices(&server).with_freshness(Duration::ZERO);
    for price in ["0.251", "0.26", "0.26", "0.26", "0.26"] {
        let quote = ask(&prices, "STANDARD_DS3_V2").await.unwrap();
        assert_eq!(quote.price.to_string(), price);
    }
    assert_eq!(
        server.requests().len(),
        4,
        "after the failure it is left in peace"
    );
    ask(&prices, "STANDARD_NEVER_SEEN").await.unwrap_err();
}
