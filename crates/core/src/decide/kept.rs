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
/// A run goes on while one hold follows the other without a stop between them, or more than an hour. It is forgotten when
/// it is over and the resource has stopped, a window of its schedule has begun, or nobody has held it for as long as the
/// limit.
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
    if !governed || rest(compute) == Some(Power::Off) {
        return None;
    }
    let of = (compute.created_on, policy);
    let (taken, known) = stand(known, found, of, limit, now);
    if taken.is_some() {
        // Whoever keeps it on is there.
        state.unused_starts = None;
    }
    state.personal_hold = taken.clone().or(known);
    taken
}

/// The hold that stands after what was found is taken in, for whoever only looks: just what [`take_holds`] would save of
/// a resource that is on. It may be over, and of a run that a new one goes on with. `created_on`: the resource's.
pub fn standing_hold(
    known: Option<PersonalHold>,
    found: &[PersonalHold],
    (created_on, policy): (Option<DateTime<Utc>>, &Policy),
    limit: TimeDelta,
    now: DateTime<Utc>,
) -> Option<PersonalHold> {
    let (taken, known) = stand(known, found, (created_on, policy), limit, now);
    taken.or(known)
}

/// Since when the run counts that a hold goes on with which is asked for `at` an instant. `known`: the one that stands.
pub fn run_since(known: Option<&PersonalHold>, at: DateTime<Utc>) -> DateTime<Utc> {
    let known = known.filter(|known| follows(known.until, at));
    known.map_or(at, |known| known.since.min(at))
}

/// Whether what is asked for `at` an instant goes on with a run whose holds end at `end`: whoever is on for longer
/// without a hold is so for another reason, and that ends the run.
fn follows(end: DateTime<Utc>, at: DateTime<Utc>) -> bool {
    let last = end.checked_add_signed(GAP);
    last.is_none_or(|last| at <= last)
}

/// After so long without a hold the next one begins a run of its own.
const GAP: TimeDelta = TimeDelta::hours(1);

/// What is newly taken in, and what stands of the one that is known.
fn stand(
    known: Option<PersonalHold>,
    found: &[PersonalHold],
    (created_on, policy): (Option<DateTime<Utc>>, &Policy),
    limit: TimeDelta,
    now: DateTime<Utc>,
) -> (Option<PersonalHold>, Option<PersonalHold>) {
    if limit.is_zero() {
        return (None, None);
    }
    // A resource of the same name that was made later is another one.
    let same = |hold: &PersonalHold| created_on.is_none_or(|made| made <= hold.at);
    let known = known.filter(|hold| same(hold) && !is_forgotten(hold, policy, limit, now));
    let found = found.iter().filter(|hold| same(hold)).cloned();
    let found = found.map(|hold| not_later(hold, now));
    let found: Vec<PersonalHold> = found.filter(|hold| hold.is_in_force(now)).collect();
    let (begun, known, found) = last_run(known, found, limit);
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
    (taken, known)
}

/// Those of the last run, and when that began.
fn last_run(
    mut known: Option<PersonalHold>,
    mut found: Vec<PersonalHold>,
    limit: TimeDelta,
) -> (
    Option<DateTime<Utc>>,
    Option<PersonalHold>,
    Vec<PersonalHold>,
) {
    // What was asked for long before the run that is known began is of an earlier one.
    let begun = known.as_ref().map(|known| known.since);
    found.retain(|hold| begun.is_none_or(|begun| follows(hold.at, begun)));
    found.sort_by_key(|hold| hold.at);
    let mut run = known.as_ref().map(|known| (known.since, known.until));
    let mut last: Vec<PersonalHold> = Vec::new();
    for hold in found {
        if run.is_some_and(|(_, end)| !follows(end, hold.at)) {
            (run, known) = (None, None);
            last.clear();
        }
        let (since, end) = run.unwrap_or((hold.since, hold.at));
        let since = since.min(hold.since);
        let until = PersonalHold {
            since,
            ..hold.clone()
        };
        run = Some((since, end.max(until.within(limit).until)));
        last.push(hold);
    }
    (run.map(|(since, _)| since), known, last)
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
