//! The price of an interval, asked for when it opens and once a day while it is open.

use super::look::Look;
use super::workspace::Pass;
use lamplighter_core::decide::MachineMemory;
use lamplighter_core::record::{Record, What};
use crate::pricing::Wanted;
use lamplighter_core::savings::{Interval, PricePerHour};
use std::time::Duration;
use tokio::time::Instant;

/// All prices of one pass together take no longer than this: acts that are claimed already wait for them, and an
/// interval without a price loses its money only.
const WITHIN: Duration = Duration::from_secs(20);

/// Gives the intervals that a pass has opened their prices.
pub async fn price_all(pass: &Pass<'_>, looks: &mut [Look]) {
    let until = pass.deadline.min(Instant::now() + WITHIN);
    for look in looks {
        price_opened(pass, look, until).await;
        price_again(pass, look, until).await;
    }
}

/// Gives newly opened intervals their price, and writes them down.
async fn price_opened(pass: &Pass<'_>, look: &mut Look, until: Instant) {
    let subscription = &pass.place.workspace.subscription;
    let benefit = pass.context.settings.benefit(subscription);
    for mut interval in std::mem::take(&mut look.opened) {
        interval.price = price(pass, look, until).await;
        interval.benefit = benefit;
        for known in open(&mut look.memory).filter(|known| known.id == interval.id) {
            known.price = interval.price.clone();
            known.benefit = benefit;
        }
        let at = interval.opened_at;
        let record = look.record(
            format!("opened:{}", interval.id),
            at,
            What::Opened { interval },
        );
        look.records.push(record);
    }
}

fn open(memory: &mut MachineMemory) -> impl Iterator<Item = &mut Interval> {
    let open = [
        &mut memory.avoided,
        &mut memory.unused,
        &mut memory.projected,
    ];
    open.into_iter().flatten()
}

/// Asks again, once a day, for the price of what is still open, and writes down where it has changed.
async fn price_again(pass: &Pass<'_>, look: &mut Look, until: Instant) {
    let (now, today) = (pass.options.now, pass.options.now.date_naive());
    let stale = |interval: &mut Interval| match &interval.price {
        Some(price) => price.fetched_at.date_naive() != today,
        None => true,
    };
    if !open(&mut look.memory).any(stale) {
        return;
    }
    let Some(fresh) = price(pass, look, until).await else {
        return;
    };
    let (size, region) = (
        look.compute.vm_size.clone().unwrap_or_default(),
        look.compute.location.clone().unwrap_or_default(),
    );
    let mut changed = false;
    for interval in open(&mut look.memory) {
        let known = interval.price.as_ref();
        let same = |known: &PricePerHour| {
            (known.amount, &known.currency) == (fresh.amount, &fresh.currency)
        };
        let day = |price: &PricePerHour| price.fetched_at.date_naive();
        let as_new = known.is_some_and(|known| day(known) == day(&fresh));
        let differs = !known.is_some_and(same);
        changed |= differs;
        if differs || !as_new {
            interval.price = Some(fresh.clone());
        }
    }
    if changed {
        let id = format!("price:{size}:{region}:{}", now.to_rfc3339());
        let what = What::Price {
            size,
            region,
            price: fresh,
        };
        let machine = None;
        let at = now;
        look.records.push(Record {
            id,
            at,
            machine,
            what,
        });
    }
}

async fn price(pass: &Pass<'_>, look: &Look, until: Instant) -> Option<PricePerHour> {
    let (size, region) = (
        look.compute.vm_size.as_deref()?,
        look.compute.location.as_deref()?,
    );
    let wanted = Wanted {
        subscription: Some(&pass.place.workspace.subscription),
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
