//! Virtual machines: their power, what it costs, and who works on them.

use super::super::support::{SUBSCRIPTION, at, manual};
use super::{followed, power, seconds, vm, vm_path};
use serde_json::json;

#[tokio::test]
async fn a_virtual_machine_is_deallocated_and_started_and_only_its_disks_cost_meanwhile() {
    let client = manual(vm(json!({"disksGb": [64, 128]}))).await;
    assert_eq!(power(&client).await, "running");
    let statuses = followed(&client, &vm_path("/deallocate")).await;
    assert_eq!((statuses[0], statuses.last()), (202, Some(&200)));
    assert!(statuses.len() <= 6, "five minutes at most: {statuses:?}");
    assert_eq!(power(&client).await, "deallocated");
    let (unit_seconds, _, parked) = seconds(&client.simulator);
    assert_eq!(unit_seconds, 0, "deallocating is not billed");
    assert_eq!(parked, "0.00410");
    assert_eq!(followed(&client, &vm_path("/deallocate")).await, [200]);
    let statuses = followed(&client, &vm_path("/start")).await;
    assert_eq!(statuses.last(), Some(&200));
    assert_eq!(power(&client).await, "running");
    let whole = client.get(&vm_path("")).await;
    assert_eq!(whole["tags"], json!({"owner": "ana@example.org"}));
    assert_eq!(
        whole["properties"]["hardwareProfile"]["vmSize"],
        "Standard_D4s_v3"
    );
    assert_eq!(
        whole["properties"]["storageProfile"]["osDisk"]["osType"],
        "Linux"
    );
    assert!(whole["properties"]["instanceView"].is_null());
    let expanded = client.get(&(vm_path("") + "&$expand=instanceView")).await;
    assert_eq!(
        expanded["properties"]["instanceView"]["statuses"][1]["code"],
        "PowerState/running"
    );
}

#[tokio::test]
async fn a_guests_own_shutdown_goes_on_being_billed() {
    let client = manual(vm(json!({"osType": "Windows", "disksGb": []}))).await;
    let hand = json!({"on": "rg/vm", "action": "shutdown", "by": "ana"});
    assert_eq!(
        client
            .call("POST", "/simulator/power", Some(hand.clone()))
            .await
            .0,
        200
    );
    assert_eq!(
        client.call("POST", "/simulator/power", Some(hand)).await.0,
        409
    );
    assert_eq!(power(&client).await, "stopped");
    client.simulator.advance_to(at("2026-10-21T10:00:00Z"));
    // An hour of Windows.
    assert_eq!(
        seconds(&client.simulator),
        (3_600, "0.346".into(), "0".into())
    );
    let off = client.call("POST", &vm_path("/powerOff"), None).await;
    assert_eq!(off.0, 200, "it is off already");
    followed(&client, &vm_path("/deallocate")).await;
    assert_eq!(power(&client).await, "deallocated");
    assert_eq!(seconds(&client.simulator).0, 3_600);
    let (status, body) = client.call("POST", &vm_path("/powerOff"), None).await;
    assert_eq!(
        (status, &body["error"]["code"]),
        (409, &json!("OperationNotAllowed"))
    );
}

#[tokio::test]
async fn capacity_and_quota_are_told_apart_and_an_ephemeral_disk_forbids() {
    let client = manual(vm(json!({"state": "Deallocated", "failStarts": 1}))).await;
    let statuses = followed(&client, &vm_path("/start")).await;
    assert_eq!(statuses.last(), Some(&409));
    let view = client.get(&vm_path("/instanceView")).await;
    assert_eq!(
        view["statuses"][0]["code"],
        "ProvisioningState/failed/AllocationFailed"
    );
    assert_eq!(power(&client).await, "deallocated");
    let set = json!({"on": "rg/vm", "noQuota": true});
    assert_eq!(
        client
            .call("POST", "/simulator/resources", Some(set))
            .await
            .0,
        204
    );
    let (status, body) = client.call("POST", &vm_path("/start"), None).await;
    assert_eq!(
        (status, &body["error"]["code"]),
        (409, &json!("OperationNotAllowed"))
    );
    let message = body["error"]["message"].as_str().expect("text");
    assert!(
        message.contains("exceeding approved standardDSv3Family Cores quota"),
        "{message}"
    );
    let set = json!({"on": "RG/VM", "noQuota": false});
    assert_eq!(
        client
            .call("POST", "/simulator/resources", Some(set))
            .await
            .0,
        204
    );
    assert_eq!(
        followed(&client, &vm_path("/start")).await.last(),
        Some(&200)
    );
    let client = manual(vm(json!({"ephemeralOsDisk": true}))).await;
    let (status, body) = client.call("POST", &vm_path("/deallocate"), None).await;
    assert_eq!(
        (status, &body["error"]["code"]),
        (409, &json!("OperationNotAllowed"))
    );
    assert_eq!(power(&client).await, "running");
}

#[tokio::test]
async fn a_spot_machine_is_evicted_and_reads_as_one_that_we_deallocated() {
    let evictions = json!(["2026-10-21T09:30:00Z"]);
    let client = manual(vm(
        json!({"priority": "Spot", "evictions": evictions, "disksGb": []}),
    ))
    .await;
    let whole = client.get(&vm_path("")).await;
    assert_eq!(whole["properties"]["priority"], "Spot");
    assert_eq!(whole["properties"]["evictionPolicy"], "Deallocate");
    client.simulator.advance_to(at("2026-10-21T10:00:00Z"));
    assert_eq!(power(&client).await, "deallocated");
    // Half an hour at a fifth of the price.
    assert_eq!(seconds(&client.simulator).1, "0.02");
    let record = serde_json::to_value(client.simulator.record()).expect("JSON");
    assert!(
        record
            .as_array()
            .expect("events")
            .iter()
            .any(|event| event["what"] == "evicted")
    );
}

#[tokio::test]
async fn people_come_to_a_machine_start_it_and_leave_it_as_they_do() {
    let hours = |time: &str| json!({"zone": "UTC", "at": time, "lasts": "1h"});
    let uses = json!([
        {"who": "ana", "hours": hours("10:00"), "leaves": "deallocated"},
        {"who": "rui", "hours": hours("14:00"), "starts": false},
        {"who": "eva", "hours": hours("14:30"), "leaves": "shutdown"},
    ]);
    let client = manual(vm(json!({"state": "Deallocated", "uses": uses}))).await;
    client.simulator.advance_to(at("2026-10-21T18:00:00Z"));
    let record = serde_json::to_value(client.simulator.record()).expect("JSON");
    let story: Vec<String> = record
        .as_array()
        .expect("events")
        .iter()
        .filter(|event| event["instance"] == "rg/vm")
        .filter_map(|event| {
            let who = event["person"].as_str().or(event["who"].as_str());
            let who = who.or(event["by"]["name"].as_str())?;
            Some(format!("{who} {}", event["what"].as_str().expect("named")))
        })
        .collect();
    let expected = [
        "ana waits",
        "ana powerRequested",
        "ana workBegan",
        "ana workEnded",
        "ana powerRequested",
        "rui waits",
        "eva waits",
        "eva powerRequested",
        "rui workBegan",
        "eva workBegan",
        "rui workEnded",
        "eva workEnded",
        "eva shutDown",
    ];
    assert_eq!(story, expected);
    assert_eq!(power(&client).await, "stopped");
    let path = vm_path("/providers/microsoft.insights/metrics")
        + "&metricnames=Percentage%20CPU&aggregation=Maximum&interval=PT1H\
           &timespan=2026-10-21T09%253A00%253A00.123456%2F2026-10-21T18%253A00%253A00";
    let metrics = client.get(&path).await;
    let data = metrics["value"][0]["timeseries"][0]["data"]
        .as_array()
        .expect("data");
    let busy: Vec<bool> = data
        .iter()
        .map(|hour| hour["maximum"].as_f64().is_some_and(|cpu| cpu > 30.0))
        .collect();
    let hours = [10, 14, 15].map(|hour| hour - 9);
    for (hour, busy) in busy.into_iter().enumerate() {
        assert!(!busy || hours.contains(&hour), "{hour}");
    }
    assert!(data[0]["maximum"].is_null(), "deallocated: no sample");
}

#[tokio::test]
async fn lists_with_status_only_tell_power_and_some_do_not() {
    let client = manual(vm(json!({"hidesPowerInLists": true}))).await;
    let all = format!(
        "/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Compute/virtualMachines?api-version=2024-07-01"
    );
    let list = client.get(&(all.clone() + "&statusOnly=true")).await;
    let view = &list["value"][0]["properties"]["instanceView"];
    assert_eq!(view["statuses"].as_array().map(Vec::len), Some(1));
    assert!(client.get(&all).await["value"][0]["properties"]["storageProfile"].is_object());
    assert_eq!(power(&client).await, "running");
}
