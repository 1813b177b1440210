//! People's holds: what was found of them is taken into saved state, and they keep a resource on. None starts or stops
//! anything, and no run of them is longer than the platform's limit.

use super::case::Case;
use super::decision::{Decision, Next};
use crate::kinds::{Kind, rest};
use crate::observe::Compute;
use crate::policy::{Held, Policy};
use crate::record::{PersonalHold, Reason, ResourceState};
use crate::schedule::Power;
use chrono::{DateTime, TimeDelta, Utc};

/// Takes in what people have asked for, as far as it was found (`found`; empty where nobody looked): the one that ends
/// last stands, and no longer than `limit` from the beginning of its run. What is newly taken in is given back.
///
/// A run goes on while one hold follows the other without a stop between them. It is forgotten when it is over and the
/// resource has stopped, a window of its schedule has begun, or nobody has held it for as long as the limit.
///
/// ```
/// use chrono::TimeDelta;
/// use lamplighter_core::decide::take_holds;
/// use lamplighter_core::kinds::instance::imagined;
/// use lamplighter_core::observe::ComputeState;
/// use lamplighter_core::policy::Policy;
/// use lamplighter_core::record::{Door, PersonalHold, ResourceState};
///
/// let (policy, running) = (Policy::default(), imagined(ComputeState::Running));
/// let mut state = ResourceState::default();
/// let at = "2026-11-23T18:50:00Z".parse()?;
/// let asked = |until: i64| PersonalHold {
///     until: at + TimeDelta::hours(until),
///     since: at,
///     at,
///     door: Door::Instance,
///     by: None,
/// };
/// let limit = TimeDelta::hours(12);
/// let mut take = |found: &[PersonalHold]| take_holds(&mut state, (&running, &policy), found, limit, at);
/// assert_eq!(take(&[asked(2), asked(1)]), Some(asked(2)));
/// assert_eq!(take(&[asked(2)]), None);
/// assert_eq!(take(&[asked(20)]), Some(asked(12)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn take_holds(
    state: &mut ResourceState,
    (compute, policy): (&Compute, &Policy),
    found: &[PersonalHold],
    limit: TimeDelta,
    now: DateTime<Utc>,
) -> Option<PersonalHold> {
    let known = state.personal_hold.take();
    let governed = Kind::of(compute).known().is_some();
    // A stop ends the run; a start by hand within the hold has the hold found again before the next stop.
    if !governed || limit.is_zero() || rest(compute) == Some(Power::Off) {
        return None;
    }
    // A resource of the same name that was made later is another one.
    let same = |hold: &PersonalHold| compute.created_on.is_none_or(|made| made <= hold.at);
    let known = known.filter(|hold| same(hold) && !is_forgotten(hold, policy, limit, now));
    let found = found.iter().filter(|hold| same(hold)).cloned();
    let found = found.map(|hold| not_later(hold, now));
    let found: Vec<PersonalHold> = found.filter(|hold| hold.is_in_force(now)).collect();
    let begun = found.iter().chain(&known).map(|hold| hold.since).min();
    let limited = |hold: PersonalHold| {
        let since = begun.unwrap_or(hold.since);
        PersonalHold { since, ..hold }.within(limit)
    };
    let known = known.map(limited);
    let found = found.into_iter().map(limited);
    let longest = found.max_by_key(|hold| hold.until);
    let taken = longest.filter(|hold| {
        let longer = known.as_ref().is_none_or(|known| hold.until > known.until);
        hold.is_in_force(now) && longer
    });
    if taken.is_some() {
        // Whoever keeps it on is there.
        state.unused_starts = None;
    }
    state.personal_hold = taken.clone().or(known);
    taken
}

/// A clock that is ahead asks for nothing in the future.
fn not_later(hold: PersonalHold, now: DateTime<Utc>) -> PersonalHold {
    PersonalHold {
        at: hold.at.min(now),
        since: hold.since.min(now),
        ..hold
    }
}

/// Whether a hold that is over is of a run that has ended, the resource being on.
fn is_forgotten(
    hold: &PersonalHold,
    policy: &Policy,
    limit: TimeDelta,
    now: DateTime<Utc>,
) -> bool {
    let desired = policy.schedule.as_ref();
    let desired = desired.map(|schedule| schedule.value.at(now));
    let window = desired.is_some_and(|desired| {
        let begun = desired.since.is_some_and(|edge| edge.at > hold.since);
        begun && desired.power == Some(Power::On)
    });
    let long_ago = hold.until.checked_add_signed(limit);
    !hold.is_in_force(now) && (window || long_ago.is_none_or(|at| now >= at))
}

/// What keeps a resource on: a tag's hold or a person's, whichever ends later.
pub(super) struct Kept {
    pub until: DateTime<Utc>,
    /// Whose it is, as it goes on after the end.
    whose: String,
    /// It is a person's.
    personal: bool,
}

/// What keeps the resource on now. `tag`: the hold of its tag that is in force, if that is one to keep it on.
pub(super) fn kept(case: &Case<'_>, tag: Option<Held>) -> Option<Kept> {
    let tag = tag.map(|hold| Kept {
        until: hold.until,
        whose: String::new(),
        personal: false,
    });
    let personal = case.personal_hold();
    let personal = personal.filter(|hold| hold.is_in_force(case.now));
    let personal = personal.map(|hold| Kept {
        until: hold.until,
        whose: format!(" {}", hold.whose()),
        personal: true,
    });
    match (tag, personal) {
        (Some(tag), Some(personal)) if personal.until > tag.until => Some(personal),
        (None, personal) => personal,
        (tag, _) => tag,
    }
}

impl Kept {
    pub fn words(&self, case: &Case<'_>) -> String {
        format!("held on until {}{}", case.local(self.until), self.whose)
    }

    /// A resource that its schedule leaves on all the same: what else would stop it does not.
    pub fn on_anyway(&self, case: &Case<'_>, mut decision: Decision) -> Decision {
        if !self.personal || rest(case.compute) != Some(Power::On) {
            return decision;
        }
        if decision.reason.is_plain() {
            decision.reason = Reason::HoldOn;
        }
        decision.text = format!("{}; {}", decision.text, self.words(case));
        if decision.next.is_none_or(|next| next.at > self.until) {
            decision.next = Some(Next {
                at: self.until,
                desired: None,
            });
        }
        decision
    }
}

/// How long a stop waits because it could not be found out whether somebody keeps the resource on: what holds for so
/// long will not pass by itself, and no stop may hang on it for ever.
const UNREAD_WAITS: TimeDelta = TimeDelta::hours(1);

/// Why a stop waits now for people's holds to be read, and until when at the latest.
pub(super) fn unread<'a>(case: &Case<'a>) -> Option<(&'a str, DateTime<Utc>)> {
    let unread = case.saved_state.holds_unread.as_ref()?;
    let until = unread.since + UNREAD_WAITS;
    (case.now < until).then_some((unread.why.as_str(), until))
}
