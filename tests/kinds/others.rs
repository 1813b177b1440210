//! Kinds that are never acted on: one honest line each.

use super::behind::{attached, explain, says, with, world};
use crate::common::world::World;
use serde_json::{Value, json};

/// Everything that is only told of, in the workspace `w`.
fn all() -> Value {
    let of = |name: &str, kind: &str, resource: &str| attached(name, kind, resource);
    let elsewhere = |name: &str, kind: &str, provider: &str| {
        let id = super::behind::id(provider, name);
        json!({"name": name, "computeType": kind, "resourceId": id})
    };
    let mut fleet = with(
        json!([
            of("lab", "Kubernetes", "arc-lab"),
            of("spark", "SynapseSpark", "pool"),
            of("resting", "SynapseSpark", "pauses"),
            of("bricks", "Databricks", "adb"),
            of("bricks-again", "Databricks", "adb"),
            elsewhere("hadoop", "HDInsight", "Microsoft.HDInsight/clusters"),
            elsewhere("lake", "DataLakeAnalytics", "Microsoft.DataLakeAnalytics/accounts"),
            {"name": "factory", "computeType": "DataFactory"},
            {"name": "factory-two", "computeType": "DataFactory"},
        ]),
        &[
            ("connectedClusters", json!([{"name": "arc-lab"}])),
            (
                "sparkPools",
                json!([
                    {"name": "pool", "workspace": "syn"},
                    {"name": "pauses", "workspace": "syn", "autoPauseMinutes": 15},
                ]),
            ),
            ("databricks", json!([{"name": "adb"}])),
        ],
    );
    let workspace = &mut fleet["subscriptions"][0]["resourceGroups"][0]["workspaces"][0];
    workspace["tags"] = json!({"lamp-schedule": "never"});
    workspace["instances"] = json!([]);
    workspace["clusters"] = json!([{"name": "cpu", "vmSize": "Standard_DS3_v2"}]);
    workspace["endpoints"] = json!([{
        "name": "served", "computeType": "Kubernetes", "compute": "lab",
        "deployments": [{"name": "blue", "instanceType": "defaultinstancetype"}],
    }]);
    workspace["batchEndpoints"] = json!([
        {"name": "nightly", "deployments": [{"name": "a", "compute": "cpu"}, {"name": "b", "compute": "cpu"}]},
    ]);
    workspace["serverlessEndpoints"] =
        json!([{"name": "phi", "modelId": "azureml://registries/x/models/phi"}]);
    fleet
}

const LINES: [(&str, &[&str]); 10] = [
    (
        "lab",
        &["a cluster that Arc connects runs on machines that are not Azure's to stop"],
    ),
    (
        "spark",
        &[
            "auto-pause is off: a session that nobody ends goes on costing",
            "az synapse spark pool update --enable-auto-pause true",
        ],
    ),
    ("resting", &["auto-pause is on"]),
    (
        "bricks",
        &["Lamplighter does not look inside: set auto-termination"],
    ),
    ("hadoop", &["only deleting it ends its cost"]),
    (
        "lake",
        &["Azure has retired it (29 February 2024): detach it"],
    ),
    ("factory", &["it holds no machine"]),
    ("served/blue", &["its replicas cost nothing of their own"]),
    (
        "nightly",
        &["its cost is that of the compute", "its jobs run on cpu"],
    ),
    ("phi", &["there is nothing to stop"]),
];

#[tokio::test]
async fn each_kind_says_in_a_line_why_it_is_left_and_what_azure_offers() {
    for kinds in ["instance", "instance,cluster,deployment,vm,aks"] {
        let world = world(all(), kinds).await;
        let printed = world.sweep("23T12:00").await;
        assert_eq!(
            (printed.code, printed.count("failed")),
            (0, 0),
            "{}",
            printed.all()
        );
        for (name, words) in LINES {
            let printed = explain(&world, name).await;
            assert_eq!(printed.code, 0, "{name}: {}", printed.all());
            says(&printed, words);
            says(&printed, &["leave (kind-not-governed)"]);
        }
        // The same Databricks, whichever name it is asked for by.
        let again = explain(&world, "bricks-again").await;
        assert_eq!(again.stdout, explain(&world, "bricks").await.stdout);
        assert_eq!(explain(&world, "factory-two").await.code, 0);
        assert_eq!(world.posts(), 0);
    }
}

#[tokio::test]
async fn endpoints_are_looked_for_where_the_platform_or_a_person_asks() {
    let graph = |world: &World| {
        let calls = serde_json::to_value(world.simulator.calls()).expect("JSON");
        let routes = calls["routes"].as_array().expect("routes").clone();
        let asked = routes.iter().filter(|route| {
            let path = route["route"].as_str().expect("a route");
            path.contains("ResourceGraph")
        });
        asked
            .map(|route| route["count"].as_u64().expect("a count"))
            .sum::<u64>()
    };
    let without = world(all(), "instance").await;
    without.sweep("23T12:00").await;
    let with = world(all(), "instance,deployment").await;
    with.sweep("23T12:00").await;
    // One more for both workspaces of the subscription.
    assert_eq!(graph(&with), graph(&without) + 1);
    let lines = |printed: &crate::common::world::Printed| {
        let lines = printed.lines.iter();
        let named = lines.filter(|line| line["name"] == "nightly" || line["name"] == "phi");
        named.count()
    };
    let shown = with
        .run(&[
            "sweep",
            "--json",
            "--dry-run",
            "--at",
            "2026-11-23T12:00:00Z",
        ])
        .await;
    assert_eq!(lines(&shown), 0, "what is never acted on is no news");
    let asked = graph(&without);
    says(
        &explain(&without, "nightly").await,
        &["nothing runs between its jobs"],
    );
    assert!(graph(&without) > asked);
}

#[tokio::test]
async fn a_compute_of_a_hub_that_its_project_shows_too_is_stopped_once_and_saves_once() {
    let mut fleet = with(json!([]), &[]);
    let workspaces = &mut fleet["subscriptions"][0]["resourceGroups"][0]["workspaces"];
    workspaces[0]["instances"][0]["tags"] = json!({"lamp-schedule": "Mon-Fri 08:00-19:00 UTC"});
    workspaces[1]["hub"] = "w".into();
    let world = world(fleet, "instance").await;
    world.sweep("23T12:00").await;
    let stopped = world.sweep("23T19:05").await;
    assert_eq!(
        (stopped.code, stopped.count("stops"), world.posts()),
        (0, 1, 1),
        "{}",
        stopped.all()
    );
    let settled = world.sweep("23T19:15").await;
    assert_eq!(settled.count("off_by_lamplighter"), 1, "{}", settled.all());
}

#[tokio::test]
async fn whoever_names_the_workspace_has_no_other_one_read() {
    let world = world(with(json!([]), &[]), "instance").await;
    let lists = || {
        let calls = serde_json::to_value(world.simulator.calls()).expect("JSON");
        let routes = calls["routes"].as_array().expect("routes").clone();
        let list = routes.iter().find(|route| route["route"] == "W/computes");
        list.map_or(0, |list| list["count"].as_u64().expect("a count"))
    };
    explain(&world, "w/ci").await;
    let named = lists();
    explain(&world, "ci").await;
    // Once to find it, and once to read it; by its name alone, in both workspaces.
    assert_eq!((named, lists() - named), (2, 3));
}
