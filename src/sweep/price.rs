//! The price of an interval, asked for when it opens.

use super::look::Look;
use super::workspace::Pass;
use crate::ledger::record::What;
use crate::savings::PricePerHour;
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
    }
}

/// Gives newly opened intervals their price, and writes them down.
async fn price_opened(pass: &Pass<'_>, look: &mut Look, until: Instant) {
    for mut interval in std::mem::take(&mut look.opened) {
        interval.price = price(pass, look, until).await;
        let open = [&mut look.memory.avoided, &mut look.memory.unused]
            .into_iter()
            .flatten();
        for known in open.filter(|known| known.id == interval.id) {
            known.price = interval.price.clone();
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

async fn price(pass: &Pass<'_>, look: &Look, until: Instant) -> Option<PricePerHour> {
    let (size, region) = (
        look.compute.vm_size.as_deref()?,
        look.compute.location.as_deref()?,
    );
    match pass.context.prices.linux_price(size, region, until).await {
        Ok(quote) => Some(PricePerHour {
            amount: quote.price,
            currency: quote.currency,
            source: quote.source,
            fetched_at: quote.fetched_at,
        }),
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
