//! A virtual machine that lies in another subscription than the workspace that it is attached to.

use super::behind::{SUBSCRIPTION, explain, power, vm, with, world};
use super::support::intervals;
use crate::common::world::{OFFICE, World};
use lamplighter_core::record::Benefit;
use serde_json::{Value, json};

const OTHER: &str = "3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0b02";

/// A machine `gpu` of another subscription, attached as `box`.
fn elsewhere() -> Value {
    let id = format!(
        "/subscriptions/{OTHER}/resourceGroups/vms/providers/Microsoft.Compute/virtualMachines/gpu"
    );
    let attached = json!({"name": "box", "computeType": "VirtualMachine", "resourceId": id});
    let mut fleet = with(json!([attached]), &[]);
    let machine = vm("gpu", json!({"lamp-schedule": OFFICE}));
    let group = json!({"name": "vms", "location": "westeurope", "virtualMachines": [machine]});
    let subscriptions = fleet["subscriptions"].as_array_mut();
    subscriptions
        .expect("subscriptions")
        .push(json!({"id": OTHER, "name": "Machines", "resourceGroups": [group]}));
    fleet
}

async fn evening(act_in: &str) -> (World, u64) {
    let mut world = world(elsewhere(), "vm").await;
    world.set("ACT_IN", act_in);
    world.set("BENEFITS", &format!("{OTHER} = reservation"));
    world.sweep("23T12:00").await;
    let printed = world.sweep("23T19:00").await;
    let stops = printed.count("stops");
    world.sweep("23T19:10").await;
    (world, stops)
}

#[tokio::test]
async fn it_is_stopped_only_where_both_subscriptions_are_named() {
    for (act_in, why) in [
        (SUBSCRIPTION, "ACT_IN does not name its subscription"),
        (OTHER, "ACT_IN does not name its workspace's subscription"),
    ] {
        let (world, stops) = evening(act_in).await;
        assert_eq!((stops, world.posts()), (0, 0), "{act_in}");
        assert_eq!(power(&world, "vms/gpu").await, "running");
        let printed = explain(&world, "box").await;
        assert!(printed.stdout.contains(why), "{why}: {}", printed.all());
    }
    let (world, stops) = evening(&format!("{SUBSCRIPTION},{OTHER}")).await;
    assert_eq!(stops, 1);
    assert_eq!(power(&world, "vms/gpu").await, "deallocated");
    // What it is billed in is what has bought ahead.
    let opened = intervals(&world).await;
    assert_eq!(opened.len(), 1, "{opened:?}");
    assert_eq!(opened[0].benefit, Benefit::Reservation);
}
