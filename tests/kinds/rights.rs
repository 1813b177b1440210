//! What may not be looked at, under roles that the simulator enforces.

use super::behind::{attached, vm, with};
use super::support::explain;
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

async fn world(folder: &Folder, fleet: &Value, kind: &Kind, without: &str) -> World {
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
