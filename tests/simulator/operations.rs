//! Starting, stopping and the rest: long-running operations, refusals, jobs and metrics.

use super::support::{API, Client, W, fleet_of, manual};
use serde_json::{Value, json};

async fn with(instances: Value) -> Client {
    manual(fleet_of(instances, json!([]), json!({}))).await
}

fn running() -> Value {
    json!([{"name": "a", "vmSize": "Standard_DS3_v2", "state": "Running"}])
}

fn action(name: &str) -> String {
    format!("{W}/computes/a/{name}?{API}")
}

#[tokio::test]
async fn a_stop_is_accepted_and_takes_its_time() {
    let client = with(running()).await;
    let answer = client
        .send("POST", &action("stop"), None)
        .await
        .expect("answered");
    assert_eq!(answer.status(), 202);
    let header = |name: &str| answer.headers()[name].to_str().expect("text").to_owned();
    let (status, result) = (header("azure-asyncoperation"), header("location"));
    assert!(
        status.contains("/locations/westeurope/computeOperationsStatus/"),
        "{status}"
    );
    assert!(
        header("retry-after")
            .parse::<u32>()
            .is_ok_and(|seconds| seconds >= 1)
    );
    assert_eq!(client.state("a").await, "Stopping");
    assert_eq!(client.get(&status).await["status"], "InProgress");
    assert_eq!(client.call("GET", &result, None).await.0, 202);
    client.advance(89).await;
    assert_eq!(client.state("a").await, "Stopping");
    client.advance(1).await;
    assert_eq!(client.state("a").await, "Stopped");
    assert_eq!(client.get(&status).await["status"], "Succeeded");
    assert_eq!(client.call("GET", &result, None).await.0, 200);
    let last = client.get(&format!("{W}/computes/a?{API}")).await;
    assert_eq!(
        last["properties"]["properties"]["lastOperation"],
        json!({"operationName": "Stop", "operationTime": "2026-10-21T09:00:00.000+00:00",
            "operationStatus": "Succeeded", "operationTrigger": "User"})
    );
    assert_eq!(
        client
            .call(
                "GET",
                &status.replace("computeOperationsStatus/", "computeOperationsStatus/0"),
                None
            )
            .await
            .0,
        404
    );
}

#[tokio::test]
async fn what_the_state_does_not_allow_is_refused() {
    let client = with(running()).await;
    for (name, moved, status, code) in [
        (
            "start",
            0,
            400,
            "StartComputeInstanceOnlyAllowedInStoppedState",
        ),
        ("stop", 0, 202, ""),
        ("stop", 10, 409, "ComputeOperationInProgress"),
        ("start", 0, 409, "ComputeOperationInProgress"),
        (
            "stop",
            90,
            400,
            "StopComputeInstanceOnlyAllowedInRunningState",
        ),
        (
            "restart",
            0,
            400,
            "StopComputeInstanceOnlyAllowedInRunningState",
        ),
        ("start", 0, 202, ""),
        ("start", 10, 409, "ComputeOperationInProgress"),
        ("restart", 180, 202, ""),
        ("stop", 10, 409, "ComputeOperationInProgress"),
        ("stop", 150, 202, ""),
    ] {
        client.advance(moved).await;
        let (found, body) = client.call("POST", &action(name), None).await;
        assert_eq!(
            (found, body["error"]["code"].as_str().unwrap_or_default()),
            (status, code),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_full_disk_a_region_without_capacity_and_a_cluster() {
    let client = with(json!([
        {"name": "a", "vmSize": "Standard_DS3_v2", "state": "Running", "diskFull": true},
        {"name": "b", "vmSize": "Standard_DS3_v2", "failStarts": 1},
        {"name": "c", "vmSize": "Standard_DS3_v2", "computeType": "AmlCompute"},
    ]))
    .await;
    let (status, body) = client.call("POST", &action("stop"), None).await;
    let message = "StopCompute is not allowed when ComputeInstance disk is full.";
    assert_eq!((status, &body["error"]["message"]), (400, &json!(message)));
    let answer = client
        .send("POST", &format!("{W}/computes/b/start?{API}"), None)
        .await
        .expect("answered");
    let operation = answer.headers()["azure-asyncoperation"]
        .to_str()
        .expect("text")
        .to_owned();
    client.advance(60).await;
    let told = client.get(&operation).await;
    assert_eq!(
        (&told["status"], told["error"]["code"].is_string()),
        (&json!("Failed"), true)
    );
    assert_eq!(client.state("b").await, "Stopped");
    let b = client.get(&format!("{W}/computes/b?{API}")).await;
    assert_eq!(
        b["properties"]["properties"]["lastOperation"]["operationStatus"],
        "StartFailed"
    );
    let error = &told["error"];
    let shown = json!([{"error": {"code": error["code"], "message": error["message"]}}]);
    assert_eq!(b["properties"]["properties"]["errors"], shown);
    assert_eq!(
        client
            .call("POST", &format!("{W}/computes/b/start?{API}"), None)
            .await
            .0,
        202
    );
    let b = client.get(&format!("{W}/computes/b?{API}")).await;
    assert_eq!(b["properties"]["properties"]["errors"], json!([]));
    assert_eq!(
        client
            .call("POST", &format!("{W}/computes/c/stop?{API}"), None)
            .await
            .0,
        400
    );
}

#[tokio::test]
async fn the_idle_setting_is_set_at_once_and_fires() {
    let client = with(running()).await;
    let path = action("updateIdleShutdownSetting");
    let (status, body) = client
        .call(
            "POST",
            &path,
            Some(json!({"idleTimeBeforeShutdown": "PT5M"})),
        )
        .await;
    assert_eq!((status, body["error"]["code"].is_string()), (400, true));
    assert_eq!(client.call("POST", &path, Some(json!({}))).await.0, 400);
    let answer = client
        .send(
            "POST",
            &path,
            Some(json!({"idleTimeBeforeShutdown": "PT30M"})),
        )
        .await
        .expect("answered");
    assert_eq!(
        (
            answer.status().as_u16(),
            answer.text().await.expect("text").as_str()
        ),
        (200, "")
    );
    let shown = client.get(&format!("{W}/computes/a?{API}")).await;
    assert_eq!(
        shown["properties"]["properties"]["idleTimeBeforeShutdown"],
        "PT30M"
    );
    client.advance(30 * 60).await;
    assert_eq!(client.state("a").await, "Stopping");
    let shown = client.get(&format!("{W}/computes/a?{API}")).await;
    assert_eq!(
        shown["properties"]["properties"]["lastOperation"]["operationTrigger"],
        "IdleShutdown"
    );
}

#[tokio::test]
async fn jobs_are_listed_with_their_instance_and_show_in_metrics() {
    let client = with(running()).await;
    let asked = json!({"instance": "w/a", "name": "train", "lastsSeconds": 3600});
    let (status, made) = client.call("POST", "/simulator/jobs", Some(asked)).await;
    assert_eq!(status, 200);
    client.advance(1200).await;
    let jobs = client.get(&format!("{W}/jobs?{API}")).await;
    let job = &jobs["value"][0];
    assert_eq!(job["name"], made["job"]);
    assert_eq!(job["properties"]["status"], "Running");
    assert_eq!(job["properties"]["jobType"], "Command");
    assert_eq!(job["properties"]["computeId"], format!("{W}/computes/a"));
    assert_eq!(client.state("a").await, "Running");
    client.advance(2400).await;
    let name = made["job"].as_str().expect("a name");
    assert_eq!(
        client.get(&format!("{W}/jobs/{name}?{API}")).await["properties"]["status"],
        "Completed"
    );
    client.advance(1800).await;
    let metrics = client
        .get(&format!(
            "{W}/providers/microsoft.insights/metrics?api-version=2019-07-01&timespan=2026-10-21T09:00:00Z/2026-10-21T10:30:00Z&interval=PT5M&metricnames=CpuUtilizationPercentage&aggregation=maximum&$filter=ComputeName%20eq%20'*'&metricnamespace=Microsoft.MachineLearningServices/workspaces"
        ))
        .await;
    let series = &metrics["value"][0]["timeseries"][0];
    assert_eq!(series["metadatavalues"][0]["value"], "a");
    let data = series["data"].as_array().expect("samples");
    assert_eq!(data.len(), 18);
    assert!(data[..12].iter().all(|sample| {
        sample["maximum"]
            .as_f64()
            .is_some_and(|load| load > 30.0 && load <= 100.0)
    }));
    // After the run there is nothing, which is not the same as no load.
    assert!(
        data[12..]
            .iter()
            .all(|sample| sample.get("maximum").is_none())
    );
}

#[tokio::test]
async fn job_running_is_a_state_where_the_fleet_says_so_and_a_stop_kills() {
    let fleet = fleet_of(running(), json!([]), json!({"jobsShowAs": "JobRunning"}));
    let client = manual(fleet).await;
    let asked = json!({"instance": "w/a", "lastsSeconds": 3600});
    client.call("POST", "/simulator/jobs", Some(asked)).await;
    assert_eq!(client.state("a").await, "JobRunning");
    assert_eq!(client.call("POST", &action("stop"), None).await.0, 202);
    assert_eq!(
        client.get(&format!("{W}/jobs?{API}")).await["value"][0]["properties"]["status"],
        "Failed"
    );
    let record = client.get("/simulator/record").await;
    let killed = record["events"]
        .as_array()
        .expect("events")
        .iter()
        .find(|event| event["what"] == "jobKilled");
    assert_eq!(killed.expect("recorded")["by"]["kind"], "api");
}

#[tokio::test]
async fn only_a_preview_shows_whose_cores_are_free_and_their_start_can_fail_for_quota() {
    let one = |name: &str, flag: Value| json!({"name": name, "vmSize": "Standard_DS3_v2", "releaseQuotaOnStop": flag, "failStarts": 1});
    let all = [
        ("free", json!(true)),
        ("kept", json!(false)),
        ("silent", Value::Null),
    ];
    let instances = all.iter().map(|(name, flag)| one(name, flag.clone()));
    let client = with(instances.collect()).await;
    let preview = "api-version=2026-09-15-preview";
    for version in [API, preview] {
        let listed = client.get(&format!("{W}/computes?{version}")).await;
        for (index, (name, flag)) in all.iter().enumerate() {
            let own = client.get(&format!("{W}/computes/{name}?{version}")).await;
            for body in [&own, &listed["value"][index]] {
                let shown = body["properties"]["properties"].get("releaseQuotaOnStop");
                let expected = Some(flag).filter(|flag| version == preview && !flag.is_null());
                assert_eq!(shown, expected, "{name} in {version}");
            }
        }
    }
    for (name, words) in [("free", "approved quota of cores"), ("kept", "no capacity")] {
        let start = format!("{W}/computes/{name}/start?{API}");
        assert_eq!(client.call("POST", &start, None).await.0, 202);
        client.advance(120).await;
        let own = client.get(&format!("{W}/computes/{name}?{API}")).await;
        let errors = own["properties"]["properties"]["errors"].to_string();
        assert!(errors.contains(words), "{errors}");
    }
}
