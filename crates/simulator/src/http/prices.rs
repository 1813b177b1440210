//! The Retail Prices API: for every size the one right row, among all those that look like it.

use super::answer::Answer;
use super::call::Call;
use super::filter::Filter;
use super::price_rows::{Row, control_plane, rows_of};
use super::stage::Stage;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Longer addresses are not found.
const LONGEST_URL: usize = 2_048;

/// A page of the rows that the filter asks for, in the currency asked for.
pub(super) fn answer(call: &Call, stage: &Stage) -> Answer {
    if length(call) > LONGEST_URL {
        return Answer::empty(404);
    }
    let filter = match call.query("$filter").map(Filter::parse) {
        None => None,
        Some(Ok(filter)) if filter.fields().all(|field| FIELDS.contains(&field)) => Some(filter),
        Some(_) => return bad_request(),
    };
    let fleet = &stage.world.fleet;
    let currency = call
        .query("currencyCode")
        .unwrap_or("'USD'")
        .trim_matches('\'')
        .to_uppercase();
    let rate = match fleet.rates.get(&currency) {
        _ if currency == fleet.currency => Decimal::ONE,
        Some(rate) => *rate,
        None => return bad_request(),
    };
    let now = stage.world.now();
    let mut rows: Vec<Row> = Vec::new();
    for history in stage.world.prices.all() {
        rows.extend(rows_of(history, rate, &currency, now));
    }
    let all = stage.world.prices.all();
    let regions = all.filter_map(|history| history.first().map(|entry| entry.region.as_str()));
    let regions: BTreeSet<&str> = regions.collect();
    let control_planes = regions.into_iter();
    rows.extend(control_planes.map(|region| control_plane(region, rate, &currency)));
    if let Some(filter) = &filter {
        rows.retain(|row| filter.matches(|field| field_of(row, field), false));
    }
    let Ok((range, next)) = call.page(rows.len(), stage.price_page_size) else {
        return bad_request();
    };
    let items = &rows[range];
    Answer::json(&json!({
        "BillingCurrency": currency,
        "CustomerEntityId": "Default",
        "CustomerEntityType": "Retail",
        "Items": items,
        "NextPageLink": next.map(with_port),
        "Count": items.len(),
    }))
}

/// The length of the call's address.
fn length(call: &Call) -> usize {
    let query = call
        .query
        .iter()
        .map(|(name, value)| name.len() + value.len() + 2);
    call.base.len() + call.path.len() + query.sum::<usize>()
}

/// The one error that the API has.
fn bad_request() -> Answer {
    let error = json!({"Code": "BadRequest", "Message": "Invalid OData parameters supplied"});
    Answer::json(&json!({"Error": error})).with_status(400)
}

/// The API names its port even where it is the scheme's own.
fn with_port(link: String) -> String {
    let Ok(parsed) = url::Url::parse(&link) else {
        return link;
    };
    match (parsed.port(), parsed.port_or_known_default()) {
        (None, Some(port)) => {
            let host = parsed.host_str().unwrap_or_default().to_owned();
            let tail = parsed.path().to_owned() + "?" + parsed.query().unwrap_or_default();
            format!("{}://{host}:{port}{tail}", parsed.scheme())
        }
        _ => link,
    }
}

/// What `$filter` may name.
const FIELDS: &[&str] = &[
    "armRegionName",
    "armSkuName",
    "currencyCode",
    "location",
    "meterId",
    "meterName",
    "productId",
    "productName",
    "priceType",
    "reservationTerm",
    "serviceFamily",
    "serviceId",
    "serviceName",
    "skuId",
    "skuName",
    "type",
    "isPrimaryMeterRegion",
    "unitOfMeasure",
];

fn field_of(row: &Row, field: &str) -> Option<String> {
    // The filter's name for `type`.
    let field = if field == "priceType" { "type" } else { field };
    match row.get(field)? {
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}
