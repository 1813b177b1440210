//! What is billed behind attached computes: virtual machines and managed clusters, and what else is attached.

mod attached;
mod clusters;
mod machines;

use super::support::{Client, SUBSCRIPTION};
use lamplighter_simulator::Simulator;
use lamplighter_simulator::fleet::{Fleet, parse};
use serde_json::{Value, json};

pub const GROUP: &str = "/subscriptions/3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a01/resourceGroups/rg";

/// A fleet of one workspace `w` with these attached computes, and of its group's resources.
pub fn fleet(attached: Value, resources: Value) -> Fleet {
    let mut group = json!({"name": "rg", "workspaces": [
        {"name": "w", "location": "westeurope", "attached": attached,
            "instances": [{"name": "ci", "vmSize": "Standard_DS3_v2", "state": "Running"}]},
        {"name": "project", "location": "westeurope", "hub": "w"},
    ]});
    for (name, value) in resources.as_object().expect("an object") {
        group[name] = value.clone();
    }
    let whole = json!({
        "seed": 7,
        "subscriptions": [{"id": SUBSCRIPTION, "name": "Data Science", "resourceGroups": [group]}],
        "prices": [
            {"armSkuName": "Standard_D4s_v3", "region": "westeurope", "linux": "0.20"},
            {"armSkuName": "Standard_D8s_v3", "region": "westeurope", "linux": "0.40"},
        ],
    });
    parse(&whole.to_string(), "test").expect("a good fleet")
}

pub fn vm(more: Value) -> Fleet {
    let mut vm =
        json!({"name": "vm", "vmSize": "Standard_D4s_v3", "tags": {"owner": "ana@example.org"}});
    for (name, value) in more.as_object().expect("an object") {
        vm[name] = value.clone();
    }
    fleet(json!([]), json!({"virtualMachines": [vm]}))
}

pub fn vm_path(below: &str) -> String {
    format!("{GROUP}/providers/Microsoft.Compute/virtualMachines/vm{below}?api-version=2026-04-01")
}

pub fn aks(more: Value) -> Fleet {
    let pools = json!([
        {"name": "system", "vmSize": "Standard_D4s_v3", "count": 2},
        {"name": "user", "vmSize": "Standard_D8s_v3", "count": 1, "mode": "User", "scales": [1, 3]},
    ]);
    let mut cluster = json!({"name": "k", "tier": "Standard", "pools": pools});
    for (name, value) in more.as_object().expect("an object") {
        cluster[name] = value.clone();
    }
    let attached = json!([{"name": "k8s", "computeType": "Kubernetes", "resource": "rg/k"}]);
    fleet(attached, json!({"managedClusters": [cluster]}))
}

pub fn aks_path(below: &str) -> String {
    format!(
        "{GROUP}/providers/Microsoft.ContainerService/managedClusters/k{below}?api-version=2026-08-01"
    )
}

/// The part of a code behind `PowerState/`.
pub async fn power(client: &Client) -> String {
    let view = client.get(&vm_path("/instanceView")).await;
    let statuses = view["statuses"].as_array().expect("statuses");
    let mut found = statuses.iter().filter_map(|status| {
        let code = status["code"].as_str()?;
        assert!(status["time"].is_null() || !code.starts_with("PowerState"));
        code.strip_prefix("PowerState/").map(str::to_owned)
    });
    found.next_back().expect("a power state")
}

/// Accepted, and followed to its end by `Location`: the status of each answer on the way.
pub async fn followed(client: &Client, path: &str) -> Vec<u16> {
    let answer = client.send("POST", path, None).await.expect("answered");
    let mut statuses = vec![answer.status().as_u16()];
    if statuses == [200] {
        return statuses;
    }
    let header = |name: &str| answer.headers()[name].to_str().expect("text").to_owned();
    assert!(header("Retry-After").parse::<u64>().expect("seconds") > 0);
    let location = header("Location");
    let status = header("Azure-AsyncOperation");
    assert_eq!(client.get(&status).await["status"], "InProgress");
    for _ in 0..10 {
        client
            .simulator
            .advance_to(client.simulator.now() + chrono::TimeDelta::seconds(60));
        let (last, _) = client.call("GET", &location, None).await;
        statuses.push(last);
        if last != 202 {
            break;
        }
    }
    statuses
}

pub fn seconds(simulator: &Simulator) -> (i64, String, String) {
    let bill = simulator.bill();
    let one = &bill.others[0];
    let cost = one.cost.expect("a price").to_string();
    (one.unit_seconds, cost, one.parked_per_hour.to_string())
}
