//! Microsoft Foundry: workbenches and what they lie in, under each of four api-versions.

mod control;
mod lives;
mod refusals;
mod shown;
mod table;
mod typed;

use super::support::{Client, SUBSCRIPTION, manual};
use lamplighter_simulator::fleet::{Fleet, parse};
use serde_json::{Value, json};

/// Oldest first.
pub const VERSIONS: [&str; 4] = [
    "2026-03-15-preview",
    "2026-05-15-preview",
    "2026-07-15-preview",
    "2026-09-15-preview",
];
pub const NEWEST: &str = "2026-09-15-preview";
pub const OLDER: &str = "2026-07-15-preview";

/// The group of [`fleet`].
pub const GROUP: &str = "/subscriptions/3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a01/resourceGroups/rg";

/// An account `a` with a project `p` of these workbenches, a compute of pools `gpu`, and a container instance `box`;
/// `more` lies over the account.
pub fn fleet(workbenches: Value, more: &Value) -> Fleet {
    let pools = json!([
        {"name": "default", "instanceType": "Standard_D4s_v3", "nodeCount": 2},
        {"name": "spot", "vmPriority": "Spot", "instanceType": "Standard_D8s_v3"},
    ]);
    let mut account = json!({
        "name": "a", "tags": {"from": "account"},
        "computes": [
            {"computeType": "Cluster", "name": "gpu", "tags": {"from": "compute"}, "pools": pools},
            {"computeType": "ContainerInstance", "name": "box", "target": "gpu", "state": "Running",
                "tags": {"from": "box"}},
        ],
        "managedComputeDeployments": [
            {"name": "model", "sku": "VmManagedCompute", "capacity": 2, "acceleratorsPerInstance": 4, "compute": "gpu"},
        ],
        "projects": [{"name": "p", "tags": {"from": "project"}, "workbenches": workbenches}],
    });
    for (name, value) in more.as_object().expect("an object") {
        account[name] = value.clone();
    }
    let group = json!({"name": "rg", "location": "westeurope", "cognitiveAccounts": [account]});
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

/// A workbench `wb` that starts in 3 minutes and stops in 2; `more` lies over it.
pub fn wb(more: &Value) -> Value {
    let mut own = json!({
        "name": "wb", "target": "gpu", "state": "Running", "tags": {"lamp-schedule": "always"},
        "createdBy": "ana@example.org", "startTakes": "3m", "stopTakes": "2m",
    });
    for (name, value) in more.as_object().expect("an object") {
        own[name] = value.clone();
    }
    own
}

pub async fn with(more: Value) -> Client {
    manual(fleet(json!([wb(&more)]), &json!({}))).await
}

/// An address below the account.
pub fn below(path: &str, version: &str) -> String {
    format!("{GROUP}/providers/Microsoft.CognitiveServices/accounts/a{path}?api-version={version}")
}

/// The address of the workbench, or of an action on it.
pub fn workbench(action: &str, version: &str) -> String {
    below(&format!("/projects/p/workbenches/wb{action}"), version)
}

/// What a version says of the workbench's state: `provisioningState` and `status`.
pub async fn shown(client: &Client, version: &str) -> (String, Option<String>) {
    let body = client.get(&workbench("", version)).await;
    let text = |name: &str| body["properties"][name].as_str().map(str::to_owned);
    (text("provisioningState").expect("a state"), text("status"))
}

/// The newest version's `status`.
pub async fn status(client: &Client) -> String {
    shown(client, NEWEST).await.1.expect("a status")
}

/// Sets something about the workbench.
pub async fn set(client: &Client, setting: Value) {
    let mut whole = setting;
    whole["on"] = json!("a/p/wb");
    let told = client
        .call("POST", "/simulator/workbenches", Some(whole))
        .await;
    assert_eq!(told.0, 204, "{}", told.1);
}

/// Status and `Location` of an accepted call.
pub async fn asked(client: &Client, path: &str) -> (u16, Option<String>) {
    let answer = client.send("POST", path, None).await.expect("answered");
    let header = |name: &str| answer.headers().get(name)?.to_str().ok().map(str::to_owned);
    let location = header("Location");
    if location.is_some() {
        let seconds = header("Retry-After").expect("with it");
        assert!(seconds.parse::<u64>().is_ok_and(|seconds| seconds > 0));
    }
    (answer.status().as_u16(), location)
}
