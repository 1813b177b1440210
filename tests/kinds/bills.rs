//! What is counted as saved, against the simulator's bill of the same fortnight with and without Lamplighter.

use super::support::{estate, with};
use crate::common::inside::context;
use crate::common::seeds::{days, seeds};
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_agent::{report, sweep};
use lamplighter_core::savings::Figures;
use lamplighter_simulator::fleet::parse;
use lamplighter_simulator::world::What;
use lamplighter_simulator::{Options, Simulator, start_with};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const STEP: TimeDelta = TimeDelta::minutes(10);

fn begin() -> DateTime<Utc> {
    "2026-11-23T00:00:00Z".parse().expect("a time")
}

/// What people and pipelines do, by the minute at which they do it.
pub type Hands = BTreeMap<i64, Vec<(&'static str, Value)>>;

/// A fortnight of a fleet: what each resource cost by its ARM id in lower case, and what of it was counted as saved.
pub struct Fortnight {
    pub costs: BTreeMap<String, Decimal>,
    pub figures: BTreeMap<String, Figures>,
    pub stops: usize,
    pub starts: usize,
}

/// Plays a fortnight of `fleet`. `kinds`: those that Lamplighter governs; `None`: without it.
pub async fn play(fleet: &Value, hands: &Hands, kinds: Option<&str>) -> Fortnight {
    let fleet = parse(&fleet.to_string(), "test").unwrap_or_else(|error| panic!("{error}"));
    let options = Options {
        manual_clock: true,
        start: Some(begin()),
        identity_header: Some("simulator".into()),
        ..Options::default()
    };
    let simulator = start_with(fleet, options).await.expect("it starts");
    let settings = [("KINDS", kinds.unwrap_or("instance"))];
    let context = context(&simulator, &simulator.url(), &settings);
    let (mut now, end) = (begin(), begin() + TimeDelta::days(days(6, 14)));
    let (mut stops, mut starts) = (0, 0);
    while now < end {
        simulator.advance_to(now);
        let minute = (now - begin()).num_minutes();
        for (path, body) in hands.get(&minute).into_iter().flatten() {
            post(&simulator, path, body).await;
        }
        if kinds.is_some() {
            let options = sweep::Options::at(now);
            let summary = sweep::run(&context, &options).await.expect("a sweep");
            assert_eq!(summary.problems, [] as [String; 0], "{now}");
            stops += summary.stops;
            starts += summary.starts;
        }
        now += STEP;
    }
    simulator.advance_to(end);
    for event in simulator.record() {
        assert!(!matches!(event.what, What::JobKilled { .. }), "{event:?}");
    }
    let bill = simulator.bill();
    let others = bill.others.into_iter();
    let costs = others.map(|one| (one.id.to_lowercase(), one.cost.expect("a cost")));
    let costs = costs.collect();
    let read = report::read(&context.ledger, begin(), end, end).await;
    let report = read.expect("a report").report(report::GroupBy::Workspace);
    Fortnight {
        costs,
        figures: report.resources,
        stops,
        starts,
    }
}

/// What somebody wants may be refused, in one world and not in the other: whoever finds it changing leaves it.
async fn post(simulator: &Simulator, path: &str, body: &Value) {
    let url = format!("{}/simulator/{path}", simulator.url());
    let sent = reqwest::Client::new().post(url).json(body).send().await;
    let status = sent.expect("an answer").status().as_u16();
    assert!(matches!(status, 200 | 204 | 409), "{path}: {status}");
}

/// Plays it with and without Lamplighter: of no resource more may be counted as saved than its bill fell. What was
/// counted, what it fell by, and how often it was stopped and started.
pub async fn compare(
    seed: u64,
    fleet: &Value,
    hands: &Hands,
    kinds: &str,
) -> (Decimal, Decimal, usize, usize) {
    let without = play(fleet, hands, None).await;
    let with = play(fleet, hands, Some(kinds)).await;
    let (mut saved, mut fell) = (Decimal::ZERO, Decimal::ZERO);
    for (id, would) in &without.costs {
        let fall = would - with.costs[id];
        let counted = with.figures.get(id);
        let counted = counted.map_or(Decimal::ZERO, |figures| figures.saved.value());
        assert!(
            counted <= fall,
            "seed {seed}, {id}: {counted} is counted of {fall}"
        );
        saved += counted;
        fell += fall;
    }
    for id in with.figures.keys() {
        assert!(without.costs.contains_key(id), "{id} is on no bill");
    }
    (saved, fell, with.stops, with.starts)
}

/// Clusters and deployments of every habit, and what happens to them.
fn lives(seed: u64) -> (Value, Hands) {
    let mut random = fastrand::Rng::with_seed(seed);
    let schedules = [
        "Mon-Fri 08:00-19:00 UTC",
        "Mon-Fri 09:00-17:30 Europe/Lisbon",
        "daily 07:00-22:00 UTC",
    ];
    let tags = |random: &mut fastrand::Rng, more: Value| {
        let schedule = schedules[random.usize(0..schedules.len())];
        with(json!({"lamp-schedule": schedule}), more)
    };
    let none = || json!({});
    let clusters = json!([
        {"name": "plain", "vmSize": "Standard_DS3_v2", "minNodeCount": random.u32(1..4),
            "maxNodeCount": 6, "tags": tags(&mut random, none())},
        {"name": "warm", "vmSize": "Standard_DS3_v2", "minNodeCount": 1, "maxNodeCount": 6,
            "nodeIdleTimeBeforeScaleDown": "PT20M",
            "tags": tags(&mut random, json!({"lamp-warm": "2"}))},
        {"name": "low", "vmSize": "Standard_DS3_v2", "minNodeCount": 2, "maxNodeCount": 4,
            "vmPriority": "LowPriority", "tags": tags(&mut random, json!({"lamp-floor": "1"}))},
        {"name": "free", "vmSize": "Standard_DS3_v2", "minNodeCount": 1, "maxNodeCount": 4},
    ]);
    let deployment = |name: &str, capacity: u32, tags: Value| json!({"name": name, "instanceType": "Standard_F4s_v2", "capacity": capacity, "tags": tags});
    let endpoints = json!([
        {"name": "score", "deployments": [
            deployment("blue", random.u32(2..5), tags(&mut random, none())),
            deployment("green", 3, tags(&mut random, json!({"lamp-idle": "1h"}))),
            deployment("free", 2, none()),
        ]},
        {"name": "auto", "deployments": [deployment("d", 3, tags(&mut random, none()))]},
    ]);
    let autoscale = json!([{
        "name": "a", "target": "w/auto/d", "enabled": true, "minimum": 2, "maximum": 4,
    }]);
    let fleet = estate(
        &json!({"clusters": clusters, "endpoints": endpoints}),
        &json!({"autoscaleSettings": autoscale}),
    );
    (fleet, hands(&mut random))
}

fn hands(random: &mut fastrand::Rng) -> Hands {
    let mut hands = Hands::new();
    let clusters = ["w/plain", "w/warm", "w/low", "w/free"];
    let deployments = ["w/score/blue", "w/score/green"];
    for day in 0..days(6, 14) {
        let mut at = |random: &mut fastrand::Rng, path, body| {
            let minute = day * 24 * 60 + random.i64(0..24 * 12) * 5;
            hands.entry(minute).or_default().push((path, body));
        };
        for _ in 0..random.u8(0..5) {
            let (on, nodes) = (clusters[random.usize(0..4)], random.u32(1..4));
            let lasts = random.u32(60..14_400);
            let job = json!({"instance": on, "nodes": nodes, "lastsSeconds": lasts});
            at(random, "jobs", job);
        }
        // Who sets what is set already, as the number that Lamplighter keeps by night, is seen by nobody.
        if random.u8(0..4) == 0 {
            let (on, to) = (clusters[random.usize(0..4)], random.u32(2..5));
            at(
                random,
                "scale",
                json!({"on": on, "minNodeCount": to, "by": "ana"}),
            );
        }
        if random.u8(0..4) == 0 {
            let (on, to) = (deployments[random.usize(0..2)], random.u32(2..5));
            at(
                random,
                "scale",
                json!({"on": on, "capacity": to, "by": "ana"}),
            );
        }
        if random.bool() {
            let on = deployments[random.usize(0..2)];
            let lasts = random.u32(60..14_400);
            let asked = json!({"on": on, "by": "shop", "perMinute": 3, "lastsSeconds": lasts});
            at(random, "requests", asked);
        }
    }
    hands
}

#[tokio::test]
async fn no_more_is_counted_than_the_bill_of_each_cluster_and_deployment_fell_over_seeds() {
    let (mut saved, mut fell, mut stops, mut starts) = (Decimal::ZERO, Decimal::ZERO, 0, 0);
    for seed in seeds(1) {
        let (fleet, hands) = lives(seed);
        let one = compare(seed, &fleet, &hands, "instance,cluster,deployment").await;
        saved += one.0;
        fell += one.1;
        stops += one.2;
        starts += one.3;
    }
    println!("{saved} counted of {fell}; {stops} stops, {starts} starts");
    // Else it proves nothing.
    assert!(stops > 20 && starts > 20, "{stops} stops, {starts} starts");
    assert!(
        saved * Decimal::from(10) > fell * Decimal::from(7),
        "{saved} of {fell}"
    );
}
