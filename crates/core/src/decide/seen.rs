//! What a machine is seen to be: written to the ledger when it changes, so that what ran when can be told later.

use super::memory::{FIRST_SIGHT, MachineMemory, Outcome};
use super::rest;
use crate::observe::{Compute, State};
use crate::policy::{Holidays, Policy};
use crate::schedule::Power;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// As Azure names it.
    pub state: String,
    /// `None`: neither on nor off, as far as one can tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub power: Option<Power>,
    /// Since when it is on, or off.
    pub since: DateTime<Utc>,
    /// Whose doing that is, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<By>,
    /// A job runs on it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub job: bool,
    /// The hold in force: what it keeps the machine at, and until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<(Power, DateTime<Utc>)>,
    /// Its schedule, as `lamp-schedule` takes it, with its zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<String>,
    /// Its holidays, as `lamp-holidays` takes them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holidays: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    Us,
    Others,
}

/// What a look shows; `None` while the machine changes its state, which passes by itself.
pub fn seen(
    compute: &Compute,
    policy: &Policy,
    memory: &MachineMemory,
    now: DateTime<Utc>,
) -> Option<Seen> {
    if compute.compute_type.as_deref() != Some("ComputeInstance") || passes(&compute.state) {
        return None;
    }
    let power = rest(&compute.state);
    let (since, by) = since(power, memory, now);
    let hold = policy.hold.as_ref().map(|hold| hold.value);
    let holidays = |holidays: &Holidays| match holidays.calendars.is_empty() {
        true => "none".to_string(),
        false => holidays.calendars.join(", "),
    };
    let schedule = policy.schedule.as_ref();
    Some(Seen {
        state: compute.state.to_string(),
        power,
        since,
        by,
        job: compute.state == State::JobRunning,
        hold: hold
            .filter(|hold| hold.until > now)
            .map(|hold| (hold.power, hold.until)),
        schedule: schedule.map(|schedule| schedule.value.to_string()),
        holidays: policy.holidays.as_ref().map(|given| holidays(&given.value)),
    })
}

fn passes(state: &State) -> bool {
    use State::*;
    matches!(
        state,
        Starting | Stopping | Restarting | Resizing | Creating | Deleting
    )
}

/// Since when a machine is on or off, and by whom: the later of the last word and our last act that did it.
fn since(
    power: Option<Power>,
    memory: &MachineMemory,
    now: DateTime<Utc>,
) -> (DateTime<Utc>, Option<By>) {
    let Some(power) = power else {
        return kept(power, memory, now);
    };
    let acts = memory.acts.iter().rev();
    let mut ours = acts.filter(|act| act.power == power).filter_map(|act| {
        let ended = act.ended.as_ref()?;
        // A machine is paid for from the request to light it on, and until it is seen to be out.
        let at = match power {
            Power::On => act.requested_at,
            Power::Off => ended.at,
        };
        (ended.how == Outcome::Settled).then_some((at, Some(By::Us)))
    });
    let ours = ours.next();
    let word = memory.word.as_ref().filter(|word| word.power == power);
    let word = word.map(|word| {
        let known = word.operation != FIRST_SIGHT;
        (word.at, known.then_some(By::Others))
    });
    let latest = [ours, word].into_iter().flatten().max_by_key(|(at, _)| *at);
    latest.unwrap_or_else(|| kept(Some(power), memory, now))
}

/// Nothing tells: as before where it has not changed, else since this look.
fn kept(
    power: Option<Power>,
    memory: &MachineMemory,
    now: DateTime<Utc>,
) -> (DateTime<Utc>, Option<By>) {
    let before = memory.seen.as_ref().filter(|seen| seen.power == power);
    before.map_or((now, None), |seen| (seen.since, seen.by))
}
