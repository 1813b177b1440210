//! What reads well and is probably not meant.

use super::case::Case;
use super::{description, regions};
use crate::decide::NATIVE_TIMER;
use crate::duration;
use crate::observe::NativeSchedule;
use crate::policy::{Calendar, Idle, Layer, Limits, Policy, Target};
use crate::savings::native;
use crate::schedule::{EdgeKind, EdgeRule, Power, Rules, Schedule, Window, wall};
use crate::tz::Tz;
use chrono::{TimeDelta, Utc};

/// Everything that looks like a slip, the gravest first.
pub(super) fn all(case: &Case<'_>) -> Vec<String> {
    let policy = &case.reading.policy;
    let mut found = Vec::new();
    if !policy.governed {
        found.push(match &case.reading.ungoverned {
            Some(why) => format!("{why}; so it is left alone"),
            None => "no policy tag covers it, so it is left alone".into(),
        });
    }
    let without_effect = case.reading.without_effect.iter();
    found.extend(without_effect.map(ToString::to_string));
    if let Some(holidays) = &policy.holidays {
        found.extend(holidays.value.own.iter().flat_map(calendar));
    }
    if let Some(schedule) = &policy.schedule {
        found.extend(rules(&schedule.value, case));
        found.extend(mode(policy, &schedule.value));
        found.extend(zone(case, &schedule.value));
        found.extend(natives(case, &schedule.value));
    }
    found.extend(hold(case, policy));
    found.extend(match case.reading.target {
        Target::Instance => lengths(policy),
        _ => loads(policy),
    });
    found
}

/// What is wrong with a calendar of the platform's own.
fn calendar((name, calendar): &(String, Calendar)) -> Vec<String> {
    let unread = calendar.problem.iter().map(|why| {
        format!("calendar {name}: {why}; until it can be read its days count as ordinary days")
    });
    let notes = calendar.notes.iter();
    let notes = notes.map(|note| format!("calendar {name}: {note}"));
    unread.chain(notes).collect()
}

/// Rules that change nothing, or never end.
fn rules(schedule: &Schedule, case: &Case<'_>) -> Vec<String> {
    let Rules::Timed { windows, edges } = &schedule.rules else {
        return vec![];
    };
    let mut found = Vec::new();
    for (index, window) in windows.iter().enumerate() {
        let within = |other: &Window| {
            let alone = timed(schedule, vec![*other], vec![]);
            let both = timed(schedule, vec![*other, *window], vec![]);
            alone.edges(case.now, year(case)) == both.edges(case.now, year(case))
        };
        let others = windows.iter().enumerate();
        let covers = |(other, cover): (usize, &Window)| {
            other != index && within(cover) && (other < index || *cover != *window)
        };
        if others.clone().any(covers) {
            found.push(format!(
                "the window {window} lies within another and adds nothing"
            ));
        }
    }
    let without_effect = |rule| edge_without_effect(schedule, windows, rule, case);
    found.extend(edges.iter().filter_map(without_effect));
    found.extend(endless(schedule, windows, edges, case));
    found.extend(short_break(schedule, case));
    found
}

/// Nobody means a stop for so short a time.
const SHORT_BREAK: TimeDelta = TimeDelta::minutes(5);

/// `00:00-23:59`: a stop each night, for a minute.
fn short_break(schedule: &Schedule, case: &Case<'_>) -> Option<String> {
    let week = schedule.edges(case.now, case.now + TimeDelta::days(8));
    let (off, on) = week.iter().zip(week.iter().skip(1)).find(|(off, on)| {
        let change = off.power == Power::Off && on.power == Power::On;
        let windows = off.kind == EdgeKind::Window && on.kind == EdgeKind::Window;
        change && windows && on.at - off.at <= SHORT_BREAK
    })?;
    let length = duration::print((on.at - off.at).to_std().unwrap_or_default());
    Some(format!(
        "it is stopped {} for {length} only: a day ends at 24:00, and windows that touch are one",
        wall::shown(off.at, schedule.zone)
    ))
}

/// An edge that never acts in the year to come.
fn edge_without_effect(
    schedule: &Schedule,
    windows: &[Window],
    rule: &EdgeRule,
    case: &Case<'_>,
) -> Option<String> {
    let with = timed(schedule, windows.to_vec(), vec![rule.clone()]);
    let edges = with.edges(case.now, year(case));
    if edges.iter().any(|edge| edge.kind == EdgeKind::Edge) {
        return None;
    }
    let text = with.to_string();
    let text = text
        .rsplit_once("; ")
        .map_or(text.as_str(), |(_, rule)| rule);
    let text = text.trim_end_matches(schedule.zone.name()).trim_end();
    let bare = Schedule::new(
        timed(schedule, vec![], vec![rule.clone()]).rules,
        schedule.zone,
    );
    let next = bare.at(case.now).next.filter(|next| next.at >= year(case));
    Some(match next {
        Some(next) => format!(
            "{text} does not come within a year: next {}",
            wall::dated(next.at, schedule.zone)
        ),
        None => format!(
            "{text} never acts in the year to come: it always falls inside a window or on a day off"
        ),
    })
}

/// Rules that start a resource and never stop it.
fn endless(
    schedule: &Schedule,
    windows: &[Window],
    edges: &[EdgeRule],
    case: &Case<'_>,
) -> Vec<String> {
    let mut found = Vec::new();
    let has = |power| edges.iter().any(|rule| rule.power == power);
    if windows.is_empty() && has(Power::On) && !has(Power::Off) {
        found.push("it is started and never stopped: there is a start and no stop".into());
    }
    let never_off = !windows.is_empty()
        && schedule.at(case.now).power == Some(Power::On)
        && schedule.at(case.now).next.is_none();
    if never_off {
        found.push(
            "its windows leave no gap, so it is never stopped; write always if that is meant"
                .into(),
        );
    }
    found
}

fn timed(schedule: &Schedule, windows: Vec<Window>, edges: Vec<EdgeRule>) -> Schedule {
    Schedule {
        rules: Rules::Timed { windows, edges },
        ..schedule.clone()
    }
}

fn year(case: &Case<'_>) -> chrono::DateTime<Utc> {
    case.now + TimeDelta::days(366)
}

fn mode(policy: &Policy, schedule: &Schedule) -> Option<String> {
    let mode = policy.mode.as_ref()?.value;
    let only_starts = matches!(&schedule.rules, Rules::Timed { windows, edges }
        if windows.is_empty() && edges.iter().all(|rule| rule.power == Power::On));
    match mode.stop_only && only_starts {
        true => Some(
            "its schedule only starts and its mode is stop-only, so nothing is ever done".into(),
        ),
        false => None,
    }
}

/// Zones this far from the resource's region are rarely meant.
const FAR: TimeDelta = TimeDelta::hours(4);

fn zone(case: &Case<'_>, schedule: &Schedule) -> Option<String> {
    let region = case.region?;
    let near = regions::zone(region)?;
    let ahead = |zone: Tz| case.now.with_timezone(&zone).naive_local() - case.now.naive_utc();
    let apart = (ahead(schedule.zone) - ahead(near)).abs();
    let timed = matches!(schedule.rules, Rules::Timed { .. });
    let written = case.reading.policy.schedule.as_ref()?;
    // A zone that the owner wrote was meant, unless it is far; the default was not written by anybody.
    // A schedule by name has no times in its text, and brings its zone.
    let text = written.text.to_lowercase();
    let named = !text.contains([':', '*']);
    let by_default = !text.contains(&schedule.zone.name().to_lowercase())
        && !named
        && written.layer != Layer::Default;
    let limit = if by_default { TimeDelta::hours(2) } else { FAR };
    if !timed || apart < limit {
        return None;
    }
    let hours = duration::print(apart.to_std().unwrap_or_default());
    let why = match by_default {
        true => format!(
            "no zone is written, so the times are read in {}",
            schedule.zone.name()
        ),
        false => format!("the times are read in {}", schedule.zone.name()),
    };
    Some(format!(
        "{why}, {hours} from the resource's region {region} ({}): is that where its people are?",
        description::place(near)
    ))
}

fn hold(case: &Case<'_>, policy: &Policy) -> Option<String> {
    // One that counts from when it is first seen is taken as if that were now.
    let hold = policy.hold.as_ref()?.value.held(case.now);
    let zone = policy
        .schedule
        .as_ref()
        .map_or(case.zone, |schedule| schedule.value.zone);
    let until = wall::dated(hold.until, zone);
    if hold.until <= case.now {
        return Some(format!("the hold ended {until} and has no effect any more"));
    }
    let begun = hold.from.map_or(case.now, |from| from.max(case.now));
    (hold.until > begun + TimeDelta::days(92))
        .then(|| format!("the hold lasts long, until {until}"))
}

fn lengths(policy: &Policy) -> Option<String> {
    let Idle::After { length, .. } = policy.idle.as_ref()?.value else {
        return None;
    };
    (!NATIVE_TIMER.contains(&length)).then(|| {
        format!(
            "an idle time of {} is outside what Azure's own timer takes (15m to 3d), so only metrics and beacons can show \
             that nobody works",
            duration::print(length)
        )
    })
}

/// Of a deployment requests are counted, and no loads.
fn loads(policy: &Policy) -> Option<String> {
    let Idle::After { limits, .. } = policy.idle.as_ref()?.value else {
        return None;
    };
    (limits != Limits::default())
        .then(|| "the loads in its idle time have no effect: what counts is requests".into())
}

/// Azure's own schedules that work against the tags within a week.
fn natives(case: &Case<'_>, schedule: &Schedule) -> Vec<String> {
    let against = |native: &NativeSchedule| {
        let power = match native.action.to_ascii_lowercase().as_str() {
            "start" => Power::On,
            "stop" => Power::Off,
            _ => return None,
        };
        let week = native::firings(native, case.now, case.now + TimeDelta::days(7))?;
        let wrong = week.into_iter().find(|at| {
            let desired = schedule.at(*at).power;
            desired.is_some_and(|desired| desired != power)
        })?;
        let when = wall::shown(wrong, schedule.zone);
        Some(match power {
            Power::On => format!(
                "Azure's own schedule starts it {when}, when the tags want it off; it then runs for its lease"
            ),
            Power::Off => format!(
                "Azure's own schedule stops it {when}, when the tags want it on; it then stays off until the next edge"
            ),
        })
    };
    case.native.iter().filter_map(against).collect()
}
