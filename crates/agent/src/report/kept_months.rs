//! The sums of each month that is over, kept in the ledger: `derived/months/<schema>/<month>.json`. Derived from the records
//! alone, they may be lost, and are made anew by whoever comes by.

use super::loader::Loader;
use super::period::AFTER;
use super::share::Share;
use super::sums::document::{self, KeptMonth, SCHEMA};
use super::{month, rollup};
use crate::ledger::{Ledger, LedgerError};
use chrono::{DateTime, NaiveDate, Utc};
use futures::{StreamExt, TryStreamExt};
use lamplighter_core::savings::Spent;
use std::collections::{BTreeMap, BTreeSet};

/// Documents read at once; each has every resource of a month.
const AT_ONCE: usize = 4;
/// Of so many resources at once a month's days are in memory while its sums are made.
const RESOURCES: usize = 500;

/// Where those of this schema lie: others are left where they are.
fn folder() -> String {
    format!("months/{SCHEMA}")
}

fn file(month: NaiveDate) -> String {
    format!("{}.json", month.format("%Y-%m"))
}

fn name(month: NaiveDate) -> String {
    format!("{}/{}", folder(), file(month))
}

/// The sums of those months that are kept, by their first day.
///
/// # Errors
/// The store fails.
pub(super) async fn read_kept(
    ledger: &Ledger,
    months: impl Iterator<Item = NaiveDate>,
) -> Result<BTreeMap<NaiveDate, KeptMonth>, LedgerError> {
    let names: BTreeSet<String> = ledger.derived_names(&folder()).await?.into_iter().collect();
    let there: Vec<NaiveDate> = months
        .filter(|month| names.contains(&file(*month)))
        .collect();
    let read: Vec<Option<(NaiveDate, KeptMonth)>> = futures::stream::iter(there)
        .map(|month| async move {
            let read = read(ledger, month).await?;
            Ok::<_, LedgerError>(read.map(|kept| (month, kept)))
        })
        .buffered(AT_ONCE)
        .try_collect()
        .await?;
    Ok(read.into_iter().flatten().collect())
}

async fn read(ledger: &Ledger, month: NaiveDate) -> Result<Option<KeptMonth>, LedgerError> {
    let Some(bytes) = ledger.derived(&name(month)).await? else {
        return Ok(None);
    };
    let read = tokio::task::spawn_blocking(move || document::read(month, &bytes)).await;
    Ok(read.ok().flatten())
}

/// The months of which nothing is found out any more and of which every day is rolled up, the latest first.
async fn complete(ledger: &Ledger, now: DateTime<Utc>) -> Result<Vec<NaiveDate>, LedgerError> {
    let recorded = ledger.recorded_days().await?;
    let rolled = rollup::rolled(ledger).await?;
    let months: BTreeSet<NaiveDate> = recorded.iter().map(|date| month::of(*date)).collect();
    let is_complete = |month: &NaiveDate| {
        let found_out =
            month::next(*month).and_then(|next| rollup::begin(next).checked_add_signed(AFTER));
        let Some(until) = found_out.filter(|until| *until <= now) else {
            return false;
        };
        let days = recorded.iter();
        let mut days = days.filter(|date| *date >= month && rollup::begin(**date) < until);
        days.all(|date| rolled.contains_key(date))
    };
    Ok(months.into_iter().rev().filter(is_complete).collect())
}

/// Adds up a month by its days, of at most so many resources at once. `None`: not all of it can be read, this version does not know all of it, its money is of two
/// currencies, or `goes_on` says no.
async fn add_up(
    ledger: &Ledger,
    month: NaiveDate,
    now: DateTime<Utc>,
    most: usize,
    goes_on: &(dyn Fn() -> bool + Sync),
) -> Result<Option<KeptMonth>, LedgerError> {
    let Some(next) = month::next(month) else {
        return Ok(None);
    };
    let count = resources(ledger, next).await?;
    let parts = count.div_ceil(most).max(1);
    let mut kept = KeptMonth::default();
    for share in Share::all(parts) {
        if !goes_on() {
            return Ok(None);
        }
        let mut loader = Loader::new(ledger, now).await?.with_prices(share);
        let (from, to) = (rollup::begin(month), rollup::begin(next));
        let known = loader.period((from, to), from).await?;
        let sums = known.sums();
        let spent = known.spent_by_resource(&sums);
        let whole = known.unreadable.is_empty() && !loader.has_newer();
        if !whole || loader.currencies().count() > 1 {
            return Ok(None);
        }
        kept.sums.add(sums);
        let spent = spent
            .into_iter()
            .filter(|(_, one)| *one != Spent::default());
        kept.spent.extend(spent);
    }
    Ok(Some(kept))
}

/// How many resources there are, by the last day before a date that is rolled up.
async fn resources(ledger: &Ledger, before: NaiveDate) -> Result<usize, LedgerError> {
    let rolled = rollup::rolled(ledger).await?;
    let Some((last, _)) = rolled.range(..before).next_back() else {
        return Ok(0);
    };
    let day = rollup::read(ledger, *last).await?;
    Ok(day.map_or(0, |day| day.resources.len()))
}

async fn write(ledger: &Ledger, month: NaiveDate, kept: &KeptMonth) -> Result<(), LedgerError> {
    let bytes = document::write(month, kept).map_err(|error| LedgerError::Unwritable {
        location: ledger.location().to_string(),
        doing: "keep what a month comes to".into(),
        problem: error.to_string(),
    })?;
    ledger.derive(&name(month), bytes).await
}

/// Keeps the sums of each month that is over and not kept yet, the latest first, as long as `goes_on` says so. Returns which.
///
/// # Errors
/// The ledger cannot be read or written.
pub async fn keep_months(
    ledger: &Ledger,
    now: DateTime<Utc>,
    goes_on: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<NaiveDate>, LedgerError> {
    let names = ledger.derived_names(&folder()).await?;
    let mut kept = Vec::new();
    for month in complete(ledger, now).await? {
        if !goes_on() {
            break;
        }
        if names.contains(&file(month)) {
            continue;
        }
        if let Some(of_month) = add_up(ledger, month, now, RESOURCES, goes_on).await? {
            write(ledger, month, &of_month).await?;
            kept.push(month);
        }
    }
    Ok(kept)
}

/// What became of the months when all of them were made anew.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RebuiltMonths {
    pub months: usize,
    pub missing: Vec<NaiveDate>,
    /// What was kept said something else than the days.
    pub differed: Vec<NaiveDate>,
}

/// Makes the sums of all months anew from the roll-ups of their days, and compares.
///
/// # Errors
/// The ledger cannot be read or written.
pub async fn rebuild(ledger: &Ledger, now: DateTime<Utc>) -> Result<RebuiltMonths, LedgerError> {
    let mut rebuilt = RebuiltMonths::default();
    let complete = complete(ledger, now).await?;
    for file in ledger.derived_names(&folder()).await? {
        if !complete.iter().any(|month| self::file(*month) == file) {
            ledger.drop_derived(&format!("{}/{file}", folder())).await?;
        }
    }
    for month in complete {
        let Some(of_month) = add_up(ledger, month, now, RESOURCES, &|| true).await? else {
            // Its days are read, and tell what is wrong with them.
            ledger.drop_derived(&name(month)).await?;
            continue;
        };
        rebuilt.months += 1;
        match read(ledger, month).await? {
            Some(known) if known == of_month => continue,
            Some(_) => rebuilt.differed.push(month),
            None => rebuilt.missing.push(month),
        }
        write(ledger, month, &of_month).await?;
    }
    Ok(rebuilt)
}

#[cfg(test)]
mod tests;
