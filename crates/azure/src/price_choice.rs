//! Which of the many rows of a size is its price: Linux, pay as you go, unless another tariff is asked for. Pure.

use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_core::observe::{Tariff, without_tariff};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// One row of the Retail Prices API; what is missing is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// `type`: Consumption, DevTestConsumption or Reservation.
    pub kind: String,
    pub unit_of_measure: String,
    pub arm_sku_name: String,
    pub arm_region_name: String,
    pub product_name: String,
    pub sku_name: String,
    pub meter_name: String,
    pub meter_id: String,
    pub currency: String,
    /// Exactly as printed in the answer; `None` where it is no number.
    pub retail_price: Option<Decimal>,
    pub effective_from: Option<DateTime<Utc>>,
    pub effective_until: Option<DateTime<Utc>>,
}

/// Why no row is the price of a size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoPrice {
    /// The rows of that size, by meter and product, each with the reason against it.
    pub refused: Vec<(String, &'static str)>,
}

impl std::fmt::Display for NoPrice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const SHOWN: usize = 4;
        match self.refused.len() {
            0 => write!(f, "no row of that size"),
            n => {
                write!(f, "none of {n} rows is the Linux pay-as-you-go price: ")?;
                for (index, (row, why)) in self.refused.iter().take(SHOWN).enumerate() {
                    let comma = if index > 0 { "; " } else { "" };
                    write!(f, "{comma}{row}: {why}")?;
                }
                match n > SHOWN {
                    true => write!(f, "; …"),
                    false => Ok(()),
                }
            }
        }
    }
}

impl std::error::Error for NoPrice {}

/// The rows of a page's `Items`, as they stand in the answer; what is not an object is left out. `None` where
/// they are no list.
pub fn read_rows(items: &RawValue) -> Option<Vec<Row>> {
    let items: Vec<&RawValue> = serde_json::from_str(items.get()).ok()?;
    let object = |item: &&RawValue| {
        let object = serde_json::from_str(item.get());
        object.ok().filter(Value::is_object)
    };
    let row = |item| Some(read_row(&object(&item)?, item));
    Some(items.into_iter().filter_map(row).collect())
}

/// The price as it is printed in a row.
#[derive(Deserialize)]
struct Printed<'a> {
    #[serde(borrow, rename = "retailPrice")]
    price: Option<&'a RawValue>,
}

fn read_row(item: &Value, printed: &RawValue) -> Row {
    let text = |name: &str| {
        let text = item.get(name).and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    };
    let time = |name: &str| item.get(name)?.as_str()?.parse::<DateTime<Utc>>().ok();
    Row {
        kind: text("type"),
        unit_of_measure: text("unitOfMeasure"),
        arm_sku_name: text("armSkuName"),
        arm_region_name: text("armRegionName"),
        product_name: text("productName"),
        sku_name: text("skuName"),
        meter_name: text("meterName"),
        meter_id: text("meterId"),
        currency: text("currencyCode"),
        retail_price: exact(printed),
        effective_from: time("effectiveStartDate"),
        effective_until: time("effectiveEndDate"),
    }
}

/// The price as it was written, digit by digit: never by way of a binary fraction. Text in quotes is none.
fn exact(row: &RawValue) -> Option<Decimal> {
    let text = serde_json::from_str::<Printed<'_>>(row.get())
        .ok()?
        .price?
        .get();
    Decimal::from_str_exact(text)
        .or_else(|_| Decimal::from_scientific(text))
        .ok()
}

/// The one row that is the Linux pay-as-you-go price of `size` (in any case) at `now`. Two left are as
/// wrong as none: neither the first nor the least may be taken.
pub fn choose(items: &[Row], size: &str, now: DateTime<Utc>) -> Result<Row, NoPrice> {
    let mut refused = Vec::new();
    let mut left = Vec::new();
    let (size, tariff) = without_tariff(size);
    for row in items {
        if !row.arm_sku_name.eq_ignore_ascii_case(size) {
            continue;
        }
        match against(row, tariff, now) {
            Some(why) => refused.push((name(row), why)),
            None => left.push(row),
        }
    }
    match latest(&left).as_slice() {
        [row] => Ok((*row).clone()),
        [] => Err(NoPrice { refused }),
        _ => {
            refused.extend(left.iter().map(|row| (name(row), SEVERAL)));
            Err(NoPrice { refused })
        }
    }
}

/// Of rows of one meter the one that began last: a price holds until the next one of its meter begins, whether or not
/// the list has given it an end by then.
fn latest<'a>(left: &[&'a Row]) -> Vec<&'a Row> {
    let meters = left.iter().map(|row| (&row.meter_id, &row.currency));
    let one_meter = meters
        .clone()
        .all(|meter| Some(meter) == meters.clone().next());
    let begun = left.iter().map(|row| row.effective_from).max();
    match begun.flatten().filter(|_| one_meter) {
        Some(begun) => {
            let last = left.iter().filter(|row| row.effective_from == Some(begun));
            last.copied().collect()
        }
        None => left.to_vec(),
    }
}

/// When the list will give another answer than now, as far as it says so today: the next price begins, or one ends.
pub fn next_change(items: &[Row], size: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let (size, _) = without_tariff(size);
    let of_size = items
        .iter()
        .filter(|row| row.arm_sku_name.eq_ignore_ascii_case(size));
    let changes = of_size.flat_map(|row| [row.effective_from, row.effective_until.and_then(after)]);
    changes.flatten().filter(|change| *change > now).min()
}

/// The first moment after the last second that a list names.
fn after(last: DateTime<Utc>) -> Option<DateTime<Utc>> {
    last.checked_add_signed(TimeDelta::seconds(1))
}

/// Every row of `size` with what speaks against it; nothing, for the one that is taken.
pub fn refusals<'a>(
    items: &'a [Row],
    size: &str,
    now: DateTime<Utc>,
) -> Vec<(&'a Row, Option<&'static str>)> {
    let (size, tariff) = without_tariff(size);
    let of_size = items
        .iter()
        .filter(|row| row.arm_sku_name.eq_ignore_ascii_case(size));
    let mut all: Vec<_> = of_size
        .map(|row| (row, against(row, tariff, now)))
        .collect();
    let left = all.iter().filter(|(_, against)| against.is_none());
    let left: Vec<&Row> = left.map(|(row, _)| *row).collect();
    let last = latest(&left);
    let several = last.len() > 1;
    for (row, against) in &mut all {
        let is_last = last.iter().any(|one| std::ptr::eq(*one, *row));
        *against = match (*against, is_last, several) {
            (Some(why), ..) => Some(why),
            (None, false, _) => Some("replaced by a later price"),
            (None, true, true) => Some(SEVERAL),
            (None, true, false) => None,
        };
    }
    all
}

const SEVERAL: &str = "more than one row is left";

fn name(row: &Row) -> String {
    format!("{} / {}", row.meter_name, row.product_name)
}

/// Whether its last second is over. The list names that second, and not the one after it.
fn is_over(row: &Row, now: DateTime<Utc>) -> bool {
    let until = row.effective_until;
    until.is_some_and(|until| after(until).unwrap_or(until) <= now)
}

/// What speaks against a row as the price of a tariff, if anything does.
fn against(row: &Row, tariff: Tariff, now: DateTime<Utc>) -> Option<&'static str> {
    let holds = |text: &str, part: &str| text.to_lowercase().contains(part);
    let either = |part: &str| holds(&row.sku_name, part) || holds(&row.meter_name, part);
    let product = |part: &str| holds(&row.product_name, part);
    match () {
        () if row.kind != "Consumption" => Some("not pay-as-you-go"),
        () if row.unit_of_measure != "1 Hour" => Some("not by the hour"),
        () if product("windows") != (tariff == Tariff::Windows) => Some(match tariff {
            Tariff::Windows => "not Windows",
            _ => "Windows",
        }),
        () if product("cloud services") || product("cloudservices") => Some("Cloud Services"),
        () if either("spot") != (tariff == Tariff::Spot) => Some(match tariff {
            Tariff::Spot => "not Spot",
            _ => "Spot",
        }),
        () if either("low priority") != (tariff == Tariff::LowPriority) => Some(match tariff {
            Tariff::LowPriority => "not Low Priority",
            _ => "Low Priority",
        }),
        () if row.effective_from.is_some_and(|from| from > now) => Some("not yet in force"),
        () if is_over(row, now) => Some("no longer in force"),
        () if row.retail_price.is_none_or(|p| p <= Decimal::ZERO) => Some("no price above zero"),
        () => None,
    }
}
