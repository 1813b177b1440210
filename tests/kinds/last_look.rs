//! What somebody writes on an endpoint between the decision and the action.

use super::support::{capacity, estate};
use crate::common::between::Between;
use crate::common::inside::context;
use crate::common::world::{OFFICE, World, at};
use lamplighter_agent::sweep;
use serde_json::json;

#[tokio::test]
async fn a_hold_on_an_endpoint_that_is_written_before_the_last_look_is_heard() {
    for (tags, stops) in [
        (json!({"lamp-hold": "on until 2026-11-23 22:00 UTC"}), 0),
        // One that says nothing about it changes nothing.
        (json!({"team": "shop"}), 1),
    ] {
        let own = json!({"lamp-schedule": OFFICE});
        let blue =
            json!({"name": "blue", "instanceType": "Standard_F4s_v2", "capacity": 3, "tags": own});
        let endpoint = json!({"name": "score", "deployments": [blue]});
        let fleet = estate(&json!({"endpoints": [endpoint]}), &json!({}));
        let world = World::new(fleet).await;
        let change = json!({"on": "w/score", "tags": tags});
        let url = world.simulator.url();
        let between = Between::start(&url, move |call, earlier| {
            let look = call.starts_with("GET") && call.ends_with("/onlineEndpoints/score");
            (look && earlier == 0).then(|| ("tags", change.clone()))
        });
        let between = between.await;
        let settings = [("KINDS", "instance,deployment")];
        let context = context(&world.simulator, &between.url, &settings);
        let first = sweep::Options::at(at("23T12:00"));
        sweep::run(&context, &first).await.expect("a sweep");
        world.simulator.advance_to(at("23T19:00"));
        let options = sweep::Options::at(at("23T19:00"));
        let summary = sweep::run(&context, &options).await.expect("a sweep");
        assert_eq!(
            (summary.stops, summary.failed),
            (stops, 0),
            "{tags}: {summary:?}"
        );
        let looked = between.calls();
        let looked = looked
            .iter()
            .filter(|call| call.ends_with("/onlineEndpoints/score"));
        assert_eq!(looked.count(), 1, "{tags}");
        let state = capacity(&world).await.1;
        let expected = if stops == 0 { "Succeeded" } else { "Scaling" };
        assert_eq!(state, expected, "{tags}");
    }
}
