//! What an hour costs, without asking anybody: by the platform's own file, else as the ledger last knew it.

use crate::ledger::Ledger;
use crate::pricing::{Listed, PriceFile, Wanted, last_known};
use chrono::{DateTime, Utc};
use lamplighter_core::record::{PricePerHour, Resource};
use std::collections::BTreeMap;

/// By size and region.
pub type HourPrices = BTreeMap<(String, String), PricePerHour>;

/// The prices of these resources, as far as they are known in this currency.
pub async fn file_and_ledger(
    ledger: &Ledger,
    (file, currency): (Option<&PriceFile>, &str),
    resources: impl Iterator<Item = &Resource>,
    now: DateTime<Utc>,
) -> HourPrices {
    let mut prices = HourPrices::new();
    for resource in resources {
        let Some((size, region)) = resource.vm_size.clone().zip(resource.location.clone()) else {
            continue;
        };
        let key = (size, region);
        if prices.contains_key(&key) {
            continue;
        }
        let listed = file.map(|file| file.price(&key.0, &key.1, now));
        let price = match listed {
            Some(Listed::Price(price)) => Some(price),
            _ => {
                let wanted = Wanted {
                    subscription: None,
                    size: &key.0,
                    region: &key.1,
                };
                last_known(ledger, wanted, currency).await.ok()
            }
        };
        if let Some(price) = price {
            prices.insert(key, price);
        }
    }
    prices
}
