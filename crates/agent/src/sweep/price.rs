//! The price of an interval, asked for when it opens and once a day while it is open.

use super::after;
use super::decided::Decided;
use super::intervals::Settled;
use super::pass::Pass;
use crate::pricing::{PriceInForce, Wanted};
use crate::settings::subscription_of;
use chrono::{DateTime, Utc};
use lamplighter_core::decide::Change;
use lamplighter_core::kinds::Meter;
use lamplighter_core::record::{Interval, PricePart, PricePerHour, Record, ResourceState, What};
use rust_decimal::Decimal;
use std::time::Duration;
use tokio::time::Instant;

/// All prices of one pass together take no longer than this: other workspaces wait for their turn, and an interval without
/// a price loses its money only.
pub const WITHIN: Duration = Duration::from_secs(20);

/// A resource whose open intervals have their prices, as far as these are known.
pub struct Priced {
    pub decided: Decided,
    pub records: Vec<Record>,
    pub saved: Decimal,
    pub changes: Vec<Change>,
}

/// Gives the open intervals of these resources their prices, as far as they come in time.
pub async fn price_all(pass: &Pass<'_>, settled: Vec<Settled>, until: Instant) -> Vec<Priced> {
    let mut priced = Vec::with_capacity(settled.len());
    for mut settled in settled {
        after::note(pass, &mut settled.decided);
        let mut one = Priced {
            decided: settled.decided,
            records: settled.records,
            saved: settled.saved,
            changes: settled.changes,
        };
        price_opened(pass, &mut one, settled.opened, until).await;
        price_again(pass, &mut one, until).await;
        price_kept_on(pass, &mut one.decided, until).await;
        priced.push(one);
    }
    priced
}

/// Gives newly opened intervals their price, and writes them down.
async fn price_opened(pass: &Pass<'_>, priced: &mut Priced, opened: Vec<Interval>, until: Instant) {
    // What is attached may lie in another subscription than its workspace, and is billed there.
    let subscription = subscription_of(&priced.decided.observed.compute.id);
    let benefit = pass.context.settings.benefit(subscription);
    for mut interval in opened {
        let found = price(pass, &priced.decided, until).await;
        interval.price = found.map(|found| found.price);
        interval.benefit = benefit;
        let state = &mut priced.decided.observed.state;
        for known in open(state).filter(|known| known.id == interval.id) {
            known.price = interval.price.clone();
            known.benefit = benefit;
        }
        let (id, at) = (format!("opened:{}", interval.id), interval.opened_at);
        let record = priced.decided.record(id, at, What::Opened { interval });
        priced.records.push(record);
    }
}

fn open(state: &mut ResourceState) -> impl Iterator<Item = &mut Interval> {
    let open = [
        &mut state.avoided,
        &mut state.unused,
        &mut state.projected,
        &mut state.started_again_interval,
    ];
    open.into_iter().flatten()
}

/// Asks again, once a day, for the price of what is still open, and writes down where it has changed.
async fn price_again(pass: &Pass<'_>, priced: &mut Priced, until: Instant) {
    let (now, today) = (pass.options.now, pass.options.now.date_naive());
    let stale = |interval: &mut Interval| match &interval.price {
        Some(price) => price.fetched_at.date_naive() != today,
        None => true,
    };
    if !open(&mut priced.decided.observed.state).any(stale) {
        return;
    }
    let Some(found) = price(pass, &priced.decided, until).await else {
        return;
    };
    let (fresh, mut from) = (found.price, found.since.filter(|since| *since <= now));
    let mut changed = false;
    for interval in open(&mut priced.decided.observed.state) {
        let known = interval.price.as_ref();
        let same = |known: &PricePerHour| {
            (known.amount, &known.currency) == (fresh.amount, &fresh.currency)
        };
        let day = |price: &PricePerHour| price.fetched_at.date_naive();
        let as_new = known.is_some_and(|known| day(known) == day(&fresh));
        let differs = !known.is_some_and(same);
        changed |= differs;
        if differs {
            from = from.filter(|from| is_later(*from, interval));
        }
        if differs || !as_new {
            interval.price = Some(fresh.clone());
        }
    }
    if changed {
        let compute = &priced.decided.observed.compute;
        // As intervals name it: a low-priority node's price is none of an instance's.
        let vm_size = compute.price_key().unwrap_or_default();
        let location = compute.location.clone().unwrap_or_default();
        let mut id = format!("price:{vm_size}:{location}:{}", now.to_rfc3339());
        // Intervals that opened before it began, and after, may learn of one change in the same sweep.
        id.extend(from.map(|from| format!(":{}", from.to_rfc3339())));
        let what = What::Price {
            vm_size,
            location,
            price: fresh,
            from,
        };
        priced.records.push(Record::new(id, now, None, what));
    }
}

/// What an hour costs of one that somebody keeps on: asked for once, and once a day.
async fn price_kept_on(pass: &Pass<'_>, decided: &mut Decided, until: Instant) {
    let today = pass.options.now.date_naive();
    let fresh = |price: &PricePerHour| price.fetched_at.date_naive() == today;
    let kept = decided.observed.state.kept_on.as_ref();
    if kept.is_none_or(|kept| kept.price.as_ref().is_some_and(fresh)) {
        return;
    }
    let mut found = price(pass, decided, until).await;
    if let (Some(found), Some(count)) = (&mut found, above_floor(decided)) {
        found.price.amount *= Decimal::from(count);
    }
    if let (Some(found), Some(kept)) = (found, &mut decided.observed.state.kept_on) {
        kept.price = Some(found.price);
    }
}

/// Of a kind that scales: how many nodes or instances somebody keeps that would be gone.
fn above_floor(decided: &Decided) -> Option<u32> {
    let observed = &decided.observed;
    let scale = observed.compute.by_kind.scale.as_ref()?;
    let target = observed.resource.kind.known()?.target();
    Some(
        scale
            .value
            .saturating_sub(observed.reading.policy.floor_of(target)),
    )
}

/// What an hour of a resource costs as it is now: of a kind that scales, all its nodes or instances.
pub async fn whole_price(
    pass: &Pass<'_>,
    decided: &Decided,
    until: Instant,
) -> Option<PriceInForce> {
    let mut found = price(pass, decided, until).await?;
    found.price.amount *= Decimal::from(decided.observed.compute.by_kind.units());
    Some(found)
}

/// Whether a price began to hold while an interval had the price before it: not before the interval opened, nor when the
/// older price was still found.
fn is_later(from: DateTime<Utc>, interval: &Interval) -> bool {
    let known = interval.price.as_ref().map(|known| known.fetched_at);
    from > interval.opened_at && known.is_some_and(|known| from > known)
}

/// The price of a running hour of a resource, or of one of its nodes or instances, where it is known by `until`.
pub async fn price(pass: &Pass<'_>, decided: &Decided, until: Instant) -> Option<PriceInForce> {
    let kind = decided.observed.resource.kind.known()?;
    let meters = kind.meters(&decided.observed.compute);
    let mut sum: Option<PriceInForce> = None;
    for meter in &meters {
        let mut found = price_of(pass, meter, until).await?;
        let part = PricePart {
            count: meter.count,
            vm_size: meter.size.clone(),
            amount: found.price.amount,
        };
        found.price.amount *= Decimal::from(meter.count);
        found.price.parts = vec![part];
        sum = Some(match sum {
            None => found,
            Some(sum) => added(sum, found)?,
        });
    }
    // Of one size, the amount tells everything.
    let key = decided.observed.compute.price_key();
    let of_one_size = key == decided.observed.compute.priced_size();
    sum.map(|mut sum| {
        if of_one_size {
            sum.price.parts.clear();
        }
        sum
    })
}

/// The price of all the sizes of a resource that has several; `None` where they are not in one currency.
fn added(mut sum: PriceInForce, more: PriceInForce) -> Option<PriceInForce> {
    (sum.price.currency == more.price.currency).then_some(())?;
    sum.price.amount += more.price.amount;
    sum.price.parts.extend(more.price.parts);
    sum.since = sum.since.max(more.since);
    Some(sum)
}

/// The price of one of a meter.
async fn price_of(pass: &Pass<'_>, meter: &Meter, until: Instant) -> Option<PriceInForce> {
    let Meter { size, region, .. } = meter;
    let wanted = Wanted {
        subscription: Some(&pass.target.workspace.subscription),
        size,
        region,
    };
    let found = pass.context.pricing.price(wanted, pass.options.now, until);
    match found.await {
        Ok(price) => Some(price),
        Err(problem) => {
            tracing::warn!(
                event = "price",
                size,
                region,
                "no price, so hours only: {problem}"
            );
            None
        }
    }
}
