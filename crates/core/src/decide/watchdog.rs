//! Azure's own idle timer that should have fired and has not: warned of once a day, with the likely cause.

use super::case::Case;
use super::evidence::{Evidence, Finding, Proof, Source};
use super::timer;
use crate::duration;
use crate::kinds::rest;
use crate::policy::Idle;
use crate::schedule::Power;
use chrono::{DateTime, TimeDelta, Utc};

/// Warned no more often than this.
const EVERY: TimeDelta = TimeDelta::days(1);
/// Without evidence, a resource must have been on for at least this long without a break before anything is suspected: nobody
/// works through three days and nights.
const SUSPECT: TimeDelta = TimeDelta::days(3);

/// The warning that is due for a resource, if one is.
pub(super) fn warning(case: &Case<'_>) -> Option<String> {
    let warned = case.saved_state.warned_at;
    if rest(case.compute) != Some(Power::On) || warned.is_some_and(|at| case.now < at + EVERY) {
        return None;
    }
    let since = case.saved_state.on_since()?;
    // Where its owner switched idleness off, the timer is kept from firing by us.
    let off = case.reading.policy.idle.as_ref();
    if off.is_some_and(|idle| idle.value == Idle::Off) {
        return None;
    }
    proved(case, since)
        .or_else(|| blind(case, since))
        .or_else(|| suspected(case, since))
}

/// Evidence shows that nobody worked for twice the timer's length.
fn proved(case: &Case<'_>, since: DateTime<Utc>) -> Option<String> {
    let quiet = case.saved_state.evidence.quiet?;
    let from = quiet.from.max(since);
    let (length, at) = timer::twice(case, from)?;
    (quiet.to >= at).then(|| {
        format!(
            "Azure's own idle timer of {} has not fired, though no work has been observed since {}; {}",
            duration::print(length),
            case.local(from),
            cause(case)
        )
    })
}

/// Its beacon has told nothing usable for a day: then nothing stops it for want of work.
fn blind(case: &Case<'_>, since: DateTime<Utc>) -> Option<String> {
    let Evidence::Asked(findings) = case.evidence else {
        return None;
    };
    let lost =
        |finding: &&Finding| finding.source == Source::Beacon && finding.proof == Proof::Unknown;
    let finding = findings.iter().find(lost)?;
    let known = &case.saved_state.evidence;
    let told = known.quiet.map(|quiet| quiet.to).max(known.work_at);
    let last = told.map_or(since, |told| told.max(since));
    (case.now >= last + EVERY).then(|| {
        format!(
            "its beacon has told nothing for a day ({}), so that nothing stops it for want of work; mend it, or take \
             its document away",
            finding.text
        )
    })
}

/// Nothing is known of work, and it has been on for longer than anybody works.
fn suspected(case: &Case<'_>, since: DateTime<Utc>) -> Option<String> {
    let known = &case.saved_state.evidence;
    if known.quiet.is_some() || known.work_at.is_some() {
        return None;
    }
    let (length, at) = timer::twice(case, since)?;
    (case.now >= at.max(since + SUSPECT)).then(|| {
        format!(
            "on since {} with Azure's own idle timer of {}: something has kept it busy all the while, or the timer does \
             not fire; {}",
            case.local(since),
            duration::print(length),
            cause(case)
        )
    })
}

/// The likely cause, as far as the compute's own description shows one.
fn cause(case: &Case<'_>) -> String {
    let compute = case.compute;
    if let Some(identity) = &compute.identity {
        return format!(
            "it has a managed identity ({identity}), and Azure's timer does not fire unless that identity is Contributor \
             on the workspace"
        );
    }
    match compute.custom_applications.first() {
        Some(name) => format!(
            "it has a custom application ({}), which Azure's timer takes for work",
            name.chars()
                .filter(|c| !c.is_control())
                .take(60)
                .collect::<String>()
        ),
        None => "its description shows no cause".into(),
    }
}
