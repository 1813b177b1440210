//! Policies in plain sentences, such as `on Monday to Friday from 08:00 to 19:00 in Lisbon; off otherwise`.

use super::findings::Description;
use crate::duration;
use crate::policy::{
    Hold, HoldEnd, Holidays, Idle, Layer, Limits, Mode, Moment, Reading, Sourced, Target,
};
use crate::schedule::{Cron, Days, EdgeRule, Power, Rules, Schedule, When, Window, wall};
use crate::tz::Tz;
use chrono::TimeDelta;
use std::time::Duration;

/// Every part of a policy that is set, in the order in which they decide.
pub(super) fn all(reading: &Reading, default: Tz, lease: TimeDelta) -> Vec<Description> {
    let (policy, target) = (&reading.policy, reading.target);
    let zone = policy
        .schedule
        .as_ref()
        .map_or(default, |schedule| schedule.value.zone);
    let holidays = policy.holidays.as_ref().map(|holidays| &holidays.value);
    let parts = [
        part("mode", &policy.mode, |mode| self::mode(*mode)),
        part("hold", &policy.hold, |hold| self::hold(*hold, zone)),
        part("schedule", &policy.schedule, |schedule| {
            self::schedule(schedule, holidays, lease)
        }),
        part("holidays", &policy.holidays, self::holidays),
        part("idle", &policy.idle, |idle| match target {
            Target::Deployment => without_requests(*idle),
            _ => self::idle(*idle),
        }),
        part("max-uptime", &policy.max_uptime, |length| {
            let delay = match target {
                Target::Workbench => "",
                _ => "; a job on it delays that",
            };
            let length = duration::print(*length);
            format!("stopped once it has run for {length} without a break{delay}")
        }),
        part("notice", &policy.notice, |notice| self::notice(*notice))
            .filter(|part| part.layer != Layer::Default || part.text != NO_NOTICE),
        part("unused", &policy.unused, |days| self::unused(*days)),
        part("warm", &policy.warm, |count| {
            format!("{} while it is on", kept(*count, target))
        }),
        part("floor", &policy.floor, |count| {
            format!("{} while it is off", kept(*count, target))
        }),
        part("owner", &policy.owner, |owner| {
            format!("{} is told, and named in the report", owner.escape_debug())
        }),
    ];
    parts.into_iter().flatten().collect()
}

fn part<T>(
    tag: &'static str,
    part: &Option<Sourced<T>>,
    text: impl Fn(&T) -> String,
) -> Option<Description> {
    part.as_ref().map(|part| Description {
        tag,
        layer: part.layer,
        text: text(&part.value),
    })
}

fn unused(days: Option<u32>) -> String {
    match days {
        None => "its schedule starts it, whether anybody uses it or not".into(),
        Some(1) => "no longer started by its schedule once nobody has used it for a day of such starts, until someone starts it".into(),
        Some(days) => format!(
            "no longer started by its schedule once nobody has used it on {days} days of such starts in a row, until someone starts it"
        ),
    }
}

fn schedule(schedule: &Schedule, holidays: Option<&Holidays>, lease: TimeDelta) -> String {
    let lease = duration::print(lease.to_std().unwrap_or_default());
    match &schedule.rules {
        Rules::None => "no schedule".into(),
        Rules::Always => "on round the clock: its schedule never stops it, and starts it only where the mode is enforce".into(),
        Rules::Never => format!("off unless someone starts it; a manual start stands for {lease}"),
        Rules::Timed { windows, edges } => timed(schedule, windows, edges, holidays),
    }
}

fn timed(
    schedule: &Schedule,
    windows: &[Window],
    edges: &[EdgeRule],
    holidays: Option<&Holidays>,
) -> String {
    let mut clauses: Vec<String> = Vec::new();
    if !windows.is_empty() {
        clauses.push(format!("on {}", listed(&self::windows(windows))));
    }
    clauses.extend(edges.iter().map(edge));
    let rules = format!("{} in {}", clauses.join("; "), place(schedule.zone));
    let free = holidays
        .filter(|holidays| !holidays.calendars.is_empty())
        .map(days_named);
    let (rest, on_free) = match (windows.is_empty(), edges.is_empty()) {
        (false, true) => ("off otherwise", " and on "),
        (true, _) => (
            "in between it stays as people leave it",
            "; not started on ",
        ),
        (false, false) => (
            "outside the windows the last edge counts",
            "; no window and no start on ",
        ),
    };
    match free {
        Some(free) => format!("{rules}; {rest}{on_free}{free}"),
        None => format!("{rules}; {rest}"),
    }
}

/// `Monday to Friday from 08:00 to 12:00 and from 13:00 to 18:00`, for each run of windows of the same days.
fn windows(windows: &[Window]) -> Vec<String> {
    let mut runs: Vec<(Days, Vec<String>)> = Vec::new();
    for window in windows {
        let next_day = window.end <= window.start;
        let whole = (window.start, window.end) == (0, 1440);
        let text = match (whole, next_day) {
            (true, _) => "all day".to_string(),
            (false, true) if window.end == 0 => format!("from {} to midnight", clock(window.start)),
            (false, true) => format!(
                "from {} to {} of the next day",
                clock(window.start),
                clock(window.end)
            ),
            (false, false) => format!("from {} to {}", clock(window.start), clock(window.end)),
        };
        match runs.last_mut() {
            Some((days, texts)) if *days == window.days => texts.push(text),
            _ => runs.push((window.days, vec![text])),
        }
    }
    let one =
        |(days, texts): &(Days, Vec<String>)| format!("{} {}", weekdays(*days), listed(texts));
    runs.iter().map(one).collect()
}

fn edge(rule: &EdgeRule) -> String {
    let verb = match rule.power {
        Power::On => "started",
        Power::Off => "stopped",
    };
    match &rule.when {
        When::Weekly { days, at } => format!("{verb} {} at {}", weekdays(*days), clock(*at)),
        When::Cron(cron) => format!("{verb} {}", self::cron(cron)),
    }
}

/// More times a day than this are better told by their rule.
const FEW: usize = 4;

fn cron(cron: &Cron) -> String {
    let times: Vec<String> = cron.minutes().take(FEW + 1).map(clock).collect();
    if let Some(days) = cron.weekly().filter(|_| times.len() <= FEW) {
        return format!("{} at {}", weekdays(days), listed(&times));
    }
    let text = cron.describe();
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_ascii_lowercase());
    let text: String = first.into_iter().chain(letters).collect();
    format!("{text} (cron {})", cron.as_str())
}

const NAMES: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// `every day`, `Monday to Friday`, `Monday, Wednesday and Friday`.
fn weekdays(days: Days) -> String {
    let on = |day: usize| days.0 >> (day % 7) & 1 == 1;
    if (0..7).all(on) {
        return "every day".into();
    }
    let runs = (0..7).filter(|day| on(*day) && !on(day + 6));
    let runs = runs.flat_map(|first| {
        let length = (first..first + 7).take_while(|day| on(*day)).count();
        let name = |day: usize| NAMES[day % 7].to_string();
        match length {
            1 | 2 => (first..first + length).map(name).collect(),
            _ => vec![format!("{} to {}", name(first), name(first + length - 1))],
        }
    });
    listed(&runs.collect::<Vec<_>>())
}

/// `a`, `a and b`, `a, b and c`.
fn listed(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn clock(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// `Lisbon` of `Europe/Lisbon`.
pub(super) fn place(zone: Tz) -> String {
    let name = zone.name();
    match name.split_once('/') {
        // `Etc/GMT+5` means nothing without its family.
        Some(("Etc", _)) | None => name.to_string(),
        Some((_, rest)) => rest.rsplit('/').next().unwrap_or(rest).replace('_', " "),
    }
}

/// `the public holidays of Portugal and Bavaria (Germany) and the days of lab`.
fn days_named(holidays: &Holidays) -> String {
    let (mut places, mut own) = (Vec::new(), Vec::new());
    for name in &holidays.calendars {
        match crate::holidays::place(name) {
            Some(place) => places.push(place),
            None => own.push(name.clone()),
        }
    }
    let mut both = Vec::new();
    if !places.is_empty() {
        both.push(format!("the public holidays of {}", listed(&places)));
    }
    if !own.is_empty() {
        both.push(format!("the days of {}", listed(&own)));
    }
    both.join(" and ")
}

fn holidays(holidays: &Holidays) -> String {
    match holidays.calendars.is_empty() {
        true => "holidays are ordinary days".into(),
        false => format!("no window and no start begins on {}", days_named(holidays)),
    }
}

fn hold(hold: Hold, zone: Tz) -> String {
    let moment = |moment: &Moment| match moment {
        Moment::At(at) => wall::dated(*at, zone),
        Moment::Next(_) => format!("the next {moment}"),
    };
    let end = match &hold.end {
        HoldEnd::Until(until) => format!("until {}", moment(until)),
        HoldEnd::For(length) => format!("for {}", duration::print(*length)),
    };
    let counted = match hold.counts_from_seen() {
        true => ", counted from when Lamplighter first sees this text",
        false => "",
    };
    let from = hold.from.as_ref().map(moment);
    match (hold.power, from) {
        (Power::On, None) => format!("nothing stops it {end}{counted}"),
        (Power::On, Some(from)) => {
            format!("started once at {from}, and nothing stops it {end}{counted}")
        }
        (Power::Off, None) => format!("stopped once, and not started {end}{counted}"),
        (Power::Off, Some(from)) => {
            format!("stopped once at {from}, and not started {end}{counted}")
        }
    }
}

fn idle(idle: Idle) -> String {
    match idle {
        Idle::Off => "not stopped for being idle; Azure's own idle timer cannot be switched off, and is kept from firing where one is set".into(),
        Idle::After { length, limits } if limits == Limits::default() => {
            format!("stopped after {} without work", duration::print(length))
        }
        Idle::After { length, limits } => format!(
            "stopped after {} without work, which is CPU below {} and GPU below {}",
            duration::print(length),
            limits.cpu,
            limits.gpu
        ),
    }
}

/// `lamp-idle` of a deployment: nobody's processor load, but what is asked of it.
fn without_requests(idle: Idle) -> String {
    match idle {
        Idle::Off => "not brought down for want of requests".into(),
        Idle::After { length, .. } => format!(
            "brought down to lamp-floor after {} without a request, until its next window",
            duration::print(length)
        ),
    }
}

/// `3 nodes are kept`.
fn kept(count: u32, target: Target) -> String {
    let thing = match target {
        Target::Deployment => "instance",
        _ => "node",
    };
    match count {
        0 => format!("no {thing} is kept"),
        1 => format!("1 {thing} is kept"),
        count => format!("{count} {thing}s are kept"),
    }
}

/// What holds anyway; where only the settings repeat it, it is left out.
const NO_NOTICE: &str = "stopped without notice, and told of failures only";

fn notice(notice: Option<Duration>) -> String {
    match notice {
        None => NO_NOTICE.into(),
        Some(Duration::ZERO) => "its owner is told of no stop, but of all else".into(),
        Some(length) => format!(
            "its owner is told {} before a stop",
            duration::print(length)
        ),
    }
}

fn mode(mode: Mode) -> String {
    let parts = [
        (mode.ignore, "left alone"),
        (mode.dry_run, "only reported, nothing done"),
        (mode.stop_only, "never started"),
        (mode.enforce, "people's own starts and stops are undone too"),
    ];
    let set = parts.iter().filter(|(set, _)| *set);
    let texts: Vec<String> = set.map(|(_, text)| text.to_string()).collect();
    match texts.is_empty() {
        true => "as usual".into(),
        false => listed(&texts),
    }
}
