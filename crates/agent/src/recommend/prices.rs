//! What an hour costs, without asking anybody: by the platform's own file, else as the ledger last knew it.

use crate::ledger::Ledger;
use crate::pricing::{Listed, PriceFile, Wanted, last_known};
use chrono::{DateTime, Utc};
use futures::StreamExt;
use lamplighter_core::record::{PricePerHour, Resource};
use std::collections::{BTreeMap, BTreeSet};

/// By size and region.
pub type HourPrices = BTreeMap<(String, String), PricePerHour>;

/// Prices looked up at once.
const AT_ONCE: usize = 16;

/// The prices of these resources, as far as they are known in this currency. Each size of a region is looked up once.
pub async fn file_and_ledger(
    ledger: &Ledger,
    (file, currency): (Option<&PriceFile>, &str),
    resources: impl Iterator<Item = &Resource>,
    now: DateTime<Utc>,
) -> HourPrices {
    let keys = resources.filter_map(|one| one.vm_size.clone().zip(one.location.clone()));
    let keys: BTreeSet<(String, String)> = keys.collect();
    let found = futures::stream::iter(keys).map(|key| async move {
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
        Some((key, price?))
    });
    let found: Vec<_> = found.buffer_unordered(AT_ONCE).collect().await;
    found.into_iter().flatten().collect()
}
