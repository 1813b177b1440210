//! What must hold, by the simulator's own record of what truly happened.

use super::estate::Owned;
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_simulator::world::{By, Event, What};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Samples are three minutes late, and of up to five minutes each: of what began since, nobody could know.
const UNSEEN: TimeDelta = TimeDelta::minutes(8);
/// How long after a window's beginning everything has to be there, or its owner to know.
const GRACE: TimeDelta = TimeDelta::minutes(40);
/// How much before its edge a start may begin.
const AHEAD: TimeDelta = TimeDelta::minutes(36);
const LEASE: TimeDelta = TimeDelta::hours(4);

/// That an owner was told of something that failed.
pub struct Told {
    pub at: DateTime<Utc>,
    pub text: String,
}

/// A change of one resource: by whom, and which way.
struct Move {
    at: DateTime<Utc>,
    ours: bool,
    up: bool,
    /// Of one that scales: what it was before.
    from: u32,
}

fn ours(by: &By) -> bool {
    matches!(by, By::Api { .. })
}

fn moves(record: &[Event], name: &str) -> Vec<Move> {
    let own = record.iter().filter(|event| event.instance == name);
    let moved = own.filter_map(|event| {
        let (by, up, from) = match &event.what {
            What::Changed { from, to, by, .. } if from != to => (by, to > from, *from),
            What::PowerRequested { call, by, .. } => (by, call == "start", 0),
            _ => return None,
        };
        Some(Move {
            at: event.at,
            ours: ours(by),
            up,
            from,
        })
    });
    moved.collect()
}

/// What nobody can know, in money by ARM id in lower case: before everything that was remembered was lost, a tag's number had
/// been enforced over a smaller one of somebody's; afterwards all that runs counts as found.
pub fn raised_before_a_loss(
    owned: &[Owned],
    without: &[Event],
    lost_for: TimeDelta,
) -> BTreeMap<String, Decimal> {
    let mut unknowable = BTreeMap::new();
    for own in owned {
        let events = || without.iter().filter(|event| event.instance == own.name);
        let numbers = events().filter_map(|event| match event.what {
            What::Changed { to, .. } => Some(to),
            _ => None,
        });
        let least = numbers.chain(own.found).min();
        let (Some(warm), Some(least)) = (own.warm, least) else {
            continue;
        };
        // As the fleet's prices have it: no node and no instance costs more an hour.
        let most = Decimal::new(36, 2) * Decimal::from(warm.saturating_sub(least));
        let hours = Decimal::from(lost_for.num_minutes()) / Decimal::from(60);
        if let Some(event) = events().next() {
            unknowable.insert(event.id.to_lowercase(), most * hours);
        }
    }
    unknowable
}

/// No job, request or pod of others meets what we have parked.
pub fn nobody_was_stopped(seed: u64, record: &[Event]) {
    let begun = |event: &Event, is: &dyn Fn(&What) -> bool| {
        let before = record
            .iter()
            .filter(|one| one.id == event.id && one.at <= event.at);
        let began = before.filter(|one| is(&one.what)).map(|one| one.at).max();
        began.is_some_and(|began| event.at - began > UNSEEN)
    };
    for event in record {
        let broken = match &event.what {
            What::JobKilled { by, .. } => ours(by),
            What::PodKilled { pod, by } => {
                let its = |what: &What| matches!(what, What::PodStarted { pod: one } if one == pod);
                ours(by) && begun(event, &its)
            }
            // People may come when a schedule has it off, and start it.
            What::Waits { who } => who.starts_with("job") || who.contains('/'),
            What::RequestsBegan { instances, .. } => *instances == 0,
            What::Changed {
                from,
                to,
                by,
                during,
                ..
            } if event.instance == "w/asked/d" => {
                let known = during.iter().any(|caller| {
                    let its = |what: &What| matches!(what, What::RequestsBegan { who, .. } if who == caller);
                    begun(event, &its)
                });
                ours(by) && to < from && known
            }
            What::Changed { by, .. } => ours(by) && event.instance == "w/auto/d",
            _ => false,
        };
        assert!(!broken, "seed {seed}: {event:?}");
    }
}

/// Outside `enforce` nobody's own change is undone before the next edge, or the end of its lease.
pub fn nothing_was_undone(seed: u64, owned: &Owned, record: &[Event]) {
    let moves = moves(record, owned.name);
    for (place, own) in moves.iter().enumerate().filter(|(_, own)| own.ours) {
        let Some(other) = moves[..place].iter().rfind(|other| !other.ours) else {
            continue;
        };
        let (ahead, lease) = match own.up {
            true => (AHEAD, None),
            false => (TimeDelta::zero(), Some(LEASE)),
        };
        let lease = lease.filter(|_| owned.hours.has_windows());
        let idle = Some(TimeDelta::hours(1)).filter(|_| owned.idles && !own.up);
        let stood = own.at - other.at;
        let allowed = owned.enforce
            || other.up == own.up
            || owned.hours.speaks(other.at, own.at + ahead)
            || lease.into_iter().chain(idle).any(|length| stood >= length);
        assert!(
            allowed,
            "seed {seed}: {} was changed at {}, and that was undone at {}",
            owned.name, other.at, own.at
        );
    }
}

/// Every parked value is back when a window has begun, or its owner has been told why not. How many were told of.
pub fn everything_came_back(seed: u64, owned: &Owned, record: &[Event], told: &[Told]) -> usize {
    let moves = moves(record, owned.name);
    let mut excused = 0;
    for begun in owned.hours.beginnings() {
        let by = begun + GRACE;
        let before = moves.iter().filter(|one| one.at < begun - AHEAD);
        let Some(stop) = before.clone().rfind(|one| one.ours && !one.up) else {
            continue;
        };
        // Whoever has changed it since has said the last word, until the window begins.
        let others = moves.iter().filter(|one| !one.ours);
        // A start may begin ahead of its window, and what comes after it is somebody's word, too.
        if others
            .clone()
            .any(|one| begun - AHEAD < one.at && one.at <= by)
        {
            continue;
        }
        let spoken = others
            .clone()
            .any(|one| one.at > stop.at && one.at <= begun);
        let wanted = match owned.warm {
            Some(warm) => warm,
            None if spoken => 0,
            None => stop.from,
        };
        // What its idle time takes away again within the window was there when the window began.
        let seen = [Some(by), owned.idles.then_some(begun)];
        if seen
            .iter()
            .flatten()
            .any(|at| is_there(owned, record, *at, wanted))
        {
            continue;
        }
        let short = owned
            .name
            .rsplit_once("rg/")
            .or(owned.name.split_once("w/"));
        let short = short.expect("a place").1;
        let knows = told
            .iter()
            .any(|one| stop.at <= one.at && one.at <= by && one.text.contains(short));
        assert!(
            knows,
            "seed {seed}: {} is not back at {by}, and its owner does not know: it was {} before {}\n{}",
            owned.name,
            stop.from,
            stop.at,
            story(record, owned.name, stop.at, by)
        );
        excused += 1;
    }
    excused
}

/// Whether so many are there, or it runs.
fn is_there(owned: &Owned, record: &[Event], at: DateTime<Utc>, wanted: u32) -> bool {
    let own = record
        .iter()
        .filter(|event| event.instance == owned.name && event.at <= at);
    let is_deployment = owned.name.ends_with("/d");
    let number = own.rev().find_map(|event| match &event.what {
        What::Power { to, .. } => Some(u32::from(to.eq_ignore_ascii_case("running"))),
        What::Counted { to, .. } if is_deployment => Some(*to),
        What::Changed { to, .. } if !is_deployment => Some(*to),
        _ => None,
    });
    let number = number.or(owned.found).unwrap_or(1);
    match owned.found {
        Some(_) => number >= wanted,
        None => number > 0,
    }
}

/// What happened to it in a time, a line each.
fn story(record: &[Event], name: &str, from: DateTime<Utc>, to: DateTime<Utc>) -> String {
    let own = record
        .iter()
        .filter(|event| event.instance == name && from <= event.at && event.at <= to);
    own.map(|event| format!("{} {:?}\n", event.at, event.what))
        .collect()
}
