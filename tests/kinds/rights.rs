//! What may not be looked at, under roles that the simulator enforces.

use super::behind::{aks, attached, vm, with};
use super::support::{cluster, estate, explain};
use crate::common::folder::Folder;
use crate::common::world::{OFFICE, World};
use lamplighter_core::kinds::{Kind, role, role_of};
use lamplighter_simulator::Options;
use serde_json::{Value, json};

/// The actions of the roles of instances and of a kind, without one.
fn actions(kind: &Kind, without: &str) -> Vec<&'static str> {
    let [usual] = role().permissions;
    let [own] = role_of(kind).expect("a role").permissions;
    let all = usual.actions.into_iter().chain(own.actions);
    all.filter(|action| *action != without).collect()
}

/// A world in which only the roles of instances and of this kind are granted, but for one action.
pub async fn world(folder: &Folder, fleet: &Value, kind: &Kind, without: &str) -> World {
    let file = folder.join(format!("role-{:x}.json", fastrand::u64(..)));
    let role = json!({"permissions": [{"actions": actions(kind, without)}]});
    std::fs::write(&file, role.to_string()).expect("written");
    let options = Options {
        role: Some(file),
        ..Options::default()
    };
    let mut world = World::with(fleet.clone(), options).await;
    world.set("KINDS", kind.name());
    world
}

#[tokio::test]
async fn a_machine_that_may_not_be_read_is_named_with_the_right() {
    let folder = Folder::new("may-see");
    let tags = json!({"lamp-schedule": OFFICE});
    let fleet = with(
        json!([attached("box", "VirtualMachine", "gpu")]),
        &[("virtualMachines", json!([vm("gpu", tags)]))],
    );
    let right = "Microsoft.Compute/virtualMachines/read";
    let blind = world(&folder, &fleet, &Kind::Vm, right).await;
    let printed = explain(&blind, "box").await;
    for words in ["not allowed to look", right] {
        assert!(printed.stdout.contains(words), "{words}: {}", printed.all());
    }
    let sees = world(&folder, &fleet, &Kind::Vm, "").await;
    let printed = explain(&sees, "gpu").await;
    assert!(
        printed.stdout.contains("decision: leave")
            && !printed.stdout.contains("not allowed to look"),
        "{}",
        printed.all()
    );
}

#[tokio::test]
async fn endpoints_are_shown_by_the_role_of_deployments_and_each_right_shows_its_own() {
    let folder = Folder::new("may-see");
    let mut fleet = with(json!([]), &[]);
    let workspace = &mut fleet["subscriptions"][0]["resourceGroups"][0]["workspaces"][0];
    workspace["batchEndpoints"] =
        json!([{"name": "nightly", "deployments": [{"name": "a", "compute": "cpu"}]}]);
    workspace["serverlessEndpoints"] =
        json!([{"name": "phi", "modelId": "azureml://registries/x/models/phi"}]);
    let own = "Microsoft.MachineLearningServices/workspaces";
    for (without, shown) in [
        ("", [true, true, true]),
        ("batchEndpoints/read", [false, false, true]),
        ("batchEndpoints/deployments/read", [true, false, true]),
        ("serverlessEndpoints/read", [true, true, false]),
    ] {
        let without = format!("{own}/{without}");
        let world = world(&folder, &fleet, &Kind::Deployment, &without).await;
        let nightly = explain(&world, "nightly").await.all();
        let phi = explain(&world, "phi").await.all();
        let found = [
            nightly.contains("nothing runs between its jobs"),
            nightly.contains("its jobs run on cpu"),
            phi.contains("it is paid by what is asked of it"),
        ];
        assert_eq!(found, shown, "{without}: {nightly}{phi}");
    }
}

/// One of each kind, on in office hours by a tag of its own.
fn of_each_kind() -> [(Kind, Value); 4] {
    let tags = json!({"lamp-schedule": OFFICE, "owner": "ana@example.org"});
    let box_of = attached("box", "VirtualMachine", "gpu");
    let k8s = attached("k8s", "Kubernetes", "k");
    let blue =
        json!({"name": "blue", "instanceType": "Standard_F4s_v2", "capacity": 3, "tags": tags});
    let endpoints = json!([{"name": "score", "deployments": [blue]}]);
    let machines = json!([vm("gpu", tags.clone())]);
    [
        (Kind::Cluster, cluster(json!({}))),
        (
            Kind::Deployment,
            estate(&json!({"endpoints": endpoints}), &json!({})),
        ),
        (
            Kind::Vm,
            with(json!([box_of]), &[("virtualMachines", machines)]),
        ),
        (
            Kind::Aks,
            with(json!([k8s]), &[("managedClusters", json!([aks(tags)]))]),
        ),
    ]
}

#[tokio::test]
async fn a_night_under_the_roles_alone_meets_no_refusal_and_all_comes_back() {
    let folder = Folder::new("a-night");
    for (kind, fleet) in of_each_kind() {
        let world = world(&folder, &fleet, &kind, "").await;
        let (mut stops, mut starts) = (0, 0);
        for time in [
            "23T12:00", "23T19:00", "23T19:20", "23T19:40", "24T07:30", "24T07:45", "24T08:00",
            "24T08:20",
        ] {
            let printed = world.sweep(time).await;
            stops += printed.count("stops");
            starts += printed.count("starts");
            assert_eq!(printed.code, 0, "{kind}, {time}: {}", printed.all());
        }
        assert_eq!((stops, starts), (1, 1), "{kind}");
        let calls = serde_json::to_value(world.simulator.calls()).expect("JSON");
        let routes = calls["routes"].as_array().expect("routes").iter();
        let refused: Vec<_> = routes
            .filter(|route| route["statuses"].get("403").is_some())
            .collect();
        assert!(refused.is_empty(), "{kind}: {refused:?}");
    }
}
