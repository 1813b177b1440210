//! Endpoints: lists, Resource Graph's rows, and the metrics of requests.

use super::support::{API, Client, SUBSCRIPTION, W, fleet_with, manual};
use lamplighter_simulator::fleet::parse;
use lamplighter_simulator::{Fleet, kinds_fleet};
use serde_json::{Value, json};

const METRICS: &str =
    "providers/microsoft.insights/metrics?api-version=2019-07-01&aggregation=Average";

/// Two deployments, of which the first gets the traffic; sales call from ten to twelve, a machine every quarter of an
/// hour.
fn fleet(more: Value) -> Fleet {
    let mut endpoint = json!({
        "name": "e", "traffic": {"blue": 90, "green": 10}, "tags": {"lamp-schedule": "always"},
        "deployments": [
            {"name": "blue", "instanceType": "Standard_F4s_v2", "capacity": 2},
            {"name": "green", "instanceType": "Standard_NC6s_v3"},
        ],
        "requests": [
            {"who": "sales", "zone": "UTC", "at": "10:00", "lasts": "2h", "perMinute": 20},
            {"who": "probe", "zone": "UTC", "days": "daily", "at": "00:00", "lasts": "24h", "perMinute": 1,
                "everyMinutes": 15, "deployment": "green"},
        ],
    });
    for (name, value) in more.as_object().expect("an object") {
        endpoint[name] = value.clone();
    }
    let workspace = json!({"endpoints": [
        endpoint, {"name": "k", "computeType": "Kubernetes", "compute": "k8s", "deployments": [
            {"name": "main", "instanceType": "small", "capacity": 2},
            {"name": "routed", "instanceType": "small", "targetUtilization": [1, 3]},
        ]},
    ], "batchEndpoints": [{"name": "b", "deployments": [{"name": "n", "compute": "c"}]}],
       "serverlessEndpoints": [{"name": "s", "modelId": "azureml://registries/azureml/models/Phi"}]});
    fleet_with(&workspace, &json!({}), json!([]))
}

#[tokio::test]
async fn lists_and_bodies_are_as_azure_has_them() {
    let client = manual(fleet(json!({}))).await;
    let all = client.get(&format!("{W}/onlineEndpoints?{API}")).await;
    let own = &all["value"][0];
    assert_eq!(own["id"], format!("{W}/onlineEndpoints/e"));
    assert_eq!(own["tags"], json!({"lamp-schedule": "always"}));
    assert_eq!(
        own["properties"]["traffic"],
        json!({"blue": 90, "green": 10})
    );
    let id = &own["properties"]["properties"]["azureml.onlineendpointid"];
    assert_eq!(
        id.as_str().expect("text"),
        format!("{W}/onlineEndpoints/e").to_lowercase()
    );
    assert_eq!(
        all["value"][1]["properties"]["compute"],
        format!("{W}/computes/k8s")
    );
    let only = client
        .get(&format!("{W}/onlineEndpoints?computeType=Kubernetes&{API}"))
        .await;
    assert_eq!(only["value"].as_array().expect("a list").len(), 1);
    let deployments = client
        .get(&format!("{W}/onlineEndpoints/E/deployments?{API}"))
        .await;
    let blue = &deployments["value"][0];
    assert_eq!(blue["sku"], json!({"name": "Default", "capacity": 2}));
    assert_eq!(blue["properties"]["endpointComputeType"], "Managed");
    assert_eq!(blue["properties"]["instanceType"], "Standard_F4s_v2");
    assert_eq!(blue["properties"]["scaleSettings"]["scaleType"], "Default");
    assert!(blue["properties"]["properties"].is_object());
    let routed = client
        .get(&format!("{W}/onlineEndpoints/k/deployments/routed?{API}"))
        .await;
    assert_eq!(
        routed["properties"]["scaleSettings"]["scaleType"],
        "TargetUtilization"
    );
    let three = json!({"sku": {"name": "Default", "capacity": 3}});
    let scale = |name: &str| format!("{W}/onlineEndpoints/k/deployments/{name}?{API}");
    let refused = client
        .call("PATCH", &scale("routed"), Some(three.clone()))
        .await;
    assert_eq!(refused.0, 400, "its router scales it");
    assert_eq!(
        client.call("PATCH", &scale("main"), Some(three)).await.0,
        202
    );
    let bill = client.get("/simulator/bill").await;
    let names: Vec<&str> = bill["others"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|other| other["name"].as_str())
        .collect();
    assert_eq!(
        names,
        ["w/e/blue", "w/e/green"],
        "Kubernetes costs nothing itself"
    );
    let batch = client
        .get(&format!("{W}/batchEndpoints/b/deployments/n?{API}"))
        .await;
    assert_eq!(batch["properties"]["compute"], format!("{W}/computes/c"));
    assert_eq!(
        client.get(&format!("{W}/batchEndpoints?{API}")).await["value"][0]["name"],
        "b"
    );
    let model = client
        .get(&format!("{W}/serverlessEndpoints/s?{API}"))
        .await;
    assert_eq!(model["properties"]["endpointState"], "Online");
    for missing in [
        "onlineEndpoints/x",
        "onlineEndpoints/e/deployments/x",
        "batchEndpoints/x",
    ] {
        let path = format!("{W}/{missing}?{API}");
        assert_eq!(client.call("GET", &path, None).await.0, 404, "{missing}");
    }
}

#[tokio::test]
async fn resource_graph_has_endpoints_deployments_and_settings() {
    let client = manual(kinds_fleet().expect("the fleet")).await;
    let ask = |kind: &'static str| {
        let query =
            json!({"query": format!("resources | where type =~ '{kind}' | order by id asc")});
        let client = &client;
        async move {
            let path = format!("/providers/Microsoft.ResourceGraph/resources?{API}");
            let (status, body) = client.call("POST", &path, Some(query)).await;
            assert_eq!(status, 200, "{body}");
            body["data"].as_array().expect("rows").clone()
        }
    };
    let endpoints = ask("Microsoft.MachineLearningServices/workspaces/onlineEndpoints").await;
    assert_eq!(endpoints.len(), 4);
    let deployments =
        ask("microsoft.machinelearningservices/workspaces/onlineendpoints/deployments").await;
    assert_eq!(deployments.len(), 6);
    assert_eq!(deployments[0]["name"], "blue");
    assert_eq!(deployments[0]["sku"]["capacity"], 3);
    assert_eq!(deployments[0]["resourceGroup"], "rg-kinds");
    assert!(deployments[0]["subscriptionId"].is_string());
    let settings = ask("microsoft.insights/autoscalesettings").await;
    assert_eq!(settings[0]["properties"]["enabled"], true);
    assert_eq!(
        ask("microsoft.machinelearningservices/workspaces/computes")
            .await
            .len(),
        0
    );
}

/// The averages of each series by the value of its first dimension, of what a call gives.
async fn averages(client: &Client, path: &str) -> Vec<(String, Vec<f64>)> {
    let body = client.get(path).await;
    let series = body["value"][0]["timeseries"]
        .as_array()
        .expect("series")
        .clone();
    series
        .iter()
        .map(|one| {
            let name = one["metadatavalues"][0]["value"]
                .as_str()
                .unwrap_or_default();
            let data = one["data"].as_array().expect("samples");
            let values = data.iter().filter_map(|item| item["average"].as_f64());
            (name.to_owned(), values.collect())
        })
        .collect()
}

#[tokio::test]
async fn requests_show_minute_by_minute_and_none_is_zero() {
    let client = manual(fleet(json!({}))).await;
    client.advance(7_200).await;
    let of = |more: &str| {
        format!("{W}/onlineEndpoints/e/{METRICS}&metricnames=RequestsPerMinute&{more}")
    };
    let span = "timespan=2026-10-21T09:58:00Z/2026-10-21T10:02:00Z&interval=PT1M";
    let filter = "$filter=deployment%20eq%20'*'";
    assert_eq!(
        averages(&client, &of(&format!("{span}&{filter}"))).await,
        [
            ("blue".to_owned(), vec![0.0, 0.0, 18.0, 18.0]),
            ("green".to_owned(), vec![0.0, 0.0, 3.0, 2.0]),
        ]
    );
    let together = averages(&client, &of(span)).await;
    assert_eq!(together, [(String::new(), vec![0.0, 0.0, 21.0, 20.0])]);
    let green = averages(
        &client,
        &of(&format!("{span}&$filter=deployment%20eq%20'Green'")),
    )
    .await;
    assert_eq!(green.len(), 1);
    // The last minutes are late.
    let late = "timespan=2026-10-21T10:55:00Z/2026-10-21T11:00:00Z";
    assert_eq!(averages(&client, &of(late)).await[0].1.len(), 2);
    // Before the world began, too: a fortnight ago sales called at ten.
    let before = "timespan=2026-10-07T09:59:00Z/2026-10-07T10:01:00Z";
    assert_eq!(averages(&client, &of(before)).await[0].1, [0.0, 21.0]);
    // And hours are made of minutes.
    let hours = "timespan=2026-10-21T09:00:00Z/2026-10-21T11:00:00Z&interval=PT1H";
    assert_eq!(averages(&client, &of(hours)).await[0].1, [0.07, 20.07]);
    let own = format!("{W}/onlineEndpoints/e/deployments/blue/{METRICS}");
    let capacity = format!("{own}&metricnames=DeploymentCapacity&{span}");
    assert_eq!(averages(&client, &capacity).await[0].1, [2.0; 4]);
    let cpu = averages(
        &client,
        &format!("{own}&metricnames=CpuUtilizationPercentage&{span}"),
    )
    .await;
    assert!(cpu[0].1[0] < 3.0 && cpu[0].1[3] > 10.0, "{cpu:?}");
    let gpu = averages(
        &client,
        &format!("{own}&metricnames=GpuUtilizationPercentage&{span}"),
    )
    .await;
    assert!(gpu.is_empty(), "no GPU, no samples");
    let wrong = format!("{own}&metricnames=Nonsense&{span}");
    assert_eq!(client.call("GET", &wrong, None).await.0, 400);
    let nobody = format!("{W}/onlineEndpoints/x/{METRICS}&metricnames=RequestsPerMinute");
    assert_eq!(client.call("GET", &nobody, None).await.0, 404);
}

#[tokio::test]
async fn a_silent_endpoint_has_no_samples_and_a_batch_asks_for_many() {
    let client = manual(fleet(json!({"showsQuiet": false}))).await;
    client.advance(7_200).await;
    let span = "timespan=2026-10-21T09:31:00Z/2026-10-21T09:44:00Z";
    let path = format!("{W}/onlineEndpoints/e/{METRICS}&metricnames=RequestsPerMinute&{span}");
    assert!(averages(&client, &path).await.is_empty());
    let token = client.token_for("https://metrics.monitor.azure.com").await;
    let batch = format!(
        "/subscriptions/{SUBSCRIPTION}/metrics:getBatch?api-version=2023-10-01&metricnames=RequestsPerMinute\
         &metricnamespace=Microsoft.MachineLearningServices/workspaces/onlineEndpoints&aggregation=average\
         &starttime=2026-10-21T10:01:00Z&endtime=2026-10-21T10:03:00Z&interval=PT1M"
    );
    let ids = |names: &[&str]| {
        let all = names
            .iter()
            .map(|name| format!("{W}/onlineEndpoints/{name}"));
        json!({"resourceids": all.collect::<Vec<_>>()})
    };
    let (status, body) = client.post_as(&token, &batch, &ids(&["e", "k"])).await;
    assert_eq!(status, 200, "{body}");
    let data = &body["values"][0]["value"][0]["timeseries"][0]["data"];
    assert_eq!(data[0]["average"], 20.0);
    assert_eq!(
        body["values"][1]["value"][0]["timeseries"][0]["data"][0]["average"],
        0.0
    );
    let (status, _) = client.post_as(&token, &batch, &ids(&["e", "x"])).await;
    assert_eq!(status, 404);
    let (status, _) = client
        .post_as(&token, &batch, &ids(&["e/deployments/blue"]))
        .await;
    assert_eq!(status, 400, "another type");
}

#[test]
fn a_fleet_that_makes_no_sense_is_refused_with_its_field() {
    let good = json!({
        "clusters": [{"name": "c", "vmSize": "Standard_DS3_v2", "minNodeCount": 1}],
        "endpoints": [{"name": "e", "traffic": {"d": 100}, "deployments": [
            {"name": "d", "instanceType": "Standard_F4s_v2"}],
            "requests": [{"who": "x", "zone": "UTC", "at": "10:00", "lasts": "1h", "deployment": "d"}]}],
    });
    let setting = json!([{"name": "a", "target": "w/e/d", "minimum": 1, "maximum": 2}]);
    let whole = |workspace: &Value, settings: &Value| {
        let mut own = workspace.clone();
        own["name"] = "w".into();
        own["location"] = "westeurope".into();
        let groups = json!([{"name": "rg", "workspaces": [own], "autoscaleSettings": settings}]);
        let all = json!({"subscriptions": [{"id": "s", "name": "S", "resourceGroups": groups}]});
        parse(&all.to_string(), "fleet.json").map(drop)
    };
    whole(&good, &setting).expect("the good one");
    for (pointer, value, field, words) in [
        (
            "/clusters/0/vmSize",
            json!("Standard_X"),
            "clusters[0].vmSize",
            "no built-in size",
        ),
        (
            "/clusters/0/minNodeCount",
            json!(9),
            "clusters[0].minNodeCount",
            "above maxNodeCount",
        ),
        (
            "/clusters/0/nodeIdleTimeBeforeScaleDown",
            json!("2m"),
            "clusters[0].nodeIdle",
            "ISO 8601",
        ),
        (
            "/clusters/0/vmPriority",
            json!("Spot"),
            "clusters[0].vmPriority",
            "LowPriority",
        ),
        (
            "/clusters/0/unusableNodes",
            json!(2),
            "clusters[0].unusableNodes",
            "more unusable",
        ),
        (
            "/endpoints/0/traffic/d",
            json!(50),
            "endpoints[0].traffic",
            "0 or 100",
        ),
        (
            "/endpoints/0/compute",
            json!("k"),
            "endpoints[0].compute",
            "Kubernetes",
        ),
        (
            "/endpoints/0/deployments/0/capacity",
            json!(0),
            "deployments[0].capacity",
            "1 at least",
        ),
        (
            "/endpoints/0/deployments/0/instanceType",
            json!("small"),
            "instanceType",
            "no built-in",
        ),
        (
            "/endpoints/0/requests/0/deployment",
            json!("x"),
            "requests[0].deployment",
            "no deployment",
        ),
        (
            "/endpoints/0/requests/0/everyMinutes",
            json!(0),
            "everyMinutes",
            "1 or more",
        ),
    ] {
        let mut bad = good.clone();
        let (above, name) = pointer.rsplit_once('/').expect("a path");
        bad.pointer_mut(above).expect("there")[name] = value;
        let told = whole(&bad, &setting).expect_err(pointer).to_string();
        assert!(
            told.contains(field) && told.contains(words),
            "{pointer}: {told}"
        );
    }
    for (settings, words) in [
        (
            json!([{"name": "a", "target": "w/e/x", "minimum": 1, "maximum": 2}]),
            "no deployment",
        ),
        (
            json!([{"name": "a", "target": "w/e/d", "minimum": 3, "maximum": 2}]),
            "minimum <= maximum",
        ),
        (
            json!([{"name": "a", "target": "w/e/d", "minimum": 1, "maximum": 2},
                {"name": "b", "target": "W/E/D", "minimum": 1, "maximum": 2}]),
            "another setting",
        ),
    ] {
        let told = whole(&good, &settings).expect_err(words).to_string();
        assert!(told.contains(words), "{told}");
    }
}
