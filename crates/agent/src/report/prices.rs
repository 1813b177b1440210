//! The ledger's prices, by size, region and day.

use super::days::Days;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use lamplighter_core::record::{PricePerHour, Resource};
use std::collections::HashMap;

/// A price, and since when.
pub type Dated<'a> = (DateTime<Utc>, &'a PricePerHour);

/// The ledger's prices, by size and region.
pub struct Prices<'a> {
    by_place: HashMap<(String, String), Vec<Dated<'a>>>,
    pub currency: Option<String>,
}

impl<'a> Prices<'a> {
    pub fn of(days: &'a Days) -> Prices<'a> {
        let mut by_place: HashMap<_, Vec<_>> = HashMap::new();
        let mut add = |size: &str, region: &str, at, price: &'a PricePerHour| {
            let key = (size.to_lowercase(), region.to_lowercase());
            by_place.entry(key).or_default().push((at, price));
        };
        for (_, interval) in days.opened() {
            let place = interval
                .vm_size
                .as_deref()
                .zip(interval.location.as_deref());
            if let (Some((size, region)), Some(price)) = (place, &interval.price) {
                add(size, region, interval.opened_at, price);
            }
        }
        for change in days.price_changes().chain(days.other_prices()) {
            if let Some(at) = DateTime::from_timestamp(change.at, 0) {
                add(&change.size, &change.region, at, &change.price);
            }
        }
        for prices in by_place.values_mut() {
            prices.sort_by_key(|(at, _)| *at);
        }
        let all = by_place.values().flatten();
        let latest = all.max_by_key(|(at, _)| *at);
        let currency = latest.map(|(_, price)| price.currency.clone());
        Prices { by_place, currency }
    }

    /// The price of a resource on a day.
    pub fn on(&self, resource: &Resource, day: NaiveDate) -> Option<&'a PricePerHour> {
        on(self.all(resource), day)
    }

    /// The prices of a resource, in order of time.
    pub fn all(&self, resource: &Resource) -> &[Dated<'a>] {
        let location = resource.location.as_deref().unwrap_or_default();
        let key = (resource.price_key().to_lowercase(), location.to_lowercase());
        self.by_place.get(&key).map_or(&[], Vec::as_slice)
    }
}

/// The price on a day: the latest known by its end, else the first known after it.
pub fn on<'a>(prices: &[Dated<'a>], day: NaiveDate) -> Option<&'a PricePerHour> {
    let end = day.succ_opt()?.and_time(NaiveTime::MIN).and_utc();
    let known = prices.partition_point(|(at, _)| *at < end);
    prices.get(known.saturating_sub(1)).map(|(_, price)| *price)
}
