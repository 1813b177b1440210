//! The Retail Prices API: for every size the one right row, among all those that look like it.

use super::Stage;
use super::answer::Answer;
use super::call::Call;
use super::filter::Filter;
use crate::fleet::{PriceEntry, region_title, size};
use crate::world::guid;
use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

/// Longer addresses are not found.
const LONGEST_URL: usize = 2_048;
/// How a price that `from` does not date began.
const LONG_AGO: &str = "2020-01-01T00:00:00Z";

type Row = Map<String, Value>;

const SAME_IN_EVERY_ROW: &[(&str, &str)] = &[
    ("serviceName", "Virtual Machines"),
    ("serviceId", "DZH313Z7MMC8"),
    ("serviceFamily", "Compute"),
    ("unitOfMeasure", "1 Hour"),
];

pub(super) fn answer(call: &Call, stage: &Stage) -> Answer {
    let length = call.base.len()
        + call.path.len()
        + call
            .query
            .iter()
            .map(|(k, v)| k.len() + v.len() + 2)
            .sum::<usize>();
    if length > LONGEST_URL {
        return Answer::empty(404);
    }
    let bad = || refused("BadRequest", "Invalid OData parameters supplied");
    let filter = match call.query("$filter").map(Filter::parse) {
        None => None,
        Some(Ok(filter)) if filter.fields().all(|field| FIELDS.contains(&field)) => Some(filter),
        Some(_) => return bad(),
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
        None => return bad(),
    };
    let now = stage.world.now();
    let mut rows: Vec<Row> = Vec::new();
    for history in stage.world.prices.all() {
        rows.extend(rows_of(history, rate, &currency, now));
    }
    if let Some(filter) = &filter {
        rows.retain(|row| filter.matches(|field| field_of(row, field), false));
    }
    let Ok((range, next)) = call.page(rows.len(), stage.price_page_size) else {
        return bad();
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

fn refused(code: &str, message: &str) -> Answer {
    Answer::json(&json!({"Error": {"Code": code, "Message": message}})).with_status(400)
}

/// The API names its port even where it is the scheme's own.
fn with_port(link: String) -> String {
    let Ok(mut parsed) = url::Url::parse(&link) else {
        return link;
    };
    match (parsed.port(), parsed.port_or_known_default()) {
        (None, Some(port)) => {
            let host = parsed.host_str().unwrap_or_default().to_owned();
            let tail = parsed.path().to_owned() + "?" + parsed.query().unwrap_or_default();
            parsed.set_query(None);
            format!("{}://{host}:{port}{tail}", parsed.scheme())
        }
        _ => link,
    }
}

/// A decimal as a JSON number, digit for digit.
pub(super) fn number(amount: Decimal) -> Value {
    serde_json::from_str(&amount.normalize().to_string()).unwrap_or(Value::Null)
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

/// One kind of row beside the right one.
struct Kind {
    windows: bool,
    /// Laid behind the product's name.
    product: &'static str,
    /// Laid behind the sku's name.
    sku: &'static str,
    price_type: &'static str,
    /// Of the Linux price, in hundredths.
    percent: i64,
    primary: bool,
}

const fn kind(
    windows: bool,
    sku: &'static str,
    price_type: &'static str,
    percent: i64,
    primary: bool,
) -> Kind {
    Kind {
        windows,
        product: "",
        sku,
        price_type,
        percent,
        primary,
    }
}

/// Every row of a size, the right one third. Windows DevTest equals the Linux price, and so does nothing else;
/// Cloud Services says nothing of itself but in its product's name.
const KINDS: &[Kind] = &[
    kind(true, " Low Priority", "Consumption", 69, false),
    kind(true, " Spot", "Consumption", 38, true),
    kind(false, "", "Consumption", 100, false),
    kind(true, "", "Consumption", 173, false),
    kind(true, "", "DevTestConsumption", 100, false),
    kind(false, " Spot", "Consumption", 20, true),
    kind(true, " Spot", "DevTestConsumption", 20, true),
    kind(false, " Low Priority", "Consumption", 20, false),
    kind(true, " Low Priority", "DevTestConsumption", 20, false),
    Kind {
        product: " Cloud Services",
        ..kind(false, "", "Consumption", 128, true)
    },
];

fn rows_of(history: &[PriceEntry], rate: Decimal, currency: &str, now: DateTime<Utc>) -> Vec<Row> {
    let known: Vec<&PriceEntry> = history
        .iter()
        .filter(|entry| entry.from.is_none_or(|from| from <= now))
        .collect();
    let mut rows = Vec::new();
    for (index, entry) in known.iter().enumerate() {
        let until = known.get(index + 1).and_then(|next| next.from);
        for (number, kind) in KINDS.iter().enumerate() {
            rows.push(row(entry, kind, number, rate, currency, until));
        }
        if until.is_none() {
            rows.extend([1u32, 3].map(|years| reservation(entry, years, rate, currency)));
        }
    }
    rows
}

fn row(
    entry: &PriceEntry,
    kind: &Kind,
    place: usize,
    rate: Decimal,
    currency: &str,
    until: Option<DateTime<Utc>>,
) -> Row {
    let series = size(&entry.arm_sku_name).map_or("Other Series", |size| size.series);
    let short = entry
        .arm_sku_name
        .trim_start_matches("Standard_")
        .replace('_', " ");
    let windows = if kind.windows { " Windows" } else { "" };
    let amount = (entry.linux * rate * Decimal::new(kind.percent, 2)).round_dp(6);
    let seed = crate::world::number_of(&entry.arm_sku_name);
    let product = format!("DZH{:09X}", seed & 0xf_ffff_ffff);
    let mut row = Row::new();
    let mut put = |name: &str, value: Value| row.insert(name.to_owned(), value);
    put("currencyCode", currency.into());
    put("tierMinimumUnits", number(Decimal::ZERO));
    put("retailPrice", number(amount));
    put("unitPrice", number(amount));
    put("armRegionName", entry.region.as_str().into());
    put("location", region_title(&entry.region).into());
    put(
        "effectiveStartDate",
        entry.from.map_or(LONG_AGO.into(), stamp),
    );
    if let Some(until) = until {
        put("effectiveEndDate", stamp(until - TimeDelta::seconds(1)));
    }
    // Not unique: a DevTest row has its Consumption row's.
    put("meterId", guid(seed, 0x3e, (place / 2) as u64).into());
    put("meterName", format!("{short}{}", kind.sku).into());
    put("productId", product.as_str().into());
    put("skuId", format!("{product}/{place:04}").into());
    put(
        "productName",
        format!("Virtual Machines {series}{windows}{}", kind.product).into(),
    );
    put("skuName", format!("{short}{}", kind.sku).into());
    for (name, value) in SAME_IN_EVERY_ROW {
        put(name, (*value).into());
    }
    put("type", kind.price_type.into());
    put("isPrimaryMeterRegion", kind.primary.into());
    put("armSkuName", entry.arm_sku_name.as_str().into());
    row
}

fn stamp(time: DateTime<Utc>) -> Value {
    time.format("%Y-%m-%dT%H:%M:%SZ").to_string().into()
}

/// A reservation says "1 Hour", and its figure is the whole term.
fn reservation(entry: &PriceEntry, years: u32, rate: Decimal, currency: &str) -> Row {
    let linux = kind(false, "", "Reservation", 100, false);
    let mut row = row(entry, &linux, 20 + years as usize, rate, currency, None);
    let percent = if years == 1 { 62 } else { 40 };
    let hours = Decimal::from(8_760 * years);
    let term = (entry.linux * rate * hours * Decimal::new(percent, 2)).round_dp(0);
    row.insert("retailPrice".into(), number(term));
    row.insert("unitPrice".into(), number(term));
    row.insert(
        "reservationTerm".into(),
        (if years == 1 { "1 Year" } else { "3 Years" }).into(),
    );
    row
}
