//! What is paid for of each kind: while it is on, and while it is parked.

use super::behind::{aks, attached, explain, says, vm};
use super::support::estate;
use crate::common::folder::Folder;
use crate::common::world::{OFFICE, World};
use rust_decimal::Decimal;
use serde_json::{Value, json};

fn fleet() -> Value {
    let tags = json!({"lamp-schedule": OFFICE});
    let of_workspace = json!({
        "clusters": [{"name": "train", "vmSize": "Standard_DS3_v2", "minNodeCount": 2, "maxNodeCount": 60, "tags": tags}],
        "endpoints": [{"name": "score", "deployments": [
            {"name": "blue", "instanceType": "Standard_F4s_v2", "capacity": 3, "tags": tags}]}],
        "attached": [attached("box", "VirtualMachine", "gpu"), attached("k8s", "Kubernetes", "k")],
    });
    let of_group = json!({
        "location": "westeurope",
        "virtualMachines": [vm("gpu", tags.clone())],
        "managedClusters": [aks(tags.clone())],
    });
    let mut fleet = estate(&of_workspace, &of_group);
    let price = json!({"armSkuName": "Standard_D4s_v3", "region": "westeurope", "linux": "0.20"});
    fleet["prices"].as_array_mut().expect("prices").push(price);
    fleet
}

async fn world(fleet: Value) -> World {
    let mut world = World::new(fleet).await;
    world.set("KINDS", "instance,cluster,deployment,vm,aks");
    world
}

/// The price of each resource in a snapshot, by its name.
async fn snapshot(world: &World, folder: &Folder) -> (String, Vec<(String, Decimal)>) {
    let path = folder.join("fleet.json");
    let path = path.to_str().expect("a name").to_owned();
    let _ = std::fs::remove_file(&path);
    world.sweep_with(&["--dry-run", "--snapshot", &path]).await;
    let text = std::fs::read_to_string(&path).expect("a snapshot");
    let all: Value = serde_json::from_str(&text).expect("JSON");
    let resources = all["resources"].as_array().expect("resources").iter();
    let priced = resources.filter_map(|one| {
        let amount = one["pricePerHour"]["amount"].as_str()?;
        let name = one["name"].as_str()?.to_owned();
        Some((name, amount.parse().expect("money")))
    });
    let mut priced: Vec<(String, Decimal)> = priced.collect();
    priced.sort();
    (path, priced)
}

fn expected(all: [(&str, i64); 4]) -> Vec<(String, Decimal)> {
    let one = |(name, cents): (&str, i64)| (name.to_owned(), Decimal::new(cents, 2));
    all.map(one).into()
}

#[tokio::test]
async fn a_snapshot_prices_what_runs_and_replay_what_a_stop_takes_away() {
    let (world, folder) = (world(fleet()).await, Folder::new("priced"));
    world.sweep("23T12:00").await;
    let whole = expected([("gpu", 20), ("k", 60), ("score/blue", 60), ("train", 72)]);
    let (path, priced) = snapshot(&world, &folder).await;
    assert_eq!(priced, whole);
    let args = [
        "replay",
        "--snapshot",
        &path,
        "--from",
        "2026-11-24",
        "--to",
        "2026-11-25",
        "--json",
    ];
    let printed = world.run(&args).await;
    let replay: Value = serde_json::from_str(&printed.stdout)
        .unwrap_or_else(|_| panic!("no JSON: {}", printed.all()));
    let blue = replay["resources"].as_array().expect("resources").iter();
    let blue = blue.clone().find(|one| one["name"] == "score/blue");
    let blue = blue.expect("the deployment");
    // Thirteen hours, in which two of three instances are gone.
    let hours = blue["off_seconds"].as_i64().expect("seconds") / 3600;
    let bound: Decimal = blue["upper_bound"]["USD"]
        .as_str()
        .expect("money")
        .parse()
        .expect("money");
    assert_eq!(
        bound.normalize(),
        Decimal::new(40, 2).normalize() * Decimal::from(hours),
        "{blue}"
    );
    for time in [
        "23T18:45", "23T19:00", "23T19:05", "23T19:15", "23T19:20", "23T19:30",
    ] {
        world.sweep(time).await;
    }
    // While they are parked, what a start brings back.
    let (_, priced) = snapshot(&world, &folder).await;
    assert_eq!(priced, whole);
}

#[tokio::test]
async fn what_goes_on_costing_while_it_is_parked_is_said_and_priced_where_a_price_is_known() {
    let world = world(fleet()).await;
    world.sweep("23T12:00").await;
    for (name, words) in [
        ("train", "2 load balancers, about 0.66 USD a day"),
        (
            "score/blue",
            "the 1 instance(s) that stay, 0.20 USD an hour",
        ),
        ("box", "its managed disks, IP addresses and network"),
        (
            "k8s",
            "its control plane (Standard tier), 0.10 USD an hour; disks of volumes",
        ),
    ] {
        let printed = explain(&world, name).await;
        says(
            &printed,
            &["while parked, not saved: it goes on costing", words],
        );
    }
    let printed = world
        .run(&["prices", "aks-standard-tier", "westeurope"])
        .await;
    assert!(
        printed
            .stdout
            .contains("0.1 USD an hour, from retail-prices"),
        "{}",
        printed.all()
    );
    for time in ["23T19:00", "23T19:15", "23T19:30"] {
        world.sweep(time).await;
    }
    let args = ["report", "--from", "2026-11-23", "--to", "2026-11-24"];
    let printed = world.run(&args).await;
    for words in [
        "A cluster without nodes goes on costing a load balancer",
        "A deployment that is scaled down goes on costing the instances that stay",
        "A deallocated virtual machine goes on costing its managed disks",
        "A stopped AKS cluster goes on costing its control plane",
    ] {
        assert!(
            printed.stdout.contains(words),
            "{words}: {}",
            printed.stdout
        );
    }
}

#[tokio::test]
async fn the_control_plane_of_other_tiers_is_free_or_named_without_a_price() {
    for (tier, says_it) in [
        ("Free", None),
        ("Premium", Some("its control plane (Premium tier); disks")),
    ] {
        let mut fleet = fleet();
        fleet["subscriptions"][0]["resourceGroups"][0]["managedClusters"][0]["tier"] = tier.into();
        let world = world(fleet).await;
        world.sweep("23T12:00").await;
        let printed = explain(&world, "k8s").await;
        says(&printed, &["it goes on costing"]);
        match says_it {
            Some(words) => says(&printed, &[words]),
            None => assert!(
                !printed.stdout.contains("control plane"),
                "{}",
                printed.stdout
            ),
        }
    }
}
