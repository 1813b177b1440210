//! Managed Kubernetes clusters behind attached computes.

use super::behind::{
    aks, attached, explain, id, is_held_by_a_job, no_faults, power, says, standing, text, with,
    world,
};
use super::support::report;
use crate::common::hook::Hook;
use crate::common::world::{OFFICE, Printed, World};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const AKS: &str = "Microsoft.ContainerService/managedClusters";

/// One cluster `k`, attached as `k8s`.
fn one(more: Value) -> Value {
    let mut cluster = aks(json!({"lamp-schedule": OFFICE, "owner": "eva@example.org"}));
    let fields = more.as_object().expect("fields").clone();
    fields
        .into_iter()
        .for_each(|(name, value)| cluster[name] = value);
    let k8s = attached("k8s", "Kubernetes", "k");
    with(json!([k8s]), &[("managedClusters", json!([cluster]))])
}

async fn governed(more: Value) -> World {
    let world = world(one(more), "instance,aks").await;
    world.sweep("23T12:00").await;
    world
}

/// Asserts that the guard with these words holds the stop at 19:00, in the sweep and for whoever asks.
async fn guarded(world: &World, words: &str) {
    let printed = world.sweep("23T19:00").await;
    holds(&printed, words);
    says(&explain(world, "k8s").await, &["(guarded)", words]);
    assert_eq!(world.posts(), 0, "{words}");
}

fn holds(printed: &Printed, words: &str) {
    assert_eq!(printed.reason("k"), Some("guarded"), "{}", printed.all());
    assert!(text(printed, "k").contains(words), "{}", printed.all());
}

#[tokio::test]
async fn a_cluster_is_stopped_and_started_by_the_schedule_on_itself() {
    let mut world = governed(json!({})).await;
    let hook = Hook::start().await;
    world.set("NOTICE_WEBHOOK", &hook.url);
    world.sweep("23T18:45").await;
    let printed = world.sweep("23T19:00").await;
    assert_eq!(printed.count("stops"), 1, "{}", printed.all());
    world.sweep("23T19:10").await;
    assert_eq!(power(&world, "rg/k").await, "Stopped");
    let told = hook.accepted();
    let stopped = told.iter().find(|body| body["eventType"] == "Stopped");
    let said = stopped.expect("a notice")["text"].to_string();
    assert!(
        said.contains("az aks start --name k --resource-group rg"),
        "{said}"
    );
    for hour in (20..24).map(|hour| format!("23T{hour}:00")) {
        world.sweep(&hour).await;
    }
    for hour in 0..8 {
        world.sweep(&format!("24T{hour:02}:00")).await;
    }
    let printed = world.sweep("24T08:00").await;
    assert_eq!(printed.count("starts"), 1, "{}", printed.all());
    world.sweep("24T08:15").await;
    assert_eq!(
        standing(&world, "rg/k").await["provisioningState"],
        "Succeeded"
    );
    assert_eq!(power(&world, "rg/k").await, "Running");
    let report = report(&world).await;
    let figures = &report["total"]["figures"];
    assert_eq!(figures["saved_seconds"], 12 * 3600 + 50 * 60, "{report}");
    // Three nodes; its control plane and its load balancer go on costing.
    let saved: Decimal = figures["saved"]
        .as_str()
        .expect("money")
        .parse()
        .expect("a decimal");
    let expected = Decimal::new(6, 1) * Decimal::from(12 * 60 + 50) / Decimal::from(60);
    assert_eq!(saved.round_dp(6), expected.round_dp(6), "{report}");
    its_size_is_told_in_one_word(&world).await;
}

/// In rows of every kind, and where they are added up.
async fn its_size_is_told_in_one_word(world: &World) {
    let period = ["report", "--from", "2026-11-23", "--to", "2026-11-25"];
    let csv = world.run(&[&period[..], &["--csv"]].concat()).await.stdout;
    let mut reader = ::csv::Reader::from_reader(csv.as_bytes());
    let head = reader.headers().expect("a header").clone();
    let column = |name: &str| head.iter().position(|known| known == name);
    let columns = ["resource_kind", "kind", "size"].map(|name| column(name).expect("a column"));
    let [of, kind, size] = columns;
    let rows = reader.records().map(|row| row.expect("a row"));
    let told: BTreeSet<(String, String)> = rows
        .filter(|row| &row[of] == "aks")
        .map(|row| (row[kind].to_owned(), row[size].to_owned()))
        .collect();
    let of = |kind: &str| (kind.to_owned(), "of its pools".to_owned());
    assert_eq!(told, BTreeSet::from(["avoided", "off", "on"].map(of)));
    let by_size = world
        .run(&[&period[..], &["--by", "size", "--json"]].concat())
        .await;
    let by_size: Value = serde_json::from_str(&by_size.stdout).expect("JSON");
    let rows = by_size["rows"].as_object().expect("rows");
    let own = rows.get("of its pools").expect("a row");
    assert_eq!(
        own["figures"]["saved_seconds"],
        12 * 3600 + 50 * 60,
        "{by_size}"
    );
    assert!(!rows.contains_key("unknown"), "{by_size}");
}

#[tokio::test]
async fn what_azure_would_refuse_is_not_asked_for() {
    let old = json!([{"name": "system", "vmSize": "Standard_D4s_v3", "count": 1, "type": "AvailabilitySet"}]);
    for (more, words) in [
        (
            json!({"nodeAutoProvisioning": true}),
            "its nodes are provisioned by itself",
        ),
        (
            json!({"hostedSystem": true}),
            "its system nodes are Azure's own",
        ),
        (json!({"pools": old}), "a pool of it is no scale set"),
        (
            json!({"provisioningState": "Failed"}),
            "its last change came to nothing",
        ),
    ] {
        guarded(&governed(more).await, words).await;
    }
}

#[tokio::test]
async fn one_that_somebody_changes_is_left_until_that_is_over() {
    let world = governed(json!({})).await;
    world
        .post(
            "resources",
            json!({"on": "rg/k", "updatingSeconds": 7 * 3600 + 300}),
        )
        .await;
    let printed = world.sweep("23T19:00").await;
    let reasons = printed.summary()["reasons"].to_string();
    assert!(reasons.contains("in-transition"), "{}", printed.all());
    assert_eq!(world.sweep("23T19:10").await.count("stops"), 1);
}

#[tokio::test]
async fn half_an_hour_passes_between_a_stop_and_a_start() {
    let world = governed(json!({})).await;
    assert_eq!(world.sweep("23T19:00").await.count("stops"), 1);
    world.sweep("23T19:05").await;
    let soon = "Mon-Fri 08:00-19:00, 19:10-23:00 UTC";
    let tags = json!({"on": id(AKS, "k"), "tags": {"lamp-schedule": soon}});
    world.post("tags", tags).await;
    let words = "Azure wants 30 minutes between a start and a stop";
    let printed = world.sweep("23T19:15").await;
    holds(&printed, words);
    says(&explain(&world, "k8s").await, &["(guarded)", words]);
    let printed = world.sweep("23T19:40").await;
    assert_eq!(printed.count("starts"), 1, "{}", printed.all());
}

#[tokio::test]
async fn pods_of_others_keep_it_on_and_so_do_endpoints_of_its_workspaces() {
    for namespace in ["shop", "ml", "default"] {
        let mut fleet = one(json!({}));
        let group = &mut fleet["subscriptions"][0]["resourceGroups"][0];
        group["workspaces"][0]["attached"][0]["namespace"] = "ml".into();
        let world = world(fleet, "instance,aks").await;
        world.sweep("23T12:00").await;
        let ours = json!({"on": "rg/k", "namespace": "azureml", "name": "extension"});
        world.post("pods", ours).await;
        let pod = json!({"on": "rg/k", "namespace": namespace, "name": "p", "lastsSeconds": 25_200 + 600});
        world.post("pods", pod).await;
        let words = format!("pods of others run on it (namespace {namespace})");
        guarded(&world, &words).await;
        // Its pod is over by then, and the metrics of it with it.
        let printed = world.sweep("23T19:40").await;
        assert_eq!(printed.count("stops"), 1, "{}", printed.all());
    }
}

#[tokio::test]
async fn pods_that_cannot_be_told_keep_it_on() {
    let no_sample =
        json!({"value": [{"name": {"value": "kube_pod_status_phase"}, "timeseries": []}]});
    for (fault, words) in [
        (
            json!({"status": 403}),
            "which pods run on it could not be read",
        ),
        (
            json!({"status": 200, "body": no_sample.to_string()}),
            "could not be told",
        ),
    ] {
        let world = governed(json!({})).await;
        let mut fault = fault;
        fault["pathContains"] = "managedClusters/k/providers/microsoft.insights/metrics".into();
        world.fault(fault).await;
        guarded(&world, words).await;
        no_faults(&world).await;
        assert_eq!(world.sweep("23T19:10").await.count("stops"), 1);
    }
}

#[tokio::test]
async fn a_pod_that_comes_just_before_the_stop_is_seen() {
    let world = governed(json!({})).await;
    // The first look at the pods sees none; the last one, before the stop is asked for, is refused.
    world
        .fault(
            json!({"pathContains": "managedClusters/k/providers/microsoft.insights/metrics",
            "after": 1, "status": 403}),
        )
        .await;
    let printed = world.sweep("23T19:00").await;
    holds(&printed, "which pods run on it could not be read");
    assert_eq!(world.posts(), 0);
}

#[tokio::test]
async fn a_job_on_it_holds_the_stop_whichever_workspace_has_it() {
    is_held_by_a_job(one(json!({})), "instance,aks", ("AKS", "k", "k8s")).await;
}

#[tokio::test]
async fn a_start_that_came_to_nothing_is_told_and_tried_again() {
    let mut world = governed(json!({})).await;
    let hook = Hook::start().await;
    world.set("NOTICE_WEBHOOK", &hook.url);
    for time in ["23T18:45", "23T19:00", "23T19:10"] {
        world.sweep(time).await;
    }
    world
        .post("resources", json!({"on": "rg/k", "failStarts": 1}))
        .await;
    world.sweep("24T08:00").await;
    // A start may take half an hour.
    for time in ["24T08:15", "24T08:30", "24T08:45"] {
        world.sweep(time).await;
    }
    let told = hook.accepted();
    let failed = told.iter().find(|body| body["eventType"] == "StartFailed");
    let said = failed.expect("a notice").to_string();
    assert!(said.contains("provisioningState Failed"), "{said}");
    for time in ["24T09:20", "24T09:40"] {
        world.sweep(time).await;
    }
    assert_eq!(power(&world, "rg/k").await, "Running");
}

#[tokio::test]
async fn without_the_kind_it_is_shown_and_not_touched() {
    let world = world(one(json!({})), "instance").await;
    world.sweep("23T12:00").await;
    world.sweep("23T19:00").await;
    let printed = explain(&world, "k8s").await;
    says(
        &printed,
        &[
            "it is shown only: its tags ask for more, and KINDS does not name aks",
            "3 node(s) in 1 pool(s)",
        ],
    );
    assert_eq!(world.posts(), 0);
}

#[tokio::test]
async fn a_pool_that_its_owner_has_stopped_costs_nothing_and_is_not_counted() {
    let pools = json!([
        {"name": "system", "vmSize": "Standard_D4s_v3", "count": 3},
        {"name": "gpu", "vmSize": "Standard_DS3_v2", "count": 2, "mode": "User", "stopped": true},
    ]);
    let world = governed(json!({"pools": pools})).await;
    let printed = explain(&world, "k8s").await;
    let words = "1 pool(s) of it are stopped by themselves, cost nothing and are not counted";
    says(&printed, &["3 node(s) in 2 pool(s)", words]);
    for time in ["23T19:00", "23T19:10"] {
        world.sweep(time).await;
    }
    assert_eq!(power(&world, "rg/k").await, "Stopped");
    world.sweep("23T20:10").await;
    let report = report(&world).await;
    let saved: Decimal = report["total"]["figures"]["saved"]
        .as_str()
        .expect("money")
        .parse()
        .expect("a decimal");
    // An hour of the three nodes that ran; Azure shows every pool as stopped by then.
    assert_eq!(saved.round_dp(6), Decimal::new(60, 2), "{report}");
}
