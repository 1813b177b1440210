//! The rules, in their order: the first that applies decides.

use super::actions::{start, stop};
use super::case::Case;
use super::decision::Decision;
use super::schedule::Intent;
use super::{ahead, asked, begin, hold, idle, kept, left, quota, schedule, stuck, timer, watchdog};
use crate::kinds::{Kind, reported};
use crate::record::Reason;
use crate::schedule::Power;

/// Decides for one resource at one instant.
///
/// ```
/// use lamplighter_core::decide::{Action, Case, Evidence, Jobs, Presence, Reason, decide, remember};
/// use lamplighter_core::kinds::instance::imagined;
/// use lamplighter_core::observe::{ComputeState, Tags};
/// use lamplighter_core::policy::{Defaults, Layers, read};
/// use lamplighter_core::record::ResourceState;
///
/// let tags = Tags::from([("lamp-schedule".into(), "Mon-Fri 08:00-19:00 Europe/Lisbon".into())]);
/// let none = Tags::new();
/// let layers = Layers {
///     compute_name: "ci-ana",
///     compute: &tags,
///     workspace: &none,
///     resource_group: &none,
/// };
/// let (reading, compute) = (read(&layers, &Defaults::default()), imagined(ComputeState::Running));
/// // Observed at work in the afternoon, and still running five minutes after the window's end.
/// let mut saved_state = ResourceState::default();
/// remember(&mut saved_state, &compute, "2026-11-23T15:00:00Z".parse()?);
/// let mut case = Case {
///     reading: &reading,
///     compute: &compute,
///     jobs: &Jobs::Known(Vec::new()),
///     evidence: &Evidence::NotAsked,
///     beacon: Presence::Absent,
///     saved_state: &saved_state,
///     lease: chrono::TimeDelta::hours(4),
///     start_ahead: chrono::TimeDelta::minutes(15),
///     notice_required: chrono::TimeDelta::zero(),
///     now: "2026-11-23T19:05:00Z".parse()?,
/// };
/// let decision = decide(&case);
/// assert_eq!((decision.action, decision.reason), (Action::Stop, Reason::ScheduleOff));
/// // A list of jobs that could not be read delays it.
/// let unread = Jobs::Unknown { why: "timeout".into(), accepted: false };
/// case.jobs = &unread;
/// assert_eq!(decide(&case).action, Action::Wait);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn decide(case: &Case<'_>) -> Decision {
    // No other kind has an idle timer of Azure's.
    let is_instance = Kind::of(case.compute) == Kind::Instance;
    let mut decision = match unfit(case).or_else(|| unreadable(case)) {
        Some(decision) => Decision {
            warning: left::warning(case, &decision),
            ..decision
        },
        None => Decision {
            timer: timer::due(case).filter(|_| is_instance),
            warning: watchdog::warning(case).filter(|_| is_instance),
            ..ahead::ahead(case, governed(case), governed)
        },
    };
    decision.dry_run = case.mode().dry_run;
    if Kind::of(case.compute).known().is_some() {
        // Of the others, the decision's own words have them.
        let notes = case.compute.by_kind.notes.iter();
        decision.evidence.extend(notes.cloned());
    }
    let quota = quota::evidence(case, &decision);
    decision.evidence.extend(quota);
    decision.evidence.extend(hold::over(case));
    if let Some(holidays) = &case.reading.policy.holidays {
        let unread = holidays.value.own.iter().filter_map(|(name, calendar)| {
            let why = calendar.problem.as_ref()?;
            Some(format!(
                "calendar {name}: {why}; its days count as others do"
            ))
        });
        decision.evidence.extend(unread);
    }
    decision
}

/// Rule 1: not a kind that is acted on, or a state that is neither at rest nor known.
fn unfit(case: &Case<'_>) -> Option<Decision> {
    let compute = case.compute;
    let state = &compute.state;
    let (reason, text) = match Kind::of(compute).known() {
        None => (Reason::KindNotGoverned, ungoverned_kind(case)),
        Some(kind) if kind.rest(state).is_some() => return None,
        Some(kind) if kind.passes(state) => {
            let text = match stuck::since(case) {
                Some(since) => {
                    let since = case.local(since);
                    format!("it has been {state} since {since}, longer than such a change takes")
                }
                None => format!("it is {state}; read again by the next sweep"),
            };
            (Reason::InTransition, text)
        }
        Some(_) => {
            let text = format!("its state, {state}, is not one to act on");
            (Reason::UnknownState, text)
        }
    };
    Some(Decision {
        stuck: stuck::told(case),
        ..Decision::leave(reason, text)
    })
}

/// Why nothing is done to a kind, and what Azure itself offers there.
fn ungoverned_kind(case: &Case<'_>) -> String {
    let compute = case.compute;
    let azures = compute
        .compute_type
        .as_deref()
        .unwrap_or("of no known kind");
    let text = match (compute.by_kind.observe_only, reported::line(azures)) {
        (true, _) => {
            let asked = match case.reading.policy.governed {
                true => "its tags ask for more, and ",
                false => "",
            };
            format!(
                "it is shown only: {asked}KINDS does not name {}",
                Kind::of(compute)
            )
        }
        (false, Some(line)) => line.to_owned(),
        (false, None) => format!("its kind ({azures}) is not one to act on"),
    };
    let parts = std::iter::once(text).chain(compute.by_kind.notes.iter().cloned());
    parts.collect::<Vec<_>>().join("; ")
}

/// Rules 2 and 3: no policy, an unreadable one, or `ignore`.
fn unreadable(case: &Case<'_>) -> Option<Decision> {
    let reading = case.reading;
    if let Some(error) = reading.errors.iter().find(|error| error.blocks) {
        let text = format!("{} cannot be read: {}", error.tag, error.in_one_line());
        return Some(Decision::leave(Reason::UnreadableTag, text));
    }
    if !reading.policy.governed {
        let why = match &reading.ungoverned {
            Some(why) => why.to_string(),
            None => "no policy tag on it or above it".to_owned(),
        };
        return Some(Decision::leave(Reason::NoPolicy, why));
    }
    case.mode()
        .ignore
        .then(|| Decision::leave(Reason::Ignored, "its mode is ignore".into()))
}

/// Rules 4 to 7, for a resource at rest with a readable policy.
fn governed(case: &Case<'_>) -> Decision {
    let written = case.hold();
    let hold = written.filter(|hold| hold.in_force(case.now));
    let schedule = case.reading.policy.schedule.as_ref();
    let desired = schedule.map(|schedule| schedule.value.at(case.now));
    if let Some(hold) = hold.filter(|hold| hold.power == Power::Off) {
        return schedule::about(desired, asked::unless_asked(case, hold::off(case, hold)));
    }
    let intent = schedule::intent(case, desired, case.mode());
    // A tag that holds it off was above it: an owner with rights has said so.
    let kept = kept::kept(case, hold);
    let rested = matches!(intent, Intent::Nothing(_)) && kept.is_none();
    let decision = match (intent, kept) {
        (Intent::Off { .. }, Some(kept)) => {
            Decision::leave(Reason::HoldOn, kept.words(case)).with_next(kept.until, None)
        }
        (
            Intent::Off {
                reason,
                cause,
                text,
            },
            None,
        ) => {
            let stop = asked::unless_asked(case, stop(case, reason, cause, &text));
            begin::asking_for_use(case, stop)
        }
        (
            Intent::On {
                reason,
                cause,
                text,
            },
            _,
        ) => start(case, reason, cause, &text),
        (Intent::Nothing(decision), Some(kept)) => {
            let starts = hold.and_then(|hold| hold::on_from(case, hold));
            starts.unwrap_or_else(|| kept.on_anyway(case, *decision))
        }
        (Intent::Nothing(decision), None) => *decision,
    };
    let decision = schedule::about(desired, decision);
    let decision = match rested {
        true => idle::unneeded(case, decision),
        false => decision,
    };
    match written {
        Some(hold) => hold::announced(case, decision, hold),
        None => decision,
    }
}
