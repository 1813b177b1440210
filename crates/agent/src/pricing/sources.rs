//! The sources of prices, asked one after another.

use super::error::{NoSourceKnows, SourceError};
use super::file::{Listed, PriceFile};
use crate::ledger::Ledger;
use chrono::{DateTime, Utc};
use lamplighter_azure::{Arm, Prices, is_plain};
use lamplighter_core::record::{PricePerHour, SCHEMA};
use serde::Serialize;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// How long a region's list of sizes is believed; a failure of asking for it, not as long.
const FRESH: Duration = Duration::from_secs(24 * 3600);
const FRESH_FAILURE: Duration = Duration::from_secs(3600);

/// Cheap to clone; clones share what is known.
#[derive(Clone, Debug)]
pub struct Pricing {
    pub file: Option<Arc<PriceFile>>,
    pub retail: Prices,
    pub arm: Arm,
    pub ledger: Ledger,
    pub currency: String,
    cache: Arc<Mutex<Cache>>,
}

#[derive(Debug, Default)]
struct Cache {
    /// What this process has written as the last known price, by name.
    written: HashMap<String, PricePerHour>,
    /// By region: sizes, lower case, with their price.
    sizes: HashMap<String, (Instant, Result<Sizes, SourceError>)>,
}

type Sizes = Arc<HashMap<String, PricePerHour>>;

/// The last known price of a size in a region, as it lies in the ledger.
#[derive(Serialize)]
struct LastKnownPrice<'a> {
    schema: u32,
    kind: &'static str,
    #[serde(flatten)]
    price: &'a PricePerHour,
}

impl LastKnownPrice<'_> {
    fn new(price: &PricePerHour) -> LastKnownPrice<'_> {
        LastKnownPrice {
            schema: SCHEMA,
            kind: "last-known-price",
            price,
        }
    }
}

/// What one source answered.
#[derive(Clone, Debug)]
pub struct PriceAnswer {
    pub source: &'static str,
    /// The price, or why there is none.
    pub price: Result<PricePerHour, SourceError>,
    /// Since when the source says that it holds, where it says so.
    pub since: Option<DateTime<Utc>>,
}

/// A price, and since when it holds, where its source says so.
#[derive(Clone, Debug)]
pub struct PriceInForce {
    pub price: PricePerHour,
    pub since: Option<DateTime<Utc>>,
}

/// Which resource a price is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Whose list of sizes to ask for, where it comes to that.
    pub subscription: Option<&'a str>,
    pub size: &'a str,
    pub region: &'a str,
}

/// The last price of the list that the ledger holds.
///
/// # Errors
/// It holds none in this currency, or cannot be read.
pub async fn last_known(
    ledger: &Ledger,
    wanted: Wanted<'_>,
    currency: &str,
) -> Result<PricePerHour, SourceError> {
    let name = name(wanted).ok_or(SourceError::NoName)?;
    let kept = ledger.derived(&name).await;
    let kept = kept
        .map_err(SourceError::refused)?
        .ok_or(SourceError::NeverKnown)?;
    let price: PricePerHour = serde_json::from_slice(&kept)
        .map_err(|error| SourceError::Unreadable(error.to_string()))?;
    if price.currency != currency {
        return Err(SourceError::OtherCurrency(price.currency));
    }
    let source = "last-known".to_string();
    Ok(PricePerHour { source, ..price })
}

impl Pricing {
    pub fn new(
        file: Option<Arc<PriceFile>>,
        retail: Prices,
        arm: Arm,
        ledger: Ledger,
        currency: String,
    ) -> Pricing {
        Pricing {
            file,
            retail,
            arm,
            ledger,
            currency,
            cache: Arc::default(),
        }
    }

    /// The price that holds at `now`, asked for before `deadline`.
    ///
    /// # Errors
    /// No source knows it.
    pub async fn price(
        &self,
        wanted: Wanted<'_>,
        now: DateTime<Utc>,
        deadline: Instant,
    ) -> Result<PriceInForce, NoSourceKnows> {
        let mut refused = Vec::new();
        for source in SOURCES {
            let answer = self.ask(source, wanted, now, deadline).await;
            let since = answer.since;
            match answer.price {
                Ok(price) => return Ok(PriceInForce { price, since }),
                Err(why) => refused.push((answer.source, why)),
            }
        }
        Err(NoSourceKnows(refused))
    }

    /// What every source answers, in their order.
    pub async fn ask_all(
        &self,
        wanted: Wanted<'_>,
        now: DateTime<Utc>,
        deadline: Instant,
    ) -> Vec<PriceAnswer> {
        let mut answers = Vec::new();
        for source in SOURCES {
            answers.push(self.ask(source, wanted, now, deadline).await);
        }
        answers
    }

    async fn ask(
        &self,
        source: &'static str,
        wanted: Wanted<'_>,
        now: DateTime<Utc>,
        deadline: Instant,
    ) -> PriceAnswer {
        let undated = |price| PriceInForce { price, since: None };
        let found = match source {
            "price-file" => self.ask_file(wanted, now),
            "retail-prices" => self.ask_retail(wanted, now, deadline).await,
            "last-known" => self.ask_ledger(wanted).await.map(undated),
            _ => self.ask_sizes(wanted, now, deadline).await.map(undated),
        };
        PriceAnswer {
            source,
            since: found.as_ref().ok().and_then(|found| found.since),
            price: found.map(|found| found.price),
        }
    }

    fn ask_file(
        &self,
        wanted: Wanted<'_>,
        now: DateTime<Utc>,
    ) -> Result<PriceInForce, SourceError> {
        let file = self.file.as_ref().ok_or(SourceError::NoFile)?;
        match file.price(wanted.size, wanted.region, now) {
            Listed::Price(price) => {
                // One that the file does not date has the time of this look instead.
                let since = Some(price.fetched_at).filter(|at| *at != now);
                Ok(PriceInForce { price, since })
            }
            Listed::NotYet(from) => Err(SourceError::NotYet(from)),
            Listed::Nothing => Err(SourceError::NotListed),
        }
    }

    async fn ask_retail(
        &self,
        wanted: Wanted<'_>,
        now: DateTime<Utc>,
        deadline: Instant,
    ) -> Result<PriceInForce, SourceError> {
        let found = self
            .retail
            .linux_price(wanted.size, wanted.region, now, deadline)
            .await;
        let quote = found.map_err(SourceError::refused)?;
        let price = PricePerHour {
            amount: quote.price,
            currency: quote.currency,
            source: quote.source,
            fetched_at: quote.fetched_at,
            parts: Vec::new(),
        };
        self.keep(wanted, &price).await;
        let since = quote.effective_from;
        Ok(PriceInForce { price, since })
    }

    /// Keeps a price as the last one known, where it is newer or another than the one kept.
    async fn keep(&self, wanted: Wanted<'_>, price: &PricePerHour) {
        let Some(name) = name(wanted) else { return };
        let same = |known: &PricePerHour| {
            let day = |price: &PricePerHour| price.fetched_at.date_naive();
            (known.amount, day(known)) == (price.amount, day(price))
        };
        let written = self.cached(|cache| cache.written.get(&name).is_some_and(same));
        if written || self.ledger.is_read_only() {
            return;
        }
        let Ok(bytes) = serde_json::to_vec(&LastKnownPrice::new(price)) else {
            return;
        };
        match self.ledger.derive(&name, bytes).await {
            Ok(()) => {
                self.cached(|cache| cache.written.insert(name, price.clone()));
            }
            Err(why) => tracing::warn!(event = "price", "the price was not kept: {why}"),
        }
    }

    async fn ask_ledger(&self, wanted: Wanted<'_>) -> Result<PricePerHour, SourceError> {
        last_known(&self.ledger, wanted, &self.currency).await
    }

    async fn ask_sizes(
        &self,
        wanted: Wanted<'_>,
        now: DateTime<Utc>,
        deadline: Instant,
    ) -> Result<PricePerHour, SourceError> {
        let subscription = wanted.subscription.ok_or(SourceError::NoSubscription)?;
        let region = wanted.region.to_lowercase();
        let fresh = |(at, sizes): &(Instant, Result<Sizes, SourceError>)| {
            let limit = if sizes.is_ok() { FRESH } else { FRESH_FAILURE };
            (at.elapsed() < limit).then(|| sizes.clone())
        };
        let sizes = match self.cached(|cache| cache.sizes.get(&region).and_then(fresh)) {
            Some(sizes) => sizes,
            None => {
                let asked = self.sizes(subscription, &region, now, deadline).await;
                let answer = (Instant::now(), asked.clone());
                self.cached(|cache| cache.sizes.insert(region, answer));
                asked
            }
        }?;
        let price = sizes.get(&wanted.size.to_lowercase()).cloned();
        price.ok_or_else(|| SourceError::NoLinuxPrice(self.currency.clone()))
    }

    async fn sizes(
        &self,
        subscription: &str,
        region: &str,
        now: DateTime<Utc>,
        deadline: Instant,
    ) -> Result<Sizes, SourceError> {
        let listing = self.arm.vm_sizes(subscription, region, deadline).await;
        let listing = listing.map_err(SourceError::refused)?;
        let wanted = |currency: &str| currency.eq_ignore_ascii_case(&self.currency);
        let priced = listing.items.into_iter().filter_map(|size| {
            let (amount, currency) = size.linux_price?;
            let price = PricePerHour {
                amount,
                currency: self.currency.clone(),
                source: "vm-sizes".into(),
                fetched_at: now,
                parts: Vec::new(),
            };
            wanted(&currency).then(|| (size.name.to_lowercase(), price))
        });
        Ok(Arc::new(priced.collect()))
    }

    fn cached<T>(&self, with: impl FnOnce(&mut Cache) -> T) -> T {
        // Each change is one whole insertion, so a panic elsewhere leaves nothing half done.
        with(&mut self.cache.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The sources, in the order in which they are believed.
pub const SOURCES: [&str; 4] = ["price-file", "retail-prices", "last-known", "vm-sizes"];

/// Where the last known price is kept.
fn name(wanted: Wanted<'_>) -> Option<String> {
    let (region, size) = (wanted.region.to_lowercase(), wanted.size.to_lowercase());
    let plain = is_plain(&region) && is_plain(&size);
    plain.then(|| format!("prices/{region}/{size}.json"))
}
