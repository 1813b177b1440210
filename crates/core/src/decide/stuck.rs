//! A resource that has been changing its state for longer than that takes: nothing is done to it, and it is mostly paid
//! for, so somebody has to hear of it.

use super::case::Case;
use crate::kinds::Kind;
use crate::record::Changing;
use chrono::{DateTime, TimeDelta, Utc};

/// No start, stop or restart takes longer.
const LONGEST: TimeDelta = TimeDelta::hours(1);
/// Told no more often than this.
const EVERY: TimeDelta = TimeDelta::days(1);

/// Since when it has been in a state that lasts too long.
pub(super) fn since(case: &Case<'_>) -> Option<DateTime<Utc>> {
    long(case).map(|changing| changing.since)
}

fn long<'a>(case: &Case<'a>) -> Option<&'a Changing> {
    let changing = case.saved_state.changing.as_ref();
    changing.filter(|changing| case.now >= changing.since + LONGEST)
}

/// What is to be told of it today, without what it costs.
pub(super) fn told(case: &Case<'_>) -> Option<String> {
    let governed = case.reading.policy.governed && !case.mode().ignore;
    let changing = long(case).filter(|_| governed)?;
    if changing.told_at.is_some_and(|at| case.now < at + EVERY) {
        return None;
    }
    let compute = case.compute;
    let passes = Kind::of(compute)
        .known()
        .is_some_and(|kind| kind.passes(&compute.state));
    let why = match passes {
        true => {
            "longer than such a change takes, and nothing can be done to it until that has ended"
        }
        false => "which is no state to act on",
    };
    let text = format!(
        "it has been {} since {}, {why}",
        compute.state,
        case.local(changing.since)
    );
    Some(compute.in_words(text))
}
