//! The Linux pay-as-you-go price of a size in a region, from the Retail Prices API.

use super::error::{AzureError, ErrorKind};
use super::price_choice::{NoPrice, Row, choose, next_change};
use super::price_names::{is_plain, likely_sku, region as region_name};
use super::price_pages::{Asked, Pages, PricesConfig};
use chrono::{DateTime, Utc};
use lamplighter_core::kinds::listed_meter;
use lamplighter_core::observe::parse::one_line;
use lamplighter_core::observe::{Tariff, without_tariff};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// How long a price is believed.
const FRESH: Duration = Duration::from_secs(24 * 3600);
/// How long it is believed that a size has no price.
const FRESH_NONE: Duration = Duration::from_secs(3600);
/// How long the API is left in peace after it failed.
const QUIET: Duration = Duration::from_secs(60);

/// A price as it was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// For one hour.
    pub price: Decimal,
    pub currency: String,
    /// As the price list spells it.
    pub size: String,
    pub region: String,
    /// `retail-prices`.
    pub source: String,
    pub meter_id: String,
    pub effective_from: Option<DateTime<Utc>>,
    pub fetched_at: DateTime<Utc>,
}

/// Why there is no price, now and from before.
#[derive(Clone, Debug, thiserror::Error)]
pub enum PriceProblem {
    #[error("no price for {size} in {region}: {why}")]
    None {
        size: String,
        region: String,
        why: NoPrice,
    },
    #[error("{0}")]
    Unreachable(AzureError),
}

/// Looks prices up and keeps them for a day; when the API fails, the last known price stands. Cheap to
/// clone; clones share what is known.
#[derive(Clone, Debug)]
pub struct Prices(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    pages: Pages,
    currency: String,
    fresh: Duration,
    known: Mutex<PriceCache>,
}

#[derive(Debug, Default)]
struct PriceCache {
    /// By region and upper-case size.
    sizes: HashMap<(String, String), CachedPrice>,
    /// Regions read whole, and when.
    regions: HashMap<String, Instant>,
    /// Until when the API is not asked again, and what it failed with.
    quiet: Option<(Instant, AzureError)>,
    /// One lock for each thing that is being asked, so that many askers ask once.
    asking: HashMap<String, Arc<tokio::sync::Mutex<()>>>,
}

#[derive(Clone, Debug)]
struct CachedPrice {
    /// The newest price ever found.
    quote: Option<Quote>,
    /// What the latest look-up found instead of a price.
    none: Option<NoPrice>,
    at: Instant,
    /// From then on the list says something else: a price that it announces begins, or one ends.
    changes_at: Option<DateTime<Utc>>,
}

impl Prices {
    /// A look-up; nothing is sent yet. Fails with [`ErrorKind::Setup`] where the endpoint is not an http(s) URL.
    pub fn new(config: PricesConfig) -> Result<Self, AzureError> {
        Ok(Prices(Arc::new(Inner {
            currency: config.currency.to_ascii_uppercase(),
            pages: Pages::new(config)?,
            fresh: FRESH,
            known: Mutex::default(),
        })))
    }

    /// How long a price is believed before the API is asked again. Default 24 h.
    /// To be called before the first clone; later it changes nothing.
    pub fn with_freshness(mut self, fresh: Duration) -> Self {
        if let Some(inner) = Arc::get_mut(&mut self.0) {
            inner.fresh = fresh;
        }
        self
    }

    /// The first wait between tries where the API names none; it doubles from there. Default 1 s.
    /// To be called before the first clone; later it changes nothing.
    pub fn with_backoff(mut self, backoff: Duration) -> Self {
        if let Some(inner) = Arc::get_mut(&mut self.0) {
            inner.pages.backoff = backoff;
        }
        self
    }

    /// The price of an hour of `size` (in any case) in `region` at `now`, before `deadline`. One that is known from
    /// before is returned where today's cannot be had; its `fetched_at` tells its age.
    pub async fn linux_price(
        &self,
        size: &str,
        region: &str,
        now: DateTime<Utc>,
        deadline: Instant,
    ) -> Result<Quote, PriceProblem> {
        let key = (region_name(region), size.trim().to_ascii_uppercase());
        let bad_currency = !is_plain(&self.0.currency);
        if bad_currency || !is_plain(&key.0) || !is_plain(&key.1) {
            let refused = Vec::new();
            return Err(none(&key, NoPrice { refused }));
        }
        if let Some(answer) = self.fresh(&key, now) {
            return answer.outcome(&key);
        }
        let outcome = self.ask(&key, now, deadline).await;
        let known = self.known(|known| known.sizes.get(&key).cloned());
        match (outcome, known) {
            (Ok(()), Some(answer)) => answer.outcome(&key),
            (
                Err(_),
                Some(CachedPrice {
                    quote: Some(quote), ..
                }),
            ) => Ok(quote),
            (Err(error), _) => Err(PriceProblem::Unreachable(error)),
            (Ok(()), None) => Err(none(
                &key,
                NoPrice {
                    refused: Vec::new(),
                },
            )),
        }
    }

    /// All rows that the list has of a size in a region, right and wrong, as they stand now.
    pub async fn rows(
        &self,
        size: &str,
        region: &str,
        deadline: Instant,
    ) -> Result<Vec<Row>, AzureError> {
        let (region, size) = (region_name(region), size.trim().to_ascii_uppercase());
        if !is_plain(&region) || !is_plain(&size) {
            return Ok(Vec::new());
        }
        let sku = likely_sku(without_tariff(&size).0);
        let asked = listed_meter(&size).map_or(Asked::Size(&sku), Asked::Meter);
        self.0.pages.rows(&region, asked, deadline).await
    }

    fn known<T>(&self, with: impl FnOnce(&mut PriceCache) -> T) -> T {
        // Each change is one whole insertion, so a panic elsewhere leaves nothing half done.
        with(&mut self.0.known.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn fresh(&self, key: &(String, String), now: DateTime<Utc>) -> Option<CachedPrice> {
        let answer = self.known(|known| known.sizes.get(key).cloned())?;
        if answer.has_changed(now) {
            return None;
        }
        let limit = match answer.none {
            None => self.0.fresh,
            Some(_) => FRESH_NONE.min(self.0.fresh),
        };
        (answer.at.elapsed() < limit).then_some(answer)
    }

    /// Asks the API about one size: by its likely name first, else by reading its whole region.
    async fn ask(
        &self,
        key: &(String, String),
        now: DateTime<Utc>,
        deadline: Instant,
    ) -> Result<(), AzureError> {
        let (region, size) = key;
        let _one_asks = self.turn(format!("{region}/{size}"), deadline).await?;
        if self.fresh(key, now).is_some() {
            return Ok(());
        }
        self.quiet()?;
        let (bare, tariff) = without_tariff(size);
        let sku = likely_sku(bare);
        let meter = listed_meter(size);
        let asked = meter.map_or(Asked::Size(&sku), Asked::Meter);
        let rows = self.0.pages.rows(region, asked, deadline).await;
        let rows = self.note(rows)?;
        if !rows.is_empty() || meter.is_some() {
            self.keep(key, &rows, now);
            return Ok(());
        }
        let _one_reads = self.turn(region.clone(), deadline).await?;
        let (read, changed) = self.known(|known| {
            let changed = known.sizes.get(key).is_some_and(|one| one.has_changed(now));
            (known.regions.get(region).copied(), changed)
        });
        // What was kept of the region is each size's usual price.
        let other = tariff != Tariff::Linux;
        if changed || other || read.is_none_or(|at| at.elapsed() >= FRESH_NONE) {
            self.quiet()?;
            let rows = self.0.pages.rows(region, Asked::Sizes, deadline).await;
            let rows = self.note(rows)?;
            if other {
                self.keep(key, &rows, now);
            }
            self.keep_region(region, rows, now);
        }
        // A region that does not have the size has said so.
        if self.fresh(key, now).is_none() {
            self.keep(key, &[], now);
        }
        Ok(())
    }

    async fn turn(
        &self,
        what: String,
        deadline: Instant,
    ) -> Result<tokio::sync::OwnedMutexGuard<()>, AzureError> {
        let lock = self.known(|known| known.asking.entry(what).or_default().clone());
        timeout_at(deadline, lock.lock_owned())
            .await
            .map_err(|_| AzureError::at_path(ErrorKind::DeadlinePassed, "look up prices", "", ""))
    }

    fn quiet(&self) -> Result<(), AzureError> {
        let now = Instant::now();
        match self.known(|known| known.quiet.clone()) {
            Some((until, error)) if now < until => Err(error),
            _ => Ok(()),
        }
    }

    /// Remembers a failure, so that a hundred resources do not each wait for an API that is down.
    fn note<T>(&self, outcome: Result<T, AzureError>) -> Result<T, AzureError> {
        if let Err(error) = &outcome
            && error.kind() != ErrorKind::DeadlinePassed
        {
            let told = match error.kind() {
                ErrorKind::Throttled { retry_after } => retry_after.unwrap_or(QUIET),
                _ => QUIET,
            };
            let until = Instant::now() + told.min(FRESH_NONE);
            self.known(|known| known.quiet = Some((until, error.clone())));
        }
        outcome
    }

    fn keep_region(&self, region: &str, rows: Vec<Row>, now: DateTime<Utc>) {
        let mut by_size: HashMap<String, Vec<Row>> = HashMap::new();
        for row in rows {
            let size = row.arm_sku_name.to_ascii_uppercase();
            if !size.is_empty() {
                by_size.entry(size).or_default().push(row);
            }
        }
        for (size, rows) in by_size {
            self.keep(&(region.to_owned(), size), &rows, now);
        }
        let read = Instant::now();
        self.known(|known| known.regions.insert(region.to_owned(), read));
    }

    fn keep(&self, key: &(String, String), rows: &[Row], now: DateTime<Utc>) {
        let chosen = choose(rows, &key.1, now).and_then(|row| self.quote(&row, &key.0, now));
        self.known(|known| {
            let before = known.sizes.remove(key).and_then(|answer| answer.quote);
            let (quote, none) = match chosen {
                Ok(quote) => (Some(quote), None),
                Err(why) => (before, Some(why)),
            };
            let answer = CachedPrice {
                quote,
                none,
                at: Instant::now(),
                changes_at: next_change(rows, &key.1, now),
            };
            known.sizes.insert(key.clone(), answer);
        });
    }

    fn quote(&self, row: &Row, region: &str, now: DateTime<Utc>) -> Result<Quote, NoPrice> {
        let refuse = |why| {
            let name = format!("{} / {}", row.meter_name, row.product_name);
            let refused = vec![(name, why)];
            NoPrice { refused }
        };
        if !row.currency.eq_ignore_ascii_case(&self.0.currency) {
            return Err(refuse("in another currency"));
        }
        Ok(Quote {
            price: row.retail_price.ok_or_else(|| refuse("no price"))?,
            currency: self.0.currency.clone(),
            size: row.arm_sku_name.clone(),
            region: region.to_owned(),
            source: "retail-prices".to_owned(),
            meter_id: row.meter_id.clone(),
            effective_from: row.effective_from,
            fetched_at: now,
        })
    }
}

impl CachedPrice {
    fn has_changed(&self, now: DateTime<Utc>) -> bool {
        self.changes_at.is_some_and(|changes| changes <= now)
    }

    /// The price, also one from before where the list has none any more: the resource still costs it.
    fn outcome(self, key: &(String, String)) -> Result<Quote, PriceProblem> {
        match (self.quote, self.none) {
            (Some(quote), _) => Ok(quote),
            (None, why) => {
                let nothing = NoPrice {
                    refused: Vec::new(),
                };
                Err(none(key, why.unwrap_or(nothing)))
            }
        }
    }
}

fn none((region, size): &(String, String), why: NoPrice) -> PriceProblem {
    PriceProblem::None {
        size: one_line(size),
        region: one_line(region),
        why,
    }
}
