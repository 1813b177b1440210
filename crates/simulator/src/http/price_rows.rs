//! The rows of the Retail Prices API for one size in one region.

use super::numbers::number;
use crate::fleet::machine::{Os, Priority, percent};
use crate::fleet::price_book::PriceEntry;
use crate::fleet::sizes::{region_title, size};
use crate::ids::{guid, number_of};
use crate::kinds::aks::money::control_plane as control_plane_price;
use crate::kinds::aks::spec::Tier;
use crate::stamps;
use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use serde_json::{Map, Value};

/// One item of the API.
pub(super) type Row = Map<String, Value>;

/// How a price that `from` does not date began.
const LONG_AGO: &str = "2020-01-01T00:00:00Z";

const SAME_IN_EVERY_ROW: &[(&str, &str)] = &[
    ("serviceName", "Virtual Machines"),
    ("serviceId", "DZH313Z7MMC8"),
    ("serviceFamily", "Compute"),
    ("unitOfMeasure", "1 Hour"),
];

/// One kind of row beside the right one.
struct RowKind {
    windows: bool,
    /// Laid behind the product's name.
    product: &'static str,
    /// Laid behind the sku's name.
    sku: &'static str,
    price_type: &'static str,
    /// What it costs, of the dedicated Linux price in hundredths.
    percent: i64,
    primary: bool,
}

const fn kind(
    windows: bool,
    sku: &'static str,
    price_type: &'static str,
    percent: i64,
    primary: bool,
) -> RowKind {
    RowKind {
        windows,
        product: "",
        sku,
        price_type,
        percent,
        primary,
    }
}

/// The row of what a machine is billed at; only the spot ones say that theirs is the meter's primary region.
const fn consumption(os: Os, priority: Priority) -> RowKind {
    let sku = match priority {
        Priority::Dedicated => "",
        Priority::LowPriority => " Low Priority",
        Priority::Spot => " Spot",
    };
    kind(
        matches!(os, Os::Windows),
        sku,
        "Consumption",
        percent(os, priority),
        matches!(priority, Priority::Spot),
    )
}

/// Every row of a size, the right one third. Windows DevTest equals the Linux price, and so does nothing else;
/// Cloud Services shows itself only in its product's name.
const KINDS: &[RowKind] = &[
    consumption(Os::Windows, Priority::LowPriority),
    consumption(Os::Windows, Priority::Spot),
    consumption(Os::Linux, Priority::Dedicated),
    consumption(Os::Windows, Priority::Dedicated),
    kind(true, "", "DevTestConsumption", 100, false),
    consumption(Os::Linux, Priority::Spot),
    kind(true, " Spot", "DevTestConsumption", 20, true),
    consumption(Os::Linux, Priority::LowPriority),
    kind(true, " Low Priority", "DevTestConsumption", 20, false),
    RowKind {
        product: " Cloud Services",
        ..kind(false, "", "Consumption", 128, true)
    },
];

/// So long before a price begins the list announces it.
const ANNOUNCED: TimeDelta = TimeDelta::days(31);

/// The rows of a size in a region that are known at `now`: those of each price, one that is announced included, and
/// reservations of the last one.
/// `rate` is what one unit of the fleet's currency is worth in `currency`.
pub(super) fn rows_of(
    history: &[PriceEntry],
    rate: Decimal,
    currency: &str,
    now: DateTime<Utc>,
) -> Vec<Row> {
    let known: Vec<&PriceEntry> = history
        .iter()
        .filter(|entry| entry.from.is_none_or(|from| from <= now + ANNOUNCED))
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
    kind: &RowKind,
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
    let seed = number_of(&entry.arm_sku_name);
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

/// The one row of a managed cluster's control plane in a region: of no size, and of the tier whose price is listed.
pub(super) fn control_plane(region: &str, rate: Decimal, currency: &str) -> Row {
    let amount = control_plane_price(Tier::Standard) * rate;
    let seed = number_of(region);
    let product = format!("DZH{:09X}", seed & 0xf_ffff_ffff);
    let row = serde_json::json!({
        "currencyCode": currency,
        "tierMinimumUnits": number(Decimal::ZERO),
        "retailPrice": number(amount),
        "unitPrice": number(amount),
        "armRegionName": region,
        "location": region_title(region),
        "effectiveStartDate": LONG_AGO,
        "meterId": guid(seed, 0x4c, 0),
        "meterName": "Standard Uptime SLA",
        "productId": product,
        "skuId": format!("{product}/0001"),
        "productName": "Azure Kubernetes Service",
        "skuName": "Standard",
        "serviceName": "Azure Kubernetes Service",
        "serviceFamily": "Containers",
        "unitOfMeasure": "1 Hour",
        "type": "Consumption",
        "isPrimaryMeterRegion": true,
        "armSkuName": "",
    });
    match row {
        Value::Object(row) => row,
        _ => Row::new(),
    }
}

fn stamp(time: DateTime<Utc>) -> Value {
    stamps::short(time).into()
}

/// A reservation's unit is "1 Hour" too, and its figure is the whole term.
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
