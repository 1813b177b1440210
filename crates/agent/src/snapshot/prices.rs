//! What the resources of a snapshot cost.

use crate::pricing;
use crate::sweep::{Context, all};
use chrono::{DateTime, Utc};
use lamplighter_core::kinds::{GoesOn, Meter};
use lamplighter_core::policy::Defaults;
use lamplighter_core::snapshot::{Price, SnapshotResource, WhileParked};
use rust_decimal::Decimal;
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
    fn of(resource: &SnapshotResource, meter: &Meter) -> Option<PriceKey> {
        Some(PriceKey {
            size: meter.size.clone(),
            region: meter.region.clone(),
            subscription: resource.id.split('/').nth(2)?.to_string(),
        })
    }
}

/// What is paid for of a resource.
struct Paid {
    /// While it is on: one of its nodes or instances, where it scales.
    on: Vec<Meter>,
    units: u32,
    parked: Vec<GoesOn>,
}

impl Paid {
    fn of(resource: &SnapshotResource, defaults: &Defaults) -> Paid {
        let (kind, compute) = (resource.kind(), resource.compute());
        let reading = resource.reading(defaults);
        let known = kind.known();
        let floor = known.map_or(0, |kind| reading.policy.floor_of(kind.target()));
        Paid {
            on: known.map_or_else(Vec::new, |kind| kind.meters(&compute)),
            units: resource.units(&reading).0,
            parked: known.map_or_else(Vec::new, |kind| kind.goes_on(&compute, floor)),
        }
    }

    fn meters(&self) -> impl Iterator<Item = &Meter> {
        let parked = self.parked.iter().filter_map(|one| one.meter.as_ref());
        self.on.iter().chain(parked)
    }
}

/// Gives the resources their prices, each size of each region being asked for once.
pub async fn price_all(
    context: &Context,
    resources: &mut [SnapshotResource],
    now: DateTime<Utc>,
    deadline: Instant,
) {
    let until = deadline.min(Instant::now() + PRICES_WITHIN);
    let defaults = &context.settings.defaults;
    let paid: Vec<Paid> = resources
        .iter()
        .map(|resource| Paid::of(resource, defaults))
        .collect();
    let pairs = || resources.iter().zip(&paid);
    let keys = pairs().flat_map(|(resource, paid)| {
        let meters = paid.meters();
        meters.filter_map(|meter| PriceKey::of(resource, meter))
    });
    let prices = prices_of(context, keys.collect(), now, until).await;
    for (resource, paid) in resources.iter_mut().zip(paid) {
        let price = |meter: &Meter| {
            let mut price = prices.get(&PriceKey::of(resource, meter)?)?.clone();
            price.amount *= Decimal::from(meter.count);
            Some(price)
        };
        let each: Option<Vec<Price>> = paid.on.iter().map(price).collect();
        let whole = each.and_then(sum).map(|mut whole| {
            whole.amount *= Decimal::from(paid.units);
            whole
        });
        let parked = paid.parked.into_iter().map(|one| WhileParked {
            price_per_hour: one.meter.as_ref().and_then(price),
            usd_a_day: one.usd_a_day,
            what: one.what,
        });
        let parked = parked.collect();
        (resource.price_per_hour, resource.while_parked) = (whole, parked);
    }
}

/// The price of all together; none where there is nothing, or they are not in one currency.
fn sum(prices: Vec<Price>) -> Option<Price> {
    let mut prices = prices.into_iter();
    let first = prices.next()?;
    prices.try_fold(first, |mut sum, more| {
        (sum.currency == more.currency).then_some(())?;
        sum.amount += more.amount;
        Some(sum)
    })
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
