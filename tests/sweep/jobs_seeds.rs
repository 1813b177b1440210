//! Evenings in which jobs queue, pause and prepare, lists of jobs fail in every way and prices are slow: no job is ever
//! stopped by Lamplighter, and whatever waits is told.

use super::waiting_jobs::{broken_pages, clear, failures};
use crate::common::between::Between;
use crate::common::inside::context;
use crate::common::seeds::seeds;
use crate::common::world::{OFFICE, World, at, fleet, instance};
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_agent::sweep::{self, Summary};
use lamplighter_core::record::Reason;
use lamplighter_simulator::world::{By, What};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const INSTANCES: usize = 6;
const WORKSPACES: [&str; 2] = ["w", "other"];
const STEP: TimeDelta = TimeDelta::minutes(5);
/// Statuses that a job shows for as long as it lasts; the others go the usual way.
const PINNED: [&str; 7] = [
    "NotStarted",
    "Queued",
    "Paused",
    "Preparing",
    "Provisioning",
    "Starting",
    "NotResponding",
];

fn tags(random: &mut fastrand::Rng) -> Value {
    match random.u8(0..6) {
        0 => json!({"lamp-hold": "off until 2026-12-01"}),
        1 => json!({"lamp-max-uptime": "12h", "lamp-notice": "off"}),
        2 => json!({"lamp-schedule": OFFICE, "lamp-notice": "15m"}),
        3 => json!({"lamp-schedule": "Mon-Fri 08:00-20:00 UTC", "lamp-mode": "enforce"}),
        _ => json!({"lamp-schedule": OFFICE}),
    }
}

fn job(random: &mut fastrand::Rng, workspace: &str) -> Value {
    let on = format!("{workspace}/ci-{}", random.usize(0..INSTANCES));
    let mut job = json!({"instance": on, "name": "run", "lastsSeconds": random.u32(60..5400)});
    if random.bool() {
        job["status"] = PINNED[random.usize(0..PINNED.len())].into();
    }
    job
}

/// What the list of jobs comes to for a while; often nothing is wrong with it.
fn fault(random: &mut fastrand::Rng, hangs: &mut u32) -> Option<Value> {
    let mut fault = match random.u8(0..5) {
        0 | 1 => return None,
        2 => {
            let pages = broken_pages();
            pages[random.usize(0..pages.len())].1.clone()
        }
        _ => {
            let statuses: Vec<u16> = failures().collect();
            json!({"status": statuses[random.usize(0..statuses.len())]})
        }
    };
    if fault.get("hang").is_some() {
        // Each takes a sweep's whole time.
        *hangs += 1;
        if *hangs > 1 {
            return None;
        }
        fault["count"] = json!(1);
    }
    fault["pathContains"] = json!("/jobs");
    Some(fault)
}

/// What has waited for a list of jobs: since when, and whether its owner has been told.
#[derive(Default)]
struct Waiting(BTreeMap<String, (DateTime<Utc>, bool)>);

impl Waiting {
    fn check(&mut self, summary: &Summary, seed: u64) {
        let lines = summary.decisions.iter();
        let mut waits = 0;
        for line in lines {
            let id = &line.resource.id;
            if line.reason != Reason::JobsUnknown {
                self.0.remove(id);
                continue;
            }
            waits += 1;
            let (since, told) = self.0.entry(id.clone()).or_insert((summary.at, false));
            *told |= line.warning.is_some();
            assert!(*told, "seed {seed}, {}: {line:?} was not told", summary.at);
            if summary.at >= *since + TimeDelta::hours(1) {
                assert!(summary.failed > 0, "seed {seed}, {}", summary.at);
                assert!(!summary.problems.is_empty(), "seed {seed}, {}", summary.at);
            }
        }
        let told = summary.oddities.iter().chain(&summary.problems);
        let told = told.filter(|text| text.contains("did not come in full"));
        assert!(waits == 0 || told.count() > 0, "seed {seed}: {summary:?}");
    }
}

async fn evening(seed: u64) -> [usize; 3] {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut instances = || -> Value {
        let names = (0..INSTANCES).map(|n| format!("ci-{n}"));
        let all = names.map(|name| instance(&name, tags(&mut random)));
        all.collect()
    };
    let (first, second) = (instances(), instances());
    let mut fleet = fleet(first, &[(WORKSPACES[1], second)]);
    let prepare = [0, 120, 900];
    fleet["jobsPrepareSeconds"] = prepare[random.usize(0..prepare.len())].into();
    let world = World::new(fleet).await;
    // A job comes just before a list of its workspace is read, whether that is the first look or the last.
    let mut inside = fastrand::Rng::with_seed(seed + 1_000);
    let url = world.simulator.url();
    let between = Between::start(&url, move |call, _| {
        let path = call.strip_prefix("GET ")?;
        let workspace = path.strip_suffix("/jobs")?.rsplit('/').next()?;
        let workspace = WORKSPACES.into_iter().find(|known| *known == workspace)?;
        (inside.u8(0..6) == 0).then(|| ("jobs", job(&mut inside, workspace)))
    });
    let between = between.await;
    let settings = [("REQUEST_TIMEOUT", "1s"), ("SWEEP_DEADLINE", "5s")];
    let context = context(&world.simulator, &between.url, &settings);
    let (mut now, mut waiting, mut hangs) = (at("23T18:00"), Waiting::default(), 0);
    let (mut stops, mut waits, mut unknown) = (0, 0, 0);
    while now < at("24T02:00") {
        world.simulator.advance_to(now);
        if random.u8(0..4) == 0 {
            let workspace = WORKSPACES[random.usize(0..2)];
            world.post("jobs", job(&mut random, workspace)).await;
        }
        if random.u8(0..5) == 0 {
            clear(&world).await;
            world
                .fault(json!({"pathContains": "/api/retail/prices", "delayMs": 40}))
                .await;
            if let Some(fault) = fault(&mut random, &mut hangs) {
                world.fault(fault).await;
            }
        }
        let swept = sweep::run(&context, &sweep::Options::at(now)).await;
        let summary = swept.expect("a sweep");
        waiting.check(&summary, seed);
        stops += summary.stops;
        waits += summary.waits;
        let reasons = &summary.reasons;
        unknown += reasons.get(&Reason::JobsUnknown).copied().unwrap_or(0);
        now += STEP;
    }
    for event in world.simulator.record() {
        if let What::JobKilled { by, .. } = &event.what {
            assert!(
                !matches!(by, By::Api { .. }),
                "seed {seed}: {event:?} was stopped at work"
            );
        }
    }
    [stops, waits, unknown]
}

#[tokio::test]
async fn no_job_is_stopped_whatever_the_seed_and_what_waits_is_told() {
    let (mut sums, mut count) = ([0; 3], 0);
    for seed in seeds(2) {
        let sum = evening(seed).await;
        sums.iter_mut().zip(sum).for_each(|(all, one)| *all += one);
        count += 1;
    }
    let [stops, waits, unknown] = sums;
    println!("{count} seeds: {stops} stops, {waits} waits, {unknown} for a list of jobs");
    // Else it proves nothing.
    assert!(stops > 5 * count && waits > 20 * count && unknown > 5 * count);
}
