//! Rule 4: holds.

use super::actions::{start, stop};
use super::case::Case;
use super::decision::{Decision, Next};
use crate::kinds::rest;
use crate::policy::Held;
use crate::record::{Action, Reason};
use crate::schedule::Power;

/// `off`: never started, and stopped once, when the hold begins.
pub(super) fn off(case: &Case<'_>, hold: Held) -> Decision {
    let until = case.local(hold.until);
    if rest(case.compute) == Some(Power::Off) {
        let text = format!("held off until {until}");
        return Decision::leave(Reason::HoldOff, text).with_next(hold.until, None);
    }
    if case.saved_state.hold_stopped == Some(hold.until) {
        let text = format!("held off until {until}, stopped once, and started again by hand since");
        return Decision::leave(Reason::HoldOff, text).with_next(hold.until, None);
    }
    let decision = stop(
        case,
        Reason::HoldOff,
        hold.until,
        &format!("held off until {until}"),
    );
    // A wait for the notice ends before the hold does.
    match decision.next {
        Some(_) => decision,
        None => decision.with_next(hold.until, None),
    }
}

/// `on` with a beginning of its own: started once when it begins, unless somebody has stopped it since.
pub(super) fn on_from(case: &Case<'_>, hold: Held) -> Option<Decision> {
    let from = hold.from?;
    let stopped = rest(case.compute) == Some(Power::Off);
    let external = case.saved_state.external.as_ref();
    let since = external
        .map(|external| external.at)
        .max(case.saved_state.stopped_when_idle);
    if !stopped || since.is_some_and(|at| at >= from) {
        return None;
    }
    let text = format!(
        "held on from {} until {}",
        case.local(from),
        case.local(hold.until)
    );
    Some(start(case, Reason::HoldOn, from, &text))
}

/// Adds to a decision the hold that is still to begin, where that is the next change.
pub(super) fn announced(case: &Case<'_>, mut decision: Decision, hold: Held) -> Decision {
    let Some(from) = hold.begins_after(case.now) else {
        return decision;
    };
    let first = decision.next.is_none_or(|next| next.at > from);
    if decision.action != Action::Leave || !first {
        return decision;
    }
    let state = if hold.power == Power::On { "on" } else { "off" };
    let text = format!("; held {state} from {}", case.local(from));
    decision.text.push_str(&text);
    decision.next = Some(Next {
        at: from,
        desired: Some(hold.power),
    });
    decision
}

/// Says that a hold is over whose end no text tells.
pub(super) fn over(case: &Case<'_>) -> Option<String> {
    let hold = case.reading.policy.hold.as_ref()?;
    let seen = case.saved_state.hold_seen.as_ref()?;
    let held = case.hold()?;
    let over = hold.value.counts_from_seen() && held.until <= case.now;
    over.then(|| {
        format!(
            "its hold was first seen {} and ended {}; another text, such as a date, begins a new one",
            case.local(seen.at),
            case.local(held.until)
        )
    })
}
