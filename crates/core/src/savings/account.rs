//! Adding up: from intervals and their ends to seconds and money, by resource, cause and day.

use super::amount::Amount;
use super::history::History;
use super::piece::{Counted, DAY, KnownInterval, Piece};
use crate::record::{Benefit, Cause, Closed, Interval, IntervalKind};
use chrono::{DateTime, NaiveDate, Utc};
use foldhash::fast::RandomState;
use litemap::LiteMap;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use std::ops::AddAssign;

/// Seconds and money of one resource or of many. Money is exact; round it when printing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// Seconds off because of Lamplighter that count as saved; of a kind that scales, seconds of each node.
    pub saved_seconds: i64,
    /// The money of those seconds, less what unused starts cost.
    pub saved: Amount,
    /// All watched seconds off because of Lamplighter.
    pub upper_bound_seconds: i64,
    pub upper_bound: Amount,
    /// Seconds between Lamplighter's start and the first sign of use, where the resource would otherwise have been off.
    pub unused_seconds: i64,
    /// Their money; it is taken off `saved` already.
    pub unused: Amount,
    /// Seconds on, outside the schedule, of what somebody had started again after our stop, from when it could have been
    /// off without us.
    #[serde(rename = "restarted_seconds")]
    pub started_again_seconds: i64,
    /// Their money; it is in no other figure.
    #[serde(rename = "restarted")]
    pub started_again: Amount,
    /// Saved seconds without a known price: hours, and no money.
    pub unpriced_seconds: i64,
    /// Seconds in which no sweep is known to have come: nobody knows whether it was off, so that they are in neither of
    /// the two figures.
    pub unwatched_seconds: i64,
    pub unwatched: Amount,
    /// Saved seconds under a reservation: hours freed, and no cash saved.
    pub freed_seconds: i64,
    /// Saved seconds under a savings plan, and their list price: the effect on the cash is unknown, so that
    /// it is in no other figure.
    pub plan_seconds: i64,
    pub plan_list_price: Amount,
    /// What dry runs would have saved; in no other figure.
    pub projected_seconds: i64,
    pub projected: Amount,
    /// Avoided intervals that opened in the period.
    pub intervals: u64,
}

impl AddAssign<&Figures> for Figures {
    fn add_assign(&mut self, other: &Figures) {
        self.saved_seconds += other.saved_seconds;
        self.saved += other.saved;
        self.upper_bound_seconds += other.upper_bound_seconds;
        self.upper_bound += other.upper_bound;
        self.unused_seconds += other.unused_seconds;
        self.unused += other.unused;
        self.started_again_seconds += other.started_again_seconds;
        self.started_again += other.started_again;
        self.unpriced_seconds += other.unpriced_seconds;
        self.unwatched_seconds += other.unwatched_seconds;
        self.unwatched += other.unwatched;
        self.freed_seconds += other.freed_seconds;
        self.plan_seconds += other.plan_seconds;
        self.plan_list_price += other.plan_list_price;
        self.projected_seconds += other.projected_seconds;
        self.projected += other.projected;
        self.intervals += other.intervals;
    }
}

impl Figures {
    /// That an avoided interval opened, whose time is counted apart.
    fn of_one_interval() -> Figures {
        Figures {
            intervals: 1,
            ..Figures::default()
        }
    }
}

/// Figures by cause: a sorted list, as each of many resources has one or two.
pub type ByCause = LiteMap<Cause, Figures>;

/// What a period saved, with the currency of the figures.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Account {
    /// By resource (its ARM id, lower case).
    pub resources: BTreeMap<String, ByCause>,
    /// By UTC day.
    pub days: BTreeMap<NaiveDate, ByCause>,
    /// What is in the upper bound and not saved, by the rule that leaves it out: seconds and money.
    pub beyond: BTreeMap<Counted, (i64, Amount)>,
    /// ISO 4217; `None` where no price is known at all.
    pub currency: Option<String>,
}

impl Account {
    pub fn total(&self) -> Figures {
        sum(self.resources.values().flat_map(ByCause::values))
    }

    pub fn causes(&self) -> ByCause {
        let mut causes = ByCause::new();
        for (cause, figures) in self.resources.values().flatten() {
            *causes.entry(*cause).or_default() += figures;
        }
        causes
    }
}

pub fn sum<'a>(figures: impl IntoIterator<Item = &'a Figures>) -> Figures {
    let mut total = Figures::default();
    figures.into_iter().for_each(|figures| total += figures);
    total
}

/// Pairs intervals with their ends. Intervals come with their resource's id; an interval or end given twice counts
/// once, in any order.
pub fn known<'a>(
    opened: impl IntoIterator<Item = (&'a str, &'a Interval)>,
    closed: impl IntoIterator<Item = &'a Closed>,
) -> Vec<KnownInterval<'a>> {
    let mut ends: HashMap<&str, i64, RandomState> = HashMap::default();
    for end in closed {
        // Of two ends that disagree the earlier stands: it counts less.
        let at = end.at.timestamp();
        ends.entry(&end.interval)
            .and_modify(|known| *known = at.min(*known))
            .or_insert(at);
    }
    let mut resources: HashMap<&str, Vec<&Interval>, RandomState> = HashMap::default();
    for (resource, interval) in opened {
        resources.entry(resource).or_default().push(interval);
    }
    let mut resources: Vec<(&str, Vec<&Interval>)> = resources.into_iter().collect();
    resources.sort_unstable_by_key(|(resource, _)| *resource);
    let mut all = Vec::new();
    for (resource, mut intervals) in resources {
        let order = |one: &&'a Interval| (one.kind, one.opened_at, one.id.as_str());
        intervals.sort_unstable_by_key(order);
        intervals.dedup_by(|a, b| a.id == b.id);
        let next = intervals.iter().skip(1).map(Some).chain([None]);
        all.extend(intervals.iter().zip(next).map(|(interval, next)| {
            let next = next.filter(|next| next.kind == interval.kind);
            KnownInterval {
                resource,
                interval,
                closed_at: ends.get(interval.id.as_str()).copied(),
                next_at: next.map(|next| next.opened_at.timestamp()),
            }
        }));
    }
    all
}

/// The currency of the latest price known: figures in another one would not add up.
fn currency(known: &[KnownInterval<'_>]) -> Option<String> {
    let priced = known.iter().filter_map(|known| {
        let price = known.interval.price.as_ref()?;
        Some((known.interval.opened_at, &price.currency))
    });
    priced.max().map(|(_, currency)| currency.clone())
}

/// Adds up the intervals of the period `from <= t < to`, as known at `now`.
///
/// ```
/// use chrono::{DateTime, TimeDelta, Utc};
/// use lamplighter_core::savings::{
///     Benefit, Cause, Closed, History, Interval, IntervalKind, PricePerHour, Sweep, account, known,
/// };
/// let evening: DateTime<Utc> = "2026-11-23T19:00:00Z".parse()?;
/// let night = Interval {
///     id: "avoided:1".into(),
///     kind: IntervalKind::Avoided,
///     operation: "1".into(),
///     cause: Cause::Schedule,
///     opened_at: evening,
///     horizon: evening + TimeDelta::hours(13),
///     off_anyway: None,
///     count: 1,
///     vm_size: None,
///     location: None,
///     price: Some(PricePerHour {
///         amount: "0.50".parse()?,
///         currency: "USD".into(),
///         source: "price-file".into(),
///         fetched_at: evening,
///         parts: Vec::new(),
///     }),
///     benefit: Benefit::None,
/// };
/// let end = Closed {
///     interval: night.id.clone(),
///     kind: night.kind,
///     at: evening + TimeDelta::hours(13),
///     why: "started by Lamplighter".into(),
/// };
/// // A sweep came every hour, so that all of the night is watched.
/// let mut history = History::default();
/// for hour in 0..24 {
///     let at = (evening + TimeDelta::hours(hour)).timestamp();
///     history.sweep(Sweep { at, unseen: Vec::new() });
/// }
/// history.settle();
/// let known = known([("/subscriptions/s/ci-ana", &night)], [&end]);
/// let (from, to) = (evening, evening + TimeDelta::days(1));
/// let total = account(&known, &history, from, to, to).total();
/// assert_eq!((total.saved_seconds, total.saved.value().to_string()), (13 * 3600, "6.5".into()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn account(
    known: &[KnownInterval<'_>],
    history: &History,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Account {
    let mut account = Account {
        currency: currency(known),
        ..Account::default()
    };
    let currency = account.currency.clone();
    let (from, now) = (from.timestamp(), now.timestamp());
    let to = to.timestamp().min(now);
    let mut days: HashMap<i64, ByCause> = HashMap::new();
    for of_resource in known.chunk_by(|a, b| a.resource == b.resource) {
        let mut causes = ByCause::new();
        for known in of_resource {
            let kind = known.interval.kind;
            let mut add = |at: i64, figures: &Figures| {
                let cause = known.interval.cause;
                *causes.entry(cause).or_default() += figures;
                let day = days.entry(at.div_euclid(DAY)).or_default();
                *day.entry(cause).or_default() += figures;
            };
            let opened = known.opened_at();
            if kind == IntervalKind::Avoided && from <= opened && opened < to {
                add(opened, &Figures::of_one_interval());
            }
            for piece in known.pieces(history, from, to, now) {
                let figures = count(known, &piece, currency.as_deref());
                add(piece.from, &figures);
                if kind == IntervalKind::Avoided && piece.counted.is_beyond() {
                    let beyond = account.beyond.entry(piece.counted).or_default();
                    beyond.0 += figures.upper_bound_seconds;
                    beyond.1 += figures.upper_bound;
                }
            }
        }
        if !causes.is_empty() {
            let resource = of_resource[0].resource.to_string();
            // A copy, as that has no room for more.
            account.resources.insert(resource, causes.clone());
        }
    }
    account.days = by_date(days);
    account
}

/// Days counted from 1970, by their date.
fn by_date(days: HashMap<i64, ByCause>) -> BTreeMap<NaiveDate, ByCause> {
    let date = |day: i64| DateTime::from_timestamp(day * DAY, 0).map(|at| at.date_naive());
    let days = days.into_iter();
    days.filter_map(|(day, causes)| Some((date(day)?, causes)))
        .collect()
}

/// What a stretch of an interval adds.
pub fn count(known: &KnownInterval<'_>, piece: &Piece<'_>, currency: Option<&str>) -> Figures {
    let (seconds, money) = (piece.seconds(), piece.money(currency));
    let benefit = known.benefit();
    let list = money.unwrap_or_default();
    let cash = match benefit {
        Benefit::None => list,
        Benefit::SavingsPlan | Benefit::Reservation => Amount::ZERO,
    };
    let counts = piece.counted == Counted::Saved;
    match known.interval.kind {
        IntervalKind::Unused => Figures {
            unused_seconds: seconds,
            unused: cash,
            saved: -cash,
            ..Figures::default()
        },
        IntervalKind::Projected if counts => Figures {
            projected_seconds: seconds,
            projected: cash,
            ..Figures::default()
        },
        IntervalKind::StartedAgain if piece.counted == Counted::StartedAgain => Figures {
            started_again_seconds: seconds,
            started_again: cash,
            ..Figures::default()
        },
        IntervalKind::Projected | IntervalKind::StartedAgain => Figures::default(),
        IntervalKind::Avoided if piece.counted == Counted::NoSweep => Figures {
            unwatched_seconds: seconds,
            unwatched: cash,
            ..Figures::default()
        },
        IntervalKind::Avoided => {
            let of = |applies: bool| if counts && applies { seconds } else { 0 };
            let plan = benefit == Benefit::SavingsPlan;
            Figures {
                saved_seconds: of(true),
                saved: if counts { cash } else { Amount::ZERO },
                upper_bound_seconds: seconds,
                upper_bound: cash,
                unpriced_seconds: of(money.is_none()),
                freed_seconds: of(benefit == Benefit::Reservation),
                plan_seconds: of(plan),
                plan_list_price: if counts && plan { list } else { Amount::ZERO },
                ..Figures::default()
            }
        }
    }
}
