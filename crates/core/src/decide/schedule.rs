//! Rule 5: what the schedule wants of a machine, and whether it may have its way.

use super::memory::FIRST_SIGHT;
use super::{Case, Decision, NoticeDue, Reason, Word, local, rest};
use crate::policy::Mode;
use crate::schedule::{Desired, EdgeKind, Power};
use chrono::{DateTime, TimeDelta, Utc};

/// What the schedule would have done now.
pub(super) enum Wish {
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
    Nothing(Decision),
}

/// The schedule's wish, by the last-word rule.
pub(super) fn wish(case: &Case<'_>, desired: Option<Desired>, mode: Mode) -> Wish {
    let Some(desired) = desired else {
        return Wish::Nothing(Decision::leave(
            Reason::NoOpinion,
            "it has no schedule".into(),
        ));
    };
    let Some(power) = desired.power else {
        return Wish::Nothing(Decision::leave(
            Reason::NoOpinion,
            "its schedule has no opinion now".into(),
        ));
    };
    if rest(&case.compute.state) == Some(power) {
        return Wish::Nothing(as_desired(case, &desired, power));
    }
    if let Some(at) = not_lit_again(case, &desired, power) {
        let text = format!(
            "put out at {} for want of work or for its uptime, so not lit again before the next edge",
            local(case, at)
        );
        return Wish::Nothing(Decision::leave(Reason::PutOutIdle, text));
    }
    if mode.enforce && !put_out_when_idle(case, &desired) {
        let cause = demanded_at(case, &desired);
        let text = format!("{}, and its mode is enforce", wants(case, &desired, power));
        return match power {
            Power::On => Wish::On {
                reason: Reason::Enforced,
                cause,
                text,
            },
            Power::Off => Wish::Off {
                reason: Reason::Enforced,
                cause,
                text,
            },
        };
    }
    match power {
        Power::On => light(case, &desired),
        Power::Off => put_out(case, &desired),
    }
}

/// The later of the schedule's edge and the word that it overrules: the instant from which a notice counts.
fn demanded_at(case: &Case<'_>, desired: &Desired) -> DateTime<Utc> {
    let edge = desired.since.map(|edge| edge.at);
    let word = case.memory.word.as_ref().map(|word| word.at);
    edge.max(word)
        .or(case.memory.first_seen)
        .unwrap_or(case.now)
}

/// An instance that was put out for idleness within this window is not lit again in it, not even by `enforce`.
fn put_out_when_idle(case: &Case<'_>, desired: &Desired) -> bool {
    case.memory.word.as_ref().is_some_and(|word| {
        word.power == Power::Off
            && word.trigger.as_deref() == Some("IdleShutdown")
            && desired.since.is_none_or(|edge| word.at >= edge.at)
    })
}

/// When we put the machine out for want of work, or for its uptime, where that was within this very window.
fn not_lit_again(case: &Case<'_>, desired: &Desired, power: Power) -> Option<DateTime<Utc>> {
    let at = case.memory.put_out.filter(|_| power == Power::On)?;
    desired.since.is_none_or(|edge| at >= edge.at).then_some(at)
}

fn as_desired(case: &Case<'_>, desired: &Desired, power: Power) -> Decision {
    let state = if power == Power::On { "on" } else { "off" };
    let text = match desired.next {
        Some(next) => {
            let change = if next.power == Power::On { "on" } else { "off" };
            format!(
                "{state}, as its schedule wants; {change} from {}",
                local(case, next.at)
            )
        }
        None => format!("{state}, as its schedule wants"),
    };
    Decision::leave(Reason::AsDesired, text)
}

/// Desired on, and it is out.
fn light(case: &Case<'_>, desired: &Desired) -> Wish {
    // `always`, and windows without a gap, never speak: only `enforce` lights for them.
    let Some(edge) = desired.since else {
        let text = "always on by its schedule, but lit by people only".to_string();
        return Wish::Nothing(Decision::leave(Reason::LastWord, text));
    };
    match &case.memory.word {
        Some(word) if word.at >= edge.at => Wish::Nothing(stands(case, word)),
        _ => Wish::On {
            reason: Reason::ScheduleOn,
            cause: edge.at,
            text: wants(case, desired, Power::On),
        },
    }
}

/// Desired off, and it is on.
fn put_out(case: &Case<'_>, desired: &Desired) -> Wish {
    let edge = desired.since;
    let off = |cause| Wish::Off {
        reason: Reason::ScheduleOff,
        cause,
        text: wants(case, desired, Power::Off),
    };
    let word = match (&case.memory.word, edge) {
        (Some(word), Some(edge)) if word.at < edge.at => return off(edge.at),
        (None, _) => return off(demanded_at(case, desired)),
        (Some(word), _) => word,
    };
    if edge.is_some_and(|edge| edge.kind == EdgeKind::Edge) {
        return Wish::Nothing(stands(case, word));
    }
    let lease_end = word.at + case.lease;
    if case.now < lease_end {
        // The next edge ends a lease too, whatever it is an edge to.
        let (until, then) = match desired.next {
            Some(next) if next.at < lease_end => (next.at, next.power),
            _ => (lease_end, Power::Off),
        };
        let begun = match word.operation.as_str() {
            FIRST_SIGHT => "seen on, with no start known, first at",
            _ => "started by hand at",
        };
        let text = format!(
            "{begun} {}; that stands until {}",
            local(case, word.at),
            local(case, until)
        );
        let decision = Decision::leave(Reason::Lease, text).with_next(until, Some(then));
        return Wish::Nothing(decision);
    }
    let text = format!(
        "off by its schedule, and the lease of {} has ended",
        word_in_words(case, word)
    );
    Wish::Off {
        reason: Reason::LeaseEnded,
        cause: lease_end,
        text,
    }
}

fn stands(case: &Case<'_>, word: &Word) -> Decision {
    let text = format!("{} is the last word", word_in_words(case, word));
    Decision::leave(Reason::LastWord, text)
}

fn word_in_words(case: &Case<'_>, word: &Word) -> String {
    let by = match word.trigger.as_deref() {
        Some("IdleShutdown") => " by Azure's idle timer",
        Some("Schedule") => " by Azure's own schedule",
        Some("User") => " by hand",
        _ => "",
    };
    format!(
        "the {}{by} at {}",
        word.operation.to_lowercase(),
        local(case, word.at)
    )
}

fn wants(case: &Case<'_>, desired: &Desired, power: Power) -> String {
    let state = if power == Power::On { "on" } else { "off" };
    match desired.since {
        Some(edge) => format!("{state} by its schedule since {}", local(case, edge.at)),
        None => format!("{state} by its schedule"),
    }
}

/// Adds what the schedule says about now, and the notice that a coming stop needs.
pub(super) fn about(
    case: &Case<'_>,
    desired: Option<Desired>,
    mut decision: Decision,
    held: bool,
) -> Decision {
    let Some(desired) = desired else {
        return decision;
    };
    decision.desired = desired.power;
    decision.since = desired.since.map(|edge| edge.at);
    if decision.next.is_none() {
        decision.next = desired.next.map(|next| super::Next {
            at: next.at,
            desired: Some(next.power),
        });
    }
    if !held && decision.notice.is_none() {
        decision.notice = coming(case, &decision);
    }
    decision
}

/// The notice to give ahead of a stop that the next change brings.
fn coming(case: &Case<'_>, decision: &Decision) -> Option<NoticeDue> {
    let length = case
        .reading
        .policy
        .notice
        .as_ref()
        .and_then(|notice| notice.value)?;
    let length = TimeDelta::from_std(length).ok()?;
    let next = decision
        .next
        .filter(|next| next.desired == Some(Power::Off))?;
    let running = rest(&case.compute.state) == Some(Power::On);
    let given = case
        .memory
        .notice
        .is_some_and(|notice| notice.cause == next.at);
    let near = case.now >= next.at - length && case.now < next.at;
    (running && near && !given && decision.action == super::Action::Leave).then_some(NoticeDue {
        cause: next.at,
        stop_at: next.at,
    })
}
