//! Azure's own idle timer: what `lamp-idle` wants it to be.
//!
//! It sees kernels, terminals and VS Code better than anyone outside, and nothing of SSH and tmux. So it is set where
//! nothing better watches, and kept out of the way of a beacon and of a hold.

use super::case::{Case, Presence};
use crate::observe::ComputeState;
use crate::policy::Idle;
use crate::record::TimerAnswer;
use crate::schedule::Power;
use chrono::{DateTime, TimeDelta, Utc};
use std::ops::RangeInclusive;
use std::time::Duration;

/// What Azure takes: 15 minutes to 3 days.
pub const NATIVE: RangeInclusive<Duration> =
    Duration::from_secs(15 * 60)..=Duration::from_secs(3 * 86_400);
/// Azure begins its idle clock anew where the timer is set to less than the present idle time. Set to this so often, and
/// to the longest again at the next sweep, a timer that nobody may switch off never fires: at each time the clock shows
/// either more than this, and begins anew, or at most this and [`ANEW_EVERY`] at the next, which is below the longest.
const ANEW: Duration = Duration::from_secs(30 * 3600);
const ANEW_EVERY: TimeDelta = TimeDelta::hours(36);
/// Whether there is work that the timer may not see is checked so long before it would fire, or from half its length
/// on, whichever comes first: a few sweeps may be missed.
const CHECK_BEFORE: TimeDelta = TimeDelta::minutes(15);
/// Work that metrics show keeps the timer out of the way for so long.
const AFTER_WORK: TimeDelta = TimeDelta::minutes(20);
/// A value that Azure refused is not asked for again for so long.
const AFTER_REFUSAL: TimeDelta = TimeDelta::days(1);
/// A value that was just set may not show yet.
const SHOWS_WITHIN: TimeDelta = TimeDelta::hours(1);

const YEAR: Duration = Duration::from_secs(366 * 86_400);

/// What the timer is to be set to now, if it is not so already.
pub(super) fn due(case: &Case<'_>) -> Option<Duration> {
    // Of an instance at rest only; what Azure does with another nobody says.
    if !matches!(
        case.compute.state,
        ComputeState::Running | ComputeState::JobRunning
    ) {
        return None;
    }
    let current = current(case);
    let wanted = wanted(case, current)?;
    if current == Some(wanted) {
        return None;
    }
    let before = case.saved_state.timer.as_ref();
    let same = before.filter(|before| before.to == wanted.as_secs());
    let again = same.is_none_or(|before| {
        let pause = match before.answer {
            Some(TimerAnswer::Refused) => AFTER_REFUSAL,
            // Accepted, and something else shows: asking again each hour would begin its clock anew each hour.
            Some(TimerAnswer::Accepted) if current.is_some() => AFTER_REFUSAL,
            Some(TimerAnswer::Accepted) | None => SHOWS_WITHIN,
        };
        case.now >= before.at + pause
    });
    again.then_some(wanted)
}

/// The timer as it stands: what Azure shows, else what we set and know to be taken.
pub(super) fn current(case: &Case<'_>) -> Option<Duration> {
    let ours = || {
        let set = case.saved_state.timer.as_ref()?;
        let taken = set.answer == Some(TimerAnswer::Accepted);
        // A resource of the same name that was made later is another one.
        let same = case.compute.created_on.is_none_or(|made| made <= set.at);
        (taken && same).then(|| Duration::from_secs(set.to))
    };
    // No real timer is longer than a year; sums with such a length would leave the calendar.
    let shown = case.compute.idle_time_before_shutdown;
    shown.filter(|shown| *shown <= YEAR).or_else(ours)
}

fn wanted(case: &Case<'_>, current: Option<Duration>) -> Option<Duration> {
    let policy = &case.reading.policy;
    let idle = policy.idle.as_ref()?.value;
    let hold = case.hold().filter(|hold| hold.in_force(case.now));
    let tag = hold.is_some_and(|hold| hold.power == Power::On);
    let personal = case.personal_hold();
    let held = tag || personal.is_some_and(|hold| hold.is_in_force(case.now));
    match (idle, case.beacon) {
        (_, Presence::Unknown) => None,
        (Idle::Off, _) => out_of_the_way(case, current, true),
        (Idle::After { .. }, _) if held => out_of_the_way(case, current, true),
        // A beacon that has gone silent is no reason to defeat what may be the last timer.
        (Idle::After { length, .. }, Presence::Present) => {
            let work = case.saved_state.evidence.work_at;
            let known_for = TimeDelta::from_std(length).unwrap_or(ANEW_EVERY);
            let known_for = known_for.max(ANEW_EVERY);
            let works = work.is_some_and(|at| case.now < at + known_for);
            out_of_the_way(case, current, works)
        }
        (Idle::After { .. }, Presence::Absent) if works(case) => {
            out_of_the_way(case, current, true)
        }
        (Idle::After { length, .. }, Presence::Absent) => {
            let minutes = length.as_secs().div_ceil(60);
            Some(Duration::from_secs(minutes * 60)).filter(|length| NATIVE.contains(length))
        }
    }
}

/// Whether metrics have just shown work. It may be of a kind that the timer does not see.
fn works(case: &Case<'_>) -> bool {
    let work = case.saved_state.evidence.work_at;
    work.is_some_and(|at| case.now < at + AFTER_WORK)
}

/// Whether evidence is wanted for the timer's sake: it would fire soon, for work that it does not see; or it is out of
/// the way, and nobody works any more. `quiet_from`: no work is known since.
pub(super) fn asks(case: &Case<'_>, quiet_from: DateTime<Utc>, length: TimeDelta) -> bool {
    let Some(current) = current(case).filter(|_| case.beacon == Presence::Absent) else {
        return false;
    };
    let current = TimeDelta::from_std(current).unwrap_or(length);
    current > length || case.now >= quiet_from + current - CHECK_BEFORE.max(current / 2)
}

/// Azure cannot switch a timer off. The longest keeps it out of the way for three days; beginning its clock anew in
/// time, for good.
fn out_of_the_way(case: &Case<'_>, current: Option<Duration>, for_good: bool) -> Option<Duration> {
    let longest = *NATIVE.end();
    let current = current?;
    let set = case.saved_state.timer.as_ref().map(|set| set.at);
    let begun = set.max(case.saved_state.on_since()).unwrap_or(case.now);
    let again = for_good && current == longest && case.now >= begun + ANEW_EVERY;
    Some(if again { ANEW } else { longest })
}

/// The first moment at which the timer would have fired twice over, had nobody worked since `from`.
pub(super) fn twice(case: &Case<'_>, from: DateTime<Utc>) -> Option<(Duration, DateTime<Utc>)> {
    let timer = current(case)?;
    let set = case.saved_state.timer.as_ref().map(|set| set.at);
    let from = set.map_or(from, |set| set.max(from));
    let twice = TimeDelta::from_std(timer).ok()?.checked_mul(2)?;
    Some((timer, from.checked_add_signed(twice)?))
}
