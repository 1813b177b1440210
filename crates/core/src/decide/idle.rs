//! Rule 6: a resource that nobody needs, for want of work or after a long time on.

use super::actions::stop;
use super::case::Case;
use super::decision::{Decision, Next};
use super::evidence::{self, Evidence, Finding, Proof, Sum};
use super::timer;
use crate::duration;
use crate::kinds::{Kind, rest};
use crate::observe::ComputeState;
use crate::policy::{Idle, Limits};
use crate::record::Reason;
use crate::schedule::Power;
use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;

/// Why the rule leaves a resource on.
struct Left {
    reason: Reason,
    text: String,
    evidence: Vec<String>,
    /// When it may decide otherwise.
    next: Option<DateTime<Utc>>,
    asks: bool,
}

/// Stops a resource that the schedule leaves on, where nobody works on it or it has been on for too long.
pub(super) fn unneeded(case: &Case<'_>, left: Decision) -> Decision {
    if rest(case.compute) != Some(Power::On) {
        return left;
    }
    let since = on_since(case);
    let stops = long_on(case, since);
    let (stops, left_for) = match (stops, idle_rule(case)) {
        (None, Some((length, _))) => match without_work(case, since, length) {
            Ok(stops) => (Some(stops), None),
            Err(why) => (None, Some(why)),
        },
        (stops, _) => (stops, None),
    };
    if let Some(mut stops) = stops {
        (stops.desired, stops.since) = (left.desired, left.since);
        stops.next = stops.next.or(left.next);
        return stops;
    }
    let left = with_end_of_uptime(case, since, left);
    match left_for {
        Some(why) => with(left, *why),
        None => left,
    }
}

/// Since when the resource has been on, as far as that is known.
fn on_since(case: &Case<'_>) -> DateTime<Utc> {
    // An operation dated in the future does not tell when the resource was started.
    let since = case.saved_state.on_since().filter(|at| *at <= case.now);
    since.or(case.saved_state.first_seen).unwrap_or(case.now)
}

/// When it will have been on for as long as `lamp-max-uptime` allows.
pub(super) fn end_of_uptime(case: &Case<'_>) -> Option<DateTime<Utc>> {
    let most = case.reading.policy.max_uptime.as_ref()?.value;
    Some(on_since(case) + delta(most))
}

/// `lamp-idle`, where it is a length of time.
pub(super) fn idle_rule(case: &Case<'_>) -> Option<(TimeDelta, Limits)> {
    match case.reading.policy.idle.as_ref()?.value {
        Idle::Off => None,
        Idle::After { length, limits } => Some((delta(length), limits)),
    }
}

/// A tag's length is at most a year.
fn delta(length: Duration) -> TimeDelta {
    TimeDelta::from_std(length).unwrap_or(TimeDelta::days(366))
}

/// `lamp-max-uptime`: on for that long without a break.
fn long_on(case: &Case<'_>, since: DateTime<Utc>) -> Option<Decision> {
    let most = case.reading.policy.max_uptime.as_ref()?.value;
    let due = since + delta(most);
    let text = format!(
        "on since {}, longer than {} without a break",
        case.local(since),
        duration::print(most)
    );
    (case.now >= due).then(|| stop(case, Reason::MaxUptime, due, &text))
}

/// The end of the longest uptime stands as the next change, where nothing else comes before it.
fn with_end_of_uptime(case: &Case<'_>, since: DateTime<Utc>, mut left: Decision) -> Decision {
    if let Some(most) = &case.reading.policy.max_uptime {
        let at = since + delta(most.value);
        if left.next.is_none_or(|next| at < next.at) {
            left.next = Some(Next {
                at,
                desired: Some(Power::Off),
            });
        }
    }
    left
}

/// The stop, where work is proved to be absent for `length`.
fn without_work(
    case: &Case<'_>,
    since: DateTime<Utc>,
    length: TimeDelta,
) -> Result<Decision, Box<Left>> {
    if case.compute.state == ComputeState::JobRunning {
        let text = "at work (state JobRunning)".to_string();
        return Err(left(Reason::AtWork, text, &[], None));
    }
    too_early(case, since, length)?;
    let Evidence::Asked(findings) = case.evidence else {
        let text = "whether anybody works on it has not been checked".to_string();
        let mut left = left(Reason::EvidenceUnknown, text, &[], None);
        left.asks = true;
        return Err(left);
    };
    match evidence::sum(&Kind::of(case.compute), findings) {
        Sum::Work(at) => {
            let work = describe(findings, |proof| proof == Proof::Work(at));
            let text = format!("at work ({work})");
            Err(left(Reason::AtWork, text, findings, Some(at + length)))
        }
        Sum::Unknown => Err(unproved(findings)),
        Sum::Quiet { from, to } => {
            // Earlier sweeps may reach further back.
            let known = case.saved_state.evidence.quiet;
            let known = known.filter(|quiet| quiet.to == to);
            let from = known.map_or(from, |quiet| quiet.from).max(since);
            quiet(case, findings, (from, to), length)
        }
    }
}

/// Some of the evidence is unknown, or none of it covers the resource.
fn unproved(findings: &[Finding]) -> Box<Left> {
    let unknown = describe(findings, |proof| proof == Proof::Unknown);
    let why = match unknown.is_empty() {
        true => describe(findings, |proof| proof == Proof::Nothing),
        false => unknown,
    };
    let text = format!("left on, as nothing proves that nobody works on it ({why})");
    left(Reason::EvidenceUnknown, text, findings, None)
}

/// The stop, where the time proved to be without work is as long as `length`.
fn quiet(
    case: &Case<'_>,
    findings: &[Finding],
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    length: TimeDelta,
) -> Result<Decision, Box<Left>> {
    if to - from < length {
        let at = from + length;
        let text = format!(
            "no work since {}; stopped at {} if there is none until then",
            case.local(from),
            case.local(at)
        );
        return Err(left(Reason::WithinIdleTime, text, findings, Some(at)));
    }
    let text = format!("no work since {}", case.local(from));
    let mut stop = stop(case, Reason::Idle, from + length, &text);
    stop.evidence
        .extend(findings.iter().map(Finding::to_string));
    Ok(stop)
}

/// Fails where no evidence could prove `length` without work yet, because it was started or at work since.
fn too_early(case: &Case<'_>, since: DateTime<Utc>, length: TimeDelta) -> Result<(), Box<Left>> {
    let known = &case.saved_state.evidence;
    let work = known.work_at.filter(|at| *at > since);
    let not_asked = *case.evidence == Evidence::NotAsked;
    let asks = not_asked && timer::asks(case, work.unwrap_or(since), length);
    if let Some(at) = work.filter(|at| case.now < *at + length) {
        let until = at + length;
        let work = known.work.as_deref().unwrap_or("observed");
        let text = format!("at work ({work}); checked again at {}", case.local(until));
        let mut left = left(Reason::AtWork, text, &[], Some(until));
        left.evidence.extend(known.work.clone());
        left.asks = asks;
        return Err(left);
    }
    let quiet = known.quiet.map(|quiet| quiet.from);
    let from = quiet.map_or(since, |from| from.max(since));
    let until = from + length;
    if case.now < until {
        let known = match from == since {
            true => "on",
            false => "no work",
        };
        let text = format!(
            "{known} since {}; stopped at {} at the earliest, if nobody works on it",
            case.local(from),
            case.local(until)
        );
        let mut left = left(Reason::WithinIdleTime, text, &[], Some(until));
        left.asks = asks;
        return Err(left);
    }
    Ok(())
}

fn left(
    reason: Reason,
    text: String,
    findings: &[Finding],
    next: Option<DateTime<Utc>>,
) -> Box<Left> {
    Box::new(Left {
        reason,
        text,
        evidence: findings.iter().map(Finding::to_string).collect(),
        next,
        asks: false,
    })
}

fn describe(findings: &[Finding], which: impl Fn(Proof) -> bool) -> String {
    let found = findings.iter().filter(|finding| which(finding.proof));
    let found: Vec<String> = found.map(Finding::to_string).collect();
    found.join("; ")
}

/// The schedule's decision, and what this rule adds to it. The schedule's reason stands unless it is a plain one.
fn with(mut decision: Decision, why: Left) -> Decision {
    if decision.reason.is_plain() {
        decision.reason = why.reason;
    }
    decision.text = format!("{}; {}", decision.text, why.text);
    decision.evidence.extend(why.evidence);
    decision.asks_evidence = why.asks;
    if let Some(at) = why.next
        && decision.next.is_none_or(|next| at < next.at)
    {
        decision.next = Some(Next { at, desired: None });
    }
    decision
}
