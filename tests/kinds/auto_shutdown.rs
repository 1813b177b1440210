//! Azure's own auto-shutdown of a virtual machine: what it would have saved is none of Lamplighter's.

use super::behind::{attached, power, vm, with, world};
use super::bills::{Hands, compare};
use super::support::intervals;
use crate::common::world::{OFFICE, World};
use lamplighter_core::record::IntervalKind;
use rust_decimal::Decimal;
use serde_json::{Value, json};

/// A machine `gpu`, attached as `box`, with this auto-shutdown.
fn machine(own: Value, tags: Value) -> Value {
    let mut gpu = vm("gpu", tags);
    gpu["autoShutdown"] = own;
    let attached = json!([attached("box", "VirtualMachine", "gpu")]);
    with(attached, &[("virtualMachines", json!([gpu]))])
}

fn office() -> Value {
    json!({"lamp-schedule": OFFICE, "owner": "ana@example.org"})
}

async fn night(fleet: Value) -> World {
    let world = world(fleet, "instance,vm").await;
    for time in ["23T12:00", "23T18:55", "23T19:00", "23T19:10", "23T21:00"] {
        let printed = world.sweep(time).await;
        assert_eq!(printed.code, 0, "{}", printed.all());
    }
    assert_eq!(power(&world, "rg/gpu").await, "deallocated");
    world
}

#[tokio::test]
async fn from_its_time_on_nothing_is_saved_and_one_that_is_switched_off_takes_nothing() {
    let at_half_past = json!({"time": "2030", "timeZone": "W. Europe Standard Time"});
    let world = night(machine(at_half_past, office())).await;
    let opened = intervals(&world).await;
    assert_eq!(opened.len(), 1, "{opened:?}");
    let off = opened[0].off_anyway.as_ref().expect("it would be off");
    assert_eq!(off.at.to_rfc3339(), "2026-11-23T19:30:00+00:00");
    assert!(off.why.contains("Azure's own schedule"), "{}", off.why);
    let disabled = json!({"time": "1930", "enabled": false});
    let world = night(machine(disabled, office())).await;
    let opened = intervals(&world).await;
    assert_eq!(opened[0].off_anyway, None);
    assert_eq!(opened[0].kind, IntervalKind::Avoided);
}

#[tokio::test]
async fn it_is_obeyed_by_the_simulator_and_stands_until_the_next_edge() {
    let early = json!({"time": "1600"});
    let world = world(machine(early, office()), "instance,vm").await;
    world.sweep("23T12:00").await;
    let printed = world.sweep("23T16:10").await;
    assert_eq!(power(&world, "rg/gpu").await, "deallocated");
    assert_eq!(printed.count("starts"), 0, "{}", printed.all());
    assert_eq!(world.sweep("24T08:00").await.count("starts"), 1);
}

#[tokio::test]
async fn no_more_is_counted_than_its_bill_fell() {
    let uses = json!([{"who": "ana@example.org",
        "hours": {"zone": "UTC", "days": "Mon-Fri", "at": "08:30", "lasts": "4h"}}]);
    let mut fleet = machine(json!({"time": "2000"}), office());
    let group = &mut fleet["subscriptions"][0]["resourceGroups"][0];
    group["virtualMachines"][0]["uses"] = uses;
    let (saved, fell, stops, starts) = compare(1, &fleet, &Hands::new(), "vm").await;
    println!("{saved} counted of {fell}; {stops} stops, {starts} starts");
    // An hour of every evening that it ran without Lamplighter; else it proves nothing.
    assert!(stops >= 5 && starts >= 5, "{stops} stops, {starts} starts");
    assert!(saved <= fell && fell > Decimal::ZERO, "{saved} of {fell}");
}
