//! Rule 5: what the schedule wants of a resource, and whether it may have it.

use super::begin;
use super::case::Case;
use super::decision::{Decision, Next};
use super::{quota, scale};
use crate::duration;
use crate::kinds::instance::quota::WORDS;
use crate::kinds::rest;
use crate::policy::Mode;
use crate::record::{ExternalOperation, FIRST_OBSERVATION, Reason};
use crate::schedule::{Desired, EdgeKind, Power};
use chrono::{DateTime, Utc};

/// What the schedule would have done now.
pub(super) enum Intent {
    On {
        reason: Reason,
        cause: DateTime<Utc>,
        text: String,
    },
    Off {
        reason: Reason,
        cause: DateTime<Utc>,
        text: String,
    },
    Nothing(Box<Decision>),
}

impl Intent {
    fn nothing(decision: Decision) -> Intent {
        Intent::Nothing(Box::new(decision))
    }
}

/// What the schedule intends, unless a manual override stands against it.
pub(super) fn intent(case: &Case<'_>, desired: Option<Desired>, mode: Mode) -> Intent {
    let Some(desired) = desired else {
        return Intent::nothing(Decision::leave(
            Reason::NoOpinion,
            "it has no schedule".into(),
        ));
    };
    let desired = begin::ahead(case, &desired).unwrap_or(desired);
    let Some(power) = desired.power else {
        return Intent::nothing(Decision::leave(
            Reason::NoOpinion,
            "its schedule has no opinion now".into(),
        ));
    };
    if rest(case.compute) == Some(power) {
        let raise = raise(case, &desired, mode).filter(|_| power == Power::On);
        return raise.unwrap_or_else(|| Intent::nothing(as_desired(case, &desired, power)));
    }
    if let Some(at) = not_started_again(case, &desired, power) {
        let text = format!(
            "stopped at {} for want of work or for its uptime, so not started again before the next edge",
            case.local(at)
        );
        return Intent::nothing(Decision::leave(Reason::StoppedWhenIdle, text));
    }
    if mode.enforce && !stopped_by_idle_timer(case, &desired) {
        let cause = demanded_at(case, &desired);
        let text = format!("{}, and its mode is enforce", wants(case, &desired, power));
        return match power {
            Power::On => Intent::On {
                reason: Reason::Enforced,
                cause,
                text,
            },
            Power::Off => Intent::Off {
                reason: Reason::Enforced,
                cause,
                text,
            },
        };
    }
    match power {
        Power::On => start_due(case, &desired),
        Power::Off => stop_due(case, &desired),
    }
}

/// Of a thing that scales, and that somebody keeps on with less than it is to have in this window: what it lacks. A number
/// that was set after the window's beginning is somebody's word until the next edge, but not against `enforce`.
fn raise(case: &Case<'_>, desired: &Desired, mode: Mode) -> Option<Intent> {
    let (to, since) = scale::lacking(case).filter(|_| !mode.stop_only)?;
    let edge = desired.since;
    let overruled = edge.is_some_and(|edge| since < begin::begun_at(case, edge));
    let unused = || begin::unused(case).is_some();
    if !mode.enforce && (!overruled || unused()) {
        return None;
    }
    let wants = wants(case, desired, Power::On);
    let more = format!("{wants}, and then with {to}");
    let (reason, text) = match mode.enforce {
        true => (Reason::Enforced, format!("{more}; its mode is enforce")),
        false => (Reason::ScheduleOn, more),
    };
    Some(Intent::On {
        reason,
        cause: edge.map_or(since, |edge| edge.at),
        text,
    })
}

/// The later of the schedule's edge and the operation that it overrules: the instant from which a notice counts.
fn demanded_at(case: &Case<'_>, desired: &Desired) -> DateTime<Utc> {
    let edge = desired.since.map(|edge| edge.at);
    let external = case
        .saved_state
        .external
        .as_ref()
        .map(|external| external.at);
    edge.max(external)
        .or(case.saved_state.first_seen)
        .unwrap_or(case.now)
}

/// An instance that Azure's idle timer stopped within this window is not started again in it, not even by `enforce`.
fn stopped_by_idle_timer(case: &Case<'_>, desired: &Desired) -> bool {
    case.saved_state.external.as_ref().is_some_and(|external| {
        external.power == Power::Off
            && external.trigger.as_deref() == Some("IdleShutdown")
            && desired
                .since
                .is_none_or(|edge| external.at >= begin::begun_at(case, edge))
    })
}

/// When we stopped the resource for want of work, or for its uptime, where that was within this very window.
fn not_started_again(case: &Case<'_>, desired: &Desired, power: Power) -> Option<DateTime<Utc>> {
    let at = case
        .saved_state
        .stopped_when_idle
        .filter(|_| power == Power::On)?;
    let since = desired.since.map(|edge| begin::begun_at(case, edge));
    since.is_none_or(|since| at >= since).then_some(at)
}

fn as_desired(case: &Case<'_>, desired: &Desired, power: Power) -> Decision {
    if let Some(edge) = desired.since.filter(|edge| edge.at > case.now) {
        let edge = case.local(edge.at);
        let text = format!("on ahead of {edge}, from when its schedule wants that");
        return Decision::leave(Reason::AsDesired, text);
    }
    let state = if power == Power::On { "on" } else { "off" };
    let text = match desired.next {
        Some(next) => {
            let change = if next.power == Power::On { "on" } else { "off" };
            let early = begin::early(case, &next).map_or_else(String::new, |took| {
                let took = duration::print(took.to_std().unwrap_or_default());
                let why = match (quota::of(case), case.saved_state.start_takes()) {
                    (Some(_), _) => WORDS,
                    (None, Some(_)) => "a start took so long lately",
                    (None, None) => "a start takes about so long",
                };
                format!(", and started {took} before, as {why}")
            });
            format!(
                "{state}, as its schedule wants; {change} from {}{early}",
                case.local(next.at)
            )
        }
        None => format!("{state}, as its schedule wants"),
    };
    Decision::leave(Reason::AsDesired, text)
}

/// Desired on, and it is stopped.
fn start_due(case: &Case<'_>, desired: &Desired) -> Intent {
    // `always`, and windows without a gap, have no edge: only `enforce` starts anything for them.
    let Some(edge) = desired.since else {
        let text = "always on by its schedule, but started by people only".to_string();
        return Intent::nothing(Decision::leave(Reason::ManualOverride, text));
    };
    match &case.saved_state.external {
        Some(external) if external.at >= begin::begun_at(case, edge) => {
            Intent::nothing(stands(case, external))
        }
        _ => match begin::unused(case) {
            Some(text) => Intent::nothing(Decision::leave(Reason::Unused, text)),
            None => Intent::On {
                reason: Reason::ScheduleOn,
                cause: edge.at,
                text: wants(case, desired, Power::On),
            },
        },
    }
}

/// Desired off, and it is on.
fn stop_due(case: &Case<'_>, desired: &Desired) -> Intent {
    let edge = desired.since;
    let off = |cause| Intent::Off {
        reason: Reason::ScheduleOff,
        cause,
        text: wants(case, desired, Power::Off),
    };
    let external = match (&case.saved_state.external, edge) {
        (Some(external), Some(edge)) if external.at < edge.at => return off(edge.at),
        (None, _) => return off(demanded_at(case, desired)),
        (Some(external), _) => external,
    };
    if edge.is_some_and(|edge| edge.kind == EdgeKind::Edge) {
        return Intent::nothing(stands(case, external));
    }
    let lease_end = external.at + case.lease;
    if case.now < lease_end {
        // The next edge ends a lease too, whatever it is an edge to.
        let (until, then) = match desired.next {
            Some(next) if next.at < lease_end => (next.at, next.power),
            _ => (lease_end, Power::Off),
        };
        let begun = match external.operation.as_str() {
            FIRST_OBSERVATION => "observed running, with no start known, since",
            _ => "started by hand at",
        };
        let text = format!(
            "{begun} {}; that stands until {}",
            case.local(external.at),
            case.local(until)
        );
        let decision = Decision::leave(Reason::Lease, text).with_next(until, Some(then));
        return Intent::nothing(decision);
    }
    let text = format!(
        "off by its schedule, and the lease of {} has ended",
        described(case, external)
    );
    Intent::Off {
        reason: Reason::LeaseEnded,
        cause: lease_end,
        text,
    }
}

fn stands(case: &Case<'_>, external: &ExternalOperation) -> Decision {
    let text = format!("{} stands as a manual override", described(case, external));
    Decision::leave(Reason::ManualOverride, text)
}

fn described(case: &Case<'_>, external: &ExternalOperation) -> String {
    let by = match external.trigger.as_deref() {
        Some("IdleShutdown") => " by Azure's idle timer",
        Some("Schedule") => " by Azure's own schedule",
        Some("User") => " by hand",
        _ => "",
    };
    format!(
        "the {}{by} at {}",
        external.operation.to_lowercase(),
        case.local(external.at)
    )
}

/// How the text begins where an edge of the schedule demands a stop.
pub(super) const OFF_SINCE: &str = "off by its schedule since ";

fn wants(case: &Case<'_>, desired: &Desired, power: Power) -> String {
    let state = if power == Power::On { "on" } else { "off" };
    match desired.since {
        Some(edge) if power == Power::Off => format!("{OFF_SINCE}{}", case.local(edge.at)),
        Some(edge) if edge.at > case.now => format!(
            "{state} by its schedule from {}, and a start takes its time",
            case.local(edge.at)
        ),
        Some(edge) => format!("{state} by its schedule since {}", case.local(edge.at)),
        None => format!("{state} by its schedule"),
    }
}

/// Adds what the schedule says about now.
pub(super) fn about(desired: Option<Desired>, mut decision: Decision) -> Decision {
    let Some(desired) = desired else {
        return decision;
    };
    decision.desired = desired.power;
    decision.since = desired.since.map(|edge| edge.at);
    if decision.next.is_none() {
        decision.next = desired.next.map(|next| Next {
            at: next.at,
            desired: Some(next.power),
        });
    }
    decision
}
