//! Numbers that somebody else gives a compute cluster: they stand like a start by hand.

use super::support::{cluster, nodes, sweep_through, world};
use crate::common::world::at;
use serde_json::json;

#[tokio::test]
async fn somebodys_own_number_stands_and_the_old_value_is_not_forgotten() {
    let world = world(cluster(json!({})), "cluster").await;
    sweep_through(&world, "23T18:55", "23T19:10").await;
    // In the night somebody wants one node, which stands for the lease.
    world.simulator.advance_to(at("23T21:00"));
    world
        .post(
            "scale",
            json!({"on": "w/train", "minNodeCount": 1, "by": "ana"}),
        )
        .await;
    let lease = world.sweep("23T21:10").await;
    assert_eq!(lease.reason("train"), Some("lease"), "{}", lease.all());
    assert_eq!(world.sweep("24T01:00").await.count("stops"), 0);
    let ended = world.sweep("24T01:10").await;
    assert_eq!(
        (ended.count("stops"), ended.reason("train")),
        (1, Some("lease-ended")),
        "{}",
        ended.all()
    );
    world.sweep("24T01:20").await;
    assert_eq!(nodes(&world).await, (0, 0));
    // The morning brings what was there in the day, not the night's one.
    world.sweep("24T08:00").await;
    assert_eq!(nodes(&world).await.0, 2);
    // By day somebody wants more; that is what comes back from now on.
    world.sweep("24T08:10").await;
    world
        .post(
            "scale",
            json!({"on": "w/train", "minNodeCount": 3, "by": "ana"}),
        )
        .await;
    sweep_through(&world, "24T18:50", "24T19:10").await;
    assert_eq!(nodes(&world).await, (0, 0));
    world.sweep("25T08:00").await;
    assert_eq!(nodes(&world).await.0, 3);
}

#[tokio::test]
async fn whoever_changes_a_number_that_stands_begins_its_lease_anew() {
    let world = world(cluster(json!({})), "cluster").await;
    // Found on in the night, and first seen then.
    assert_eq!(world.sweep("24T00:00").await.reason("train"), Some("lease"));
    world.simulator.advance_to(at("24T02:05"));
    let body = json!({"on": "w/train", "minNodeCount": 3, "by": "ana"});
    world.post("scale", body).await;
    // Its third node has come by 02:20, when the number is first seen at rest.
    for time in ["24T02:10", "24T02:20", "24T04:00", "24T06:15"] {
        let stands = world.sweep(time).await;
        assert_eq!(stands.count("stops"), 0, "{time}: {}", stands.all());
    }
    let ended = world.sweep("24T06:20").await;
    assert_eq!(
        ended.reason("train"),
        Some("lease-ended"),
        "{}",
        ended.all()
    );
    assert_eq!(ended.count("stops"), 1);
}

#[tokio::test]
async fn whoever_brings_the_old_number_back_while_its_nodes_leave_is_left_alone() {
    let terraform = json!({"zone": "UTC", "days": "daily", "at": "04:10"});
    let world = world(cluster(json!({"terraform": terraform})), "cluster").await;
    world.sweep("24T00:00").await;
    let ended = world.sweep("24T04:00").await;
    assert_eq!(
        ended.reason("train"),
        Some("lease-ended"),
        "{}",
        ended.all()
    );
    // The number is again what it was before: as if our stop had done nothing.
    for time in ["24T04:15", "24T04:30", "24T06:00", "24T07:55"] {
        let stands = world.sweep(time).await;
        assert_eq!(stands.count("stops"), 0, "{time}: {}", stands.all());
        assert_eq!(stands.count("failed"), 0, "{time}: {}", stands.all());
    }
    assert_eq!(nodes(&world).await.0, 2);
}

#[tokio::test]
async fn what_terraform_puts_back_is_somebodys_word() {
    let terraform = json!({"terraform": {"zone": "UTC", "days": "daily", "at": "22:00"}});
    let world = world(cluster(terraform), "cluster").await;
    sweep_through(&world, "23T18:55", "23T19:10").await;
    assert_eq!(nodes(&world).await.0, 0);
    world.sweep("23T21:55").await;
    let undone = world.sweep("23T22:10").await;
    assert_eq!(nodes(&world).await.0, 2);
    assert_eq!(
        (undone.count("stops"), undone.reason("train")),
        (0, Some("lease")),
        "{}",
        undone.all()
    );
    sweep_through(&world, "24T02:05", "24T02:30").await;
    assert_eq!(nodes(&world).await, (0, 0), "its lease has ended");
    world.sweep("24T08:00").await;
    assert_eq!(nodes(&world).await.0, 2);
}
