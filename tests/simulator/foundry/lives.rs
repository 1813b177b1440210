//! Workbenches are stopped and started, by calls, by people and by Azure's idle timer; and what is paid for.

use super::super::support::{manual, story};
use super::{NEWEST, OLDER, VERSIONS, asked, below, fleet, shown, status, wb, with, workbench};
use serde_json::json;

#[tokio::test]
async fn a_stop_and_a_start_are_accepted_and_take_their_time() {
    for version in VERSIONS {
        let client = with(json!({})).await;
        let (told, location) = asked(&client, &workbench("/stop", version)).await;
        assert_eq!(told, 202);
        let location = location.expect("where to ask");
        assert!(
            location.contains("/locations/westeurope/computeOperations/"),
            "{location}"
        );
        assert!(location.contains(version), "{location}");
        assert_eq!(status(&client).await, "Stopping");
        assert_eq!(shown(&client, OLDER).await.0, "Stopping");
        let (told, body) = client.call("GET", &location, None).await;
        assert_eq!(
            (told, &body["properties"]["status"]),
            (202, &json!("InProgress"))
        );
        let status_of = location.replace("monitor=true&", "");
        assert_eq!(
            client.get(&status_of).await["properties"],
            body["properties"]
        );
        client.advance(119).await;
        assert_eq!(status(&client).await, "Stopping");
        client.advance(1).await;
        assert_eq!(
            client.get(&location).await["properties"]["status"],
            "Succeeded"
        );
        assert_eq!(status(&client).await, "Stopped");
        let (told, location) = asked(&client, &workbench("/start", version)).await;
        assert_eq!((told, status(&client).await), (202, "Starting".into()));
        client.advance(180).await;
        let operation = client.get(&location.expect("where to ask")).await;
        assert_eq!(operation["properties"]["status"], "Succeeded");
        assert_eq!(status(&client).await, "Running");
    }
}

#[tokio::test]
async fn what_is_so_already_is_204_and_a_restart_takes_both_times() {
    let client = with(json!({})).await;
    let none = (204, None);
    assert_eq!(asked(&client, &workbench("/start", NEWEST)).await, none);
    let (told, _) = asked(&client, &workbench("/restart", NEWEST)).await;
    assert_eq!((told, status(&client).await), (202, "Restarting".into()));
    client.advance(299).await;
    assert_eq!(status(&client).await, "Restarting");
    client.advance(1).await;
    assert_eq!(status(&client).await, "Running");
    asked(&client, &workbench("/stop", NEWEST)).await;
    client.advance(120).await;
    assert_eq!(asked(&client, &workbench("/stop", OLDER)).await, none);
}

#[tokio::test]
async fn a_container_instance_lives_the_same_life_and_says_it_in_every_version() {
    let client = manual(fleet(json!([]), &json!({}))).await;
    let stop = below("/computes/box/stop", NEWEST);
    let (told, location) = asked(&client, &stop).await;
    assert_eq!(told, 202);
    let state = |version| {
        let path = below("/computes/box", version);
        let client = &client;
        async move { client.get(&path).await["properties"]["provisioningState"].clone() }
    };
    for version in VERSIONS {
        assert_eq!(state(version).await, "Stopping");
    }
    client.advance(120).await;
    for version in VERSIONS {
        assert_eq!(state(version).await, "Stopped");
    }
    let operation = client.get(&location.expect("where to ask")).await;
    assert_eq!(operation["properties"]["status"], "Succeeded");
    assert_eq!(asked(&client, &stop).await.0, 204);
}

#[tokio::test]
async fn azures_idle_timer_waits_for_people_and_then_stops_it() {
    let hours = json!({"zone": "UTC", "at": "09:10", "lasts": "1h"});
    let spec = json!({"idleTimeBeforeShutdown": "PT30M", "uses": [{"who": "ana", "hours": hours}]});
    let client = with(spec).await;
    client.advance(3_600).await;
    assert_eq!(status(&client).await, "Running");
    client.advance(2 * 3_600).await;
    assert_eq!(status(&client).await, "Stopped");
    let told = story(&client.simulator.record(), "a/p/wb");
    assert_eq!(
        told,
        [
            "09:00:00 power Running",
            "09:10:00 workBegan ana",
            "10:10:00 workEnded ana",
            "10:40:00 powerRequested  idleTimer",
            "10:40:00 power Stopping",
            "10:42:00 power Stopped",
        ]
    );
    let never = json!({"idleTimeBeforeShutdown": "PT30M", "idleTimerFires": false});
    let client = with(never).await;
    client.advance(24 * 3_600).await;
    assert_eq!(status(&client).await, "Running");
}

#[tokio::test]
async fn people_start_it_stop_it_and_want_it_back_when_it_is_stopped_under_them() {
    let hours = json!({"zone": "UTC", "at": "09:10", "lasts": "1h"});
    let ana = json!({"who": "ana", "hours": hours, "stops": true});
    let client = with(json!({"state": "Stopped", "uses": [ana]})).await;
    client.advance(20 * 60).await;
    assert_eq!(status(&client).await, "Running");
    asked(&client, &workbench("/stop", NEWEST)).await;
    client.advance(3 * 3_600).await;
    let told = story(&client.simulator.record(), "a/p/wb");
    let told: Vec<&str> = told
        .iter()
        .map(|line| line.split_once(' ').expect("a time").1)
        .collect();
    assert_eq!(
        told,
        [
            "power Stopped",
            "waits",
            "powerRequested  ana",
            "power Starting",
            "power Running",
            "workBegan ana",
            "powerRequested  api",
            "power Stopping",
            "workEnded ana",
            "power Stopped",
            "powerRequested  ana",
            "power Starting",
            "power Running",
            "workBegan ana",
            "workEnded ana",
            "powerRequested  ana",
            "power Stopping",
            "power Stopped",
        ]
    );
}

#[tokio::test]
async fn pools_are_paid_for_all_day_and_a_stop_of_a_workbench_ends_none_of_it() {
    let client = manual(fleet(json!([wb(&json!({}))]), &json!({}))).await;
    asked(&client, &workbench("/stop", NEWEST)).await;
    client.advance(3_600).await;
    let bill = client.simulator.bill();
    assert_eq!(bill.others.len(), 1, "a workbench costs nothing by itself");
    let pools = &bill.others[0];
    assert_eq!(
        (pools.kind.as_str(), pools.name.as_str()),
        ("foundryCompute", "a/gpu")
    );
    // Two nodes at 0.20, and a spot node at a fifth of 0.40.
    assert_eq!(pools.cost.expect("a price").to_string(), "0.48");
    assert_eq!(
        (pools.standing_cost.to_string(), pools.unit_seconds),
        ("0.48".into(), 0)
    );
}
