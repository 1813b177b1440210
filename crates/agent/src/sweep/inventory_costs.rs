//! What the things of the inventory cost: nodes, instances and machines by the list price of their size.

use super::inventory_reading::Reading;
use crate::pricing::Wanted;
use chrono::TimeDelta;
use lamplighter_core::inventory::unpriced;
use lamplighter_core::kinds::{Kind, Meter};
use lamplighter_core::observe::Compute;
use lamplighter_core::record::{InventoryItem, PricePerHour};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// A price is asked for again after so long.
const FRESH: TimeDelta = TimeDelta::days(1);

/// What one thing is paid by: nothing where it costs nothing now; `None` where that is not known.
pub type Paid = Option<Vec<Meter>>;

/// What a thing is paid by that was just read.
pub fn of_compute(compute: &Compute, item: &InventoryItem) -> Paid {
    let kind = Kind::of(compute);
    if unpriced(&kind) || item.count == Some(0) {
        return Some(Vec::new());
    }
    let (count, known) = (item.count?, kind.known()?);
    let mut meters = known.meters(compute);
    if known.target().is_scaled() {
        meters.iter_mut().for_each(|meter| meter.count *= count);
    }
    Some(meters).filter(|meters| !meters.is_empty())
}

/// What the idle nodes of a cluster are paid by.
pub fn of_cluster(item: &InventoryItem) -> Paid {
    Some(vec![Meter {
        size: item.resource.vm_size.clone()?,
        region: item.resource.location.clone()?,
        count: item.count?,
    }])
}

/// Gives the items their prices, as far as they are known; gives the prices of the sizes.
pub async fn price(
    reading: &Reading<'_>,
    items: &mut [InventoryItem],
    paid: Vec<Paid>,
) -> BTreeMap<String, PricePerHour> {
    let mut prices: BTreeMap<String, Option<PricePerHour>> = BTreeMap::new();
    for (item, paid) in items.iter_mut().zip(paid) {
        let Some(meters) = paid else { continue };
        let subscription = item.resource.id.split('/').nth(2).map(str::to_owned);
        let mut sum = Some(nothing(reading));
        for meter in &meters {
            let key = format!("{}/{}", meter.region, meter.size).to_lowercase();
            if !prices.contains_key(&key) {
                let found = one(reading, &key, meter, subscription.as_deref()).await;
                prices.insert(key.clone(), found);
            }
            let one = prices.get(&key).cloned().flatten();
            sum = sum.zip(one).and_then(|(sum, one)| {
                let amount = sum.amount + one.amount * Decimal::from(meter.count);
                (sum.currency == one.currency).then_some(PricePerHour { amount, ..one })
            });
        }
        item.price = sum;
    }
    let known = prices.into_iter();
    known
        .filter_map(|(key, price)| Some((key, price?)))
        .collect()
}

/// The price of what costs nothing.
fn nothing(reading: &Reading<'_>) -> PricePerHour {
    PricePerHour {
        amount: Decimal::ZERO,
        currency: reading.context.settings.currency.clone(),
        source: "none".to_owned(),
        fetched_at: reading.now,
        parts: Vec::new(),
    }
}

/// The price of one of a meter: of today, from the inventory before or from its source.
async fn one(
    reading: &Reading<'_>,
    key: &str,
    meter: &Meter,
    subscription: Option<&str>,
) -> Option<PricePerHour> {
    let known = reading.before.prices.get(key);
    let fresh = known.filter(|price| {
        let age = reading.now - price.fetched_at;
        age < FRESH && price.currency == reading.context.settings.currency
    });
    if let Some(price) = fresh {
        return Some(price.clone());
    }
    let wanted = Wanted {
        subscription,
        size: &meter.size,
        region: &meter.region,
    };
    let pricing = &reading.context.pricing;
    let found = pricing.price(wanted, reading.now, reading.until).await;
    match found {
        Ok(found) => Some(found.price),
        Err(problem) => {
            let (size, region) = (&meter.size, &meter.region);
            tracing::warn!(event = "price", size, region, "no price: {problem}");
            None
        }
    }
}
