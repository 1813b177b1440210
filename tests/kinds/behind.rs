//! What tests of attached computes share: a fleet with what is billed behind them, and how that stands.

use crate::common::world::{Printed, World, fleet};
use serde_json::{Value, json};

pub const SUBSCRIPTION: &str = "3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a01";

/// An instance that runs, since most of what is tested here stands beside some.
fn beside() -> Value {
    json!([{"name": "ci", "vmSize": "Standard_DS3_v2", "state": "Running"}])
}

/// A fleet whose one workspace `w` has these attached, and whose group has `more` beside it.
pub fn with(attached: Value, more: &[(&str, Value)]) -> Value {
    let mut fleet = fleet(beside(), &[("other", json!([]))]);
    let price = json!({"armSkuName": "Standard_D4s_v3", "region": "westeurope", "linux": "0.20"});
    fleet["prices"].as_array_mut().expect("prices").push(price);
    let group = &mut fleet["subscriptions"][0]["resourceGroups"][0];
    group["location"] = "westeurope".into();
    group["workspaces"][0]["attached"] = attached;
    for (name, list) in more {
        group[*name] = list.clone();
    }
    fleet
}

/// The same, attached to the workspace `other`, too.
pub fn also(mut fleet: Value, attached: Value) -> Value {
    fleet["subscriptions"][0]["resourceGroups"][0]["workspaces"][1]["attached"] = attached;
    fleet
}

pub fn attached(name: &str, kind: &str, resource: &str) -> Value {
    json!({"name": name, "computeType": kind, "resource": format!("rg/{resource}")})
}

/// A VM of four cores.
pub fn vm(name: &str, tags: Value) -> Value {
    json!({"name": name, "vmSize": "Standard_D4s_v3", "tags": tags})
}

/// A managed cluster of three nodes with a control plane that is paid for.
pub fn aks(tags: Value) -> Value {
    json!({"name": "k", "tier": "Standard", "tags": tags,
        "pools": [{"name": "system", "vmSize": "Standard_D4s_v3", "count": 3}]})
}

/// The ARM id of what is attached.
pub fn id(kind: &str, name: &str) -> String {
    format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/{kind}/{name}")
}

/// The world, with these kinds enabled.
pub async fn world(fleet: Value, kinds: &str) -> World {
    let mut world = World::new(fleet).await;
    world.set("KINDS", kinds);
    world
}

/// How a resource stands, as the simulator knows it.
pub async fn standing(world: &World, resource: &str) -> Value {
    let url = format!("{}/simulator/resources", world.simulator.url());
    let answer = reqwest::get(url).await.expect("an answer");
    let all: Value = answer.json().await.expect("JSON");
    let all = all["resources"].as_array().expect("resources").clone();
    let found = all.into_iter().find(|one| one["resource"] == resource);
    found.unwrap_or_else(|| panic!("no {resource}"))
}

pub async fn power(world: &World, resource: &str) -> String {
    let standing = standing(world, resource).await;
    standing["power"].as_str().expect("a power").to_owned()
}

/// What `explain` says now of a compute by its name.
pub async fn explain(world: &World, name: &str) -> Printed {
    let now = world.simulator.now().to_rfc3339();
    world.run(&["explain", name, "--now", &now]).await
}

/// The text of the decision on a resource; empty where none was printed.
pub fn text(printed: &Printed, name: &str) -> String {
    let mut lines = printed.lines.iter();
    let line = lines.find(|line| line["event"] == "decision" && line["name"] == name);
    let text = line.and_then(|line| line["message"].as_str());
    text.unwrap_or_default().to_owned()
}

/// What a workspace's list of jobs shows from now on: one that runs on this compute.
pub async fn job_on(world: &World, workspace: &str, compute: &str) {
    let workspace = id("Microsoft.MachineLearningServices/workspaces", workspace);
    let job = json!({
        "id": format!("{workspace}/jobs/train"), "name": "train",
        "properties": {"status": "Running", "computeId": format!("{workspace}/computes/{compute}"),
            "displayName": "train"},
        "systemData": {"createdAt": "2026-11-23T15:00:00Z"},
    });
    let body = json!({"value": [job]}).to_string();
    world
        .fault(json!({"pathContains": format!("{workspace}/jobs"), "status": 200, "body": body}))
        .await;
}

pub async fn no_faults(world: &World) {
    let url = format!("{}/simulator/faults", world.simulator.url());
    let answer = reqwest::Client::new().delete(url).send().await;
    assert!(answer.expect("an answer").status().is_success());
}

/// Asserts that every one of these words was printed.
pub fn says(printed: &Printed, words: &[&str]) {
    for words in words {
        assert!(printed.stdout.contains(words), "{words}\n{}", printed.all());
    }
}

/// A job on what is attached, by either of its names, holds its stop, and no longer than it is there. `attached_as`: its type, its
/// own name, and what it is attached as to the workspace `w`.
pub async fn is_held_by_a_job(one: Value, kinds: &str, attached_as: (&str, &str, &str)) {
    let (compute_type, resource, name) = attached_as;
    for workspace in ["w", "other"] {
        let twin = json!([attached("twin", compute_type, resource)]);
        let world = world(also(one.clone(), twin), kinds).await;
        world.sweep("23T12:00").await;
        world.sweep("23T12:10").await;
        job_on(
            &world,
            workspace,
            if workspace == "w" { name } else { "twin" },
        )
        .await;
        let printed = world.sweep("23T19:00").await;
        let reason = printed.reason(resource);
        assert_eq!(reason, Some("job-running"), "{}", printed.all());
        let said = explain(&world, &format!("w/{name}")).await;
        says(&said, &["waits for 1 job(s): train"]);
        assert_eq!(world.posts(), 0);
        no_faults(&world).await;
        let printed = world.sweep("23T19:10").await;
        assert_eq!(
            (printed.count("stops"), world.posts()),
            (1, 1),
            "{}",
            printed.all()
        );
    }
}

/// Where another workspace's jobs cannot be read, what is attached there waits, and nothing else does.
pub async fn jobs_unread(world: &World, workspace: &str) {
    let workspace = id("Microsoft.MachineLearningServices/workspaces", workspace);
    let fault = json!({"pathContains": format!("{workspace}/jobs"), "status": 403, "body": "{}"});
    world.fault(fault).await;
}
