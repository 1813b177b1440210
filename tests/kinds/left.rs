//! What stays brought down when its policy goes away: its owner hears of it once, with what brings it back.

use super::support::{cluster, explain, nodes, sweep_through, warnings, world};
use crate::common::world::{OFFICE, World};
use serde_json::{Value, json};

const BACK: &str =
    "az ml compute update --name train --min-instances 2 --workspace-name w --resource-group rg";

/// A cluster of two warm nodes that is at none for the night.
async fn parked() -> World {
    let world = world(cluster(json!({})), "instance,cluster").await;
    sweep_through(&world, "23T18:55", "23T19:30").await;
    assert_eq!(nodes(&world).await, (0, 0));
    world
}

/// What is warned of by the sweeps of the next morning.
async fn warned(world: &World, settings: &[(&str, &str)]) -> Vec<String> {
    let mut all = Vec::new();
    for time in ["24T07:55", "24T08:05", "24T12:00", "25T09:00"] {
        world.simulator.advance_to(crate::common::world::at(time));
        let now = world.simulator.now().to_rfc3339();
        let printed = world
            .run_with(&["sweep", "--json", "--at", &now], settings)
            .await;
        assert_eq!(printed.code, 0, "{}", printed.all());
        all.extend(warnings(&printed));
    }
    assert_eq!(nodes(world).await.0, 0, "nobody acts on it");
    all
}

async fn is_told(world: &World, settings: &[(&str, &str)], why: &str) {
    let all = warned(world, settings).await;
    assert_eq!(all.len(), 1, "{all:?}");
    for words in ["it is at 0", "it was at 2 before", why, BACK] {
        assert!(all[0].contains(words), "{words}: {}", all[0]);
    }
}

#[tokio::test]
async fn of_a_tag_that_is_gone_or_says_ignore() {
    let tags = |tags: Value| json!({"on": "w/train", "tags": tags});
    for (left, why) in [
        (json!({}), "no policy tag"),
        (
            json!({"lamp-schedule": OFFICE, "lamp-mode": "ignore"}),
            "its mode is ignore",
        ),
    ] {
        let world = parked().await;
        world.post("tags", tags(left)).await;
        is_told(&world, &[], why).await;
        // Whoever asks is told, whatever was told before.
        let printed = explain(&world, "train").await;
        assert!(printed.stdout.contains(BACK), "{}", printed.all());
    }
}

#[tokio::test]
async fn of_a_kind_that_is_not_enabled_any_more() {
    let world = parked().await;
    let settings = [("KINDS", "instance")];
    is_told(&world, &settings, "KINDS does not name cluster").await;
}

#[tokio::test]
async fn but_not_of_what_somebody_has_set_since() {
    let world = parked().await;
    world
        .post(
            "scale",
            json!({"on": "w/train", "minNodeCount": 1, "by": "ana"}),
        )
        .await;
    world
        .post("tags", json!({"on": "w/train", "tags": {}}))
        .await;
    world.sweep("24T09:00").await;
    let printed = world.sweep("24T09:05").await;
    assert_eq!(warnings(&printed), [] as [String; 0]);
}
