//! What is asked of an online deployment: it is quiet for as long as every step has a sample and none shows a request.

use super::finding::{Finding, Proof, clock};
use super::metrics::LATE;
use crate::kinds::evidence::Source;
use crate::observe::{Sample, Series, Span};
use chrono::{DateTime, Utc};

/// What its requests prove of a deployment. `series`: those of its endpoint, split by deployment.
///
/// ```
/// use lamplighter_core::decide::evidence::{self, Proof, requests};
/// use lamplighter_core::observe::{Sample, Series};
/// use chrono::{DateTime, TimeDelta, Utc};
///
/// let now: DateTime<Utc> = "2026-11-23T19:00:00Z".parse()?;
/// let span = evidence::span(TimeDelta::hours(1), now).ok_or("too long")?;
/// let sample = |minutes: i64, maximum: f64| Sample { at: now - TimeDelta::minutes(minutes), maximum, count: 1 };
/// let labels = vec![("deployment".to_owned(), "blue".to_owned())];
/// let mut series = Series { labels, samples: (1..75).rev().map(|minutes| sample(minutes, 0.0)).collect() };
/// let quiet = requests(&[series.clone()], "blue", span, now);
/// assert!(matches!(quiet.proof, Proof::Quiet { to, .. } if to == now));
/// // No sample at all is not the same as none with a request.
/// assert_eq!(requests(&[], "blue", span, now).proof, Proof::Unknown);
/// series.samples[70].maximum = 0.2;
/// let found = requests(&[series], "blue", span, now);
/// assert!(matches!(found.proof, Proof::Quiet { from, .. } if from == now - TimeDelta::minutes(3)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn requests(series: &[Series], deployment: &str, span: Span, now: DateTime<Utc>) -> Finding {
    let own = series.iter().filter(|one| {
        let named = one.label("deployment");
        named.is_some_and(|named| named.eq_ignore_ascii_case(deployment))
    });
    let mut samples: Vec<&Sample> = own.flat_map(|one| &one.samples).collect();
    samples.retain(|sample| sample.at <= now);
    samples.sort_by(|a, b| a.at.cmp(&b.at).then(b.maximum.total_cmp(&a.maximum)));
    samples.dedup_by_key(|sample| sample.at);
    let busy = samples.iter().rfind(|sample| sample.maximum > 0.0);
    let quiet = covered(&samples, span, now);
    match (busy, quiet) {
        (Some(busy), Some((from, to))) if from > busy.at => no_request((from, to), now),
        (Some(busy), _) => {
            let text = format!(
                "{} request(s) a minute at {}",
                busy.maximum,
                clock(busy.at, now)
            );
            let until = (busy.at + span.step).min(now);
            Finding::new(Source::Metrics, Proof::Work(until), text)
        }
        (None, Some(quiet)) => no_request(quiet, now),
        (None, None) => {
            let text = "no recent sample of its requests".to_owned();
            Finding::unknown(Source::Metrics, text)
        }
    }
}

fn no_request((from, to): (DateTime<Utc>, DateTime<Utc>), now: DateTime<Utc>) -> Finding {
    let text = format!("no request from {} to {}", clock(from, now), clock(to, now));
    Finding::new(Source::Metrics, Proof::Quiet { from, to }, text)
}

/// The time up to the newest sample for which each step has one, and none a request; `None` where the newest is too old.
fn covered(
    samples: &[&Sample],
    span: Span,
    now: DateTime<Utc>,
) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let newest = samples.last()?;
    let end = newest.at + span.step;
    if end + LATE < now || newest.maximum > 0.0 {
        return None;
    }
    let mut begin = newest.at;
    for sample in samples.iter().rev().skip(1) {
        if begin - sample.at > span.step || sample.maximum > 0.0 {
            break;
        }
        begin = sample.at;
    }
    Some((begin, end.min(now)))
}
