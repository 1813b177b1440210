//! Compute clusters: settings, nodes that come and go, jobs on them, and what all of it costs.

use super::support::{API, Client, W, fleet_with, manual, started};
use crate::common::folder::Folder;
use lamplighter_simulator::world::{Event, What};
use lamplighter_simulator::{Fleet, Options};
use rust_decimal::Decimal;
use serde_json::{Value, json};

fn cluster(more: Value) -> Fleet {
    let mut own = json!({"name": "c", "vmSize": "Standard_DS3_v2", "bootsIn": "5m"});
    for (name, value) in more.as_object().expect("an object") {
        own[name] = value.clone();
    }
    fleet_with(&json!({"clusters": [own]}), &json!({}), json!([]))
}

async fn shown(client: &Client) -> Value {
    client.get(&format!("{W}/computes/c?{API}")).await
}

/// Current, target, idle, running and preparing nodes.
async fn nodes(client: &Client) -> [u64; 5] {
    let body = shown(client).await;
    let own = &body["properties"]["properties"];
    let count = |name: &str| own["nodeStateCounts"][name].as_u64().expect("a count");
    [
        own["currentNodeCount"].as_u64().expect("a count"),
        own["targetNodeCount"].as_u64().expect("a count"),
        count("idleNodeCount"),
        count("runningNodeCount"),
        count("preparingNodeCount"),
    ]
}

async fn allocation(client: &Client) -> String {
    let body = shown(client).await;
    let state = &body["properties"]["properties"]["allocationState"];
    state.as_str().expect("a state").to_owned()
}

fn settings(min: u32, max: u32, idle_time: &str) -> Value {
    let settings = json!({
        "minNodeCount": min, "maxNodeCount": max, "nodeIdleTimeBeforeScaleDown": idle_time,
    });
    json!({"properties": {"properties": {"scaleSettings": settings}}})
}

async fn patch(client: &Client, body: Value) -> (u16, Value) {
    let path = format!("{W}/computes/c?{API}");
    client.call("PATCH", &path, Some(body)).await
}

async fn job(client: &Client, nodes: u32, seconds: u32) -> String {
    let asked = json!({"instance": "w/c", "nodes": nodes, "lastsSeconds": seconds});
    let (status, body) = client.call("POST", "/simulator/jobs", Some(asked)).await;
    assert_eq!(status, 200, "{body}");
    body["job"].as_str().expect("a name").to_owned()
}

async fn job_status(client: &Client, name: &str) -> String {
    let body = client.get(&format!("{W}/jobs/{name}?{API}")).await;
    assert_eq!(body["properties"]["computeId"], format!("{W}/computes/c"));
    let status = &body["properties"]["status"];
    status.as_str().expect("a status").to_owned()
}

fn own(record: &[Event]) -> Vec<&What> {
    let own = record.iter().filter(|event| event.instance == "w/c");
    own.map(|event| &event.what).collect()
}

#[tokio::test]
async fn less_warm_nodes_are_taken_at_once_and_leave_when_they_have_been_idle() {
    let client = manual(cluster(
        json!({"minNodeCount": 2, "nodeIdleTimeBeforeScaleDown": "PT10M"}),
    ))
    .await;
    assert_eq!(nodes(&client).await, [2, 2, 2, 0, 0]);
    client.advance(60).await;
    let path = format!("{W}/computes/c?{API}");
    let answer = client
        .send("PATCH", &path, Some(settings(0, 4, "PT10M")))
        .await
        .expect("answered");
    assert_eq!(answer.status().as_u16(), 200);
    let header = |name: &str| {
        let value = answer.headers().get(name).expect("there");
        value.to_str().expect("text").to_owned()
    };
    let (status, location) = (header("azure-asyncoperation"), header("location"));
    assert!(header("retry-after").parse::<u32>().is_ok());
    let body: Value = answer.json().await.expect("JSON");
    assert_eq!(body["properties"]["provisioningState"], "Updating");
    assert_eq!(
        body["properties"]["properties"]["scaleSettings"]["minNodeCount"],
        0
    );
    assert_eq!(client.get(&status).await["status"], "InProgress");
    assert_eq!(client.call("GET", &location, None).await.0, 202);
    // Another change has to wait.
    assert_eq!(patch(&client, settings(1, 4, "PT10M")).await.0, 409);
    client.advance(30).await;
    assert_eq!(client.get(&status).await["status"], "Succeeded");
    assert_eq!(client.get(&location).await["name"], "c");
    assert_eq!(
        shown(&client).await["properties"]["provisioningState"],
        "Succeeded"
    );
    // The nodes are still there: they have been idle for a minute and a half.
    assert_eq!(nodes(&client).await[..2], [2, 0]);
    assert_eq!(allocation(&client).await, "Steady");
    client.advance(511).await;
    assert_eq!(allocation(&client).await, "Resizing");
    assert_eq!(nodes(&client).await[0], 2, "on their way out");
    client.advance(60).await;
    assert_eq!(nodes(&client).await, [0, 0, 0, 0, 0]);
    assert_eq!(allocation(&client).await, "Steady");

    // And back: nodes take their time.
    assert_eq!(patch(&client, settings(2, 4, "PT10M")).await.0, 200);
    client.advance(20).await;
    assert_eq!(nodes(&client).await, [2, 2, 0, 0, 2]);
    assert_eq!(patch(&client, settings(0, 4, "PT10M")).await.0, 409);
    client.advance(300).await;
    assert_eq!(nodes(&client).await, [2, 2, 2, 0, 0]);
}

#[tokio::test]
async fn jobs_bring_nodes_and_scaling_touches_none_of_them() {
    let client = manual(cluster(json!({"minNodeCount": 1}))).await;
    let first = job(&client, 1, 3_600).await;
    let second = job(&client, 2, 600).await;
    client.advance(10).await;
    assert_eq!(job_status(&client, &first).await, "Running");
    assert_eq!(job_status(&client, &second).await, "Queued");
    assert_eq!(nodes(&client).await, [3, 3, 0, 1, 2]);
    client.advance(290).await;
    assert_eq!(job_status(&client, &second).await, "Running");
    assert_eq!(patch(&client, settings(0, 4, "PT2M")).await.0, 200);
    client.advance(1_000).await;
    assert_eq!(job_status(&client, &second).await, "Completed");
    assert_eq!(nodes(&client).await, [1, 1, 0, 1, 0]);
    assert_eq!(job_status(&client, &first).await, "Running");
    let listed = client
        .call("POST", &format!("{W}/computes/c/listNodes?{API}"), None)
        .await;
    assert_eq!(listed.1["nodes"][0]["nodeState"], "running");
    assert_eq!(listed.1["nodes"][0]["runId"], first);
    client.advance(4_000).await;
    assert_eq!(nodes(&client).await, [0, 0, 0, 0, 0]);
    let jobs = client.get(&format!("{W}/jobs?{API}")).await;
    assert_eq!(jobs["value"].as_array().expect("jobs").len(), 2);
    assert_eq!(jobs["value"][0]["name"], second, "newest first");
    assert_eq!(
        jobs["value"][0]["properties"]["resources"]["instanceCount"],
        2
    );
    let record = client.simulator.record();
    let changed = own(&record).into_iter().find_map(|what| match what {
        What::Changed {
            from, to, during, ..
        } => Some((*from, *to, during.clone())),
        _ => None,
    });
    assert_eq!(changed, Some((1, 0, vec![first, second])));
}

#[tokio::test]
async fn a_patch_that_makes_no_sense_is_refused_and_changes_nothing() {
    let client = manual(cluster(json!({"minNodeCount": 1}))).await;
    let no_max = json!({"properties": {"properties": {"scaleSettings": {"minNodeCount": 0}}}});
    for body in [
        settings(5, 4, "PT2M"),
        settings(0, 4, "2 minutes"),
        no_max,
        json!({}),
    ] {
        let (status, answer) = patch(&client, body.clone()).await;
        assert_eq!(status, 400, "{body}: {answer}");
    }
    let (status, _) = client
        .call(
            "PATCH",
            &format!("{W}/computes/nobody?{API}"),
            Some(settings(0, 4, "PT2M")),
        )
        .await;
    assert_eq!(status, 404);
    let start = format!("{W}/computes/c/start?{API}");
    let (status, body) = client.call("POST", &start, None).await;
    assert_eq!(status, 400);
    assert_eq!(body["error"]["code"], "OperationNotSupportedForComputeType");
    assert_eq!(nodes(&client).await, [1, 1, 1, 0, 0]);
}

#[tokio::test]
async fn stuck_unusable_and_without_capacity() {
    let client = manual(cluster(
        json!({"minNodeCount": 2, "unusableNodes": 1, "stuck": true}),
    ))
    .await;
    let body = shown(&client).await;
    assert_eq!(
        body["properties"]["properties"]["nodeStateCounts"]["unusableNodeCount"],
        1
    );
    assert_eq!(allocation(&client).await, "Resizing");
    assert_eq!(patch(&client, settings(0, 4, "PT2M")).await.0, 409);
    let condition = |body: Value| client.call("POST", "/simulator/condition", Some(body));
    let (status, _) = condition(json!({"on": "w/c", "stuck": false})).await;
    assert_eq!(status, 204);
    assert_eq!(patch(&client, settings(0, 4, "PT2M")).await.0, 200);
    client.advance(20).await;
    let body = shown(&client).await;
    let left = &body["properties"]["properties"]["nodeStateCounts"];
    assert_eq!(
        (&left["leavingNodeCount"], &left["idleNodeCount"]),
        (&json!(1), &json!(1)),
        "the unusable one waits for nothing"
    );
    client.advance(300).await;
    condition(json!({"on": "w/c", "noCapacity": true})).await;
    assert_eq!(patch(&client, settings(2, 4, "PT2M")).await.0, 200);
    client.advance(3_600).await;
    assert_eq!(nodes(&client).await[..2], [0, 2]);
    assert_eq!(allocation(&client).await, "Resizing");
    let body = shown(&client).await;
    assert!(body["properties"]["properties"]["errors"][0]["error"]["code"].is_string());
    condition(json!({"on": "w/c", "noCapacity": false})).await;
    client.advance(300).await;
    assert_eq!(nodes(&client).await, [2, 2, 2, 0, 0]);
}

#[tokio::test]
async fn each_node_is_billed_until_it_is_gone_at_the_price_of_its_priority() {
    let client = manual(cluster(
        json!({"minNodeCount": 2, "vmPriority": "LowPriority", "nodeIdleTimeBeforeScaleDown": "PT1M"}),
    ))
    .await;
    client.advance(3_600).await;
    assert_eq!(patch(&client, settings(0, 4, "PT1M")).await.0, 200);
    client.advance(3_600).await;
    let bill = client.get("/simulator/bill").await;
    let own = &bill["others"][0];
    assert_eq!(own["kind"], "cluster");
    assert_eq!(own["name"], "w/c");
    // An hour, twenty seconds until it is taken, and a minute on their way out; two of them.
    assert_eq!(own["unitSeconds"], 2 * (3_600 + 20 + 60));
    let nodes: Decimal = own["lines"][0]["cost"]
        .as_str()
        .expect("text")
        .parse()
        .expect("one");
    let expected = Decimal::from(2 * 3_680) * Decimal::new(72, 3) / Decimal::from(3_600);
    assert_eq!(nodes.round_dp(9), expected.round_dp(9));
    assert_eq!(own["standingCost"], "0.0275");
    assert_eq!(own["parkedPerHour"], "0.01375");
    // The same price stands in the list, under Azure's names.
    let filter = "armSkuName eq 'Standard_DS3_v2' and armRegionName eq 'westeurope' \
                  and skuName eq 'DS3 v2 Low Priority' and type eq 'Consumption'";
    let url = format!("/api/retail/prices?$filter={}", filter.replace(' ', "%20"));
    let rows = client.get(&url).await;
    let rows = rows["Items"].as_array().expect("rows");
    let linux: Vec<&Value> = rows
        .iter()
        .filter(|row| {
            !row["productName"]
                .as_str()
                .expect("text")
                .ends_with("Windows")
        })
        .collect();
    assert_eq!(linux.len(), 1);
    assert_eq!(linux[0]["retailPrice"], 0.072);
    assert_eq!(linux[0]["meterName"], "DS3 v2 Low Priority");
}

#[tokio::test]
async fn terraform_makes_a_changed_cluster_anew_and_its_jobs_die() {
    let client = manual(cluster(json!({
        "minNodeCount": 1, "terraform": {"zone": "UTC", "days": "daily", "at": "12:00"},
    })))
    .await;
    let job = job(&client, 1, 100_000).await;
    // Nothing differs at noon.
    client.advance(3 * 3_600 + 60).await;
    assert_eq!(job_status(&client, &job).await, "Running");
    assert_eq!(patch(&client, settings(0, 4, "PT2M")).await.0, 200);
    client.advance(24 * 3_600).await;
    assert_eq!(job_status(&client, &job).await, "Failed");
    let body = shown(&client).await;
    assert_eq!(
        body["properties"]["properties"]["scaleSettings"]["minNodeCount"],
        1
    );
    assert_eq!(
        body["properties"]["createdOn"],
        "2026-10-22T12:00:00.0000000+00:00"
    );
    let record = client.simulator.record();
    assert!(
        own(&record)
            .iter()
            .any(|what| matches!(what, What::Replaced { .. }))
    );
    // By hand too, and without that, once its new node is there.
    client.advance(400).await;
    let hand = json!({"on": "w/c", "by": "ana", "minNodeCount": 3});
    let (status, answer) = client.call("POST", "/simulator/scale", Some(hand)).await;
    assert_eq!(status, 200, "{answer}");
    client.advance(700).await;
    assert_eq!(nodes(&client).await, [3, 3, 3, 0, 0]);
    let wrong = json!({"on": "w/c", "minNodeCount": 9});
    assert_eq!(
        client.call("POST", "/simulator/scale", Some(wrong)).await.0,
        400
    );
    let nobody = json!({"on": "w/nobody", "minNodeCount": 1});
    assert_eq!(
        client
            .call("POST", "/simulator/scale", Some(nobody))
            .await
            .0,
        404
    );
}

#[tokio::test]
async fn clusters_stand_behind_instances_page_by_page_and_take_tags() {
    let workspace = json!({
        "instances": [{"name": "a", "vmSize": "Standard_DS3_v2"}],
        "clusters": [
            {"name": "c", "vmSize": "Standard_DS3_v2", "tags": {"lamp-warm": "2"}},
            {"name": "d", "vmSize": "Standard_NC6s_v3", "osType": "Windows", "override": {"tags": null}},
        ],
    });
    let options = Options {
        page_size: Some(2),
        ..Options::default()
    };
    let client = started(fleet_with(&workspace, &json!({}), json!([])), options).await;
    let first = client.get(&format!("{W}/computes?{API}")).await;
    let second = client.get(first["nextLink"].as_str().expect("more")).await;
    let name = |body: &Value, place: usize| body["value"][place]["name"].clone();
    assert_eq!(
        [name(&first, 0), name(&first, 1), name(&second, 0)],
        ["a", "c", "d"]
    );
    assert_eq!(first["value"][1]["tags"]["lamp-warm"], "2");
    assert_eq!(second["value"][0]["tags"], Value::Null);
    assert_eq!(
        second["value"][0]["properties"]["properties"]["osType"],
        "Windows"
    );
    let tags = json!({"on": "w/c", "tags": {"lamp-floor": "1"}});
    assert_eq!(
        client.call("POST", "/simulator/tags", Some(tags)).await.0,
        204
    );
    assert_eq!(shown(&client).await["tags"], json!({"lamp-floor": "1"}));
    let instance = format!("{W}/computes/a?{API}");
    let (status, _) = client
        .call("PATCH", &instance, Some(settings(0, 4, "PT2M")))
        .await;
    assert_eq!(status, 400, "an instance has no scale settings");
}

#[tokio::test]
async fn each_right_of_a_cluster_is_asked_for() {
    let folder = Folder::new("cluster-role");
    let role = folder.join("role.json");
    for (right, allowed) in [
        ("computes/read", [200, 403, 403]),
        ("computes/write", [403, 200, 403]),
        ("computes/listNodes/action", [403, 403, 200]),
    ] {
        let right = format!("Microsoft.MachineLearningServices/workspaces/{right}");
        let text = json!({"Name": "r", "Actions": [right]}).to_string();
        std::fs::write(&role, text).expect("written");
        let options = Options {
            role: Some(role.clone()),
            ..Options::default()
        };
        let client = started(cluster(json!({})), options).await;
        let path = format!("{W}/computes/c");
        let calls = [
            client.call("GET", &format!("{path}?{API}"), None).await.0,
            patch(&client, settings(0, 4, "PT2M")).await.0,
            client
                .call("POST", &format!("{path}/listNodes?{API}"), None)
                .await
                .0,
        ];
        assert_eq!(calls, allowed, "{right}");
    }
}
