//! What one look at a machine adds to its memory: the last word, how our acts ended, what opened and closed.

use super::Reason;
use super::evidence::Remembered;
use super::memory::{Act, Ended, FIRST_SIGHT, MachineMemory, Outcome, Word};
use crate::observe::{Compute, LastOperation, State};
use crate::schedule::Power;
use chrono::{DateTime, Utc};

/// Something that a look found out, to be written to the ledger.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// Our act ended; see [`Act::ended`].
    Ended(Act),
    /// Somebody else had a word that we had not seen before.
    Spoken(Word),
}

/// The state at rest, as far as lighting and putting out go.
pub fn rest(state: &State) -> Option<Power> {
    match state {
        State::Running | State::JobRunning => Some(Power::On),
        State::Stopped => Some(Power::Off),
        _ => None,
    }
}

/// What an operation's name does to a machine; `None` for one that does neither, or that we do not know.
fn effect(operation: &str) -> Option<Power> {
    match operation {
        "Create" | "Start" | "Restart" | "Resize" | "Reimage" => Some(Power::On),
        "Stop" => Some(Power::Off),
        _ => None,
    }
}

fn failed(operation: &LastOperation) -> bool {
    operation
        .status
        .as_deref()
        .is_some_and(|status| status.ends_with("Failed"))
}

/// Takes in one look at a machine. Idempotent: the same look twice finds nothing new the second time.
pub fn remember(memory: &mut MachineMemory, compute: &Compute, now: DateTime<Utc>) -> Vec<Found> {
    let mut found = Vec::new();
    let first = memory.first_seen.is_none();
    memory.first_seen.get_or_insert(now);
    let word = heard(memory, compute, first, now);
    if let Some(word) = word {
        memory.word = Some(word.clone());
        found.push(Found::Spoken(word));
    }
    if let Some(act) = end_act(memory, compute, now) {
        if was(&act, Outcome::Settled) {
            match act.reason {
                Reason::HoldOff => memory.hold_put_out = Some(act.cause),
                // As of the request: a window that begins before we see it out is another one.
                Reason::Idle | Reason::MaxUptime => memory.put_out = Some(act.requested_at),
                _ => {}
            }
        }
        found.push(Found::Ended(act));
    }
    if let Some(power) = rest(&compute.state) {
        memory.rest = Some(power);
    }
    if memory.rest == Some(Power::Off) {
        // What was seen of work ends with the machine; the next start begins anew.
        memory.evidence = Remembered::default();
    }
    found
}

fn was(act: &Act, how: Outcome) -> bool {
    act.ended.as_ref().is_some_and(|ended| ended.how == how)
}

/// A word that we have not heard yet, if this look brings one.
fn heard(
    memory: &MachineMemory,
    compute: &Compute,
    first: bool,
    now: DateTime<Utc>,
) -> Option<Word> {
    let Some(operation) = &compute.last_operation else {
        return unnamed(memory, compute, first, now);
    };
    let power = effect(&operation.name)?;
    let own = memory.acts.iter().any(|act| act.is(power, operation.time));
    let known = memory
        .word
        .as_ref()
        .is_some_and(|word| word.at >= operation.time);
    if failed(operation) || own || known {
        return None;
    }
    Some(Word {
        power,
        at: operation.time,
        operation: operation.name.clone(),
        trigger: operation.trigger.clone(),
    })
}

/// Where Azure names no operation, a state that we did not bring about is somebody's word, spoken at the
/// latest when we first see it.
fn unnamed(
    memory: &MachineMemory,
    compute: &Compute,
    first: bool,
    now: DateTime<Utc>,
) -> Option<Word> {
    let power = rest(&compute.state)?;
    let changed = memory.rest.is_some_and(|before| before != power);
    let ours = memory
        .last_act()
        .is_some_and(|act| act.power == power && act.ended.is_none());
    let unexplained =
        (first || memory.word.is_none() && memory.acts.is_empty() || changed) && !ours;
    unexplained.then(|| Word {
        power,
        at: now,
        operation: FIRST_SIGHT.into(),
        trigger: None,
    })
}

/// How our last act ended, if this look shows it.
fn end_act(memory: &mut MachineMemory, compute: &Compute, now: DateTime<Utc>) -> Option<Act> {
    let word = memory.word.clone();
    let act = memory.acts.last_mut().filter(|act| act.ended.is_none())?;
    let ours = compute
        .last_operation
        .as_ref()
        .filter(|op| effect(&op.name).is_some_and(|power| act.is(power, op.time)));
    let ended = if rest(&compute.state) == Some(act.power) {
        Ended {
            at: now,
            how: Outcome::Settled,
            why: None,
        }
    } else if word
        .as_ref()
        .is_some_and(|word| word.at > act.requested_at && word.power != act.power)
    {
        Ended {
            at: now,
            how: Outcome::Overtaken,
            why: word.map(|word| word.operation),
        }
    } else if let Some(operation) = ours.filter(|operation| failed(operation)) {
        Ended {
            at: now,
            how: Outcome::Failed,
            why: operation.status.clone(),
        }
    } else if act.overdue(now) && rest(&compute.state).is_some() {
        let why = match act.accepted_at {
            Some(_) => format!("accepted, but the machine is still {}", compute.state),
            None => "claimed, but never sent".to_string(),
        };
        Ended {
            at: now,
            how: Outcome::Failed,
            why: Some(why),
        }
    } else {
        return None;
    };
    act.ended = Some(ended);
    Some(act.clone())
}
