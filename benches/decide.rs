//! What one resource costs in a sweep, apart from the network: reading its tag, deciding, a year of its edges.
//!
//! Run by hand: `cargo bench --bench decide`. 10,000 different tags, so that nothing remembered from the last one
//! helps. Prints the best of several rounds a resource, and each as a ratio of the first line: computers are noisy,
//! ratios less so. Then the value, of some hard ones and of all files of a folder that is named (`-- fuzz/corpus/tags`),
//! that took longest to read and correct.

use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_core::decide::{Case, Evidence, Jobs, Presence, decide, remember};
use lamplighter_core::kinds::instance::imagined;
use lamplighter_core::observe::{Compute, ComputeState, LastOperation, Tags};
use lamplighter_core::policy::{self, Defaults, Layers, Reading};
use lamplighter_core::record::ResourceState;
use std::hint::black_box;
use std::time::{Duration, Instant};

const TAGS: usize = 10_000;
const ROUNDS: usize = 15;
const LIMITS: &str = "limits: a tag read and decided under 2 µs, a year of edges under 200 µs, any value of 256 characters under 1 ms";

/// The shortest time a call took, over several rounds of one call for each of `cases`.
fn best<T>(cases: &[T], mut call: impl FnMut(&T)) -> Duration {
    let round = |call: &mut dyn FnMut(&T)| {
        let begun = Instant::now();
        cases.iter().for_each(&mut *call);
        begun.elapsed() / cases.len() as u32
    };
    let times = (0..ROUNDS).map(|_| round(&mut call));
    times.min().unwrap_or_default()
}

const DAYS: [&str; 6] = [
    "Mon-Fri",
    "Mon,Wed,Fri",
    "daily",
    "Sat",
    "weekdays",
    "Fri-Mon",
];
const ZONES: [&str; 6] = [
    "Europe/Lisbon",
    "America/New_York",
    "Europe/Berlin",
    "Asia/Kolkata",
    "America/Sao_Paulo",
    "Australia/Sydney",
];

/// The `n`th of 10,000 different windows.
fn windows(n: usize) -> String {
    let (days, zone) = (DAYS[n % 6], ZONES[n / 6 % 6]);
    let (start, end) = (n * 7 % 720, 725 + n * 11 % 700);
    let clock = |minutes: usize| format!("{:02}:{:02}", minutes / 60, minutes % 60);
    format!("{days} {}-{} {zone}", clock(start), clock(end))
}

/// The same as two cron lines.
fn crons(n: usize) -> String {
    let (start, end) = (n * 7 % 720, 725 + n * 11 % 700);
    let zone = ZONES[n / 6 % 6];
    format!(
        "start {} {} * * 1-5; stop {} {} * * * {zone}",
        start % 60,
        start / 60,
        end % 60,
        end / 60
    )
}

struct Resource {
    tags: Tags,
    compute: Compute,
    saved_state: ResourceState,
}

fn resource(schedule: String, now: DateTime<Utc>) -> Resource {
    let compute = Compute {
        id: "/subscriptions/s/resourceGroups/g/providers/p/workspaces/w/computes/ci".into(),
        name: "ci".into(),
        last_operation: Some(LastOperation {
            name: "Start".into(),
            time: now - TimeDelta::hours(30),
            status: Some("Succeeded".into()),
            trigger: Some("User".into()),
        }),
        ..imagined(ComputeState::Running)
    };
    let mut saved_state = ResourceState::default();
    remember(&mut saved_state, &compute, now);
    Resource {
        tags: Tags::from([("lamp-schedule".to_string(), schedule)]),
        compute,
        saved_state,
    }
}

fn read(resource: &Resource, defaults: &Defaults, none: &Tags) -> Reading {
    let layers = Layers {
        compute_name: "ci",
        compute: &resource.tags,
        workspace: none,
        resource_group: none,
    };
    policy::read(&layers, defaults)
}

fn judge(resource: &Resource, reading: &Reading, now: DateTime<Utc>) {
    black_box(decide(&Case {
        reading,
        compute: &resource.compute,
        jobs: &Jobs::NotAsked,
        evidence: &Evidence::NotAsked,
        beacon: Presence::Absent,
        saved_state: &resource.saved_state,
        lease: TimeDelta::hours(4),
        start_ahead: TimeDelta::zero(),
        notice_required: TimeDelta::zero(),
        now,
    }));
}

fn rows(what: &str, text: fn(usize) -> String) -> Vec<(String, Duration)> {
    let now = DateTime::from_timestamp(1_795_000_000, 0).unwrap_or_default();
    let (defaults, none) = (Defaults::default(), Tags::new());
    let resources: Vec<Resource> = (0..TAGS).map(|n| resource(text(n), now)).collect();
    let readings: Vec<(&Resource, Reading)> = resources
        .iter()
        .map(|resource| (resource, read(resource, &defaults, &none)))
        .collect();
    assert!(
        readings
            .iter()
            .all(|(_, reading)| reading.errors.is_empty())
    );
    let schedule = |reading: &Reading| reading.policy.schedule.as_ref().map(|s| s.value.clone());
    let schedules: Vec<_> = readings.iter().filter_map(|(_, r)| schedule(r)).collect();
    let year = TimeDelta::days(365);
    let row = |name: &str, time| (format!("{what}: {name}"), time);
    vec![
        row(
            "read the tag, and decide",
            best(&resources, |resource| {
                let reading = read(black_box(resource), &defaults, &none);
                judge(resource, &reading, now);
            }),
        ),
        row(
            "only read the tag",
            best(&resources, |resource| {
                black_box(read(black_box(resource), &defaults, &none));
            }),
        ),
        row(
            "only decide",
            best(&readings, |(resource, reading)| {
                judge(resource, black_box(reading), now);
            }),
        ),
        row(
            "only ask the schedule",
            best(&schedules, |schedule| {
                black_box(schedule.at(black_box(now)));
            }),
        ),
        row(
            "a year of edges",
            best(&schedules[..200], |schedule| {
                black_box(schedule.edges(black_box(now), now + year));
            }),
        ),
    ]
}

/// Values of 256 characters that are hard to read or to correct.
fn hard() -> Vec<String> {
    let fill = |piece: &str| piece.repeat(256).chars().take(256).collect::<String>();
    let mut hard: Vec<String> = [
        "Mon-Fry 25:00-26:00 Europe/Lisbo; ",
        "Montag–Freitag 9am to 5pm; ",
        "start 0 22-6 31 2 Mo-Fr; ",
        "start 1/10 8 * * 5-1; ",
        "stop 0 8 29,30,31 2 *; ",
        "Mon 08:00 - 19:00 Atlantis/Nowhere ",
        "Europe/Lisbonne",
        "08:00-19:00,",
        "DE-BYY, Bavarria, ",
        "dry_run, stop only; ",
        "on until 31/02/2026 25:00 ",
        "é🕯ß",
        " ",
        "x",
    ]
    .map(fill)
    .into();
    // A whole value with the slip at its end.
    let place = "America/Argentina/ComodRivadavi";
    hard.push(format!("{}{place}", &fill("Mon 08:00-09:00; ")[..221]));
    hard
}

const NAMES: [&str; 9] = [
    "lamp-schedule",
    "lamp-idle",
    "lamp-max-uptime",
    "lamp-hold",
    "lamp-holidays",
    "lamp-notice",
    "lamp-mode",
    "lamp-warm",
    "lamp-floor",
];

/// The longest that any value took under any tag, the best of three times.
fn slowest() -> (Duration, String) {
    let mut values = hard();
    if let Some(folder) = std::env::args().find(|arg| std::path::Path::new(arg).is_dir()) {
        let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let texts = files.filter_map(|file| std::fs::read(file.path()).ok());
        values.extend(texts.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()));
    }
    let (defaults, none) = (Defaults::default(), Tags::new());
    let mut slowest = (Duration::ZERO, String::new());
    for value in &values {
        for name in NAMES {
            let tags = Tags::from([(name.to_string(), value.clone())]);
            let layers = Layers {
                compute_name: "ci",
                compute: &tags,
                workspace: &none,
                resource_group: &none,
            };
            let once = || {
                let begun = Instant::now();
                black_box(policy::read(black_box(&layers), &defaults));
                begun.elapsed()
            };
            let time = once().min(once()).min(once());
            if time > slowest.0 {
                slowest = (time, format!("{name} = {value}"));
            }
        }
    }
    println!("{} values under each of {} tags", values.len(), NAMES.len());
    slowest
}

fn main() {
    let rows: Vec<_> = [rows("windows", windows), rows("cron", crons)].concat();
    let first = rows[0].1.as_secs_f64();
    println!(
        "{:34} {:>12} {:>8}",
        "what, for one resource", "best", "ratio"
    );
    for (what, time) in &rows {
        println!(
            "{what:34} {time:>12.2?} {:>8.2}",
            time.as_secs_f64() / first
        );
    }
    let (time, value) = slowest();
    println!("the slowest took {time:.2?}: {value}");
    println!("{LIMITS}");
}
