//! The week's digests: made once a week, by whichever sweep comes first, and owed in a document of their own until a
//! channel has each. Another sweep, or another copy, sends none of them again.

use super::clock::Clock;
use super::concurrent::all;
use super::context::Context;
use super::digest_owed::{Digests, Owed, due, late, message, midnight};
use super::history::{self, SweepHistory};
use super::log;
use super::options::Options;
use super::tell::{has_failed, is_unfit, told_by, why};
use super::telling::TellingTime;
use crate::ledger::{LedgerError, SaveError, Version};
use crate::notify::{Message, Outcome, Told};
use crate::pricing::Wanted;
use crate::report::digest::{Digest, ListPrices, digests, meters};
use crate::report::page;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use lamplighter_core::record::{OwedAbout, Record, What};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// The key of the document, beside those of workspaces.
const KEY: &str = "digests";
/// What is read for them takes no more from a sweep than this.
const MADE_WITHIN: Duration = Duration::from_secs(30);
/// Prices together take no longer than this: without one, the hours of its size cost nothing.
const PRICES_WITHIN: Duration = Duration::from_secs(5);
/// Whoever has begun to make them, or to send some, is not done so soon.
const CLAIMED: TimeDelta = TimeDelta::minutes(5);
/// Of no interest to anybody later than this.
const LATEST: TimeDelta = TimeDelta::days(3);
/// What was refused, without a word of when, is sent again after this long.
const AGAIN: TimeDelta = TimeDelta::minutes(15);
/// So many are sent by one sweep: channels take only so many, and notices of stops come first.
const AT_MOST: usize = 10;
const AT_ONCE: usize = 8;
const SAVE_ATTEMPTS: usize = 4;

/// The sweep that tells.
pub struct Teller<'a> {
    pub context: &'a Context,
    pub options: &'a Options,
    pub clock: Clock,
    pub telling: &'a TellingTime,
    pub deadline: Instant,
}

/// What became of making them.
enum Made {
    Owed(Digests, Version),
    /// Somebody else was first.
    Elsewhere,
    /// Not within this time.
    Late(Duration),
}

/// What became of one.
struct Sent {
    owed: Owed,
    told: Vec<Told>,
    at: DateTime<Utc>,
}

/// Sends what is due of the week's digests, and makes them first where nobody has. Gives what went wrong.
pub async fn tell(teller: &Teller<'_>, known: &SweepHistory) -> Vec<String> {
    let (context, now) = (teller.context, teller.options.now);
    let settings = &context.settings;
    let Some(time) = settings.digest_at else {
        return Vec::new();
    };
    if teller.options.dry_run || context.notifier.is_silent() {
        return Vec::new();
    }
    let Some((day, due)) = due(time, settings.defaults.zone, now) else {
        return Vec::new();
    };
    if known.digested.is_some_and(|last| last >= day) {
        return Vec::new();
    }
    let told = match now < due + LATEST {
        true => teller.tell(day).await,
        false => teller.give_up((day, due), known.digested).await,
    };
    told.unwrap_or_else(|error| vec![format!("the week's digests are not all sent: {error}")])
}

impl Teller<'_> {
    async fn tell(&self, day: NaiveDate) -> Result<Vec<String>, LedgerError> {
        let ledger = &self.context.ledger;
        let (known, version, _) = ledger.load_or_begin_anew::<Digests>(KEY).await?;
        if known.claimed_until.is_some_and(|until| self.now() < until) {
            return Ok(Vec::new());
        }
        let (known, version) = match known.week {
            Some(week) if week >= day => (known, version),
            _ => match self.make(day, known, &version).await? {
                Made::Owed(known, version) => (known, version),
                Made::Elsewhere => return Ok(Vec::new()),
                Made::Late(within) => return Ok(vec![late(within)]),
            },
        };
        if known.owed.is_empty() {
            self.all_sent(day).await?;
            return Ok(Vec::new());
        }
        self.send(day, known, &version).await
    }

    fn now(&self) -> DateTime<Utc> {
        self.clock.moment(Instant::now())
    }

    async fn all_sent(&self, day: NaiveDate) -> Result<(), LedgerError> {
        history::amend(self.context, |history| history.digested = Some(day)).await
    }

    /// Whatever is left of them is too old.
    async fn give_up(
        &self,
        (day, due): (NaiveDate, DateTime<Utc>),
        last: Option<NaiveDate>,
    ) -> Result<Vec<String>, LedgerError> {
        let ledger = &self.context.ledger;
        let (known, ..) = ledger.load_or_begin_anew::<Digests>(KEY).await?;
        self.all_sent(day).await?;
        Ok(known.given_up((day, due), last).into_iter().collect())
    }

    /// `None`: somebody else was first.
    async fn save(
        &self,
        digests: &Digests,
        version: &Version,
    ) -> Result<Option<Version>, LedgerError> {
        match self.context.ledger.save(KEY, digests, version).await {
            Ok(version) => Ok(Some(version)),
            Err(SaveError::Conflict) => Ok(None),
            Err(SaveError::Other(error)) => Err(error),
        }
    }

    /// Makes the digests and owes them. Nobody else does so meanwhile.
    async fn make(
        &self,
        day: NaiveDate,
        known: Digests,
        version: &Version,
    ) -> Result<Made, LedgerError> {
        let claim = Digests {
            claimed_until: Some(self.now() + CLAIMED),
            ..known
        };
        let Some(version) = self.save(&claim, version).await? else {
            return Ok(Made::Elsewhere);
        };
        let begun = Instant::now();
        let until = self.deadline.min(begun + MADE_WITHIN);
        let made = timeout_at(until, self.made(day)).await;
        let Ok(made) = made else {
            // The next sweep tries, and that this one did is known all the same.
            let tried = Digests {
                claimed_until: Some(self.now()),
                ..claim
            };
            self.save(&tried, &version).await?;
            return Ok(Made::Late(until - begun));
        };
        let message = |owner: Option<&str>| message(day, owner);
        let owed = made?.into_iter().map(|made| Owed {
            message: message(made.owner.as_deref()),
            owner: made.owner,
            text: made.text,
            lines: made.lines,
            not_before: None,
            failed: false,
        });
        let digests = Digests {
            week: Some(day),
            claimed_until: None,
            owed: owed.collect(),
            ..claim
        };
        let saved = self.save(&digests, &version).await?;
        Ok(match saved {
            Some(version) => Made::Owed(digests, version),
            None => Made::Elsewhere,
        })
    }

    async fn made(&self, day: NaiveDate) -> Result<Vec<Digest>, LedgerError> {
        let (context, now) = (self.context, self.options.now);
        let to = midnight(day);
        let from = to - TimeDelta::days(7);
        let input = page::read(&context.ledger, from, to, now).await?;
        let until = self.deadline.min(Instant::now() + PRICES_WITHIN);
        let asked = meters(&input).into_iter().map(|(size, region)| async move {
            let wanted = Wanted {
                subscription: None,
                size: &size,
                region: &region,
            };
            let found = timeout_at(until, context.pricing.price(wanted, now, until)).await;
            let price = found.ok()?.ok()?.price.amount;
            Some(((size, region), price))
        });
        let prices = ListPrices {
            by_meter: all(asked.collect(), AT_ONCE)
                .await
                .into_iter()
                .flatten()
                .collect(),
            currency: context.settings.currency.clone(),
        };
        let hears = |id: &str| {
            let subscription = id.split('/').nth(2).unwrap_or_default();
            context.settings.safety.acts_in(subscription)
        };
        Ok(digests(&input, &prices, (from, to), hears))
    }

    /// Sends some of those that are owed, and saves which are no more.
    async fn send(
        &self,
        day: NaiveDate,
        known: Digests,
        version: &Version,
    ) -> Result<Vec<String>, LedgerError> {
        let now = self.now();
        let due = known.owed.iter();
        let due = due.filter(|owed| owed.not_before.is_none_or(|at| at <= now));
        let due: Vec<Owed> = due.take(AT_MOST).cloned().collect();
        if due.is_empty() {
            return Ok(Vec::new());
        }
        let claim = Digests {
            claimed_until: Some(now + CLAIMED),
            ..known
        };
        if self.save(&claim, version).await?.is_none() {
            return Ok(Vec::new());
        }
        let time = self.telling.begin();
        let until = self.deadline.min(time.until);
        let sends = due.into_iter().map(|owed| self.send_one(owed, until));
        let sent: Vec<Sent> = all(sends.collect(), AT_ONCE).await;
        drop(time);
        // Whatever becomes of their records: nobody is told twice for want of one.
        self.keep(day, &sent).await?;
        let mut problems: Vec<String> = problem(&sent).into_iter().collect();
        if let Err(error) = self.record(day, &sent).await {
            problems.push(format!("a digest's record was not written: {error}"));
        }
        Ok(problems)
    }

    async fn send_one(&self, owed: Owed, until: Instant) -> Sent {
        let notice = owed.notice();
        let to = owed.owner.as_deref();
        let message = Message {
            id: owed.message.clone(),
            to: to.or(self.context.settings.digest_to.as_deref()),
            notices: vec![&notice],
            now: self.now(),
        };
        let told = match Instant::now() < until {
            true => self.context.notifier.send(&message, until).await,
            false => Vec::new(),
        };
        if is_accepted(&told) {
            log::notice(self.sweep(), &notice, message.to, &told);
        }
        let at = self.now();
        Sent { owed, told, at }
    }

    fn sweep(&self) -> &str {
        self.options.id.as_deref().unwrap_or_default()
    }

    async fn record(&self, day: NaiveDate, sent: &[Sent]) -> Result<(), LedgerError> {
        for one in sent {
            let (delivered, failed) = (is_accepted(&one.told), has_failed(&one.told));
            if one.told.is_empty() || !delivered && (!failed || one.owed.failed) {
                continue;
            }
            let more = if delivered { "" } else { ":failed" };
            let id = format!("told:digest:{day}:{}{more}", one.owed.message);
            let what = What::Told {
                about: OwedAbout::WeeklyDigest,
                to: self.to(&one.owed),
                text: one.owed.notice().in_full(),
                told: one.told.iter().map(told_by).collect(),
                delivered,
                why: why(&one.told).filter(|_| !delivered),
            };
            let record = Record::new(id, self.options.now, None, what);
            self.context
                .ledger
                .append(record.at, &record.id, &record)
                .await?;
        }
        Ok(())
    }

    fn to(&self, owed: &Owed) -> Option<String> {
        let to = owed.owner.clone();
        to.or_else(|| self.context.settings.digest_to.clone())
    }

    /// Takes what became of them into the newest document, whoever wrote it last.
    async fn keep(&self, day: NaiveDate, sent: &[Sent]) -> Result<(), LedgerError> {
        for _ in 0..SAVE_ATTEMPTS {
            let ledger = &self.context.ledger;
            let (mut known, version, _) = ledger.load_or_begin_anew::<Digests>(KEY).await?;
            if known.week != Some(day) {
                return Ok(());
            }
            known.claimed_until = None;
            for one in sent {
                one.take_into(&mut known.owed);
            }
            if self.save(&known, &version).await?.is_some() {
                if known.owed.is_empty() {
                    self.all_sent(day).await?;
                }
                return Ok(());
            }
        }
        Ok(())
    }
}

fn is_accepted(told: &[Told]) -> bool {
    told.iter().any(|told| told.outcome == Outcome::Accepted)
}

impl Sent {
    fn take_into(&self, all: &mut Vec<Owed>) {
        if is_accepted(&self.told) || is_unfit(&self.told) {
            all.retain(|owed| owed.message != self.owed.message);
            return;
        }
        let known = all
            .iter_mut()
            .find(|owed| owed.message == self.owed.message);
        let Some(known) = known else {
            return;
        };
        let waits = self.told.iter().filter_map(|told| match told.outcome {
            Outcome::Failed { after, .. } | Outcome::Later { after, .. } => after,
            Outcome::Accepted | Outcome::Unfit { .. } => None,
        });
        let wait = waits.min().and_then(|wait| TimeDelta::from_std(wait).ok());
        // What only fails holds up nobody behind it.
        let wait = wait.or(has_failed(&self.told).then_some(AGAIN));
        known.not_before = wait.map(|wait| self.at + wait.min(TimeDelta::hours(1)));
        known.failed |= has_failed(&self.told) && !self.told.is_empty();
    }
}

/// What the platform hears of those that some channel refused. That there was no time, or nobody's address, is no failure.
fn problem(sent: &[Sent]) -> Option<String> {
    let failed = sent
        .iter()
        .filter(|one| !is_unfit(&one.told) && !one.told.is_empty() && has_failed(&one.told));
    let failed: Vec<&Sent> = failed.filter(|one| !is_accepted(&one.told)).collect();
    let why = why(&failed.first()?.told).unwrap_or_default();
    Some(format!(
        "{} of the week's digests reached nobody, and are sent again by the next sweep: {why}",
        failed.len()
    ))
}
