//! Managed clusters: their power, what it costs, and the pods on them.

use super::super::support::{Client, at, manual};
use super::{aks, aks_path, followed};
use serde_json::json;

/// The namespaces of which the metric has a sample above zero in the last quarter of an hour.
async fn namespaces(client: &Client) -> Vec<String> {
    let path = aks_path("/providers/microsoft.insights/metrics")
        + "&metricnames=kube_pod_status_phase&aggregation=Average&interval=PT5M&top=50\
           &$filter=phase%20eq%20'Running'%20and%20namespace%20eq%20'*'";
    let metrics = client.get(&path).await;
    let series = metrics["value"][0]["timeseries"]
        .as_array()
        .expect("series");
    let busy = series.iter().filter(|one| {
        let data = one["data"].as_array().expect("data");
        data[data.len() - 3..]
            .iter()
            .any(|item| item["average"].as_f64() > Some(0.0))
    });
    let mut names: Vec<String> = busy
        .map(|one| {
            let dimensions = one["metadatavalues"].as_array().expect("dimensions");
            let own = dimensions
                .iter()
                .find(|own| own["name"]["value"] == "namespace");
            own.expect("a namespace")["value"]
                .as_str()
                .expect("text")
                .to_owned()
        })
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_managed_cluster_stops_and_starts_and_its_nodes_are_billed_by_pool() {
    let client = manual(aks(json!({}))).await;
    let whole = client.get(&aks_path("")).await;
    assert_eq!(whole["properties"]["powerState"]["code"], "Running");
    assert_eq!(whole["sku"]["tier"], "Standard");
    let pools = &whole["properties"]["agentPoolProfiles"];
    assert_eq!(pools[0]["type"], "VirtualMachineScaleSets");
    assert_eq!(
        (&pools[1]["mode"], &pools[1]["maxCount"]),
        (&json!("User"), &json!(3))
    );
    client.simulator.advance_to(at("2026-10-21T10:00:00Z"));
    let statuses = followed(&client, &aks_path("/stop")).await;
    assert_eq!((statuses[0], statuses.last()), (202, Some(&200)));
    let stopped = client.get(&aks_path("")).await["properties"].clone();
    assert_eq!(stopped["powerState"]["code"], "Stopped");
    assert_eq!(stopped["provisioningState"], "Succeeded");
    let (status, body) = client.call("POST", &aks_path("/stop"), None).await;
    assert_eq!(
        (status, &body["error"]["code"]),
        (400, &json!("OperationNotAllowed"))
    );
    let message = body["error"]["message"].as_str().expect("text");
    assert!(
        message.contains("The stop operation started at '2026-10-21T10:00:00Z'"),
        "{message}"
    );
    client.simulator.advance_to(at("2026-10-21T12:00:00Z"));
    let bill = client.simulator.bill();
    let own = &bill.others[0];
    let whats: Vec<&str> = own.lines.iter().map(|line| line.what.as_str()).collect();
    assert_eq!(whats, ["nodes", "nodes", "control plane", "load balancer"]);
    // Three nodes for an hour and while they stopped; what stands for three hours.
    assert!(
        (3 * 3_600..=3 * 3_900).contains(&own.unit_seconds),
        "{}",
        own.unit_seconds
    );
    assert_eq!(own.standing_cost.to_string(), "0.39");
    assert_eq!(
        followed(&client, &aks_path("/start")).await.last(),
        Some(&200)
    );
    assert_eq!(
        client.get(&aks_path("")).await["properties"]["powerState"]["code"],
        "Running"
    );
}

#[tokio::test]
async fn a_cluster_that_cannot_be_stopped_says_why() {
    let availability_set = json!([
        {"name": "system", "vmSize": "Standard_D4s_v3", "count": 1, "type": "AvailabilitySet"}
    ]);
    for (more, status, code) in [
        (json!({"pools": availability_set}), 400, "BadRequest"),
        (
            json!({"nodeAutoProvisioning": true}),
            400,
            "OperationNotAllowed",
        ),
        (json!({"hostedSystem": true}), 400, "OperationNotAllowed"),
        (json!({"wildcardWebhook": true}), 400, "ValidationError"),
        (
            json!({"provisioningState": "Updating"}),
            409,
            "OperationNotAllowed",
        ),
    ] {
        let client = manual(aks(more.clone())).await;
        let (found, body) = client.call("POST", &aks_path("/stop"), None).await;
        let found = (found, body["error"]["code"].as_str());
        assert_eq!(found, (status, Some(code)), "{more}");
        let whole = client.get(&aks_path("")).await;
        assert_eq!(
            whole["properties"]["powerState"]["code"], "Running",
            "{more}"
        );
    }
    let client = manual(aks(json!({}))).await;
    let (status, _) = client.call("POST", &aks_path("/start"), None).await;
    assert_eq!(status, 400, "it runs");
    let set = json!({"on": "rg/k", "updatingSeconds": 60});
    assert_eq!(
        client
            .call("POST", "/simulator/resources", Some(set))
            .await
            .0,
        204
    );
    assert_eq!(client.call("POST", &aks_path("/stop"), None).await.0, 409);
    client.simulator.advance_to(at("2026-10-21T09:01:00Z"));
    assert_eq!(client.call("POST", &aks_path("/stop"), None).await.0, 202);
}

#[tokio::test]
async fn a_start_without_capacity_leaves_a_cluster_stopped_and_failed() {
    let client = manual(aks(json!({"state": "Stopped", "failStarts": 1}))).await;
    assert_eq!(
        followed(&client, &aks_path("/start")).await.last(),
        Some(&409)
    );
    let properties = client.get(&aks_path("")).await["properties"].clone();
    assert_eq!(properties["powerState"]["code"], "Stopped");
    assert_eq!(properties["provisioningState"], "Failed");
    assert_eq!(
        followed(&client, &aks_path("/start")).await.last(),
        Some(&200)
    );
}

#[tokio::test]
async fn pods_of_others_show_by_namespace_and_a_stop_ends_them() {
    let pods = json!([
        {"namespace": "shop", "name": "web"},
        {"namespace": "reports", "name": "daily",
            "hours": {"zone": "UTC", "at": "10:00", "lasts": "30m"}},
    ]);
    let client = manual(aks(json!({"pods": pods}))).await;
    client.simulator.advance_to(at("2026-10-21T10:20:00Z"));
    let all = ["azureml", "kube-system", "reports", "shop"];
    assert_eq!(namespaces(&client).await, all);
    client.simulator.advance_to(at("2026-10-21T10:55:00Z"));
    assert_eq!(
        namespaces(&client).await,
        ["azureml", "kube-system", "shop"]
    );
    followed(&client, &aks_path("/stop")).await;
    let now = client.simulator.now();
    client
        .simulator
        .advance_to(now + chrono::TimeDelta::minutes(30));
    assert_eq!(namespaces(&client).await, Vec::<String>::new());
    let pod = json!({"on": "rg/k", "namespace": "lab", "name": "job", "lastsSeconds": 36000});
    assert_eq!(
        client.call("POST", "/simulator/pods", Some(pod)).await.0,
        204
    );
    let standing = client.get("/simulator/resources").await;
    assert_eq!(
        standing["resources"][0]["waiting"],
        json!(["shop/web", "lab/job"])
    );
    let record = serde_json::to_value(client.simulator.record()).expect("JSON");
    let events = record.as_array().expect("events");
    let of = |what: &str| {
        let own = events.iter().filter(|event| event["what"] == what);
        own.map(|event| {
            event["pod"]
                .as_str()
                .or(event["who"].as_str())
                .expect("named")
        })
        .collect::<Vec<_>>()
    };
    assert_eq!(of("podKilled"), ["shop/web"]);
    assert_eq!(of("waits"), ["lab/job"]);
    followed(&client, &aks_path("/start")).await;
    let standing = client.get("/simulator/resources").await;
    assert_eq!(
        standing["resources"][0]["on"],
        json!(["shop/web", "lab/job"])
    );
}
