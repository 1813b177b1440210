//! Whether anything is asked of an online deployment, from the metrics of its endpoint over a week.

use crate::decide::evidence;
use crate::decide::{Finding, evidence::Proof};
use crate::observe::{Series, Span};
use crate::record::Requests;
use chrono::{DateTime, DurationRound, TimeDelta, Utc};

/// Each sample is of so long: an average above nothing tells of a request in it.
const STEP: TimeDelta = TimeDelta::hours(1);
/// More often they are not asked for.
const AGAIN_AFTER: TimeDelta = TimeDelta::days(1);

/// What is asked for at an instant: a week of whole hours.
pub fn span(now: DateTime<Utc>) -> Span {
    let hour = now.duration_trunc(STEP).unwrap_or(now);
    Span {
        from: hour - TimeDelta::days(7) - STEP,
        to: now,
        step: STEP,
    }
}

/// Whether they are to be asked for again.
pub fn stale(known: Option<&Requests>, now: DateTime<Utc>) -> bool {
    known.is_none_or(|known| now - known.asked_at >= AGAIN_AFTER)
}

/// What the metrics tell of a deployment (its own name), or why there are none. `before`: what they told before: time
/// without a request that joins on to what is proved now is one time.
///
/// ```
/// use lamplighter_core::inventory::{requests, span};
/// use lamplighter_core::observe::{Sample, Series};
/// use chrono::{DateTime, TimeDelta, Utc};
///
/// let now: DateTime<Utc> = "2026-11-23T12:05:00Z".parse()?;
/// let begin = span(now).from;
/// let hour = |hour: i64, maximum| Sample { at: begin + TimeDelta::hours(hour), maximum, count: 1 };
/// let labels = vec![("deployment".to_owned(), "blue".to_owned())];
/// let quiet = Series { labels, samples: (0..170).map(|at| hour(at, 0.0)).collect() };
/// let found = requests(Ok(&[quiet.clone()]), "blue", None, now);
/// assert_eq!(found.quiet_week(), Some(begin));
/// // No sample proves nothing.
/// assert!(requests(Ok(&[]), "blue", None, now).unknown.is_some());
/// let mut busy = quiet;
/// busy.samples[160].maximum = 0.1;
/// let found = requests(Ok(&[busy]), "blue", Some(&found), now);
/// assert_eq!((found.quiet_week(), found.none_since), (None, Some(begin + TimeDelta::hours(161))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn requests(
    series: Result<&[Series], String>,
    deployment: &str,
    before: Option<&Requests>,
    now: DateTime<Utc>,
) -> Requests {
    let mut found = Requests {
        asked_at: now,
        none_since: None,
        none_until: None,
        last: None,
        unknown: None,
    };
    let Finding { proof, text, .. } = match &series {
        Ok(series) => evidence::requests(series, deployment, span(now), now),
        Err(why) => {
            found.unknown = Some(why.clone());
            return found;
        }
    };
    match proof {
        Proof::Work(at) => found.last = Some(at),
        Proof::Quiet { from, to } => {
            let known = before.and_then(|before| before.none_since.zip(before.none_until));
            let last = series
                .ok()
                .and_then(|series| last_request(series, deployment));
            let joins = known
                .filter(|(since, until)| from <= *until && last.is_none_or(|last| last < *since));
            let since = joins.map_or(from, |(since, _)| since.min(from));
            (found.none_since, found.none_until) = (Some(since), Some(to));
        }
        Proof::Nothing | Proof::Unknown => found.unknown = Some(text),
    }
    found
}

/// The newest sample that shows a request.
fn last_request(series: &[Series], deployment: &str) -> Option<DateTime<Utc>> {
    let own = series.iter().filter(|one| {
        let named = one.label("deployment");
        named.is_some_and(|named| named.eq_ignore_ascii_case(deployment))
    });
    let samples = own.flat_map(|one| &one.samples);
    let asked = samples.filter(|sample| sample.maximum > 0.0);
    asked.map(|sample| sample.at).max()
}
