//! A ledger in which nothing has been written for a day: whoever reads it has to know that first.

use chrono::{DateTime, TimeDelta, Utc};

/// Sweeps come every few minutes.
const LONGEST: TimeDelta = TimeDelta::days(1);

/// The last sweep, where it lies more than a day before `now`.
pub fn since(last: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    last.filter(|last| now - *last > LONGEST)
}

/// What there is to say of it.
pub fn text(last: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let days = (now - last).num_days();
    let days = if days == 1 {
        "1 day".to_owned()
    } else {
        format!("{days} days")
    };
    format!(
        "No sweep has ended for {days}, since {}: nothing is stopped or started, and what follows was true then.",
        last.format("%Y-%m-%d %H:%M UTC")
    )
}
