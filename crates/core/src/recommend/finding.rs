//! What else costs money, beside the hours that a tag would save: one line each.

use super::advice::{Advice, MONTH, a_month};
use crate::kinds::Kind;
use crate::kinds::instance::prices::STOPPED_COSTS_A_DAY;
use crate::record::Resource;
use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use serde::Serialize;

/// A stopped resource is told of after so long.
const MONTHS: TimeDelta = TimeDelta::days(60);
/// Of fewer days of evidence nothing is told.
const DAYS: usize = 14;
/// A load below this, in thousandths, is none.
const NO_LOAD: u32 = 50;
/// Starts on so many days in a row that nobody used.
const UNUSED: u32 = 3;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingCode {
    AlwaysOn,
    GpuIdle,
    UnusedStarts,
    NoIdleTimer,
    StoppedForMonths,
}

impl FindingCode {
    pub fn name(self) -> &'static str {
        match self {
            FindingCode::AlwaysOn => "always-on",
            FindingCode::GpuIdle => "gpu-idle",
            FindingCode::UnusedStarts => "unused-starts",
            FindingCode::NoIdleTimer => "no-idle-timer",
            FindingCode::StoppedForMonths => "stopped-for-months",
        }
    }
}

/// What is known of a resource beside its weeks.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// A policy governs it.
    pub governed: bool,
    /// It has a `lamp-idle`.
    pub idle: bool,
    /// Azure's own idle timer, in seconds: the inner `None`: it has none; the outer: it was not seen.
    pub idle_timer: Option<Option<u64>>,
    /// Since when it has been off, if it is.
    pub off_since: Option<DateTime<Utc>>,
    /// Days in a row on which a start of Lamplighter's was used by nobody.
    pub unused_days: u32,
    /// The highest load of a GPU, in thousandths, on each day of which that is known.
    pub gpu_loads: Vec<u32>,
}

/// One thing that costs money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub resource: Resource,
    pub code: FindingCode,
    pub text: String,
    /// How many seconds of its price a month costs; `None`: it is not paid by the hour, or not known.
    pub month_seconds: Option<i64>,
    /// What a month costs where that is not its price by the hour, in USD at list price.
    pub month_usd: Option<Decimal>,
}

/// What else costs money of a resource. `advice`: its weeks, where there are any.
pub fn findings(
    resource: &Resource,
    advice: Option<&Advice>,
    known: &Known,
    now: DateTime<Utc>,
) -> Vec<Finding> {
    let found = [
        advice.and_then(|advice| always_on(advice, known)),
        advice.and_then(|advice| gpu_idle(advice, known)),
        unused_starts(known),
        advice.and_then(|advice| no_idle_timer(resource, advice, known)),
        stopped(resource, known, now),
    ];
    let found = found.into_iter().flatten();
    found
        .map(|(code, text, month_seconds, month_usd)| Finding {
            resource: resource.clone(),
            code,
            text,
            month_seconds,
            month_usd,
        })
        .collect()
}

type Found = (FindingCode, String, Option<i64>, Option<Decimal>);

fn always_on(advice: &Advice, known: &Known) -> Option<Found> {
    let watched = advice.watched_seconds();
    let long = watched >= 14 * 86_400 && advice.on_seconds >= watched;
    let text = format!(
        "on without a break for {} days, and no tag governs it",
        watched / 86_400
    );
    (long && !known.governed).then_some((FindingCode::AlwaysOn, text, Some(MONTH), None))
}

fn gpu_idle(advice: &Advice, known: &Known) -> Option<Found> {
    let highest = known.gpu_loads.iter().max()?;
    let idle = known.gpu_loads.len() >= DAYS && *highest < NO_LOAD;
    let text = format!(
        "its GPU was never above {}.{} % on {} days of evidence: a size without one may do",
        highest / 10,
        highest % 10,
        known.gpu_loads.len()
    );
    idle.then(|| {
        (
            FindingCode::GpuIdle,
            text,
            Some(a_month(advice.on_seconds, advice.watched_seconds())),
            None,
        )
    })
}

fn unused_starts(known: &Known) -> Option<Found> {
    let days = known.unused_days;
    let text = format!(
        "its schedule started it on {days} days in a row, and nobody used it: lamp-unused = {UNUSED}d would end that"
    );
    (days >= UNUSED).then_some((FindingCode::UnusedStarts, text, None, None))
}

fn no_idle_timer(resource: &Resource, advice: &Advice, known: &Known) -> Option<Found> {
    let missing = known.idle_timer == Some(None) && !known.idle;
    let text = "it has no idle timer of Azure's: lamp-idle = 1h sets one, which sees notebooks, terminals and \
                VS Code"
        .to_owned();
    let on = resource.kind == Kind::Instance && advice.on_seconds > 0;
    (missing && on).then_some((FindingCode::NoIdleTimer, text, None, None))
}

fn stopped(resource: &Resource, known: &Known, now: DateTime<Utc>) -> Option<Found> {
    let since = known.off_since.filter(|since| now - *since >= MONTHS)?;
    let what = resource.kind.known()?.goes_on_in_words();
    let text = format!("stopped since {}. {what}", since.format("%Y-%m-%d"));
    let a_month = STOPPED_COSTS_A_DAY * Decimal::new(MONTH / 3600, 0) / Decimal::new(24, 0);
    let usd = (resource.kind == Kind::Instance).then_some(a_month);
    Some((FindingCode::StoppedForMonths, text, None, usd))
}
