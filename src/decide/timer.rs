//! Azure's own idle timer: what `lamp-idle` wants it to be.
//!
//! It sees kernels, terminals and VS Code better than anyone outside, and nothing of SSH and tmux. So it is set where
//! nothing better watches, and kept out of the way of a beacon and of a hold.

use super::{Case, Presence, TimerAnswer};
use crate::azure::model::State;
use crate::policy::Idle;
use crate::schedule::Power;
use chrono::{DateTime, TimeDelta, Utc};
use std::ops::RangeInclusive;
use std::time::Duration;

/// What Azure takes: 15 minutes to 3 days.
pub const NATIVE: RangeInclusive<Duration> =
    Duration::from_secs(15 * 60)..=Duration::from_secs(3 * 86_400);
/// A value that Azure refused is not asked for again for so long.
const AFTER_REFUSAL: TimeDelta = TimeDelta::days(1);
/// A value that was just set may not show yet.
const SHOWS_WITHIN: TimeDelta = TimeDelta::hours(1);

/// What the timer is to be set to now, if it is not so already.
pub(super) fn due(case: &Case<'_>) -> Option<Duration> {
    // Of an instance at rest only; what Azure does with another nobody says.
    if !matches!(case.compute.state, State::Running | State::JobRunning) {
        return None;
    }
    let current = current(case);
    let wanted = wanted(case, current)?;
    if current == Some(wanted) {
        return None;
    }
    let before = case.memory.timer.as_ref();
    let same = before.filter(|before| before.to == wanted.as_secs());
    let again = same.is_none_or(|before| {
        let pause = match before.answer {
            Some(TimerAnswer::Refused) => AFTER_REFUSAL,
            Some(TimerAnswer::Accepted) | None => SHOWS_WITHIN,
        };
        case.now >= before.at + pause
    });
    again.then_some(wanted)
}

/// The timer as it stands: what Azure shows, else what we set and know to be taken.
pub(super) fn current(case: &Case<'_>) -> Option<Duration> {
    let ours = || {
        let set = case.memory.timer.as_ref()?;
        let taken = set.answer == Some(TimerAnswer::Accepted);
        // A machine of the same name that was made later is another one.
        let same = case.compute.created_on.is_none_or(|made| made <= set.at);
        (taken && same).then(|| Duration::from_secs(set.to))
    };
    case.compute.idle_time_before_shutdown.or_else(ours)
}

fn wanted(case: &Case<'_>, current: Option<Duration>) -> Option<Duration> {
    // Azure cannot switch a timer off; the longest keeps it out of the way.
    let longest = current.map(|_| *NATIVE.end());
    let policy = &case.reading.policy;
    let idle = policy.idle.as_ref()?.value;
    let hold = policy.hold.as_ref().map(|hold| hold.value);
    let held = hold.is_some_and(|hold| hold.power == Power::On && case.now < hold.until);
    match (idle, case.beacon) {
        (_, Presence::Unknown) => None,
        (Idle::Off, _) | (_, Presence::Present) => longest,
        (Idle::After { .. }, _) if held => longest,
        (Idle::After { length, .. }, Presence::Absent) => {
            let minutes = length.as_secs().div_ceil(60);
            Some(Duration::from_secs(minutes * 60)).filter(|length| NATIVE.contains(length))
        }
    }
}

/// The first moment at which the timer would have fired twice over, had nobody worked since `from`.
pub(super) fn twice(case: &Case<'_>, from: DateTime<Utc>) -> Option<(Duration, DateTime<Utc>)> {
    let timer = current(case)?;
    let set = case.memory.timer.as_ref().map(|set| set.at);
    let from = set.map_or(from, |set| set.max(from));
    let twice = TimeDelta::from_std(timer).ok()? * 2;
    Some((timer, from + twice))
}
