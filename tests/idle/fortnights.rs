//! People with every habit, for a fortnight, or most of a week without `LAMPLIGHTER_SEEDS`, swept every ten minutes:
//! nobody's work is ever ended where evidence could show it, and forgotten instances are stopped in time.

use super::lives::{Evidence, Life, Use, people};
use super::*;
use crate::common::inside::context;
use crate::common::seeds::{days, seeds};
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_agent::sweep;
use lamplighter_simulator::fleet::parse;
use lamplighter_simulator::world::{Action, By, Event, What};
use lamplighter_simulator::{Options, start_with};

const STEP: TimeDelta = TimeDelta::minutes(10);
const IDLE: TimeDelta = TimeDelta::minutes(60);

/// One fortnight: what happened, and how each instance lived.
struct Fortnight {
    events: Vec<Event>,
    lives: Vec<Life>,
}

async fn play(seed: u64, evidence: Evidence) -> Fortnight {
    let fleet = parse(&people(seed, evidence).to_string(), "test")
        .unwrap_or_else(|error| panic!("{error}"));
    let beacons = (evidence == Evidence::Beacons).then(|| Folder::new("beacons"));
    let options = Options {
        manual_clock: true,
        start: Some(at("23T00:00")),
        beacons: beacons.as_ref().map(|folder| folder.path().to_path_buf()),
        identity_header: Some("simulator".into()),
        ..Options::default()
    };
    let simulator = start_with(fleet, options)
        .await
        .expect("the simulator starts");
    let beacons_folder = beacons.as_ref().map(|folder| ("BEACONS", folder.text()));
    let settings: Vec<(&str, &str)> = beacons_folder.into_iter().collect();
    let context = context(&simulator, &simulator.url(), &settings);
    let (mut now, end) = (
        at("23T00:00"),
        at("23T00:00") + TimeDelta::days(days(6, 14)),
    );
    while now < end && evidence != Evidence::Nobody {
        simulator.advance_to(now);
        let options = sweep::Options::at(now);
        let summary = sweep::run(&context, &options).await.expect("a sweep");
        assert_eq!(summary.problems, [] as [String; 0], "{now}");
        now += STEP;
    }
    simulator.advance_to(end);
    let used: Value = reqwest::get(format!("{}/simulator/use", simulator.url()))
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    let time = |value: &Value| {
        value
            .as_str()
            .and_then(|text| text.parse().ok())
            .expect("a time")
    };
    let life = |instance: &Value| Life {
        name: instance["instance"].as_str().expect("a name").to_string(),
        uses: instance["uses"]
            .as_array()
            .expect("uses")
            .iter()
            .map(|one| Use {
                from: time(&one["from"]),
                to: time(&one["to"]),
                kind: one["kind"].as_str().expect("a kind").to_string(),
                light: one["load"] == "light",
            })
            .collect(),
        ran: instance["ran"]
            .as_array()
            .expect("ran")
            .iter()
            .map(|one| (time(&one["from"]), time(&one["to"])))
            .collect(),
    };
    Fortnight {
        events: simulator.record(),
        lives: used["instances"]
            .as_array()
            .expect("instances")
            .iter()
            .map(life)
            .collect(),
    }
}

impl Fortnight {
    /// Every accepted stop with who did it, and what was at work on the instance at that moment.
    fn stops(&self) -> Vec<(&Event, &By, Vec<Use>)> {
        let stops = self.events.iter().filter_map(|event| match &event.what {
            What::Requested {
                action: Action::Stop,
                by,
                during,
                ..
            } => Some((event, by, during)),
            _ => None,
        });
        let with_uses = stops.map(|(event, by, during)| {
            let life = self.lives.iter().find(|life| life.name == event.instance);
            let uses = life.into_iter().flat_map(|life| &life.uses);
            // Work goes on until the instance is stopped.
            let there = uses
                .filter(|one| one.from <= event.at && one.to > event.at)
                .cloned();
            (
                event,
                by,
                if during.is_empty() {
                    Vec::new()
                } else {
                    there.collect()
                },
            )
        });
        with_uses.collect()
    }

    /// Sessions and runs that Azure's own timer ended.
    fn ended_by_timer(&self) -> f64 {
        let stops = self.stops();
        let ended = stops.iter().filter(|(_, by, _)| **by == By::IdleTimer);
        ended.map(|(_, _, work)| work.len() as f64).sum()
    }

    fn forgotten_hours(&self) -> f64 {
        self.lives.iter().map(Life::forgotten_hours).sum()
    }
}

/// What evidence could show of work when a stop came at `at`.
fn could_show(evidence: Evidence, work: &Use, at: DateTime<Utc>) -> bool {
    let age = at - work.from;
    match evidence {
        Evidence::Nobody | Evidence::Timer => work.kind == "job",
        // Samples are three minutes late, and somebody busy has a burst in every ten.
        Evidence::Metrics => work.kind == "job" || !work.light && age > TimeDelta::minutes(14),
        // A login and the start of a tmux run are told at once, the rest within five minutes.
        Evidence::Beacons => {
            matches!(work.kind.as_str(), "job" | "ssh" | "tmux" | "terminal")
                || age > TimeDelta::minutes(5)
        }
    }
}

fn check(seed: u64, evidence: Evidence, fortnight: &Fortnight) {
    let mut ours = 0;
    for (event, by, work) in fortnight.stops() {
        let azure = *by == By::IdleTimer;
        let us = matches!(by, By::Api { .. });
        ours += usize::from(us);
        for one in work.iter().filter(|_| us || azure) {
            let seen = could_show(evidence, one, event.at);
            // What Azure's own timer does without any evidence of ours is its own doing.
            let blame = us || matches!(evidence, Evidence::Metrics | Evidence::Beacons);
            assert!(
                !(seen && blame),
                "seed {seed}, {evidence:?}: {} stopped at {} by {by:?} while at work: {one:?}",
                event.instance,
                event.at
            );
        }
    }
    match evidence {
        Evidence::Timer => {
            // Only the two with a schedule may be stopped by us at all.
            for (event, by, _) in fortnight.stops() {
                let scheduled = matches!(event.instance.as_str(), "w/nobody" | "w/sometimes");
                assert!(
                    scheduled || !matches!(by, By::Api { .. }),
                    "seed {seed}: {event:?}"
                );
            }
        }
        Evidence::Metrics | Evidence::Beacons => {
            assert!(ours > 10, "seed {seed}, {evidence:?}: only {ours} stops");
            in_time(seed, evidence, fortnight);
        }
        Evidence::Nobody => {}
    }
}

/// Nobody's instance stays on longer than its idle time and two sweeps, and the minute and a half that a stop takes.
/// Metrics show light work as none, so what looks forgotten to them may begin within it.
fn in_time(seed: u64, evidence: Evidence, fortnight: &Fortnight) {
    let most = IDLE + STEP * 2 + TimeDelta::seconds(90);
    for life in &fortnight.lives {
        for (from, to) in life.forgotten() {
            assert!(
                to - from <= most,
                "seed {seed}, {evidence:?}: {} was forgotten from {from} to {to}",
                life.name
            );
        }
    }
}

/// Forgotten hours without us, and with each evidence; then what Azure's own timer ended where it was alone.
async fn fortnight(seed: u64) -> [f64; 5] {
    let mut hours = [0.0; 5];
    for (place, evidence) in [
        Evidence::Nobody,
        Evidence::Timer,
        Evidence::Metrics,
        Evidence::Beacons,
    ]
    .into_iter()
    .enumerate()
    {
        let fortnight = play(seed, evidence).await;
        check(seed, evidence, &fortnight);
        hours[place] = fortnight.forgotten_hours();
        if evidence == Evidence::Timer {
            hours[4] = fortnight.ended_by_timer();
        }
    }
    hours
}

#[test]
fn fortnights_of_every_seed_end_nobodys_work_and_find_the_forgotten() {
    let seeds = std::sync::Mutex::new(seeds(1));
    let sums = std::sync::Mutex::new([0.0; 5]);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build();
                let runtime = runtime.expect("a runtime");
                loop {
                    let Some(seed) = seeds.lock().expect("seeds").next() else {
                        return;
                    };
                    let hours = runtime.block_on(fortnight(seed));
                    let mut sums = sums.lock().expect("sums");
                    sums.iter_mut()
                        .zip(hours)
                        .for_each(|(sum, hours)| *sum += hours);
                }
            });
        }
    });
    let [nobody, timer, metrics, beacons, ended] = *sums.lock().expect("sums");
    let caught = |hours: f64| 100.0 * (nobody - hours) / nobody;
    println!(
        "forgotten instance-hours without Lamplighter: {nobody:.0}; caught with Azure's timer only {:.1} % (which ended {ended} \
         sessions and runs that it does not see), with metrics {:.1} %, with beacons {:.1} %",
        caught(timer),
        caught(metrics),
        caught(beacons)
    );
    assert!(caught(beacons) > 60.0 && caught(metrics) > 60.0);
}
