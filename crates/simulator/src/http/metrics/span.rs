//! A span of time cut into intervals.

use crate::duration;
use crate::http::call::Call;
use crate::world::load::minute_of;
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

/// More than Azure gives in one call; a longer span with a short interval is refused.
const MOST_SAMPLES: i64 = 20_000;

/// From a whole minute on; `to` is exclusive.
pub(super) struct Span {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    /// Whole minutes, a day at most.
    pub step: TimeDelta,
}

impl Span {
    /// The span between two times in RFC 3339, or the last hour, in intervals of an ISO 8601 duration. `None` where one
    /// of them is missing or malformed, or the span too long.
    pub fn of(times: Option<(&str, &str)>, interval: &str, now: DateTime<Utc>) -> Option<Span> {
        let (from, to) = match times {
            Some((from, to)) => (time(from)?, time(to)?),
            None => (now - TimeDelta::hours(1), now),
        };
        let from = minute_of(from);
        let step = duration::read(interval).ok()?;
        let step = TimeDelta::from_std(step).ok().filter(|step| {
            (TimeDelta::minutes(1)..=TimeDelta::days(1)).contains(step)
                && step.num_seconds() % 60 == 0
        })?;
        let samples = (to - from).num_seconds() / step.num_seconds();
        (from < to && samples <= MOST_SAMPLES).then_some(Span { from, to, step })
    }
}

/// A call's timespan. The Azure CLI escapes it twice, so that it is still escaped here.
pub(super) fn timespan(call: &Call) -> Option<String> {
    let text = call.query("timespan")?;
    Some(match text.contains('%') {
        true => url::form_urlencoded::parse(format!("t={}", text.replace('+', "%2B")).as_bytes())
            .next()
            .map_or_else(String::new, |(_, value)| value.into_owned()),
        false => text.to_owned(),
    })
}

/// Both ends of a timespan; the second is empty where there is none.
pub(super) fn ends(timespan: &str) -> (&str, &str) {
    timespan.split_once('/').unwrap_or((timespan, ""))
}

/// An instant in RFC 3339, or without an offset in UTC, as the Azure CLI writes it.
fn time(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text)
        .map(|time| time.with_timezone(&Utc))
        .or_else(|_| text.parse::<NaiveDateTime>().map(|time| time.and_utc()))
        .ok()
}
