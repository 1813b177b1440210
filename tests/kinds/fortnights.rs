//! Fortnights of virtual machines and managed clusters, with Lamplighter and without: of no resource more counts as saved
//! than its bill has truly fallen by, and nobody's job or pod is ended by a stop.

use super::behind::{attached, with};
use crate::common::inside::context;
use crate::common::seeds::{days, seeds};
use crate::common::world::{OFFICE, at};
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_agent::report::report;
use lamplighter_agent::sweep;
use lamplighter_core::record::Record;
use lamplighter_simulator::fleet::parse;
use lamplighter_simulator::world::{By, Event, What};
use lamplighter_simulator::{Options, Simulator, start_with};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Samples are three minutes late, and of five minutes each.
const UNSEEN: TimeDelta = TimeDelta::minutes(8);
const STEP: TimeDelta = TimeDelta::minutes(10);

/// People who come and go, leave machines running, shut down, or deallocated as they should. Whoever does the last has left
/// before any schedule's stop: that somebody would have deallocated a machine an hour after it, nobody can know.
fn fleet(seed: u64) -> Value {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut schedule = || match random.u8(0..3) {
        0 => json!({"lamp-schedule": OFFICE}),
        1 => json!({"lamp-schedule": "Mon-Fri 07:00-20:00 UTC", "lamp-mode": "enforce"}),
        _ => json!({"lamp-schedule": "stop daily 19:00 UTC"}),
    };
    let uses = |who: &str, leaves: &str, load: &str, lasts: &str| {
        json!([{"who": who, "load": load, "leaves": leaves,
            "hours": {"at": "08:30-10:30", "lasts": lasts, "chance": 0.8}}])
    };
    let machine = |name: &str, size: &str, tags: Value, uses: Value| json!({"name": name, "vmSize": size, "tags": tags, "uses": uses, "disksGb": [64, 512]});
    let mut shut = machine(
        "shut",
        "Standard_D4s_v3",
        schedule(),
        uses("rui@example.org", "shutdown", "light", "5h-13h"),
    );
    shut["osType"] = "Windows".into();
    let vms = json!([
        machine(
            "left",
            "Standard_D4s_v3",
            schedule(),
            uses("ana@example.org", "running", "busy", "5h-13h")
        ),
        machine(
            "tidy",
            "Standard_DS3_v2",
            schedule(),
            uses("eva@example.org", "deallocated", "busy", "3h-8h")
        ),
        shut,
    ]);
    let hours = json!({"days": "Mon-Sat", "at": "17:00-20:30", "lasts": "1h-4h", "chance": 0.6});
    let clusters = json!([{
        "name": "k", "tier": "Standard", "tags": schedule(),
        "pools": [
            {"name": "system", "vmSize": "Standard_D4s_v3", "count": 2},
            {"name": "gpu", "vmSize": "Standard_DS3_v2", "count": 2, "mode": "User", "scales": [1, 4]},
            {"name": "cheap", "vmSize": "Standard_D4s_v3", "count": 1, "mode": "User", "priority": "Spot"},
        ],
        "pods": [{"namespace": "reports", "name": "late", "hours": hours}],
    }]);
    let all = json!([
        attached("left", "VirtualMachine", "left"),
        attached("tidy", "VirtualMachine", "tidy"),
        attached("shut", "VirtualMachine", "shut"),
        attached("k8s", "Kubernetes", "k"),
        attached("k8s-again", "Kubernetes", "k"),
    ]);
    let mut fleet = with(
        all,
        &[("virtualMachines", vms), ("managedClusters", clusters)],
    );
    fleet["seed"] = seed.into();
    fleet
}

async fn simulator(seed: u64) -> Simulator {
    let fleet = parse(&fleet(seed).to_string(), "test").unwrap_or_else(|error| panic!("{error}"));
    let options = Options {
        manual_clock: true,
        start: Some(begin()),
        identity_header: Some("simulator".into()),
        ..Options::default()
    };
    start_with(fleet, options)
        .await
        .expect("the simulator starts")
}

fn begin() -> DateTime<Utc> {
    at("02T00:00")
}

fn end() -> DateTime<Utc> {
    begin() + TimeDelta::days(days(6, 14))
}

fn costs(simulator: &Simulator) -> BTreeMap<String, Decimal> {
    let others = simulator.bill().others.into_iter();
    others
        .map(|other| (other.id.to_lowercase(), other.cost.expect("a price")))
        .collect()
}

/// What each resource is said to have saved, and by how much its bill has fallen.
async fn fortnight(seed: u64) -> BTreeMap<String, (Decimal, Decimal)> {
    let without = simulator(seed).await;
    without.advance_to(end());
    let with = simulator(seed).await;
    let context = context(&with, &with.url(), &[("KINDS", "instance,vm,aks")]);
    let mut now = begin();
    while now < end() {
        with.advance_to(now);
        let swept = sweep::run(&context, &sweep::Options::at(now)).await;
        assert_eq!(
            swept.expect("a sweep").problems,
            [] as [String; 0],
            "seed {seed}, {now}"
        );
        now += STEP;
    }
    with.advance_to(end());
    let record = with.record();
    for event in &record {
        if let What::PodKilled { pod, by } = &event.what {
            let ours = matches!(by, By::Api { .. });
            let began =
                |known: &&Event| matches!(&known.what, What::PodStarted { pod: one } if one == pod);
            let began = record
                .iter()
                .filter(|known| known.at <= event.at)
                .filter(began);
            let began = began.map(|known| known.at).max().expect("it had begun");
            // Of what began since the latest sample nobody could know.
            let known = event.at - began > UNSEEN;
            assert!(
                !(ours && known),
                "seed {seed}: {event:?} was stopped at work since {began}"
            );
        }
    }
    let read = context.ledger.records::<Record>(begin(), end()).await;
    let records = read.expect("records").records;
    let saved = report(&records, begin(), end(), end());
    let (before, after) = (costs(&without), costs(&with));
    let fell = before.iter().map(|(id, cost)| {
        let own = saved.resources.get(id);
        let saved = own.map_or(Decimal::ZERO, |own| own.saved.value());
        (id.clone(), (saved, cost - after[id]))
    });
    fell.collect()
}

#[tokio::test]
async fn no_more_is_saved_than_the_bill_falls_by_whatever_the_seed() {
    let (mut sum, mut truth, mut count) = (Decimal::ZERO, Decimal::ZERO, Decimal::ZERO);
    for seed in seeds(1) {
        for (id, (saved, fell)) in fortnight(seed).await {
            assert!(
                saved <= fell,
                "seed {seed}: {id} saved {saved}, and its bill fell by {fell}"
            );
            sum += saved;
            truth += fell;
        }
        count += Decimal::ONE;
    }
    println!("{count} seeds: {sum} saved of {truth}");
    // Else it proves nothing.
    assert!(sum > Decimal::from(50) * count, "{sum}");
}
