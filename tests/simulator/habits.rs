//! People of every habit, over many seeds: what the world does, what it says of it, and what Azure sees agree.

use super::support::{fleet_of, world};
use chrono::TimeDelta;
use lamplighter_simulator::fleet::Fleet;
use lamplighter_simulator::world::{Action, AtWork, By, UseKind, What, World};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const MEANS: [&str; 5] = ["notebook", "terminal", "vscode", "ssh", "tmux"];
const RUNS: [&str; 3] = ["job", "tmux", "notebook"];

/// An instance for each habit, all with Azure's timer at an hour.
fn every_habit(seed: u64, beacons: bool) -> Fleet {
    let (mut instances, mut people): (Vec<Value>, Vec<Value>) = Default::default();
    for means in MEANS {
        for runs_in in RUNS {
            let name = format!("{means}-{runs_in}");
            instances.push(
                json!({"name": name, "vmSize": "Standard_DS3_v2", "beacon": beacons,
                "idleTimeBeforeShutdown": "PT60M"}),
            );
            people.push(
                json!({"name": name, "zone": "Europe/Lisbon", "instances": [format!("w/{name}")],
                "arrives": "08:30-10:00", "leaves": "16:30-18:30", "forgets": 0.6, "worksIn": means,
                "jobs": [{"instance": format!("w/{name}"), "at": "14:00-17:00", "lasts": "1h-9h",
                    "chance": 0.5, "runsIn": runs_in}]}),
            );
        }
    }
    fleet_of(json!(instances), json!(people), json!({"seed": seed}))
}

fn fortnight(seed: u64, minutes: i64, beacons: bool) -> World {
    let mut world = world(every_habit(seed, beacons), "2026-10-19T00:00:00Z");
    let end = world.now() + TimeDelta::days(14);
    while world.now() < end {
        world.advance_to(world.now() + TimeDelta::minutes(minutes));
    }
    world
}

/// Whose work or run an event ends.
fn ended(event: &What) -> Option<&str> {
    match event {
        What::WorkEnded { person, .. } => Some(person),
        What::JobEnded { job } | What::JobKilled { job, .. } => Some(job),
        _ => None,
    }
}

#[test]
fn every_stop_tells_what_it_ended_and_azures_timer_ends_only_what_it_cannot_see() {
    let (mut by_timer, mut of_tmux, mut of_ssh) = (0, 0, 0);
    for seed in 0..20 {
        let world = fortnight(seed, 14 * 24 * 60, false);
        let mut at_work: BTreeMap<&str, Vec<AtWork>> = BTreeMap::new();
        for event in world.record() {
            let own = at_work.entry(event.instance.as_str()).or_default();
            let begun = match &event.what {
                What::WorkBegan { person } => Some((person, false)),
                What::JobStarted { job } => Some((job, true)),
                _ => None,
            };
            if let Some((who, run)) = begun {
                let kind = event.kind.expect("a kind");
                own.push(AtWork {
                    kind,
                    who: who.clone(),
                    run,
                });
            }
            if let Some(who) = ended(&event.what) {
                let before = own.len();
                own.retain(|one| one.who != who);
                assert_eq!(own.len(), before - 1, "seed {seed}: {event:?}");
            }
            if let What::Requested {
                action, by, during, ..
            } = &event.what
            {
                assert_eq!(during, own, "seed {seed}: {event:?}");
                if *by == By::IdleTimer {
                    by_timer += 1;
                    of_tmux += usize::from(during.iter().any(|one| one.kind == UseKind::Tmux));
                    of_ssh += usize::from(during.iter().any(|one| one.kind == UseKind::Ssh));
                    assert!(during.iter().all(|one| !one.kind.shows_to_azure()));
                } else if *action == Action::Stop {
                    // Nobody careful stops an instance under a run, or a colleague.
                    assert!(during.is_empty(), "seed {seed}: {event:?}");
                }
            }
        }
    }
    println!("{by_timer} stops by Azure's timer, {of_tmux} under tmux, {of_ssh} under SSH");
    assert!(by_timer > 1_000 && of_tmux > 100 && of_ssh > 100);
}

#[test]
fn these_lives_too_are_drawn_from_the_seed_and_steps_do_not_matter() {
    let leap = fortnight(3, 14 * 24 * 60, false);
    assert_eq!(leap.record(), fortnight(3, 5, false).record());
    assert_ne!(leap.record(), fortnight(4, 14 * 24 * 60, false).record());
    // A beacon only watches.
    assert_eq!(leap.record(), fortnight(3, 14 * 24 * 60, true).record());
}
