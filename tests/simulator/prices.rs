//! The price API: among rows that look like it, exactly one is right.

use super::support::{Client, fleet_of, manual, started};
use lamplighter_simulator::Options;
use lamplighter_simulator::fleet::SIZES;
use serde_json::{Value, json};

fn instances() -> Value {
    json!([{"name": "a", "vmSize": "Standard_DS3_v2"}])
}

async fn client() -> Client {
    manual(fleet_of(
        instances(),
        json!([]),
        json!({"rates": {"EUR": "0.5"}}),
    ))
    .await
}

fn query(filter: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query
        .append_pair("api-version", "2023-01-01-preview")
        .append_pair("$filter", filter);
    format!("/api/retail/prices?{}", query.finish())
}

/// The rule of azure-facts, written down once more.
fn is_linux_pay_as_you_go(row: &Value) -> bool {
    let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let product = text("productName");
    row["type"] == "Consumption"
        && row["unitOfMeasure"] == "1 Hour"
        && !["Windows", "Cloud Services", "CloudServices"]
            .iter()
            .any(|word| product.contains(word))
        && !["Spot", "Low Priority"]
            .iter()
            .any(|word| text("skuName").contains(word) || text("meterName").contains(word))
        && row
            .get("effectiveEndDate")
            .is_none_or(|end| end.as_str() > Some("2026-10-21T09:00:00Z"))
}

#[tokio::test]
async fn every_size_has_one_right_row_and_eleven_wrong_ones() {
    let client = client().await;
    let page = client
        .get(&query("serviceName eq 'Virtual Machines' and armRegionName eq 'westeurope' and priceType eq 'Consumption'"))
        .await;
    let rows = page["Items"].as_array().expect("items");
    for size in SIZES {
        let own: Vec<&Value> = rows
            .iter()
            .filter(|row| row["armSkuName"] == size.name)
            .collect();
        assert!(own.len() >= 7, "{}", size.name);
        assert_eq!(
            own.iter().filter(|row| is_linux_pay_as_you_go(row)).count(),
            1,
            "{}",
            size.name
        );
    }
    let all = client.get(&query("armSkuName eq 'Standard_DS3_v2'")).await;
    let items = all["Items"].as_array().expect("items");
    assert_eq!(items.len(), 12);
    let right: Vec<&Value> = items
        .iter()
        .filter(|row| is_linux_pay_as_you_go(row))
        .collect();
    assert_eq!((right.len(), &right[0]["retailPrice"]), (1, &json!(0.36)));
    // The traps are there: Windows DevTest at the same price, and a reservation that says one hour.
    assert!(
        items.iter().any(|row| row["type"] == "DevTestConsumption"
            && row["retailPrice"] == right[0]["retailPrice"])
    );
    let reserved = items
        .iter()
        .find(|row| row["reservationTerm"] == "3 Years")
        .expect("reserved");
    assert_eq!(
        (
            &reserved["unitOfMeasure"],
            reserved["retailPrice"].as_f64() > Some(1_000.0)
        ),
        (&json!("1 Hour"), true)
    );
}

#[tokio::test]
async fn filters_are_case_sensitive_and_what_azure_refuses_is_refused() {
    let client = client().await;
    assert_eq!(
        client.get(&query("armSkuName eq 'standard_ds3_v2'")).await["Count"],
        0
    );
    let many = vec!["armSkuName eq 'x'"; 21].join(" or ");
    for filter in [
        "armSkuName in ('a','b')",
        "not(armSkuName eq 'x')",
        "nonsense eq 'x'",
        "armSkuName eq",
        &many,
    ] {
        let (status, body) = client.call("GET", &query(filter), None).await;
        assert_eq!(
            (status, &body["Error"]["Code"]),
            (400, &json!("BadRequest")),
            "{filter}"
        );
    }
    let long = query(&format!("armSkuName eq '{}'", "x".repeat(2_048)));
    assert_eq!(client.call("GET", &long, None).await.0, 404);
}

#[tokio::test]
async fn currencies_convert_and_pages_link() {
    let client = client().await;
    let euros = format!(
        "{}&currencyCode='EUR'",
        query("armSkuName eq 'Standard_DS3_v2'")
    );
    let page = client.get(&euros).await;
    let row = page["Items"]
        .as_array()
        .expect("items")
        .iter()
        .find(|row| is_linux_pay_as_you_go(row))
        .expect("right");
    assert_eq!(
        (&row["retailPrice"], &row["currencyCode"]),
        (&json!(0.18), &json!("EUR"))
    );
    let unknown = format!(
        "{}&currencyCode='XYZ'",
        query("armSkuName eq 'Standard_DS3_v2'")
    );
    assert_eq!(client.call("GET", &unknown, None).await.0, 400);

    let options = Options {
        page_size: Some(5),
        ..Options::default()
    };
    let client = started(fleet_of(instances(), json!([]), json!({})), options).await;
    let mut next = query("armSkuName eq 'Standard_DS3_v2'");
    let mut count = 0;
    loop {
        let page = client.get(&next).await;
        count += page["Items"].as_array().map_or(0, Vec::len);
        match page["NextPageLink"].as_str() {
            Some(link) => {
                assert!(
                    url::Url::parse(link).expect("a link").port().is_some(),
                    "{link}"
                );
                next = link.to_owned();
            }
            None => break,
        }
    }
    assert_eq!(count, 12);
}

#[tokio::test]
async fn a_price_that_was_replaced_has_an_end() {
    let prices = json!([
        {"armSkuName": "Standard_DS3_v2", "region": "westeurope", "linux": "0.36"},
        {"armSkuName": "Standard_DS3_v2", "region": "westeurope", "linux": "0.4", "from": "2026-10-21T08:00:00Z"},
        {"armSkuName": "Standard_DS3_v2", "region": "westeurope", "linux": "0.5", "from": "2026-12-01T00:00:00Z"},
    ]);
    let client = manual(fleet_of(
        instances(),
        json!([]),
        json!({"prices": prices, "unpriced": ["Standard_NC6"]}),
    ))
    .await;
    let page = client.get(&query("armSkuName eq 'Standard_DS3_v2'")).await;
    let items = page["Items"].as_array().expect("items");
    let right: Vec<&Value> = items
        .iter()
        .filter(|row| is_linux_pay_as_you_go(row))
        .collect();
    assert_eq!((right.len(), &right[0]["retailPrice"]), (1, &json!(0.4)));
    assert!(
        items
            .iter()
            .any(|row| row["effectiveEndDate"] == "2026-10-21T07:59:59Z")
    );
    assert_eq!(
        client.get(&query("armSkuName eq 'Standard_NC6'")).await["Count"],
        0
    );
}
