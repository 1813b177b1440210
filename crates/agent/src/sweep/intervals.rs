//! Which avoided intervals a look opens and closes.

use super::discover::Place;
use super::look::Look;
use lamplighter_core::observe::State;
use lamplighter_core::decide::{Act, Action, Found, MachineMemory, Outcome, rest};
use lamplighter_core::record::{Machine, Record, What};
use lamplighter_core::savings::{Closed, Interval, open_avoided, open_projected, open_unused};
use lamplighter_core::schedule::Power;
use chrono::{DateTime, Utc};

/// Updates the open intervals of a look's memory and adds their records. `last_swept`: when this workspace was
/// last known to have been seen; where nothing names the moment of a change, it lies after that.
pub fn settle(look: &mut Look, last_swept: Option<DateTime<Utc>>, now: DateTime<Utc>) {
    let found = std::mem::take(&mut look.fresh);
    for found in &found {
        if let Found::Ended(act) = found {
            ended(look, act, now);
        }
    }
    close_avoided(look, &found, last_swept, now);
    close_unused(look, &found, now);
    project(look, now);
    look.found.extend(found);
}

fn ended(look: &mut Look, act: &Act, now: DateTime<Utc>) {
    let Some(end) = act.ended.clone() else { return };
    let id = format!("settlement:{}", act.id);
    let what = What::Settlement {
        act: act.id.clone(),
        power: act.power,
        reason: act.reason,
        ended: end.clone(),
    };
    look.records.push(look.record(id, now, what));
    if let (Outcome::Settled, Some(start)) = (end.how, &act.unneeded_start) {
        let what = What::Unneeded {
            start: start.clone(),
        };
        look.records
            .push(look.record(format!("unneeded:{start}"), now, what));
    }
    match (act.power, end.how) {
        // Whether a claim that was never answered reached Azure is unknown, and earns nothing.
        (Power::Off, Outcome::Settled)
            if act.accepted_at.is_some() && look.memory.avoided.is_none() =>
        {
            let interval =
                open_avoided(act, &look.compute, &look.reading.policy, &look.memory, now);
            look.opened.push(interval.clone());
            look.memory.avoided = Some(interval);
        }
        (Power::On, Outcome::Settled | Outcome::Overtaken)
            if act.extra && look.memory.unused.is_none() =>
        {
            let interval = open_unused(act, &look.compute);
            look.opened.push(interval.clone());
            look.memory.unused = Some(interval);
        }
        _ => {}
    }
}

/// What a dry run would have saved counts for as long as it would have kept the machine off.
fn project(look: &mut Look, now: DateTime<Utc>) {
    let decision = &look.decision;
    let would_stop = decision.action == Action::Stop && decision.dry_run;
    match (would_stop, look.memory.projected.clone()) {
        (true, None) => {
            let (policy, memory) = (&look.reading.policy, &look.memory);
            let interval = open_projected(decision.reason, &look.compute, policy, memory, now);
            look.opened.push(interval.clone());
            look.memory.projected = Some(interval);
        }
        (false, Some(interval)) => {
            let why = format!("the dry run would not keep it off: {}", decision.reason);
            look.memory.projected = None;
            close(look, interval, now, why, now);
        }
        _ => {}
    }
}

fn close(look: &mut Look, interval: Interval, at: DateTime<Utc>, why: String, now: DateTime<Utc>) {
    let closed = end(&interval, at, why, now);
    look.saved += interval.headline(closed.at);
    // It stands under the day on which it was found out: a day that is over does not change.
    let id = format!("closed:{}", interval.id);
    look.records
        .push(look.record(id, now, What::Closed { closed }));
}

/// An interval's end: never before its opening, never in the future.
fn end(interval: &Interval, at: DateTime<Utc>, why: String, now: DateTime<Utc>) -> Closed {
    let at = at.min(now).max(interval.opened_at);
    Closed {
        interval: interval.id.clone(),
        kind: interval.kind,
        at,
        why,
    }
}

/// An avoided interval ends when the machine is seen in any state but Stopped, or when a word says that it was
/// on in between.
fn close_avoided(
    look: &mut Look,
    found: &[Found],
    last_swept: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) {
    let Some(interval) = look.memory.avoided.clone() else {
        return;
    };
    let opened = interval.opened_at;
    let word = found.iter().rev().find_map(|found| match found {
        Found::Spoken(word) if word.at > opened => Some(word),
        _ => None,
    });
    if look.compute.state == State::Stopped && word.is_none() {
        return;
    }
    // Nothing tells when it was started, only that it still was off when last seen.
    let last_seen = last_swept.map_or(opened, |at| at.max(opened));
    let ours = look
        .memory
        .last_act()
        .filter(|act| act.power == Power::On && act.requested_at >= opened);
    let named = word.filter(|word| word.power == Power::On && word.operation != "first sight");
    let (at, why) = match (ours, named) {
        (Some(act), None) => (act.requested_at, "our start".to_string()),
        (_, Some(word)) => (word.at, format!("{} by somebody else", word.operation)),
        (None, None) => (
            last_seen,
            "found on, or put out by somebody else".to_string(),
        ),
    };
    look.memory.avoided = None;
    close(look, interval, at, why, now);
}

/// An unused start ends at the first sign of use, or when the machine is out again.
fn close_unused(look: &mut Look, found: &[Found], now: DateTime<Utc>) {
    let Some(interval) = look.memory.unused.clone() else {
        return;
    };
    let word = found.iter().find_map(|found| match found {
        Found::Spoken(word) if word.at > interval.opened_at => {
            Some((word.at, "somebody's own start or stop"))
        }
        _ => None,
    });
    let job = look
        .first_job_after(interval.opened_at)
        .map(|at| (at, "a job"));
    let seen = look.memory.evidence.work_at;
    let seen = seen
        .filter(|at| *at > interval.opened_at)
        .map(|at| (at, "work was seen on it"));
    let busy = (look.compute.state == State::JobRunning).then_some((now, "a job runs"));
    let out = (rest(&look.compute.state) == Some(Power::Off)).then_some((now, "out again, unused"));
    if let Some((at, why)) = [word, job, seen, busy, out]
        .into_iter()
        .flatten()
        .min_by_key(|(at, _)| *at)
    {
        look.memory.unused = None;
        close(look, interval, at, why.into(), now);
    }
}

/// The ends of what was open on a machine that is no longer there; it was last seen at `at`.
pub fn deleted(
    place: &Place,
    name: &str,
    memory: &MachineMemory,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Vec<Record> {
    let machine = Machine {
        id: format!("{}/computes/{name}", place.workspace.id).to_lowercase(),
        compute: name.to_string(),
        workspace: place.workspace.name.clone(),
        owner: None,
        vm_size: None,
        location: place.workspace.location.clone(),
    };
    let open = [&memory.avoided, &memory.unused, &memory.projected];
    let ends = open.into_iter().flatten().map(|interval| {
        let closed = end(interval, at, "the machine was deleted".into(), now);
        let vm_size = interval.vm_size.clone();
        let machine = Machine {
            vm_size,
            ..machine.clone()
        };
        let id = format!("closed:{}", interval.id);
        (id, machine, What::Closed { closed })
    });
    let gone = format!("gone:{}:{}", machine.id, now.to_rfc3339());
    let all = ends.chain([(gone, machine.clone(), What::Gone)]);
    all.map(|(id, machine, what)| Record {
        id,
        at: now,
        machine: Some(machine),
        what,
    })
    .collect()
}
