//! Rows of a bill that name endpoints, clusters, machines and scale sets, beside the ledger.

use super::behind::{aks, attached, vm};
use super::export::{Export, TagForm};
use super::support::{SUBSCRIPTION, estate};
use crate::common::folder::Folder;
use crate::common::world::{OFFICE, Printed, World, at, instance};
use chrono::TimeDelta;
use serde_json::{Value, json};

const HEAD: &str =
    "date,resourceId,meterCategory,quantity,costInBillingCurrency,billingCurrency,tags\n";

fn group() -> String {
    format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers")
}

fn workspace() -> String {
    format!("{}/Microsoft.MachineLearningServices/workspaces/w", group())
}

/// Two deployments, a cluster, an instance, a machine and a managed cluster, all with office hours.
async fn world() -> World {
    let tags = json!({"lamp-schedule": OFFICE});
    let deployment = |name: &str, capacity: u32| json!({"name": name, "instanceType": "Standard_F4s_v2", "capacity": capacity, "tags": tags});
    let of_workspace = json!({
        "instances": [instance("ci", tags.clone())],
        "clusters": [{"name": "train", "vmSize": "Standard_DS3_v2", "minNodeCount": 2, "maxNodeCount": 4, "tags": tags}],
        "endpoints": [{"name": "Score", "deployments": [deployment("blue", 3), deployment("green", 2)]}],
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
    let mut world = World::new(fleet).await;
    world.set("KINDS", "instance,cluster,deployment,vm,aks");
    world
}

/// The 24th, swept every five minutes where something happens, and as the simulator bills it.
async fn a_day(world: &World, form: TagForm) -> Export {
    let mut now = at("23T18:50");
    let mut export = None;
    while now <= at("25T00:00") {
        world.simulator.advance_to(now);
        if now == at("24T00:00") {
            export = Some(Export::begin(&world.simulator, form));
        }
        if now == at("25T00:00") {
            let export: &mut Export = export.as_mut().expect("it was begun");
            export.day(&world.simulator, "2026-11-24");
        }
        world.sweep_with(&[]).await;
        let hour = now.format("%H").to_string();
        let busy = matches!(hour.as_str(), "07" | "08" | "18" | "19");
        now += TimeDelta::minutes(if busy { 5 } else { 30 });
    }
    export.expect("a day")
}

async fn beside(world: &World, csv: &str, more: &[&str]) -> Printed {
    let folder = Folder::new("bill");
    let path = folder.join("bill.csv");
    std::fs::write(&path, csv).expect("a file");
    let path = path.to_str().expect("a name").to_owned();
    world
        .run(&[&["report", "--bill", &path], more].concat())
        .await
}

fn json_of(printed: &Printed) -> Value {
    serde_json::from_str(&printed.stdout).unwrap_or_else(|_| panic!("{}", printed.all()))
}

/// The ends of the resources that lines are about, with the codes of each.
fn lines(found: &Value) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let line = |line: &Value| {
        let resource = text(&line["resource"]);
        let name = resource.rsplit('/').next().expect("a name").to_owned();
        (name, text(&line["hours"]), text(&line["cost"]))
    };
    found["lines"]
        .as_array()
        .expect("lines")
        .iter()
        .map(line)
        .collect()
}

fn names(found: &Value) -> Vec<String> {
    lines(found).into_iter().map(|(name, ..)| name).collect()
}

#[tokio::test]
async fn deployments_are_told_apart_by_the_tags_of_every_agreement() {
    for form in [TagForm::Enterprise, TagForm::Json] {
        let world = world().await;
        let export = a_day(&world, form).await;
        let printed = beside(&world, &export.csv(), &["--json"]).await;
        let found = json_of(&printed);
        assert_eq!(printed.code, 0, "{}", printed.all());
        let mut all = names(&found);
        all.sort();
        assert_eq!(all, ["blue", "ci", "gpu", "green", "k", "train"]);
        assert!(
            lines(&found).iter().all(|(.., cost)| cost == "agree"),
            "{found}"
        );
        assert_eq!(found["by_workspace"], json!({}));
        let printed = beside(&world, &export.csv(), &[]).await;
        for said in [
            "w/score/blue",
            "not stopped by stopping: ",
            "Azure Kubernetes Service: 2.40",
        ] {
            assert!(printed.stdout.contains(said), "{said}: {}", printed.stdout);
        }
        // The disks of a machine are others' rows: nothing is said of them.
        assert!(!printed.stdout.contains("Storage"), "{}", printed.stdout);
    }
}

#[tokio::test]
async fn without_tags_all_of_a_workspace_is_compared_together() {
    let world = world().await;
    let export = a_day(&world, TagForm::None).await;
    let printed = beside(&world, &export.csv(), &["--json"]).await;
    let found = json_of(&printed);
    assert_eq!(printed.code, 0, "{}", printed.all());
    let mut all = names(&found);
    all.sort();
    assert_eq!(all, ["gpu", "k", "w"]);
    let sum = &found["by_workspace"][workspace().to_lowercase()];
    assert_eq!(sum["rows"], 2, "{found}");
}

#[tokio::test]
async fn a_row_that_names_its_endpoint_alone_is_not_guessed_about() {
    let world = world().await;
    a_day(&world, TagForm::Json).await;
    let row = |tags: &str, hours: &str, cost: &str| {
        format!(
            "2026-11-24,{},Virtual Machines,{hours},{cost},USD,\"{{{tags}}}\"\n",
            workspace()
        )
    };
    let endpoint = "\"\"azuremlendpoint\"\":\"\"score\"\"";
    let gone = "\"\"azuremlendpoint\"\":\"\"gone\"\",\"\"azuremldeployment\"\":\"\"d\"\"";
    let csv = format!(
        "{HEAD}{}{}",
        row(endpoint, "81", "16.2"),
        row(gone, "24", "4.8")
    );
    let found = json_of(&beside(&world, &csv, &["--json"]).await);
    let of_endpoint = lines(&found).into_iter().find(|(name, ..)| name == "score");
    let (_, hours, cost) = of_endpoint.expect("a line of the endpoint");
    assert_eq!(
        (hours.as_str(), cost.as_str()),
        ("starting-and-stopping", "agree"),
        "{found}"
    );
    assert!(
        !names(&found)
            .iter()
            .any(|name| name == "blue" || name == "green"),
        "{found}"
    );
    // What is deleted, or was never enabled, is no compute's of its workspace.
    let gone = format!("{}/onlineEndpoints/gone/deployments/d", workspace()).to_lowercase();
    assert_eq!(found["not_in_ledger"][&gone], "4.8", "{found}");
    let printed = beside(&world, &csv, &[]).await;
    let said =
        "billed under the endpoint, its deployments compared together: w/score: 1 rows, 81 h";
    assert!(printed.stdout.contains(said), "{}", printed.stdout);
}

#[tokio::test]
async fn scale_sets_that_do_not_tell_whose_they_are_are_counted_and_not_guessed() {
    let world = world().await;
    let export = a_day(&world, TagForm::Json).await;
    let sets = format!(
        "/subscriptions/{SUBSCRIPTION}/resourceGroups/azureml-4711/providers/Microsoft.Compute/virtualMachineScaleSets/azbatch"
    );
    let train = format!("{}/computes/train", workspace());
    let csv = export
        .csv()
        .replace(&format!("{train},Virtual"), &format!("{sets},Virtual"));
    let printed = beside(&world, &csv, &["--json"]).await;
    let found = json_of(&printed);
    assert_eq!(printed.code, 0, "{}", printed.all());
    let of_cluster = lines(&found).into_iter().find(|(name, ..)| name == "train");
    assert_eq!(of_cluster.expect("a line").1, "not-told", "{found}");
    assert_eq!(found["not_told"][SUBSCRIPTION]["rows"], 1, "{found}");
    let printed = beside(&world, &csv, &[]).await;
    let said = "scale sets that may be of a cluster, and do not tell of which: subscription";
    assert!(printed.stdout.contains(said), "{}", printed.stdout);
    // Without them the cluster's hours are missing from the bill.
    let csv: Vec<&str> = csv
        .lines()
        .filter(|line| !line.contains("azbatch"))
        .collect();
    let printed = beside(&world, &csv.join("\n"), &[]).await;
    assert_eq!(printed.code, 1, "{}", printed.all());
    assert!(
        printed.stdout.contains("unexplained: w/train"),
        "{}",
        printed.stdout
    );
}
