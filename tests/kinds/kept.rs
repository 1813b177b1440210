//! What was parked comes back, whatever a list leaves out and whoever sweeps it.

use super::behind::{also, attached, no_faults, power, vm, with as behind};
use super::support::{capacity, cluster, estate, nodes, sweep_through, world};
use crate::common::world::{OFFICE, World, at};
use lamplighter_core::record::{Record, What};
use serde_json::{Value, json};

fn score() -> Value {
    let blue = json!({
        "name": "blue", "instanceType": "Standard_F4s_v2", "capacity": 3, "scalesIn": "5m",
        "tags": {"lamp-schedule": OFFICE, "owner": "ana@example.org"},
    });
    let endpoint = json!({"name": "score", "createdBy": "ana@example.org", "deployments": [blue]});
    estate(&json!({"endpoints": [endpoint]}), &json!({}))
}

async fn deleted(world: &World) -> Vec<String> {
    let records: Vec<Record> = world.records().await;
    let gone = records
        .into_iter()
        .filter(|record| matches!(record.what, What::Deleted));
    gone.filter_map(|record| Some(record.resource?.name))
        .collect()
}

#[tokio::test]
async fn a_deployment_that_resource_graph_leaves_out_is_not_forgotten() {
    let mut world = world(score(), "instance,deployment").await;
    world.set("DISCOVERY", "list");
    sweep_through(&world, "23T18:55", "23T19:30").await;
    assert_eq!(capacity(&world).await.0, 1);
    let nothing = json!({"totalRecords": 0, "count": 0, "data": [], "facets": [], "resultTruncated": "false"});
    let fault =
        json!({"pathContains": "ResourceGraph", "status": 200, "body": nothing.to_string()});
    world.fault(fault).await;
    let printed = world.sweep("23T20:00").await;
    let words = "score/blue: Resource Graph does not show it, so nothing is decided about it";
    assert!(printed.all().contains(words), "{}", printed.all());
    no_faults(&world).await;
    sweep_through(&world, "24T07:30", "24T08:10").await;
    assert_eq!(capacity(&world).await.0, 3);
    assert_eq!(deleted(&world).await, [""; 0]);
}

#[tokio::test]
async fn a_second_stop_that_fails_loses_nothing_of_the_first() {
    let world = world(cluster(json!({})), "cluster").await;
    sweep_through(&world, "23T18:55", "23T19:10").await;
    world.simulator.advance_to(at("23T21:00"));
    let hand = json!({"on": "w/train", "minNodeCount": 1, "by": "ana"});
    world.post("scale", hand).await;
    world.sweep("23T21:10").await;
    let refused = json!({"pathContains": "computes/train", "method": "PATCH", "count": 1, "status": 400,
        "body": json!({"error": {"code": "BadRequest", "message": "not now"}}).to_string()});
    world.fault(refused).await;
    let printed = world.sweep("24T01:10").await;
    assert!(printed.all().contains("refused"), "{}", printed.all());
    sweep_through(&world, "24T01:15", "24T02:00").await;
    assert_eq!(nodes(&world).await, (0, 0));
    world.sweep("24T08:00").await;
    assert_eq!(nodes(&world).await.0, 2, "what was there by day");
}

#[tokio::test]
async fn who_has_it_no_more_leaves_it_to_the_others_at_once() {
    let office = json!({"lamp-schedule": OFFICE, "owner": "ana@example.org"});
    let fleet = behind(
        json!([attached("box", "VirtualMachine", "gpu")]),
        &[("virtualMachines", json!([vm("gpu", office)]))],
    );
    let fleet = also(fleet, json!([attached("twin", "VirtualMachine", "gpu")]));
    let world = super::behind::world(fleet, "instance,vm").await;
    world.sweep("23T12:00").await;
    world.sweep("23T12:20").await;
    assert_eq!(world.sweep("23T19:00").await.count("stops"), 1);
    world.sweep("23T19:10").await;
    // Whichever of them decided: it is detached from each in turn, and comes back in the morning after.
    for (place, night, morning, parked) in [
        ("/workspaces/w/computes", "23T22:00", "24T08:00", "24T19:00"),
        (
            "/workspaces/other/computes",
            "24T22:00",
            "25T08:00",
            "25T19:00",
        ),
    ] {
        let empty = json!({"pathContains": place, "method": "GET", "status": 200, "body": "{\"value\": []}"});
        world.fault(empty).await;
        world.sweep(night).await;
        world.sweep(&night.replace(":00", ":10")).await;
        let printed = world.sweep(morning).await;
        assert_eq!(printed.count("starts"), 1, "{place}: {}", printed.all());
        world
            .simulator
            .advance_to(at(&morning.replace(":00", ":20")));
        assert_eq!(power(&world, "rg/gpu").await, "running", "{place}");
        no_faults(&world).await;
        world.sweep(&morning.replace(":00", ":20")).await;
        world.sweep(&morning.replace(":00", ":40")).await;
        assert_eq!(world.sweep(parked).await.count("stops"), 1, "{place}");
        world.sweep(&parked.replace(":00", ":10")).await;
    }
}
