//! An instance whose cores are free for others while it is stopped: its next start may find none.

use super::case::Case;
use super::decision::Decision;
use crate::kinds::Kind;
use crate::kinds::instance::quota::{FIELD, WORDS};
use crate::observe::Compute;
use crate::record::{Action, QuotaSeen, ResourceState};
use chrono::{DateTime, Utc};

/// What was seen, where a stop is known to give its cores up.
pub fn released(compute: &Compute, state: &ResourceState, now: DateTime<Utc>) -> Option<QuotaSeen> {
    let seen = state.quota_seen?;
    let stands = seen.is_released(compute.created_on, now);
    (stands && Kind::of(compute) == Kind::Instance).then_some(seen)
}

pub(super) fn of(case: &Case<'_>) -> Option<QuotaSeen> {
    released(case.compute, case.saved_state, case.now)
}

/// Why a start is asked for, with what may come of it.
pub(super) fn start_words(case: &Case<'_>, text: &str) -> String {
    match of(case) {
        Some(_) => format!("{text}; {WORDS}"),
        None => text.to_owned(),
    }
}

/// What it means and how that is known, beside a decision that does not say so itself.
pub(super) fn evidence(case: &Case<'_>, decision: &Decision) -> Option<String> {
    let governed = case.reading.policy.governed;
    let seen = of(case).filter(|_| governed && decision.action != Action::Start)?;
    let at = case.local(seen.at);
    Some(format!("{WORDS} ({FIELD}, as Azure showed it {at})"))
}
