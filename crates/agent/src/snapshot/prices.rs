//! What the resources of a snapshot cost.

use crate::pricing;
use crate::sweep::{Context, all};
use chrono::{DateTime, Utc};
use lamplighter_core::snapshot::{Price, SnapshotResource};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio::time::Instant;

/// All prices together take no longer than this: a resource without one loses its money only.
const PRICES_WITHIN: Duration = Duration::from_secs(60);

/// What a price depends on.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct PriceKey {
    size: String,
    region: String,
    subscription: String,
}

impl PriceKey {
    fn of(resource: &SnapshotResource) -> Option<PriceKey> {
        Some(PriceKey {
            size: resource.compute().priced_size()?,
            region: resource.location.clone()?,
            subscription: resource.id.split('/').nth(2)?.to_string(),
        })
    }
}

/// Gives the instances their prices, each size of each region being asked for once.
pub async fn price_all(
    context: &Context,
    resources: &mut [SnapshotResource],
    now: DateTime<Utc>,
    deadline: Instant,
) {
    let until = deadline.min(Instant::now() + PRICES_WITHIN);
    let priced = |resource: &SnapshotResource| resource.kind().known().is_some();
    let instances = resources.iter().filter(|resource| priced(resource));
    let keys = instances.filter_map(PriceKey::of).collect();
    let prices = prices_of(context, keys, now, until).await;
    for resource in resources.iter_mut().filter(|resource| priced(resource)) {
        let key = PriceKey::of(resource);
        resource.price_per_hour = key.and_then(|key| prices.get(&key).cloned());
    }
}

/// The prices that are known by `until`.
async fn prices_of(
    context: &Context,
    keys: BTreeSet<PriceKey>,
    now: DateTime<Utc>,
    until: Instant,
) -> BTreeMap<PriceKey, Price> {
    let asked = keys.into_iter().map(|key| async move {
        let wanted = pricing::Wanted {
            subscription: Some(&key.subscription),
            size: &key.size,
            region: &key.region,
        };
        let price = context.pricing.price(wanted, now, until).await;
        (key, price)
    });
    let mut prices = BTreeMap::new();
    for (key, quote) in all(asked.collect(), context.settings.concurrency).await {
        match quote {
            Ok(found) => {
                let price = found.price;
                let price = Price {
                    amount: price.amount,
                    currency: price.currency,
                    source: price.source,
                };
                prices.insert(key, price);
            }
            Err(problem) => {
                let PriceKey { size, region, .. } = key;
                tracing::warn!(
                    event = "price",
                    size,
                    region,
                    "no price, so hours only: {problem}"
                );
            }
        }
    }
    prices
}
