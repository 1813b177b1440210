//! Workbenches of Microsoft Foundry, through the program.

mod hidden_tags;
mod rights;
mod seeds;
mod stories;

use super::support::SUBSCRIPTION;
use crate::common::world::World;
use serde_json::{Value, json};

pub fn workbench(name: &str, tags: Value) -> Value {
    json!({"name": name, "target": "gpu", "state": "Running", "tags": tags, "createdBy": "ana@example.org",
        "startTakes": "3m", "stopTakes": "2m"})
}

/// A workspace `w` with an instance, and an account `team` with a project `vision` of these workbenches.
pub fn fleet(workbenches: Value, project: Value, account: Value) -> Value {
    let mut team = json!({
        "name": "team",
        "computes": [{"computeType": "Cluster", "name": "gpu",
            "pools": [{"name": "default", "instanceType": "Standard_DS3_v2", "nodeCount": 2}]}],
        "projects": [{"name": "vision", "tags": project, "workbenches": workbenches}],
    });
    for (name, value) in account.as_object().expect("an object") {
        team[name] = value.clone();
    }
    let group = json!({
        "name": "rg", "location": "westeurope", "cognitiveAccounts": [team],
        "workspaces": [{"name": "w", "location": "westeurope", "instances": [
            {"name": "ci", "vmSize": "Standard_DS3_v2", "state": "Running", "createdBy": "ana@example.org"}]}],
    });
    json!({
        "subscriptions": [{"id": SUBSCRIPTION, "name": "Data Science", "resourceGroups": [group]}],
        "prices": [{"armSkuName": "Standard_DS3_v2", "region": "westeurope", "linux": "0.36"}],
    })
}

pub async fn world(fleet: Value) -> World {
    let mut world = World::new(fleet).await;
    world.set("KINDS", "instance,workbench");
    world
}

/// How one stands: its state.
pub async fn state(world: &World, name: &str) -> String {
    let url = format!("{}/simulator/workbenches", world.simulator.url());
    let answer = reqwest::get(url).await.expect("an answer");
    let body: Value = answer.json().await.expect("JSON");
    let mut all = body["workbenches"].as_array().expect("a list").iter();
    let own = all.find(|one| {
        one["workbench"]
            .as_str()
            .is_some_and(|own| own.ends_with(name))
    });
    own.unwrap_or_else(|| panic!("no {name}: {body}"))["state"]
        .as_str()
        .expect("a state")
        .to_owned()
}

pub async fn set(world: &World, name: &str, what: Value) {
    let mut whole = what;
    whole["on"] = json!(format!("team/vision/{name}"));
    world.post("workbenches", whole).await;
}
