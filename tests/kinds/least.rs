//! The least number of instances that Azure lets a deployment have.

use super::behind::says;
use super::support::{capacity, estate, explain, sweep_through, world};
use super::ungoverned::{calls, deployment};
use crate::common::world::OFFICE;
use serde_json::{Value, json};

/// An endpoint with one deployment in office hours, of which Azure keeps at least two instances.
fn least(capacity: u32, minimum: u32) -> Value {
    let own = json!({"minimum": minimum, "tags": {"lamp-schedule": OFFICE}});
    let deployments = json!([deployment("blue", capacity, own)]);
    estate(
        &json!({"endpoints": [{"name": "score", "deployments": deployments}]}),
        &json!({}),
    )
}

#[tokio::test]
async fn the_least_that_azure_allows_is_read_before_the_first_action_and_no_less_is_asked_for() {
    for (before, after) in [(3_u32, 2_u64), (2, 2)] {
        let world = world(least(before, 2), "instance,deployment").await;
        sweep_through(&world, "23T18:50", "23T19:30").await;
        assert_eq!(capacity(&world).await.0, after);
        assert_eq!(world.posts(), usize::from(u64::from(before) > after));
        assert_eq!(calls(&world, "/skus"), 1, "once a day");
        says(
            &explain(&world, "score/blue").await,
            &["Azure keeps at least 2 of it: a lower lamp-floor is raised to that"],
        );
    }
}

#[tokio::test]
async fn where_the_least_cannot_be_read_one_instance_is_the_least() {
    let world = world(least(3, 1), "instance,deployment").await;
    world
        .fault(json!({"pathContains": "/skus", "status": 403, "body": "{}"}))
        .await;
    sweep_through(&world, "23T18:50", "23T19:30").await;
    assert_eq!(capacity(&world).await.0, 1);
}
