//! Seals: what the records of a day were when it was over, `seals/<date>.json`, each created once and bound to the
//! one before it.
//!
//! A day is sealed a day after its end: by then whoever judged by a time in it has written or given up. Days are
//! sealed in order, so of two copies that seal at the same time both mean the same day, and one of them creates it.

use super::error::LedgerError;
use super::records::day;
use super::store::{Created, Ledger};
use aws_lc_rs::digest::{Context, SHA256, digest};
use chrono::{DateTime, NaiveDate, NaiveTime, SecondsFormat, TimeDelta, Utc};
use object_store::path::Path;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Write;

const SCHEMA: u32 = 1;
const KIND: &str = "seal";
const FOLDER: &str = "seals";

/// How long after its end a day is sealed: a message to a workspace may wait in the queue and be tried again.
const SETTLED: TimeDelta = TimeDelta::hours(24);

/// What the records of a day were.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    schema: u32,
    kind: String,
    pub day: NaiveDate,
    pub sealed_at: DateTime<Utc>,
    /// The hash of the seal before; the first has none.
    previous: Option<String>,
    /// How many records there were.
    pub records: usize,
    /// The SHA-256 of a line for each record: its document's name, a space, its SHA-256; in order of the names.
    digest: String,
    /// The SHA-256 of all of the above, in lines that docs/records.md shows.
    pub hash: String,
}

impl Seal {
    fn new(
        day: NaiveDate,
        sealed_at: DateTime<Utc>,
        previous: Option<&Seal>,
        (records, digest): (usize, String),
    ) -> Seal {
        let mut seal = Seal {
            schema: SCHEMA,
            kind: KIND.into(),
            day,
            sealed_at,
            previous: previous.map(|seal| seal.hash.clone()),
            records,
            digest,
            hash: String::new(),
        };
        seal.hash = seal.sum();
        seal
    }

    /// What its hash must be: lines that any tool can write.
    fn sum(&self) -> String {
        let previous = self.previous.as_deref().unwrap_or("-");
        let at = self.sealed_at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
        let (schema, day, records, digest) = (self.schema, self.day, self.records, &self.digest);
        sha256(
            format!("{KIND} {schema}\n{day}\n{at}\n{previous}\n{records}\n{digest}\n").as_bytes(),
        )
    }
}

/// What verifying found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Sealed days that fit, up to the first that does not.
    pub days: usize,
    pub records: usize,
    pub first: Option<NaiveDate>,
    pub last: Option<NaiveDate>,
    /// That of the last seal that fits: whoever has noted it elsewhere can tell that no later one was taken away.
    pub hash: Option<String>,
    /// The first day that does not fit, and why.
    pub misfit: Option<Misfit>,
    /// Days after the last seal, which are not sealed yet.
    pub unsealed: Vec<NaiveDate>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Misfit {
    pub day: NaiveDate,
    pub why: String,
}

/// Why a day does not fit.
#[derive(Debug, thiserror::Error)]
enum Broken {
    #[error(transparent)]
    Seal(LedgerError),
    #[error("it has records and no seal, and a later day has one")]
    NoSeal,
    #[error("its seal was changed")]
    Changed,
    #[error("the seals before it are gone")]
    NoneBefore,
    #[error("its seal does not know that of {0}")]
    DoesNotKnow(NaiveDate),
    #[error("its seal is bound to another than the one before it: a seal is gone or was made anew")]
    AnotherBefore,
    #[error("{sealed} records were sealed, and {there} are there")]
    Records { sealed: usize, there: usize },
    #[error("a record was changed, or replaced by another")]
    Record,
}

impl Ledger {
    /// Seals the earliest day that is over and later than the last seal: one, so that no sweep reads much more than
    /// a day. Returns it, if this call created it.
    ///
    /// # Errors
    /// The ledger cannot be read or written.
    pub async fn seal(&self, now: DateTime<Utc>) -> Result<Option<Seal>, LedgerError> {
        let sealed = self.sealed_days().await?;
        let last = sealed.keys().next_back().copied();
        let is_over = |day: &NaiveDate| {
            let end = day
                .succ_opt()
                .map(|next| next.and_time(NaiveTime::MIN).and_utc());
            end.and_then(|end| end.checked_add_signed(SETTLED))
                .is_some_and(|over| over <= now)
        };
        let days = self.recorded_days().await?.into_iter();
        let mut due = days.filter(|day| last.is_none_or(|last| last < *day) && is_over(day));
        let Some(day) = due.next() else {
            return Ok(None);
        };
        let previous = match sealed.values().next_back() {
            Some(path) => Some(self.seal_at(path).await?),
            None => None,
        };
        let sums = self.sums(day).await?;
        let seal = Seal::new(day, now, previous.as_ref(), sums);
        let bytes = self.json(&seal, "seal a day")?;
        let path = self.path(&format!("{FOLDER}/{day}.json"));
        match self.create(&path, bytes).await {
            Ok(Created::Written) => Ok(Some(seal)),
            // Another copy has sealed it, or our own call was repeated on its way.
            Ok(Created::AlreadyThere) => {
                let there = self.seal_at(&path).await?;
                Ok((there.hash == seal.hash).then_some(seal))
            }
            Err(error) => Err(self.failed("seal a day", &error)),
        }
    }

    /// Compares every sealed day with its seal, and every seal with the one before it.
    ///
    /// # Errors
    /// The ledger cannot be read at all.
    pub async fn verify(&self) -> Result<Verified, LedgerError> {
        let sealed = self.sealed_days().await?;
        let last = sealed.keys().next_back().copied();
        let recorded = self.recorded_days().await?;
        let mut found = Verified {
            unsealed: recorded
                .iter()
                .copied()
                .filter(|day| Some(*day) > last)
                .collect(),
            ..Verified::default()
        };
        let mut days: Vec<NaiveDate> = recorded
            .into_iter()
            .filter(|day| Some(*day) <= last)
            .collect();
        days.extend(sealed.keys());
        days.sort();
        days.dedup();
        let mut previous: Option<Seal> = None;
        for day in days {
            let fits = match sealed.get(&day) {
                Some(path) => self.fits(day, path, previous.as_ref()).await?,
                None => Err(Broken::NoSeal),
            };
            match fits {
                Ok(seal) => {
                    found.days += 1;
                    found.records += seal.records;
                    found.first = found.first.or(Some(day));
                    found.last = Some(day);
                    found.hash = Some(seal.hash.clone());
                    previous = Some(seal);
                }
                Err(why) => {
                    found.misfit = Some(Misfit {
                        day,
                        why: why.to_string(),
                    });
                    break;
                }
            }
        }
        Ok(found)
    }

    /// A day's seal if all of it fits, or why it does not.
    async fn fits(
        &self,
        day: NaiveDate,
        path: &Path,
        previous: Option<&Seal>,
    ) -> Result<Result<Seal, Broken>, LedgerError> {
        let seal = match self.seal_at(path).await {
            Ok(seal) => seal,
            Err(error @ (LedgerError::Unreadable { .. } | LedgerError::Newer { .. })) => {
                return Ok(Err(Broken::Seal(error)));
            }
            Err(error) => return Err(error),
        };
        if seal.day != day || seal.kind != KIND || seal.hash != seal.sum() {
            return Ok(Err(Broken::Changed));
        }
        if seal.previous.as_ref() != previous.map(|seal| &seal.hash) {
            return Ok(Err(match (&seal.previous, previous) {
                (Some(_), None) => Broken::NoneBefore,
                (None, Some(before)) => Broken::DoesNotKnow(before.day),
                _ => Broken::AnotherBefore,
            }));
        }
        let (records, digest) = self.sums(day).await?;
        if records != seal.records {
            return Ok(Err(Broken::Records {
                sealed: seal.records,
                there: records,
            }));
        }
        Ok(match digest == seal.digest {
            true => Ok(seal),
            false => Err(Broken::Record),
        })
    }

    /// Where the seals are, by day.
    async fn sealed_days(&self) -> Result<BTreeMap<NaiveDate, Path>, LedgerError> {
        let listed = self
            .documents_in(&self.path(FOLDER), "list the seals")
            .await?;
        let dated = |path: Path| {
            let day = path.filename()?.strip_suffix(".json")?.parse().ok()?;
            Some((day, path))
        };
        Ok(listed
            .into_iter()
            .filter_map(|meta| dated(meta.location))
            .collect())
    }

    async fn seal_at(&self, path: &Path) -> Result<Seal, LedgerError> {
        let bytes = self.read(path).await;
        let bytes = bytes.map_err(|error| self.failed("read a seal", &error))?;
        let seal = serde_json::from_slice::<Seal>(&bytes);
        let seal = seal.map_err(|error| self.unreadable(path, &error.to_string()))?;
        match seal.schema > SCHEMA {
            true => Err(self.newer(path, seal.schema, "")),
            false => Ok(seal),
        }
    }

    /// How many records a day has, and the digest of them all; none of them is understood, so a broken one counts too.
    async fn sums(&self, date: NaiveDate) -> Result<(usize, String), LedgerError> {
        let mut sums: Vec<(Box<str>, Sum)> = Vec::new();
        let mut gone = None;
        let take = |path: &Path, sum: Option<Sum>| {
            let name = path.filename().unwrap_or_default();
            match sum {
                Some(sum) => sums.push((name.into(), sum)),
                None => gone = Some(path.clone()),
            }
        };
        self.each_document(&self.path(&day(date)), sum, take)
            .await?;
        if let Some(gone) = gone {
            return Err(self.unreadable(&gone, "it is gone"));
        }
        sums.sort();
        let mut all = Context::new(&SHA256);
        for (name, sum) in &sums {
            all.update(format!("{name} {}\n", hex(sum)).as_bytes());
        }
        Ok((sums.len(), hex(all.finish().as_ref())))
    }
}

/// A SHA-256.
type Sum = [u8; 32];

fn sum(bytes: &[u8]) -> Sum {
    // It has as many bytes.
    digest(&SHA256, bytes)
        .as_ref()
        .try_into()
        .unwrap_or_default()
}

fn sha256(bytes: &[u8]) -> String {
    hex(&sum(bytes))
}

fn hex(sum: &[u8]) -> String {
    let mut out = String::with_capacity(64);
    for byte in sum {
        let _ = write!(out, "{byte:02x}");
    }
    out
}
