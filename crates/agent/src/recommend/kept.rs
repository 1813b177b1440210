//! What tags would be worth, as sweeps work it out once a day and keep it in the ledger, for the page.

use super::answer::{Answer, FindingRow, Month, Question, Row, answer};
use super::prices::file_and_ledger;
use super::read::read;
use super::which::Which;
use crate::ledger::{Ledger, LedgerError};
use crate::report::ungoverned::Ungoverned;
use crate::settings::Settings;
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Utc};
use lamplighter_core::recommend::{Terms, Verdict};
use lamplighter_core::record::Resource;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::fmt::Display;
use std::time::Instant;

/// Derived from records and saved state: it may be lost, and is made anew the next day.
const NAME: &str = "recommended.json";
const BEGUN: &str = "recommended-begun.json";
/// What another version wrote is made anew.
const SCHEMA: u32 = 1;
const KIND: &str = "recommended";
/// The weeks that are looked at, up to the last midnight in UTC.
const WEEKS: TimeDelta = TimeDelta::days(28);
/// So many of each are kept, the most money first.
const MOST: usize = 2_000;

/// What tags would have saved in the 28 days before `to`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recommended {
    schema: u32,
    kind: String,
    pub from: DateTime<Utc>,
    /// A midnight in UTC, or the last sweep before it.
    pub to: DateTime<Utc>,
    /// The zone of recommended schedules.
    pub zone: String,
    /// ISO 4217.
    pub currency: String,
    /// The most money first.
    pub tags: Vec<RecommendedTag>,
    /// What else costs money, the most first.
    pub findings: Vec<KeptFinding>,
    /// On without a tag, while too little was seen to name one.
    pub not_enough_seen: Vec<Resource>,
    /// Tags that are worth less than all of these, and so many that they are not kept.
    pub tags_left_out: usize,
    /// Resources that there was no time left for.
    pub not_reached: usize,
}

/// The tag that would have saved most of a resource without stopping anybody in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecommendedTag {
    pub resource: Resource,
    /// `name = value`.
    pub tags: Vec<String>,
    /// What governs it now.
    pub governed_by: Vec<String>,
    pub on_seconds: i64,
    /// What it cost in these weeks; `None`: its price is not known.
    pub cost: Option<Decimal>,
    /// Seconds less on in a month of 730 hours.
    pub month_seconds: i64,
    /// The same in money.
    pub month: Option<Month>,
    /// Stops of somebody who used it, or of whom nobody knows.
    pub stops_in_use: u32,
    pub starts_by_hand: u32,
}

/// Something else that costs money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptFinding {
    pub resource: Resource,
    pub code: String,
    pub text: String,
    /// What it costs a month; `None`: not known.
    pub month: Option<Decimal>,
    pub currency: Option<String>,
}

impl Recommended {
    /// What the ledger keeps; `None` where there is nothing, or nothing that this version reads.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn read(ledger: &Ledger) -> Result<Option<Recommended>, LedgerError> {
        let bytes = ledger.derived(NAME).await?;
        let kept = bytes.and_then(|bytes| serde_json::from_slice::<Recommended>(&bytes).ok());
        Ok(kept.filter(|kept| kept.schema == SCHEMA && kept.kind == KIND))
    }

    /// The same of these resources alone.
    pub fn only(mut self, wanted: &(dyn Fn(&Resource) -> bool + Sync)) -> Recommended {
        self.tags.retain(|one| wanted(&one.resource));
        self.findings.retain(|one| wanted(&one.resource));
        self.not_enough_seen.retain(wanted);
        self
    }

    /// Nothing where it is of a time after the end of a period.
    pub fn until(self, end: DateTime<Utc>) -> Option<Recommended> {
        (self.to <= end).then_some(self)
    }

    /// What all tags together would save in a month, as far as prices are known.
    pub fn month(&self) -> Decimal {
        let mut months = self.tags.iter().filter_map(|one| one.month);
        // Whatever somebody wrote into the document, the page is made.
        let sum = months.try_fold(Decimal::ZERO, |sum, month| sum.checked_add(month.amount));
        sum.unwrap_or(Decimal::MAX)
    }

    /// Of how many the price is not known.
    pub fn unpriced(&self) -> usize {
        self.tags.iter().filter(|one| one.month.is_none()).count()
    }

    fn of(answer: Answer) -> Recommended {
        let unseen = |row: &Row| matches!(row.advice.verdict, Verdict::NotEnoughSeen { .. });
        let not_enough_seen = answer.resources.iter().filter(|row| unseen(row));
        let not_enough_seen = not_enough_seen.map(|row| row.advice.resource.clone());
        let mut tags: Vec<RecommendedTag> = answer.resources.iter().filter_map(kept_tag).collect();
        let tags_left_out = tags.len().saturating_sub(MOST);
        tags.truncate(MOST);
        Recommended {
            schema: SCHEMA,
            kind: KIND.to_owned(),
            from: answer.from,
            to: answer.to,
            zone: answer.zone,
            currency: answer.currency,
            not_enough_seen: not_enough_seen.take(MOST).collect(),
            not_reached: answer.not_reached,
            tags,
            tags_left_out,
            findings: answer
                .findings
                .into_iter()
                .map(kept_finding)
                .take(MOST)
                .collect(),
        }
    }
}

fn kept_tag(row: &Row) -> Option<RecommendedTag> {
    let tag = row.tag()?;
    Some(RecommendedTag {
        resource: row.advice.resource.clone(),
        tags: tag.tags.clone(),
        governed_by: row.governed_by.clone(),
        on_seconds: row.advice.on_seconds,
        cost: row.cost,
        month_seconds: tag.month_seconds,
        month: row.month,
        stops_in_use: tag.stops_in_use + tag.stops_unknown,
        starts_by_hand: tag.starts_by_hand,
    })
}

fn kept_finding(row: FindingRow) -> KeptFinding {
    KeptFinding {
        code: row.finding.code.name().to_owned(),
        resource: row.finding.resource,
        text: row.finding.text,
        month: row.month,
        currency: row.currency,
    }
}

/// On which day it was last begun. Written before, so that what takes too long, or fails, is not tried again the whole day.
#[derive(Serialize, Deserialize)]
struct Begun {
    schema: u32,
    kind: String,
    day: NaiveDate,
}

impl Begun {
    async fn read(ledger: &Ledger) -> Result<Option<NaiveDate>, LedgerError> {
        let bytes = ledger.derived(BEGUN).await?;
        let begun = bytes.and_then(|bytes| serde_json::from_slice::<Begun>(&bytes).ok());
        Ok(begun.map(|begun| begun.day))
    }

    async fn write(ledger: &Ledger, day: NaiveDate) -> Result<(), LedgerError> {
        let begun = Begun {
            schema: SCHEMA,
            kind: "recommended-begun".to_owned(),
            day,
        };
        derive(ledger, BEGUN, &begun).await
    }
}

async fn derive(ledger: &Ledger, name: &str, document: &impl Serialize) -> Result<(), LedgerError> {
    let bytes = serde_json::to_vec(document).map_err(|error| unwritable(ledger, &error))?;
    ledger.derive(name, bytes).await
}

fn unwritable(ledger: &Ledger, problem: &dyn Display) -> LedgerError {
    LedgerError::Unwritable {
        location: ledger.location().to_string(),
        doing: "keep what tags would be worth".into(),
        problem: problem.to_string(),
    }
}

/// What became of a day's work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Somebody has begun it on this day.
    Before,
    Now,
    /// The ledger was read too late to look at any resource. What was kept before stays.
    NoTime,
}

/// Whether somebody has begun on this day.
///
/// # Errors
/// The ledger cannot be read.
pub async fn is_begun(ledger: &Ledger, now: DateTime<Utc>) -> Result<bool, LedgerError> {
    Ok(Begun::read(ledger).await? == Some(now.date_naive()))
}

/// Works out what tags would be worth by the 28 days before the last midnight in UTC, once a day, and keeps it. Resources
/// for which no time is left by `until` are counted.
///
/// # Errors
/// The ledger cannot be read or written.
pub async fn keep(
    ledger: &Ledger,
    settings: &Settings,
    now: DateTime<Utc>,
    until: Instant,
) -> Result<Kept, LedgerError> {
    let today = now.date_naive();
    if is_begun(ledger, now).await? {
        return Ok(Kept::Before);
    }
    Begun::write(ledger, today).await?;
    let to = today.and_time(NaiveTime::MIN).and_utc();
    let from = to.checked_sub_signed(WEEKS).unwrap_or(to);
    let mut known = read(ledger, from, to).await?;
    turn(&mut known.resources, today);
    let resources = known.resources.iter().map(|one| &one.resource);
    let file = settings.price_file.as_deref();
    let prices = file_and_ledger(ledger, (file, &settings.currency), resources, now).await;
    let question = Question {
        which: Which::default(),
        set: Vec::new(),
        all: false,
        terms: Terms {
            defaults: settings.defaults.clone(),
            lease: TimeDelta::from_std(settings.lease).unwrap_or_default(),
        },
    };
    let (currency, count) = (settings.currency.clone(), known.resources.len());
    // It is the processor's work: whoever calls meanwhile is answered.
    let found = tokio::task::spawn_blocking(move || {
        let goes_on = || Instant::now() < until;
        let prices = (&prices, currency.as_str());
        answer(&known, &question, prices, &Ungoverned::default(), &goes_on)
    });
    let found = found.await.map_err(|error| unwritable(ledger, &error))?;
    if count > 0 && found.not_reached == count {
        return Ok(Kept::NoTime);
    }
    derive(ledger, NAME, &Recommended::of(found)).await?;
    Ok(Kept::Now)
}

/// Another one comes first each day, so that what is not reached today is reached on another day.
fn turn<T>(all: &mut [T], today: NaiveDate) {
    if let Ok(count @ 1..) = i64::try_from(all.len()) {
        // A part of the whole, so that the first of the next day is far from that of today.
        let first = (i64::from(today.num_days_from_ce()) * 617).rem_euclid(count);
        all.rotate_left(usize::try_from(first).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::turn;
    use std::collections::BTreeSet;

    #[test]
    fn each_comes_first_on_some_day() {
        let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 23).expect("a date");
        let first = |day| {
            let mut all: Vec<u32> = (0..10).collect();
            turn(&mut all, day);
            assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 10);
            all[0]
        };
        let firsts: BTreeSet<u32> = day.iter_days().take(10).map(first).collect();
        assert_eq!(firsts.len(), 10);
        turn::<u32>(&mut [], day);
    }
}
