//! What is recommended for a resource, or why nothing is.

use super::folds::{Trial, best, judge};
use super::need::{Need, Needed, needs};
use super::play::{Tally, count_on, play};
use super::seen::Seen;
use super::span::{Span, seconds};
use super::tags::candidates;
use crate::kinds::reading;
use crate::observe::{Compute, Tags};
use crate::policy::{Defaults, Reading};
use crate::record::Resource;
use chrono::TimeDelta;
use serde::Serialize;

pub const WEEK: i64 = 7 * 86_400;
/// Seconds of a month, as Azure's own price calculator has them: 730 hours.
pub(super) const MONTH: i64 = 730 * 3600;
/// Fewer whole weeks of sweeps teach nothing.
const LEAST_WEEKS: i64 = 2;
/// Of the time on, no more than this part, in per cent, may be without evidence of use.
const MOST_UNKNOWN: i64 = 20;

/// What all resources have in common.
#[derive(Clone, Debug)]
pub struct Terms {
    pub defaults: Defaults,
    /// `LEASE`.
    pub lease: TimeDelta,
}

/// What is recommended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
pub enum Verdict {
    Recommended(Tried),
    /// No tag that was tried saves enough without stopping somebody in use.
    NothingBetter,
    NotEnoughSeen {
        why: String,
    },
}

/// What tags would have come to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tried {
    pub tags: Vec<String>,
    /// Seconds less on in the whole period; below zero: more.
    pub saved_seconds: i64,
    /// Seconds less on in a month of 730 hours: of a recommended tag, by the weeks that it was not chosen by.
    pub month_seconds: i64,
    /// The same by the worst and the best of these weeks.
    pub month_seconds_least: i64,
    pub month_seconds_most: i64,
    /// Stops of somebody who is known to have used it then.
    pub stops_in_use: u32,
    /// Stops while nothing tells whether anybody used it.
    pub stops_unknown: u32,
    /// Times that somebody would have had to start it by hand where they found it on.
    pub starts_by_hand: u32,
    pub stops: u32,
    pub starts: u32,
}

impl Tried {
    /// The worst and the best of these weeks, in seconds less on, as months.
    fn set_range(&mut self, weeks: impl Iterator<Item = i64>) {
        let months: Vec<i64> = weeks.map(|saved| a_month(saved, WEEK)).collect();
        let (least, most) = (months.iter().min(), months.iter().max());
        let all = self.month_seconds;
        self.month_seconds_least = least.map_or(all, |least| all.min(*least));
        self.month_seconds_most = most.map_or(all, |most| all.max(*most));
    }
}

/// A resource's weeks, and what would have been better.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Advice {
    pub resource: Resource,
    pub period: Span,
    /// Seconds on, while sweeps came.
    pub on_seconds: i64,
    /// Of these: with work that evidence showed, jobs included.
    pub used_seconds: i64,
    /// Of these: proved to be without work.
    pub quiet_seconds: i64,
    /// Of these: nothing tells.
    pub unknown_seconds: i64,
    pub unwatched_seconds: i64,
    #[serde(flatten)]
    pub verdict: Verdict,
}

/// A resource's weeks as they were.
struct Weeks {
    needs: Vec<Needed>,
    /// Seconds on, by week.
    base: Vec<i64>,
}

impl Weeks {
    fn of(seen: &Seen) -> Weeks {
        let whole = (seen.period.to - seen.period.from).num_seconds() / WEEK;
        let count = usize::try_from(whole).unwrap_or_default().max(1);
        let mut weeks = vec![Tally::default(); count];
        count_on(seen, &seen.on, &mut weeks);
        Weeks {
            needs: needs(seen),
            base: weeks.iter().map(|week| week.on).collect(),
        }
    }

    fn seconds_a_month(&self, seen: &Seen, seconds: i64) -> i64 {
        let length = (seen.period.to - seen.period.from).num_seconds();
        a_month(seconds, length - self::seconds(&seen.unwatched))
    }
}

impl Advice {
    /// Seconds of the period in which sweeps came.
    pub(super) fn watched_seconds(&self) -> i64 {
        (self.period.to - self.period.from).num_seconds() - self.unwatched_seconds
    }
}

/// What so many seconds of a stretch come to in a month.
pub(super) fn a_month(seconds: i64, of: i64) -> i64 {
    let month = i128::from(seconds) * i128::from(MONTH) / i128::from(of.max(1));
    i64::try_from(month).unwrap_or(i64::MAX)
}

/// What is recommended for a resource.
pub fn advise(seen: &Seen, terms: &Terms) -> Advice {
    let weeks = Weeks::of(seen);
    let mut advice = described(seen, &weeks);
    if let Some(why) = too_little(&advice) {
        advice.verdict = Verdict::NotEnoughSeen { why };
        return advice;
    }
    let zone = terms.defaults.zone;
    let all = candidates(&weeks.needs, &terms.defaults.prefix, zone);
    let trials: Vec<Trial> = all
        .iter()
        .map(|candidate| Trial {
            weeks: play(
                seen,
                &weeks.needs,
                &read(seen, &candidate.tags, terms),
                terms.lease,
                weeks.base.len(),
            ),
            class: candidate.class,
        })
        .collect();
    let every: Vec<usize> = (0..weeks.base.len()).collect();
    let judged = judge(&trials, &weeks.base);
    let worth: i64 = judged.saved.iter().sum();
    let chosen = best(&trials, &weeks.base, &every).filter(|_| worth > 0);
    let Some(chosen) = chosen else {
        advice.verdict = none_chosen(&advice);
        return advice;
    };
    let mut told = summed(seen, &weeks, &all[chosen].tags, &trials[chosen].weeks);
    told.month_seconds = weeks.seconds_a_month(seen, worth);
    told.set_range(judged.saved.iter().copied());
    (told.stops_in_use, told.stops_unknown) = (judged.of.in_use, judged.of.unknown);
    told.starts_by_hand = told.starts_by_hand.max(judged.of.by_hand);
    advice.verdict = Verdict::Recommended(told);
    advice
}

/// What these tags would have come to, whatever is known of its use.
pub fn tried(seen: &Seen, tags: &[(String, String)], terms: &Terms) -> (Advice, Tried) {
    let weeks = Weeks::of(seen);
    let played = play(
        seen,
        &weeks.needs,
        &read(seen, tags, terms),
        terms.lease,
        weeks.base.len(),
    );
    let mut told = summed(seen, &weeks, tags, &played);
    let saved = weeks
        .base
        .iter()
        .zip(&played)
        .map(|(base, week)| base - week.on);
    told.set_range(saved);
    let mut advice = described(seen, &weeks);
    if let Some(why) = too_little(&advice) {
        advice.verdict = Verdict::NotEnoughSeen { why };
    }
    (advice, told)
}

fn summed(seen: &Seen, weeks: &Weeks, tags: &[(String, String)], played: &[Tally]) -> Tried {
    let mut sum = Tally::default();
    played.iter().for_each(|week| sum.add(week));
    let saved_seconds = weeks.base.iter().sum::<i64>() - sum.on;
    let month = weeks.seconds_a_month(seen, saved_seconds);
    Tried {
        tags: tags
            .iter()
            .map(|(name, value)| format!("{name} = {value}"))
            .collect(),
        saved_seconds,
        month_seconds: month,
        month_seconds_least: month,
        month_seconds_most: month,
        stops_in_use: sum.in_use,
        stops_unknown: sum.unknown,
        starts_by_hand: sum.by_hand,
        stops: sum.stops,
        starts: sum.starts,
    }
}

/// The tags in force on it, if it had these of its own and nothing stood above it.
fn read(seen: &Seen, tags: &[(String, String)], terms: &Terms) -> Reading {
    let kind = seen.resource.kind.known();
    let compute = Compute {
        id: seen.resource.id.clone(),
        name: seen.resource.name.clone(),
        compute_type: kind.map(|kind| kind.compute_type().to_owned()),
        tags: tags.iter().cloned().collect(),
        ..Compute::default()
    };
    let none = Tags::new();
    reading(&compute, &none, &none, &terms.defaults)
}

fn described(seen: &Seen, weeks: &Weeks) -> Advice {
    let of = |which: &dyn Fn(Need) -> bool| -> i64 {
        let needs = weeks.needs.iter().filter(|need| which(need.need));
        let spans: Vec<Span> = needs.map(|need| need.span).collect();
        let watched: Vec<Span> = seen.watched(&spans).collect();
        seconds(&watched)
    };
    let on_seconds: i64 = weeks.base.iter().sum();
    let (used, unknown) = (of(&Need::is_known), of(&|need| !need.is_known()));
    Advice {
        resource: seen.resource.clone(),
        period: seen.period,
        on_seconds,
        used_seconds: used,
        unknown_seconds: unknown,
        quiet_seconds: on_seconds - used - unknown,
        unwatched_seconds: seconds(&seen.unwatched),
        verdict: Verdict::NothingBetter,
    }
}

/// Why its weeks teach nothing, if they do not.
fn too_little(advice: &Advice) -> Option<String> {
    let watched = advice.watched_seconds();
    let days = |seconds: i64| seconds / 86_400;
    if watched < LEAST_WEEKS * WEEK {
        return Some(format!(
            "sweeps have seen {} day(s) of it, and it takes {}",
            days(watched),
            LEAST_WEEKS * 7
        ));
    }
    (advice.on_seconds == 0).then(|| "it was not on".to_owned())
}

/// No tag saves enough: because of what is known, or of what is not.
fn none_chosen(advice: &Advice) -> Verdict {
    if advice.unknown_seconds * 100 <= advice.on_seconds * MOST_UNKNOWN {
        return Verdict::NothingBetter;
    }
    Verdict::NotEnoughSeen {
        why: format!(
            "of {} hour(s) on, nothing tells of {} whether anybody used it",
            (advice.on_seconds + 1800) / 3600,
            (advice.unknown_seconds + 1800) / 3600
        ),
    }
}
