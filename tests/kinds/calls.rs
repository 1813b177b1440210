//! How many calls the other kinds cost: over a day of sweeps on average no more than one for each workspace and sweep, and one
//! for ten of its endpoints.

use super::support::{SUBSCRIPTION, with};
use crate::common::inside::context;
use crate::common::world::OFFICE;
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_agent::sweep;
use lamplighter_simulator::fleet::parse;
use lamplighter_simulator::{Options, start_with};
use serde_json::{Value, json};

const WORKSPACES: u64 = 3;
/// Of each workspace.
const ENDPOINTS: u64 = 10;
const SWEEPS: i64 = 288;

/// An endpoint of which something is asked by day, or nothing ever, or whose metrics have no sample of quiet minutes: then
/// nobody knows, and each sweep has to ask.
fn endpoint(workspace: u64, number: u64) -> Value {
    let name = format!("e{workspace}{number}");
    let deployment = json!({"name": "d", "instanceType": "Standard_F4s_v2", "capacity": 3,
        "tags": {"lamp-schedule": OFFICE, "lamp-idle": "2h"}});
    let mut endpoint =
        json!({"name": name, "deployments": [deployment], "showsQuiet": !number.is_multiple_of(3)});
    if !number.is_multiple_of(2) {
        endpoint["requests"] = json!([{"who": "shop", "zone": "UTC", "at": "09:00-11:00",
            "lasts": "4h-7h", "perMinute": 5}]);
    }
    endpoint
}

fn workspace(number: u64) -> Value {
    let all: Vec<Value> = (0..ENDPOINTS).map(|one| endpoint(number, one)).collect();
    let tags = json!({"lamp-schedule": OFFICE});
    let cluster =
        json!({"name": "train", "vmSize": "Standard_DS3_v2", "minNodeCount": 2, "tags": tags});
    let instance =
        json!({"name": format!("ci{number}"), "vmSize": "Standard_DS3_v2", "state": "Running"});
    json!({"name": format!("w{number}"), "location": "westeurope", "instances": [instance],
        "clusters": [cluster], "endpoints": all})
}

/// The calls of a day's sweeps, and how many stops they made.
async fn day(kinds: &str) -> (u64, usize) {
    let workspaces: Vec<Value> = (0..WORKSPACES).map(workspace).collect();
    let group = json!({"name": "rg", "workspaces": workspaces});
    let subscription = json!({"id": SUBSCRIPTION, "name": "s", "resourceGroups": [group]});
    let prices = json!([
        {"armSkuName": "Standard_DS3_v2", "region": "westeurope", "linux": "0.36"},
        {"armSkuName": "Standard_F4s_v2", "region": "westeurope", "linux": "0.20"},
    ]);
    let fleet = with(
        json!({"subscriptions": [subscription]}),
        json!({"prices": prices}),
    );
    let fleet = parse(&fleet.to_string(), "test").unwrap_or_else(|error| panic!("{error}"));
    let begin: DateTime<Utc> = "2026-11-24T00:00:00Z".parse().expect("a time");
    let options = Options {
        manual_clock: true,
        start: Some(begin),
        identity_header: Some("simulator".into()),
        ..Options::default()
    };
    let simulator = start_with(fleet, options).await.expect("it starts");
    let context = context(&simulator, &simulator.url(), &[("KINDS", kinds)]);
    let mut stops = 0;
    for step in 0..SWEEPS {
        let now = begin + TimeDelta::minutes(5 * step);
        simulator.advance_to(now);
        let swept = sweep::run(&context, &sweep::Options::at(now)).await;
        let swept = swept.expect("a sweep");
        assert_eq!(swept.problems, [] as [String; 0], "{now}");
        stops += swept.stops;
    }
    (simulator.calls().total, stops)
}

#[tokio::test]
async fn all_kinds_cost_no_more_calls_than_one_a_workspace_and_one_for_ten_endpoints() {
    let (instances, none) = day("instance").await;
    let (all, stops) = day("instance,cluster,deployment,vm,aks").await;
    let sweeps = u64::try_from(SWEEPS).expect("a count") * WORKSPACES;
    println!("{instances} calls, {all} with all kinds; {stops} stops");
    // Else it proves nothing.
    assert!(none == 0 && stops > 30, "{none}, {stops} stops");
    assert!(
        (all - instances) * 10 <= sweeps * (10 + ENDPOINTS),
        "{} more in {sweeps} sweeps of a workspace",
        all - instances
    );
}
