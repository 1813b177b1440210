//! Prices that the list announces, and those that have ended.

use super::prices::*;
use super::server::*;
use chrono::Utc;
use lamplighter_azure::choose;
use serde_json::Value;
use std::time::Duration;

/// A row of one meter that begins, and perhaps ends, then.
fn dated(price: &str, from: &str, until: Option<&str>) -> Value {
    let row = with(row("Standard_DS3_v2", price), "effectiveStartDate", from);
    match until {
        Some(until) => with(row, "effectiveEndDate", until),
        None => row,
    }
}

#[test]
fn a_price_holds_from_its_first_second_to_its_last() {
    let old = dated(
        "0.352",
        "2024-01-01T00:00:00Z",
        Some("2026-12-31T23:59:59Z"),
    );
    let endless = dated("0.352", "2024-01-01T00:00:00Z", None);
    let new = dated("0.38", "2027-01-01T00:00:00Z", None);
    for before in [old, endless] {
        let rows = rows(&[before, new.clone()]);
        for (now, expected) in [
            ("2026-11-27T12:00:00Z", "0.352"),
            ("2026-12-31T23:59:59.5Z", "0.352"),
            ("2027-01-01T00:00:00Z", "0.38"),
        ] {
            let now = now.parse().unwrap();
            let row = choose(&rows, "Standard_DS3_v2", now).unwrap();
            assert_eq!(row.retail_price.unwrap().to_string(), expected, "{now}");
        }
        let early = choose(
            &rows,
            "Standard_DS3_v2",
            "2020-01-01T00:00:00Z".parse().unwrap(),
        );
        let why = early.unwrap_err().refused;
        assert!(
            !why.is_empty() && why.iter().all(|(_, why)| *why == "not yet in force"),
            "{why:?}"
        );
    }
    // Two meters at once are two prices, whichever began last.
    let other = with(
        dated("0.3", "2025-01-01T00:00:00Z", None),
        "meterId",
        "m-other",
    );
    let two = rows(&[dated("0.352", "2024-01-01T00:00:00Z", None), other]);
    choose(&two, "Standard_DS3_v2", Utc::now()).unwrap_err();
}

#[tokio::test]
async fn a_known_price_is_asked_for_again_when_an_announced_one_begins() {
    let server = Server::start().await;
    let both = page(
        vec![
            dated(
                "0.352",
                "2024-01-01T00:00:00Z",
                Some("2026-12-31T23:59:59Z"),
            ),
            dated("0.38", "2027-01-01T00:00:00Z", None),
        ],
        Value::Null,
    );
    server.on("GET", PRICES, [both]);
    let prices = prices(&server);
    let deadline = tokio::time::Instant::now() + Duration::from_secs(60);
    for (now, expected, asked) in [
        ("2026-12-31T20:00:00Z", "0.352", 1),
        ("2026-12-31T23:55:00Z", "0.352", 1),
        ("2027-01-01T00:00:00Z", "0.38", 2),
        ("2027-01-01T00:05:00Z", "0.38", 2),
    ] {
        let now = now.parse().unwrap();
        let quote = prices.linux_price("Standard_DS3_v2", "westeurope", now, deadline);
        let quote = quote.await.unwrap();
        assert_eq!(quote.price.to_string(), expected, "{now}");
        assert_eq!(server.requests().len(), asked, "{now}");
    }
}
