//! Evidence costs few calls: it is asked for only where it can change a decision, and of many instances at once.

use super::*;

/// 1,000 instances in 50 workspaces, of which one in each runs and has an idle time.
fn thousand(idle: bool) -> Value {
    let mut fleet = fleet(json!([]), &[]);
    let mut people = Vec::new();
    let workspaces: Vec<Value> = (0..50)
        .map(|workspace| {
            let instances = (0..20).map(|index| {
                let running = index == 0;
                let tags = match (running, idle) {
                    (true, true) => json!({"lamp-idle": "60m"}),
                    _ => json!({"lamp-schedule": "none"}),
                };
                let mut instance = instance(&format!("ci-{index}"), tags);
                if !running {
                    instance["state"] = json!("Stopped");
                    instance["lastOperation"] = Value::Null;
                }
                instance["idleTimerFires"] = json!(false);
                instance
            });
            people.push(json!({
                "name": format!("p{workspace}"), "zone": "UTC", "instances": [format!("w{workspace}/ci-0")], "days": "daily",
                "arrives": "09:00", "leaves": "16:00-18:00", "forgets": 1, "starts": false,
            }));
            json!({"name": format!("w{workspace}"), "location": "westeurope", "instances": instances.collect::<Vec<_>>()})
        })
        .collect();
    fleet["subscriptions"][0]["resourceGroups"][0]["workspaces"] = json!(workspaces);
    fleet["people"] = json!(people);
    fleet["metrics"] = json!({"sees": "instances"});
    fleet
}

/// Calls that read, in each sweep of an afternoon: those that are worked on, then left one by one.
async fn reads(idle: bool) -> (Vec<u64>, u64) {
    let world = World::new(thousand(idle)).await;
    let (mut reads, mut stops) = (Vec::new(), 0);
    let mut before = 0;
    for step in 0..10 {
        let now = at("23T15:00") + chrono::TimeDelta::minutes(30 * step);
        world.simulator.advance_to(now);
        stops += world.sweep_with(&[]).await.count("stops");
        let calls = serde_json::to_value(world.simulator.calls()).expect("JSON");
        let routes = calls["routes"].as_array().expect("routes").clone();
        let asks = routes.iter().filter(|route| {
            let path = route["route"].as_str().unwrap_or_default();
            let azure = !path.contains("msi") && !path.contains("prices");
            azure && (route["method"] == "GET" || path.contains("getBatch"))
        });
        let all: u64 = asks.filter_map(|route| route["count"].as_u64()).sum();
        reads.push(all - before);
        before = all;
    }
    (reads, stops)
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_of_a_thousand_instances_cost_a_fifth_more_calls_at_most() {
    let (without, none) = reads(false).await;
    let (with, stops) = reads(true).await;
    assert_eq!((none, stops), (0, 50), "{with:?}");
    println!("reads a sweep without idle rules {without:?}, with {with:?}");
    // While all fifty are worked on, and over the whole afternoon, each stop's own reads left out: the jobs, and at the last
    // look the jobs and the instance once more.
    for (with, without) in with.iter().zip(&without).take(2) {
        assert!(*with * 10 <= *without * 12, "{with} against {without}");
    }
    let (sum, base): (u64, u64) = (with.iter().sum(), without.iter().sum());
    assert!((sum - 3 * stops) * 10 <= base * 12, "{sum} against {base}");
}
