//! What one machine costs in a sweep, apart from the network: reading its tags, asking its schedule, a year of
//! edges. Run by hand: `cargo bench --bench decide`. Prints the best of several rounds, and each as a ratio of
//! the first: machines are noisy, ratios less so.

use chrono::{DateTime, TimeDelta, Utc};
use lamplighter::policy::{self, Defaults, Layers};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

const ROUNDS: usize = 20;

/// The shortest time that one call took, over several rounds of many calls.
fn best(calls: u32, mut call: impl FnMut()) -> Duration {
    let round = |call: &mut dyn FnMut()| {
        let begun = Instant::now();
        (0..calls).for_each(|_| call());
        begun.elapsed() / calls
    };
    let times = (0..ROUNDS).map(|_| round(&mut call));
    times.min().unwrap_or_default()
}

fn main() {
    let tags = BTreeMap::from([(
        "lamp-schedule".to_string(),
        "Mon-Fri 08:00-12:00, 13:00-18:00; Sat 10:00-14:00 Europe/Lisbon".to_string(),
    )]);
    let none = BTreeMap::new();
    let layers = Layers {
        compute_name: "ci",
        compute: &tags,
        workspace: &none,
        resource_group: &none,
    };
    let defaults = Defaults {
        prefix: "lamp-".into(),
        owner_tag: "owner".into(),
        zone: chrono_tz::UTC,
        schedule: None,
        idle: None,
        notice: None,
        opt_out: false,
    };
    let reading = policy::read(&layers, &defaults);
    let Some(schedule) = reading.policy.schedule else {
        return eprintln!("the schedule does not read: {:?}", reading.errors);
    };
    let now: DateTime<Utc> = DateTime::from_timestamp(1_795_000_000, 0).unwrap_or_default();
    let year = TimeDelta::days(365);
    let rows = [
        (
            "read one machine's tags",
            best(2000, || {
                black_box(policy::read(black_box(&layers), &defaults));
            }),
        ),
        (
            "ask its schedule once",
            best(2000, || {
                black_box(schedule.value.at(black_box(now)));
            }),
        ),
        (
            "list a year of its edges",
            best(20, || {
                black_box(schedule.value.edges(black_box(now), now + year));
            }),
        ),
    ];
    let first = rows[0].1.as_secs_f64();
    println!("{:28} {:>12} {:>8}", "what", "best", "ratio");
    for (what, time) in rows {
        println!(
            "{what:28} {time:>12.2?} {:>8.1}",
            time.as_secs_f64() / first
        );
    }
}
